// Passes a live source's bytes on at once, cut into frames of whole sample frames. No clock paces them.
import { bytesPerSampleFrame } from '../../core/stream-format.js';
import type { Clock } from '../clock.js';
import { FrameCutter } from './frame-cutter.js';
import type { Pump, PumpSink } from './pump.js';
import type { LiveSource } from '../source/source.js';

/** The pump of live sources. */
export class LivePump implements Pump {
	readonly reanchors = 0;
	readonly starvedFrames = 0;
	ratePpm = 0;
	readonly #source: LiveSource;
	readonly #clock: Clock;
	readonly #sink: PumpSink;
	readonly #cutter: FrameCutter;
	#stopped = false;

	/** @param frameMs longest frame, ms. */
	constructor(source: LiveSource, frameMs: number, clock: Clock, sink: PumpSink) {
		const { sampleRate } = source.format;
		const maxSampleFrames = Math.max(1, Math.floor((frameMs * sampleRate) / 1000));
		this.#source = source;
		this.#clock = clock;
		this.#sink = sink;
		this.#cutter = new FrameCutter(bytesPerSampleFrame(source.format), maxSampleFrames);
	}

	start(): void {
		this.#source.start(
			(bytes) => this.#pump(bytes),
			(error) => this.#end(error),
		);
	}

	stop(): void {
		this.#stopped = true;
	}

	#pump(bytes: Uint8Array): void {
		const captureTime = this.#clock.wallNow();
		for (const pcm of this.#cutter.cut(bytes)) {
			if (!this.#stopped) {
				this.#sink.onPcm(pcm, captureTime);
			}
		}
	}

	#end(error?: Error): void {
		if (!this.#stopped) {
			this.stop();
			this.#sink.onEnd(error);
		}
	}
}
