// What a run came to, in one number a figure, and how several runs of the same spread.
import type { BenchResults, HeardFigures, PeerRun, PlayerName } from '../results.js';

/** NaN where nothing was heard to tell it from. */
export interface Outcome {
	readonly run: number;
	/** Mean over the streams played at once; the 95th percentile is that of the worst. */
	readonly delayMeanMs: number;
	readonly delayP95Ms: number;
	/** ms in all, summed over the streams. */
	readonly silentMs: number;
	readonly insertedMs: number;
	readonly skippedMs: number;
	readonly concealedMs: number;
	readonly clicks: number;
	/** Of the worst stream. */
	readonly snrDb: number;
	/** Minutes from the first sound to the end, mean over the streams. */
	readonly minutes: number;
	/** Mean delay and what was missing in one number, ms. */
	readonly j: number;
}

/** ms of delay that one percent of the time without the stream costs in J. NetEq's own target weighs them so. */
export const PRICE_OF_PERCENT_MS = 100;

export function outcomeOf({ run, heard }: PeerRun): Outcome {
	const sum = (value: (figures: HeardFigures) => number): number =>
		heard.reduce((total, figures) => total + finite(value(figures)), 0);
	const mean = (value: (figures: HeardFigures) => number): number => sum(value) / heard.length;
	const heardMs = sum((figures) => figures.heardMs);
	const isHeard = heardMs > 0;
	const total = (value: (figures: HeardFigures) => number): number => (isHeard ? sum(value) : NaN);
	const silentMs = total((figures) => figures.silentMs);
	const skippedMs = total((figures) => figures.skippedMs);
	const concealedMs = total((figures) => figures.concealedMs);
	const delayMeanMs = isHeard ? mean((figures) => figures.delayMeanMs) : NaN;
	const missingPercent = (100 * (silentMs + concealedMs)) / heardMs;
	return {
		run,
		delayMeanMs,
		delayP95Ms: isHeard ? Math.max(...heard.map(({ delayP95Ms }) => finite(delayP95Ms))) : NaN,
		silentMs,
		insertedMs: total((figures) => figures.insertedMs),
		skippedMs,
		concealedMs,
		clicks: total((figures) => figures.clicks),
		snrDb: isHeard ? Math.min(...heard.map(({ snrDb }) => finite(snrDb))) : NaN,
		minutes: heardMs / heard.length / 60_000,
		j: delayMeanMs + PRICE_OF_PERCENT_MS * missingPercent,
	};
}

/** JSON has null for what is no finite number, and null counts as 0 in a sum. */
function finite(value: number): number {
	return Number.isFinite(value) ? value : NaN;
}

/** In the order of the runs; those in which the machine did not keep up do not count. */
export function runsOf(results: BenchResults, caseName: string, player: PlayerName): PeerRun[] {
	return results.peerRuns
		.filter((run) => run.isValid && run.caseName === caseName && run.player === player)
		.sort((a, b) => a.run - b.run);
}

export function outcomesOf(results: BenchResults, caseName: string, player: PlayerName): Outcome[] {
	return runsOf(results, caseName, player).map(outcomeOf);
}

/** The run in the middle when sorted by delay, of those in which something was heard. */
export function middleRun(runs: readonly PeerRun[]): PeerRun | undefined {
	const heard = runs
		.map((run) => ({ run, delay: outcomeOf(run).delayMeanMs }))
		.filter(({ delay }) => Number.isFinite(delay))
		.sort((a, b) => a.delay - b.delay);
	return heard[Math.floor((heard.length - 1) / 2)]?.run;
}

export interface Spread {
	readonly median: number;
	readonly least: number;
	readonly most: number;
}

/** @returns null if no value is finite. */
export function spreadOf(values: readonly number[]): Spread | null {
	const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
	if (sorted.length === 0) {
		return null;
	}
	const middle = (sorted.length - 1) / 2;
	const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
	return { median, least: sorted[0]!, most: sorted.at(-1)! };
}
