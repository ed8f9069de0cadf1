// The flags of the benchmark against peers.
import { inRange, oneOf, parseFlags, whole } from '../../support/flags.js';
import { CASES, caseNamed, type BenchCase } from './cases.js';
import { PLAYER_NAMES, type PlayerName } from './results.js';

export const USAGE = `npm run bench:peers -- [flags]
  --case NAME       a case; may be given again (default: all)
                    ${CASES.map(({ name }) => name).join(' ')}
  --player NAME     a player; may be given again (default: all)
                    ${PLAYER_NAMES.join(' ')}
  --runs N          of each player in each case (default: 3)
  --stretch X       seconds of a case times X, 0.1 to 100 (default: 1)
  --only PART       players, traces (steadypcm and NetEq) or card (the sound card); may be given again
                    (default: all)
  --json FILE       where results go (default: test/output/bench-peers.json)
  --resume          keep the runs FILE has already, take those it lacks
  --report          take no runs: write the tables and pictures of FILE to docs/ (else that is done when all
                    cases, players and parts were asked for, at least three times)
  --help            this`;

export const PARTS = ['players', 'traces', 'card'] as const;
export type Part = (typeof PARTS)[number];

export interface Arguments {
	readonly cases: readonly BenchCase[];
	readonly players: readonly PlayerName[];
	readonly runs: number;
	readonly stretch: number;
	readonly parts: readonly Part[];
	readonly json: string;
	readonly isResumed: boolean;
	readonly isReport: boolean;
	/** Nothing is left out: what was published may be replaced. */
	readonly isWhole: boolean;
	readonly isHelp: boolean;
}

/** @throws Error that tells the flag, what it takes and what it got. */
export function readArguments(args: readonly string[]): Arguments {
	const values = parseFlags(args, {
		case: { type: 'string', multiple: true },
		player: { type: 'string', multiple: true },
		runs: { type: 'string', default: '3' },
		stretch: { type: 'string', default: '1' },
		only: { type: 'string', multiple: true },
		json: { type: 'string', default: 'test/output/bench-peers.json' },
		resume: { type: 'boolean', default: false },
		report: { type: 'boolean', default: false },
		help: { type: 'boolean', default: false },
	});
	return {
		cases: values.case?.map(caseNamed) ?? CASES,
		players: values.player?.map((name) => oneOf('--player', PLAYER_NAMES, name)) ?? PLAYER_NAMES,
		runs: whole('--runs', values.runs, 1),
		stretch: inRange('--stretch', values.stretch, 0.1, 100),
		parts: values.only?.map((name) => oneOf('--only', PARTS, name)) ?? PARTS,
		json: values.json,
		isResumed: values.resume,
		isReport: values.report,
		isWhole:
			(values.case ?? values.player ?? values.only) === undefined &&
			Number(values.runs) >= 3 &&
			Number(values.stretch) >= 1,
		isHelp: values.help,
	};
}
