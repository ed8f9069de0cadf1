// Plays a trace through the shipped playout engine, on a clock of render quanta: frames are put into the ring
// when they arrive, and what is heard is kept. Delays are read off the stream's own positions, not off what
// the engine says of its delay.
import { designSincFilter } from '../../../src/core/sinc-filter.js';
import type { LatencyProfile, PlayoutContent } from '../../../src/core/playout-messages.js';
import { REPORT, REPORT_SLOTS } from '../../../src/core/playout-report.js';
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { PlayoutEngine } from '../../../worklet/playout-engine.js';
import { newClicks } from './clicks.js';
import { rates } from './rates.js';
import type { Run, SimulateOptions, Timeline } from './run.js';
import { SIGNAL_RATE, testSignal } from './signals.js';
import {
	captureTimeOf,
	captureTimes,
	countedFromMs,
	fastestTransitMs,
	type Trace,
} from './trace.js';

/** Hz of the output, and sample frames of a render quantum. */
const OUTPUT_RATE = 48_000;
const QUANTUM = 128;

/** Greatest target delay, seconds: the player's default. */
const MAX_DELAY = 2;
const RING_SECONDS = 30;

/** Media positions of the output: of the next sample to be heard after each quantum, ms. */
export interface Played {
	readonly timeline: Timeline;
	readonly positionMs: Float64Array;
	readonly heard: Float32Array;
	/** REPORT slots at the first counted quantum, and at the end. */
	readonly reportBefore: Float64Array;
	readonly reportAfter: Float64Array;
}

export interface PlayOptions {
	readonly content: PlayoutContent;
	readonly profile: LatencyProfile;
	/** Bounds of the target delay, seconds. */
	readonly minDelay: number;
	readonly maxDelay: number;
}

export function simulate(trace: Trace, options: SimulateOptions): Run {
	const seconds = Math.ceil((trace.arrivalMs.length * trace.frameMs) / 1000);
	const signal = testSignal(options.signal, seconds, options.seed);
	const { content, profile } = options;
	const played = play(trace, signal, { content, profile, minDelay: 0, maxDelay: MAX_DELAY });
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
	const layout = ringLayout(1, SIGNAL_RATE, RING_SECONDS);
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	const writer = new RingWriter(memory);
	const report = new Float64Array(REPORT_SLOTS);
	const engine = new PlayoutEngine({
		sampleRate: OUTPUT_RATE,
		mode: 'live',
		...options,
		report,
	});
	engine.attach(new RingReader(memory), designSincFilter(SIGNAL_RATE, OUTPUT_RATE));
	engine.play();
	const frameSamples = (trace.frameMs / 1000) * SIGNAL_RATE;
	const quantumMs = (QUANTUM / OUTPUT_RATE) * 1000;
	const start = trace.arrivalMs[0]!;
	const quanta = Math.ceil((trace.arrivalMs.at(-1)! - start) / quantumMs);
	const recorder = new Recorder(trace, quanta, report);
	const block = [new Float32Array(QUANTUM)];
	let frame = 0;
	for (let quantum = 0; quantum < quanta; quantum++) {
		const now = start + quantum * quantumMs;
		for (; frame < trace.arrivalMs.length && trace.arrivalMs[frame]! <= now; frame++) {
			const at = Math.round(frame * frameSamples);
			writer.write([signal], at, Math.round((frame + 1) * frameSamples) - at);
		}
		engine.render(block);
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

/** Media heard for the first time in each quantum, ms. */
function consumed(positionMs: Float64Array): Float32Array {
	let furthest = 0;
	return Float32Array.from(positionMs, (position) => {
		const fresh = Math.max(0, position - furthest);
		furthest = Math.max(furthest, position);
		return fresh;
	});
}
