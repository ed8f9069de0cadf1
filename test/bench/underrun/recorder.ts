// Keeps what a playout makes of a trace, render quantum by render quantum. Delays are read off the stream's own
// positions, not off what the engine says of its delay.
import { REPORT } from '../../../src/core/playout-report.js';
import type { Timeline } from './run.js';
import { SIGNAL_RATE } from './signals.js';
import {
	captureTimeOf,
	captureTimes,
	countedFromMs,
	fastestTransitMs,
	type Trace,
} from './trace.js';

/** Hz of the output, and sample frames of a render quantum. */
export const OUTPUT_RATE = 48_000;
export const QUANTUM = 128;

/** A shipped engine, and what brings it the stream: a mono signal at SIGNAL_RATE. */
export interface Playout {
	/** The engine's, REPORT slots. */
	readonly report: Float64Array;
	/** From now on all is there that arrived until `now`, ms on the clock of the trace's arrivals. */
	arriveUntil(now: number): void;
	render(output: readonly Float32Array[]): void;
}

/** Media positions of the output: of the next sample to be heard after each quantum, ms. */
export interface Played {
	readonly timeline: Timeline;
	readonly positionMs: Float64Array;
	readonly heard: Float32Array;
	/** REPORT slots at the first counted quantum, and at the end. */
	readonly reportBefore: Float64Array;
	readonly reportAfter: Float64Array;
}

/** What is heard from the trace's first arrival to its last. */
export function record(trace: Trace, playout: Playout): Played {
	const quantumMs = (QUANTUM / OUTPUT_RATE) * 1000;
	const start = trace.arrivalMs[0]!;
	const quanta = Math.ceil((trace.arrivalMs.at(-1)! - start) / quantumMs);
	const recorder = new Recorder(trace, quanta, playout.report);
	const block = [new Float32Array(QUANTUM)];
	for (let quantum = 0; quantum < quanta; quantum++) {
		const now = start + quantum * quantumMs;
		playout.arriveUntil(now);
		playout.render(block);
		recorder.note(quantum, now, block[0]!);
	}
	return recorder.played;
}

/** Keeps what each quantum tells. */
class Recorder {
	readonly #trace: Trace;
	readonly #captured: Float64Array;
	readonly #zero: number;
	readonly #countedFrom: number;
	readonly #report: Float64Array;
	#before: Float64Array | null = null;
	readonly #timeline: Timeline;
	readonly #positionMs: Float64Array;
	readonly #heard: Float32Array;
	#position = 0;
	#concealed = 0;

	constructor(trace: Trace, quanta: number, report: Float64Array) {
		this.#trace = trace;
		this.#captured = captureTimes(trace);
		this.#zero = fastestTransitMs(trace);
		this.#countedFrom = countedFromMs(trace);
		this.#report = report;
		this.#timeline = {
			timeMs: new Float64Array(quanta),
			targetMs: new Float64Array(quanta),
			playoutDelayMs: new Float64Array(quanta),
			concealed: new Uint8Array(quanta),
		};
		this.#positionMs = new Float64Array(quanta);
		this.#heard = new Float32Array(quanta * QUANTUM);
	}

	note(quantum: number, now: number, block: Float32Array): void {
		const report = this.#report;
		if (now >= this.#countedFrom) {
			this.#before ??= report.slice();
		}
		const position = (report[REPORT.mediaPosition]! / SIGNAL_RATE) * 1000;
		const middle = (this.#position + position) / 2;
		const captured = captureTimeOf(this.#captured, this.#trace.frameMs, middle);
		const heardAt = now + ((QUANTUM / OUTPUT_RATE) * 1000) / 2;
		const concealed = report[REPORT.concealed]! + this.#silence(report);
		this.#timeline.timeMs[quantum] = now;
		this.#timeline.targetMs[quantum] = report[REPORT.targetDelay]! * 1000;
		this.#timeline.playoutDelayMs[quantum] =
			position > this.#position ? heardAt - captured - this.#zero : Number.NaN;
		this.#timeline.concealed[quantum] = Math.max(0, Math.min(QUANTUM, concealed - this.#concealed));
		this.#positionMs[quantum] = position;
		this.#heard.set(block, quantum * QUANTUM);
		this.#position = position;
		this.#concealed = concealed;
	}

	get played(): Played {
		return {
			timeline: this.#timeline,
			positionMs: this.#positionMs,
			heard: this.#heard,
			reportBefore: this.#before ?? this.#report,
			reportAfter: this.#report,
		};
	}

	/** Output frames before the first sound, or after an end: no media was played either. */
	#silence(report: Float64Array): number {
		return report[REPORT.rendered]! - report[REPORT.emitted]! - report[REPORT.concealed]!;
	}
}
