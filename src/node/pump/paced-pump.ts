// Pulls a paced source on an absolute schedule. A late timer makes up for what it missed; a process that
// slept begins a new schedule, since nobody wants the missed hour in one burst.
import { bytesPerSampleFrame } from '../../core/stream-format.js';
import type { Clock, Timer } from '../clock.js';
import { FrameSchedule } from './frame-schedule.js';
import type { Pump, PumpSink } from './pump.js';
import type { PacedSource } from '../source/source.js';

/** Lateness that counts as sleep, ms. */
const SLEEP_MS = 1000;

/** Timers may fire this early, ms: a frame due so soon goes out at once instead of by one more timer. */
const EARLY_MS = 0.5;

/** The pump of paced sources. */
export class PacedPump implements Pump {
	readonly #source: PacedSource;
	readonly #clock: Clock;
	readonly #sink: PumpSink;
	readonly #stride: number;
	readonly #schedule: FrameSchedule;
	#timer: Timer | null = null;
	#stopped = false;
	#reanchors = 0;
	#starvedFrames = 0;

	constructor(source: PacedSource, frameMs: number, clock: Clock, sink: PumpSink) {
		this.#source = source;
		this.#clock = clock;
		this.#sink = sink;
		this.#stride = bytesPerSampleFrame(source.format);
		this.#schedule = new FrameSchedule(frameMs, source.format.sampleRate, 0);
	}

	get reanchors(): number {
		return this.#reanchors;
	}

	get starvedFrames(): number {
		return this.#starvedFrames;
	}

	get ratePpm(): number {
		return this.#schedule.ratePpm;
	}

	set ratePpm(ppm: number) {
		this.#schedule.ratePpm = ppm;
	}

	start(): void {
		this.#schedule.reanchor(this.#clock.now());
		this.#pumpDueFrames();
	}

	stop(): void {
		this.#stopped = true;
		if (this.#timer !== null) {
			this.#clock.clearTimer(this.#timer);
			this.#timer = null;
		}
	}

	#pumpDueFrames(): void {
		const now = this.#clock.now();
		if (now - this.#schedule.dueAt > SLEEP_MS) {
			this.#schedule.reanchor(now);
			this.#reanchors++;
		}
		const wallOrigin = this.#clock.wallNow() - now;
		while (!this.#stopped && this.#schedule.dueAt - now <= EARLY_MS) {
			this.#pumpFrame(wallOrigin + this.#schedule.dueAt);
		}
		if (!this.#stopped) {
			// A fan-out to many takes milliseconds: by now it is later than it was.
			const delayMs = this.#schedule.dueAt - this.#clock.now();
			this.#timer = this.#clock.setTimer(() => this.#pumpDueFrames(), delayMs);
		}
	}

	/** A frame was captured when it was due, however late it goes out. */
	#pumpFrame(captureTime: number): void {
		const pcm = this.#read();
		if (pcm === null) {
			return;
		}
		if (pcm.byteLength === 0) {
			this.#starvedFrames++;
			this.#schedule.postpone();
			return;
		}
		this.#schedule.advance();
		this.#sink.onPcm(pcm, captureTime);
	}

	/** Null when this was the end, which has then been told. */
	#read(): Uint8Array | null {
		try {
			const pcm = this.#source.read(this.#schedule.sampleFrames);
			if (pcm !== null && pcm.byteLength % this.#stride !== 0) {
				throw new RangeError(
					`Expected whole sample frames of ${this.#stride} bytes from the source, ` +
						`got ${pcm.byteLength} bytes.`,
				);
			}
			if (pcm !== null) {
				return pcm;
			}
		} catch (error) {
			this.#end(error instanceof Error ? error : new Error(String(error)));
			return null;
		}
		this.#end();
		return null;
	}

	#end(error?: Error): void {
		this.stop();
		this.#sink.onEnd(error);
	}
}
