// The player's end of a WebSocket that brings a framed stream as a trace says: each frame when it arrived, whole.
import { encodeFrame, SUBPROTOCOL } from '../../../src/core/frame.js';
import type { Socket } from '../../../src/receiver/environment.js';
import type { VirtualClock } from '../../support/virtual-clock.js';
import { SIGNAL_RATE } from '../underrun/signals.js';
import { frameStart } from '../underrun/simulator.js';
import { captureTimes, type Trace } from '../underrun/trace.js';

/** Mono. */
export const FORMAT = {
	sampleRate: SIGNAL_RATE,
	sampleFormat: 'f32',
	channels: 1,
	byteOrder: 'little',
} as const;

/** Paths to one stream, which numbers its frames alike on all of them. */
const STREAM = 'live';

export class PathSocket implements Socket {
	binaryType = '';
	readonly protocol = SUBPROTOCOL;
	onopen: Socket['onopen'] = null;
	onmessage: Socket['onmessage'] = null;
	onclose: Socket['onclose'] = null;
	readonly #clock: VirtualClock;
	readonly #trace: Trace;
	readonly #capturedMs: Float64Array;
	readonly #signal: Float32Array;
	#frame = 0;

	/** @param signal mono at SIGNAL_RATE, as long as the trace */
	constructor(clock: VirtualClock, trace: Trace, signal: Float32Array) {
		this.#clock = clock;
		this.#trace = trace;
		this.#capturedMs = captureTimes(trace);
		this.#signal = signal;
		clock.setTimer(() => {
			this.onopen?.();
			this.onmessage?.({ data: this.#hello() });
			this.#wait();
		}, 0);
	}

	send(): void {
		// Nobody answers: frames come, and that is life enough.
	}

	close(): void {
		throw new Error(`The player closed the path ${this.#trace.name}, at frame ${this.#frame}.`);
	}

	#wait(): void {
		const at = this.#trace.arrivalMs[this.#frame];
		if (at !== undefined) {
			this.#clock.setTimerAt(this.#arrive, at);
		}
	}

	readonly #arrive = (): void => {
		const message = this.#message(this.#frame);
		this.#frame++;
		this.#wait();
		this.onmessage?.({ data: message.buffer });
	};

	#message(sequence: number): Uint8Array<ArrayBuffer> {
		const { frameMs } = this.#trace;
		const pts = frameStart(sequence, frameMs);
		const samples = this.#signal.slice(pts, frameStart(sequence + 1, frameMs));
		const captureTime = this.#clock.wallNow() - this.#clock.now() + this.#capturedMs[sequence]!;
		return encodeFrame(
			{ format: FORMAT, flags: 0, sequence, pts, captureTime },
			new Uint8Array(samples.buffer),
		);
	}

	#hello(): string {
		return JSON.stringify({
			type: 'hello',
			version: 1,
			stream: STREAM,
			...FORMAT,
			frameMs: this.#trace.frameMs,
			next: 0,
			oldest: 0,
			http: false,
		});
	}
}
