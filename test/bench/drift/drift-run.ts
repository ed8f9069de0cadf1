// One run of the drift benchmark.
import { designSincFilter } from '../../../src/core/sinc-filter.js';
import { REPORT, REPORT_SLOTS } from '../../../src/core/playout-report.js';
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { PlayoutEngine } from '../../../worklet/playout-engine.js';

/** Hz of stream and output: low, so that a day takes minutes; drift knows milliseconds only. */
const RATE = 8_000;
/** Sample frames of a render quantum, 2 ms, and of a frame, 20 ms. */
const QUANTUM = 16;
const FRAME = 160;

/** Minutes until the drift is learned. */
const SETTLING_MINUTES = 5;

const MINUTE = (60 * RATE) / QUANTUM;

export interface DriftRun {
	readonly ppm: number;
	readonly hours: number;
	/** Greatest distance of a minute's mean playout delay from its mean target, after settling. */
	readonly steadyErrorMs: number;
	/** Of any render quantum. */
	readonly greatestErrorMs: number;
	/** Since the beginning. */
	readonly concealedFrames: number;
	readonly stretchedFrames: number;
	readonly discardedFrames: number;
}

/** @param ppm how much faster the sender's clock runs than the output's */
export function driftRun(ppm: number, hours: number): DriftRun {
	const report = new Float64Array(REPORT_SLOTS);
	const engine = new PlayoutEngine({
		sampleRate: RATE,
		mode: 'live',
		content: 'music',
		profile: 'balanced',
		minDelay: 0,
		maxDelay: 2,
		report,
	});
	const layout = ringLayout(1, RATE, 4);
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	const writer = new RingWriter(memory);
	engine.attach(new RingReader(memory), designSincFilter(RATE, RATE));
	engine.play();
	const frame = [new Float32Array(FRAME)];
	const output = [new Float32Array(QUANTUM)];
	const period = (FRAME / QUANTUM) * (1 - ppm * 1e-6);
	let next = 0;
	let sum = 0;
	let steady = 0;
	let greatest = 0;
	const quanta = hours * 60 * MINUTE;
	for (let quantum = 0; quantum < quanta; quantum++) {
		for (; next <= quantum; next += period) {
			writer.write(frame, 0, FRAME);
		}
		engine.render(output);
		const error = (report[REPORT.playoutDelay]! - report[REPORT.targetDelay]!) * 1000;
		sum += error;
		const isSettled = quantum >= SETTLING_MINUTES * MINUTE;
		if (isSettled) {
			greatest = Math.max(greatest, Math.abs(error));
		}
		if (quantum % MINUTE === MINUTE - 1) {
			steady = isSettled ? Math.max(steady, Math.abs(sum / MINUTE)) : 0;
			sum = 0;
		}
	}
	return {
		ppm,
		hours,
		steadyErrorMs: steady,
		greatestErrorMs: greatest,
		concealedFrames: report[REPORT.concealed]!,
		stretchedFrames: report[REPORT.inserted]! + report[REPORT.removed]!,
		discardedFrames: report[REPORT.discarded]!,
	};
}
