// One opening of a source, from its start to its end: the pump that moves its PCM, and a watch that ends a live source
// which says nothing any more (a camera that hangs sends no error).
import type { Clock, Timer } from '../clock.js';
import { sourcePump } from '../pump/source-pump.js';
import type { Pump } from '../pump/pump.js';
import type { PcmSource } from '../source/source.js';

/** Hears of one run; nothing follows `onEnd`. */
export interface SourceRunSink {
	/** Whole sample frames, `captureTime` in ms since the Unix epoch. */
	onPcm(pcm: Uint8Array, captureTime: number): void;
	/** Once, unless the run was stopped; with an error when the source failed or fell silent. */
	onEnd(error?: Error): void;
}

/** Plays one opened source. */
export class SourceRun {
	readonly #source: PcmSource;
	readonly #silenceMs: number;
	readonly #clock: Clock;
	readonly #sink: SourceRunSink;
	readonly #pump: Pump;
	#heardAt: number;
	#watch: Timer | null = null;
	#isOver = false;

	/** @param frameMs longest frame, ms. @param silenceMs after which a live source that gives nothing has failed;
	 * Infinity: never. */
	constructor(
		source: PcmSource,
		frameMs: number,
		silenceMs: number,
		clock: Clock,
		sink: SourceRunSink,
	) {
		this.#source = source;
		this.#silenceMs = source.kind === 'live' ? silenceMs : Infinity;
		this.#clock = clock;
		this.#sink = sink;
		this.#heardAt = clock.now();
		this.#pump = sourcePump(source, frameMs, clock, {
			onPcm: (pcm, captureTime) => this.#hear(pcm, captureTime),
			onEnd: (error) => this.#end(error),
		});
	}

	start(): void {
		this.#watchSilence();
		try {
			this.#pump.start();
		} catch (error) {
			this.#end(error instanceof Error ? error : new Error(String(error)));
		}
	}

	/** Idempotent. */
	stop(): void {
		this.#isOver = true;
		if (this.#watch !== null) {
			this.#clock.clearTimer(this.#watch);
			this.#watch = null;
		}
		this.#pump.stop();
		this.#source.close();
	}

	#hear(pcm: Uint8Array, captureTime: number): void {
		this.#heardAt = this.#clock.now();
		if (!this.#isOver) {
			this.#sink.onPcm(pcm, captureTime);
		}
	}

	#watchSilence(): void {
		if (this.#silenceMs !== Infinity) {
			const leftMs = this.#heardAt + this.#silenceMs - this.#clock.now();
			if (leftMs <= 0) {
				const seconds = this.#silenceMs / 1000;
				this.#end(new Error(`The source has given nothing for ${seconds} s.`));
			} else {
				this.#watch = this.#clock.setTimer(() => this.#watchSilence(), leftMs);
			}
		}
	}

	#end(error?: Error): void {
		if (!this.#isOver) {
			this.stop();
			this.#sink.onEnd(error);
		}
	}
}
