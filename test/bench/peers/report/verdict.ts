// Who is ahead: steadypcm against one peer, in one case, by one figure, run by run.
import type { BenchResults, PlayerName } from '../results.js';
import { outcomesOf, spreadOf, type Outcome, type Spread } from './outcome.js';

export type MetricName = 'delay' | 'silence' | 'clicks' | 'J';

export interface Metric {
	readonly name: MetricName;
	readonly title: string;
	/** As it follows a number; empty: a count. */
	readonly unit: string;
	/** What is compared: less is better. */
	readonly compared: (outcome: Outcome) => number;
	/** What tables show. */
	readonly shown: (outcome: Outcome) => number;
}

export const METRICS: readonly Metric[] = [
	metric('delay', 'Delay, ms', 'ms', ({ delayMeanMs }) => delayMeanMs),
	perMinute('silence', 'Silence, ms a minute', 'ms a minute', ({ silentMs }) => silentMs),
	perMinute('clicks', 'Clicks a minute', 'a minute', ({ clicks }) => clicks),
	metric('J', 'J, ms', 'ms', ({ j }) => j),
];

/** Those a player is judged by; J only sums up. */
export const JUDGED: readonly Metric[] = METRICS.filter(({ name }) => name !== 'J');

/** What differs by less is equal: ms, of a run in all, or clicks. Finer than the analyser reads. */
const EQUAL_BELOW = 1;

export type Standing = 'ahead' | 'behind' | 'equal';

export interface Verdict {
	readonly caseName: string;
	readonly metric: Metric;
	readonly peer: PlayerName;
	/** Of steadypcm, in each run that both have played. */
	readonly standings: readonly Standing[];
	/** null: there is no run to tell from; mixed: not the same in all runs. */
	readonly conclusion: Standing | 'mixed' | null;
	readonly own: Spread | null;
	readonly theirs: Spread | null;
}

function metric(
	name: MetricName,
	title: string,
	unit: string,
	compared: (outcome: Outcome) => number,
): Metric {
	return { name, title, unit, compared, shown: compared };
}

function perMinute(...[name, title, unit, compared]: Parameters<typeof metric>): Metric {
	const shown = (outcome: Outcome): number => compared(outcome) / outcome.minutes;
	return { ...metric(name, title, unit, compared), shown };
}

/** Of what is better the less it is. Who is not heard at all is behind who is. */
export function standing(own: number, theirs: number): Standing {
	if (!Number.isFinite(own) || !Number.isFinite(theirs)) {
		return Number.isFinite(own) ? 'ahead' : Number.isFinite(theirs) ? 'behind' : 'equal';
	}
	if (Math.abs(own - theirs) < EQUAL_BELOW) {
		return 'equal';
	}
	return own < theirs ? 'ahead' : 'behind';
}

export function verdict(
	results: BenchResults,
	caseName: string,
	metric: Metric,
	peer: PlayerName,
): Verdict {
	const own = outcomesOf(results, caseName, 'steadypcm');
	const theirs = outcomesOf(results, caseName, peer);
	const standings = own.flatMap((outcome) => {
		const other = theirs.find(({ run }) => run === outcome.run);
		return other ? [standing(metric.compared(outcome), metric.compared(other))] : [];
	});
	return {
		caseName,
		metric,
		peer,
		standings,
		conclusion: conclude(standings),
		own: spreadOf(own.map(metric.shown)),
		theirs: spreadOf(theirs.map(metric.shown)),
	};
}

export function conclude(standings: readonly Standing[]): Verdict['conclusion'] {
	const [first] = standings;
	if (first === undefined) {
		return null;
	}
	return standings.every((other) => other === first) ? first : 'mixed';
}

/** Of a case, one for each peer that has played it. */
export function verdictsOf(results: BenchResults, caseName: string, metric: Metric): Verdict[] {
	return peersOf(results)
		.map((peer) => verdict(results, caseName, metric, peer))
		.filter(({ conclusion }) => conclusion !== null);
}

export function peersOf({ players }: BenchResults): PlayerName[] {
	return players.map(({ name }) => name).filter((name) => name !== 'steadypcm');
}

/** Those of the peers with the lowest median: more than one if they share it. */
export function bestOf(verdicts: readonly Verdict[]): Verdict[] {
	const least = Math.min(...verdicts.map(({ theirs }) => theirs?.median ?? Infinity));
	return verdicts.filter(({ theirs }) => theirs?.median === least);
}

/** steadypcm's part of what the peer has, by the medians.
 * @returns null where there is no ratio: a peer with nothing, or less. */
export function ratioOf({ own, theirs }: Pick<Verdict, 'own' | 'theirs'>): number | null {
	return own && theirs && theirs.median > 0 ? own.median / theirs.median : null;
}

/** `ahead in 3 of 3`; all standings, most first, where they differ. */
export function wording(standings: readonly Standing[]): string {
	const count = (wanted: Standing): number => standings.filter((found) => found === wanted).length;
	const found = (['ahead', 'equal', 'behind'] as const)
		.filter((wanted) => count(wanted) > 0)
		.sort((a, b) => count(b) - count(a));
	const parts = found.map((wanted, i) =>
		i === 0
			? `${wanted} in ${count(wanted)} of ${standings.length}`
			: `${wanted} in ${count(wanted)}`,
	);
	return parts.join(', ') || '–';
}
