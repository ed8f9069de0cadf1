// The flags of the underrun benchmark.
import { oneOf, parseFlags, whole } from '../../support/flags.js';
import { MODEL_NAMES, type ModelName } from './network-models.js';
import {
	CONTENTS,
	PROFILES,
	SIGNALS,
	type ContentKind,
	type ProfileName,
	type SignalKind,
} from './run.js';

export const USAGE = `npm run bench:underrun -- [flags]
  --trace FILE      arrivals to play, JSON; may be given again (default: the models)
  --model NAME      a network model; may be given again (default: all)
                    ${MODEL_NAMES.join(' ')}
  --seeds N         seeds of each model in each half, tuned (even) and held out (odd)
  --profile NAME    ${PROFILES.join(' ')} (default: balanced)
  --signal NAME     ${SIGNALS.join(' ')}; may be given again (default: speech)
  --content NAME    what the player is told it plays: ${CONTENTS.join(' ')} (default: the signal's)
  --seed N          of the signals, and the first pair of seeds of the models (default: 1)
  --json FILE       where results go (default: test/output/bench-underrun.json)
  --svg FOLDER      a picture of every run
  --help            this`;

export interface Arguments {
	readonly traces: readonly string[];
	readonly models: readonly ModelName[];
	readonly seeds: number | undefined;
	readonly profile: ProfileName;
	readonly signals: readonly SignalKind[];
	/** @default the signal's own */
	readonly content: ContentKind | undefined;
	readonly seed: number;
	readonly json: string;
	readonly svg: string | undefined;
	readonly isHelp: boolean;
}

/** @throws Error that tells the flag, what it takes and what it got. */
export function readArguments(args: readonly string[]): Arguments {
	const values = parse(args);
	if (values.trace && (values.model ?? values.seeds) !== undefined) {
		throw new Error('--model and --seeds are for the models, --trace is played instead.');
	}
	return {
		traces: values.trace ?? [],
		models: values.model?.map((name) => oneOf('--model', MODEL_NAMES, name)) ?? MODEL_NAMES,
		seeds: values.seeds === undefined ? undefined : whole('--seeds', values.seeds, 1),
		profile: oneOf('--profile', PROFILES, values.profile),
		signals: values.signal.map((name) => oneOf('--signal', SIGNALS, name)),
		content:
			values.content === undefined ? undefined : oneOf('--content', CONTENTS, values.content),
		seed: whole('--seed', values.seed, 0),
		json: values.json,
		svg: values.svg,
		isHelp: values.help,
	};
}

function parse(args: readonly string[]) {
	return parseFlags(args, {
		trace: { type: 'string', multiple: true },
		model: { type: 'string', multiple: true },
		seeds: { type: 'string' },
		profile: { type: 'string', default: 'balanced' },
		signal: { type: 'string', multiple: true, default: ['speech'] },
		content: { type: 'string' },
		seed: { type: 'string', default: '1' },
		json: { type: 'string', default: 'test/output/bench-underrun.json' },
		svg: { type: 'string' },
		help: { type: 'boolean', default: false },
	});
}
