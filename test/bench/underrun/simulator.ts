// Plays a trace through the shipped playout engine, on a clock of render quanta: frames are put into the ring
// when they arrive, and what is heard is kept.
import { designSincFilter } from '../../../src/core/sinc-filter.js';
import type { LatencyProfile, PlayoutContent } from '../../../src/core/playout-messages.js';
import { REPORT, REPORT_SLOTS } from '../../../src/core/playout-report.js';
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { PlayoutEngine } from '../../../worklet/playout-engine.js';
import { newClicks } from './clicks.js';
import { rates } from './rates.js';
import { OUTPUT_RATE, QUANTUM, record, type Played, type Playout } from './recorder.js';
import type { Run, SimulateOptions } from './run.js';
import { SIGNAL_RATE, testSignal } from './signals.js';
import { countedFromMs, type Trace } from './trace.js';

/** Greatest target delay, seconds: the player's default. */
export const MAX_DELAY = 2;
export const RING_SECONDS = 30;

export interface PlayOptions {
	readonly content: PlayoutContent;
	readonly profile: LatencyProfile;
	/** Bounds of the target delay, seconds. */
	readonly minDelay: number;
	readonly maxDelay: number;
}

export function simulate(trace: Trace, options: SimulateOptions): Run {
	const signal = signalOf(trace, options);
	const { content, profile } = options;
	const bounds = { minDelay: 0, maxDelay: MAX_DELAY };
	return runOf(trace, signal, play(trace, signal, { content, profile, ...bounds }));
}

/** Long enough for the trace. */
export function signalOf(trace: Trace, { signal, seed }: SimulateOptions): Float32Array {
	const seconds = Math.ceil((trace.arrivalMs.length * trace.frameMs) / 1000);
	return testSignal(signal, seconds, seed);
}

/** What was counted of what was heard. */
export function runOf(trace: Trace, signal: Float32Array, played: Played): Run {
	const from = countedFromMs(trace);
	const first = played.timeline.timeMs.findIndex((time) => time >= from);
	const counted = (slot: number): number => played.reportAfter[slot]! - played.reportBefore[slot]!;
	const perMedia = OUTPUT_RATE / SIGNAL_RATE;
	return {
		timeline: played.timeline,
		mediaMs: consumed(played.positionMs),
		quantumFrames: QUANTUM,
		outputRate: OUTPUT_RATE,
		discardedFrames: counted(REPORT.discarded) * perMedia,
		insertedFrames: counted(REPORT.inserted) * perMedia,
		removedFrames: counted(REPORT.removed) * perMedia,
		...rates(played, first),
		clicks: newClicks(played, signal, first),
		heard: played.heard,
	};
}

/** The engine's output for a mono signal at SIGNAL_RATE. */
export function play(trace: Trace, signal: Float32Array, options: PlayOptions): Played {
	return record(trace, new EnginePlayout(trace, signal, options));
}

/** Frames go into the ring as they arrive: there is no receiver. */
class EnginePlayout implements Playout {
	readonly report = new Float64Array(REPORT_SLOTS);
	readonly #trace: Trace;
	readonly #signal: Float32Array;
	readonly #engine: PlayoutEngine;
	readonly #writer: RingWriter;
	#frame = 0;

	constructor(trace: Trace, signal: Float32Array, options: PlayOptions) {
		this.#trace = trace;
		this.#signal = signal;
		const layout = ringLayout(1, SIGNAL_RATE, RING_SECONDS);
		const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
		this.#writer = new RingWriter(memory);
		this.#engine = new PlayoutEngine({
			sampleRate: OUTPUT_RATE,
			mode: 'live',
			...options,
			report: this.report,
		});
		this.#engine.attach(new RingReader(memory), designSincFilter(SIGNAL_RATE, OUTPUT_RATE));
		this.#engine.play();
	}

	arriveUntil(now: number): void {
		const { arrivalMs, frameMs } = this.#trace;
		for (; arrivalMs[this.#frame]! <= now; this.#frame++) {
			const from = frameStart(this.#frame, frameMs);
			this.#writer.write([this.#signal], from, frameStart(this.#frame + 1, frameMs) - from);
		}
	}

	render(output: readonly Float32Array[]): void {
		this.#engine.render(output);
	}
}

/** First sample of a frame. */
export function frameStart(frame: number, frameMs: number): number {
	return Math.round((frame * frameMs * SIGNAL_RATE) / 1000);
}

/** Media heard for the first time in each quantum, ms. */
function consumed(positionMs: Float64Array): Float32Array {
	let furthest = 0;
	return Float32Array.from(positionMs, (position) => {
		const fresh = Math.max(0, position - furthest);
		furthest = Math.max(furthest, position);
		return fresh;
	});
}
