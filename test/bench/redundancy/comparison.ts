// One path against two: the same stream, the same stalls, the same player.
import type { ReceiverReport } from '../../../src/core/receiver-messages.js';
import { modelTrace, type ModelName } from '../underrun/network-models.js';
import { record } from '../underrun/recorder.js';
import type { ProfileName } from '../underrun/run.js';
import { MAX_DELAY, runOf, signalOf } from '../underrun/simulator.js';
import { summarise, type Result } from '../underrun/summary.js';
import { countedFromMs, type Trace } from '../underrun/trace.js';
import { ReceivedPlayout } from './received-playout.js';

const SIGNAL = 'speech';

export interface ComparisonOptions {
	readonly model: ModelName;
	/** The first pair of paths has the model's seeds 2·seed and 2·seed + 1. */
	readonly seed: number;
	/** Pairs of paths. */
	readonly seeds: number;
	/** Of each run. */
	readonly seconds: number;
	readonly profile: ProfileName;
}

/** One run. */
export interface PathsResult extends Result {
	readonly paths: number;
	readonly seed: number;
	/** ms, fixed; null: learned. */
	readonly fixedDelayMs: number | null;
	readonly interruptionsPerMinute: number;
	readonly received: ReceiverReport;
}

/** Mean and standard deviation over runs. */
export interface Spread {
	readonly mean: number;
	readonly deviation: number;
}

export interface Figures {
	readonly runs: number;
	readonly delayMs: Spread;
	readonly concealedPercent: Spread;
	readonly interruptionsPerMinute: Spread;
	readonly j: Spread;
	/** In all runs. */
	readonly clicks: number;
}

export interface Comparison {
	readonly model: ModelName;
	/** ms; null: learned. */
	readonly fixedDelayMs: number | null;
	/** Of either path alone. */
	readonly one: Figures;
	readonly two: Figures;
	/** Mean concealed with two paths by that with one; null if nothing was. */
	readonly concealedRatio: number | null;
}

/** Every pair of paths, each alone and both together. */
export function playCase(fixedDelayMs: number | null, options: ComparisonOptions): PathsResult[] {
	const { model, seeds, seconds } = options;
	return Array.from({ length: seeds }, (_, i) => options.seed + i).flatMap((seed) => {
		const [a, b] = [2 * seed, 2 * seed + 1].map((own) => modelTrace(model, own, seconds));
		const ways = [[a!], [b!], [a!, b!]];
		return ways.map((paths) => playPaths(paths, fixedDelayMs, { ...options, seed }));
	});
}

export function compare(results: readonly PathsResult[], model: ModelName): Comparison {
	const one = figuresOf(results.filter(({ paths }) => paths === 1));
	const two = figuresOf(results.filter(({ paths }) => paths === 2));
	const alone = one.concealedPercent.mean;
	const concealedRatio = alone === 0 ? null : two.concealedPercent.mean / alone;
	return { model, fixedDelayMs: results[0]!.fixedDelayMs, one, two, concealedRatio };
}

/** @param seed of the signal */
export function playPaths(
	paths: readonly Trace[],
	fixedDelayMs: number | null,
	{ profile, seed }: Pick<ComparisonOptions, 'profile' | 'seed'>,
): PathsResult {
	const trace = firstArrivals(paths);
	const of = { signal: SIGNAL, content: SIGNAL, profile, seed } as const;
	const signal = signalOf(trace, of);
	const playout = new ReceivedPlayout(paths, signal, {
		content: SIGNAL,
		profile,
		minDelay: (fixedDelayMs ?? 0) / 1000,
		maxDelay: fixedDelayMs === null ? MAX_DELAY : fixedDelayMs / 1000,
	});
	const result = summarise(runOf(trace, signal, record(trace, playout)), trace, of);
	const minutes = (trace.arrivalMs.at(-1)! - countedFromMs(trace)) / 60_000;
	return {
		...result,
		paths: paths.length,
		seed,
		fixedDelayMs,
		interruptionsPerMinute: result.interruptions / minutes,
		received: playout.received,
	};
}

/** What reaches the player by all paths, each frame by its first copy: delays are read against it. What is played is what
 * the receiver makes of the paths. */
export function firstArrivals(paths: readonly Trace[]): Trace {
	const [first] = paths;
	return {
		...first!,
		name: paths.map(({ name }) => name).join(' and '),
		arrivalMs: first!.arrivalMs.map((_, k) => Math.min(...paths.map((path) => path.arrivalMs[k]!))),
	};
}

function figuresOf(results: readonly PathsResult[]): Figures {
	return {
		runs: results.length,
		delayMs: spread(results.map(({ meanDelayMs }) => meanDelayMs)),
		concealedPercent: spread(results.map(({ concealedPercent }) => concealedPercent)),
		interruptionsPerMinute: spread(results.map((result) => result.interruptionsPerMinute)),
		j: spread(results.map(({ j }) => j)),
		clicks: results.reduce((sum, { clicks }) => sum + clicks, 0),
	};
}

/** The deviation of one value is 0. */
function spread(values: readonly number[]): Spread {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
