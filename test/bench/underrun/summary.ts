// The figures of one run. The delay of a sample is when it was played, less when it was captured, less the
// same of the fastest frame on arrival; means and percentiles weigh it by media played.
import { clairvoyant, fixedDelay, LATE_FRACTIONS, type FixedDelay } from './bounds.js';
import type { ProfileName, Run, SignalKind, Timeline } from './run.js';
import { captureTimes, countedFromMs, pauseAfter, type Trace } from './trace.js';

export interface Result {
	readonly trace: string;
	readonly signal: SignalKind;
	readonly profile: ProfileName;
	readonly meanDelayMs: number;
	readonly p95DelayMs: number;
	readonly p99DelayMs: number;
	/** Of all output that is no pause of the sender. */
	readonly concealedPercent: number;
	/** Of all output, too. */
	readonly discardedPercent: number;
	readonly concealmentEventsPerMinute: number;
	/** Concealments of INTERRUPTION_MS or longer. */
	readonly interruptions: number;
	readonly stretchedPercent: number;
	readonly minRate: number;
	readonly maxRate: number;
	readonly clicks: number;
	/** The figure of merit, less is better: meanDelayMs + 100·(concealedPercent + discardedPercent). */
	readonly j: number;
	readonly netEq?: {
		readonly meanDelayMs: number;
		readonly concealedPercent: number;
		readonly j: number;
	};
	/** By percentage of late frames. */
	readonly fixed: Readonly<Record<string, FixedDelay>>;
	readonly clairvoyant: { readonly meanDelayMs: number; readonly j: number };
}

/** A gap that long is heard as an interruption, not as a blemish. */
export const INTERRUPTION_MS = 150;

export function summarise(
	run: Run,
	trace: Trace,
	of: { readonly signal: SignalKind; readonly profile: ProfileName },
): Result {
	const from = firstAtOrAfter(run.timeline.timeMs, countedFromMs(trace));
	const concealment = concealmentOf(run, trace, from);
	const delays = delayFigures(
		run.timeline.playoutDelayMs.subarray(from),
		run.mediaMs.subarray(from),
	);
	const percent = (frames: number): number => (100 * frames) / concealment.outputFrames;
	const discardedPercent = percent(run.discardedFrames);
	const { interruptions, concealedPercent } = concealment;
	return {
		trace: trace.name,
		...of,
		...delays,
		concealedPercent,
		discardedPercent,
		concealmentEventsPerMinute: concealment.eventsPerMinute,
		interruptions,
		stretchedPercent: percent(run.insertedFrames + run.removedFrames),
		minRate: run.minRate,
		maxRate: run.maxRate,
		clicks: run.clicks,
		j: delays.meanDelayMs + 100 * (concealedPercent + discardedPercent),
		...netEqFigures(trace),
		...boundFigures(trace),
	};
}

function netEqFigures({ netEq }: Trace): Pick<Result, 'netEq'> {
	if (!netEq) {
		return {};
	}
	const { meanDelayMs, concealedPercent } = netEq;
	return { netEq: { meanDelayMs, concealedPercent, j: meanDelayMs + 100 * concealedPercent } };
}

function boundFigures(trace: Trace): Pick<Result, 'fixed' | 'clairvoyant'> {
	const { meanDelayMs, j } = clairvoyant(trace);
	const fixed = LATE_FRACTIONS.map(
		(late) => [String(100 * late), fixedDelay(trace, late)] as const,
	);
	return { fixed: Object.fromEntries(fixed), clairvoyant: { meanDelayMs, j } };
}

/** Media-weighted; a percentile is the least delay that so much of the media does not exceed. */
function delayFigures(
	delayMs: Float64Array,
	mediaMs: Float32Array,
): Pick<Result, 'meanDelayMs' | 'p95DelayMs' | 'p99DelayMs'> {
	const played = [...delayMs.keys()].filter((i) => mediaMs[i]! > 0);
	const total = played.reduce((sum, i) => sum + mediaMs[i]!, 0);
	const meanDelayMs = played.reduce((sum, i) => sum + mediaMs[i]! * delayMs[i]!, 0) / total;
	const sorted = played.sort((a, b) => delayMs[a]! - delayMs[b]!);
	const percentile = (part: number): number => {
		let sum = 0;
		const found = sorted.find((i) => (sum += mediaMs[i]!) >= part * total * (1 - 1e-9));
		return found === undefined ? NaN : delayMs[found]!;
	};
	return { meanDelayMs, p95DelayMs: percentile(0.95), p99DelayMs: percentile(0.99) };
}

interface Concealment {
	/** Counted output that is no pause of the sender. */
	readonly outputFrames: number;
	readonly concealedPercent: number;
	readonly eventsPerMinute: number;
	readonly interruptions: number;
}

/** A concealment is a run of quanta that conceal something. */
function concealmentOf(run: Run, trace: Trace, from: number): Concealment {
	const { quantumFrames, outputRate } = run;
	const { concealed, pausedFrames } = withoutPauses(run, trace, from);
	const outputFrames = (concealed.length - from) * quantumFrames - pausedFrames;
	const lengths: number[] = [];
	for (let i = from; i < concealed.length; i++) {
		if (concealed[i]! > 0) {
			if (i === from || concealed[i - 1] === 0) {
				lengths.push(0);
			}
			lengths[lengths.length - 1]! += concealed[i]!;
		}
	}
	const concealedFrames = lengths.reduce((sum, frames) => sum + frames, 0);
	const atLeast = (INTERRUPTION_MS / 1000) * outputRate;
	return {
		outputFrames,
		concealedPercent: (100 * concealedFrames) / outputFrames,
		eventsPerMinute: (60 * lengths.length * outputRate) / outputFrames,
		interruptions: lengths.filter((frames) => frames >= atLeast).length,
	};
}

/** While the sender pauses there is nothing to play, so that much silence is right: up to the pause's
 * length, what is concealed from the last arrival before it until media plays again after it. */
function withoutPauses(
	run: Run,
	trace: Trace,
	from: number,
): { concealed: Uint8Array; pausedFrames: number } {
	const { timeMs } = run.timeline;
	const captured = captureTimes(trace);
	const concealed = run.timeline.concealed.slice();
	let pausedFrames = 0;
	for (let k = 0; k + 1 < captured.length; k++) {
		const pauseMs = pauseAfter(captured, trace.frameMs, k);
		if (pauseMs === 0) {
			continue;
		}
		let left = Math.round((pauseMs * run.outputRate) / 1000);
		const end = trace.arrivalMs[k + 1]!;
		const start = firstAtOrAfter(timeMs, trace.arrivalMs[k]!);
		for (let i = start; i < concealed.length && left > 0; i++) {
			if (timeMs[i]! >= end && concealed[i] === 0) {
				break;
			}
			const excused = Math.min(left, concealed[i]!);
			concealed[i]! -= excused;
			left -= excused;
			pausedFrames += i >= from ? excused : 0;
		}
	}
	return { concealed, pausedFrames };
}

/** Index in a rising list. */
function firstAtOrAfter(times: Timeline['timeMs'], time: number): number {
	let low = 0;
	let high = times.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (times[middle]! < time) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}
