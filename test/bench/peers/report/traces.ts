// steadypcm's profiles against NetEq, trace by trace and run by run.
import type { BenchResults, TraceRun } from '../results.js';
import { spreadOf, type Spread } from './outcome.js';
import { standing, type Standing } from './verdict.js';

/** From least delay to fewest interruptions. */
export const PROFILES = ['live', 'balanced', 'smooth'] as const;
export type Profile = (typeof PROFILES)[number];

export interface TracePlayer {
	readonly caseName: string;
	/** null: NetEq. */
	readonly profile: Profile | null;
	readonly runs: readonly TraceRun[];
	readonly delay: Spread | null;
	readonly concealed: Spread | null;
	readonly j: Spread | null;
	/** J / J(NetEq) of each run that both have. */
	readonly ratios: readonly number[];
	readonly standings: readonly Standing[];
}

export function traceCases({ traceRuns }: BenchResults): string[] {
	return [...new Set(traceRuns.map(({ caseName }) => caseName))];
}

/** NetEq, then the profiles, those that have run. */
export function tracePlayers(results: BenchResults, caseName: string): TracePlayer[] {
	return [null, ...PROFILES]
		.map((profile) => tracePlayer(results, caseName, profile))
		.filter(({ runs }) => runs.length > 0);
}

export function tracePlayer(
	{ traceRuns }: BenchResults,
	caseName: string,
	profile: Profile | null,
): TracePlayer {
	const ofCase = traceRuns
		.filter((run) => run.isValid && run.caseName === caseName)
		.sort((a, b) => a.run - b.run);
	const netEq = ofCase.filter(({ player }) => player === 'NetEq');
	const runs = profile
		? ofCase.filter((run) => run.player === 'steadypcm' && (run.profile ?? 'balanced') === profile)
		: netEq;
	const pairs = runs.flatMap((own) => {
		const theirs = netEq.find(({ run }) => run === own.run);
		return theirs ? [[own.j, theirs.j] as const] : [];
	});
	return {
		caseName,
		profile,
		runs,
		delay: spreadOf(runs.map(({ meanDelayMs }) => meanDelayMs)),
		concealed: spreadOf(runs.map(({ concealedPercent }) => concealedPercent)),
		j: spreadOf(runs.map(({ j }) => j)),
		ratios: pairs.map(([own, theirs]) => own / theirs),
		standings: pairs.map(([own, theirs]) => standing(own, theirs)),
	};
}
