// The flags of the redundancy benchmark.
import { inRange, oneOf, parseFlags, whole } from '../../support/flags.js';
import { MODEL_NAMES, type ModelName } from '../underrun/network-models.js';
import { PROFILES, type ProfileName } from '../underrun/run.js';

const DELAYS = ['60', '100', '150', '200', '300'];
const MODELS = ['tcp-loss-40', 'tcp-loss-160'];

export const USAGE = `npm run bench:redundancy -- [flags]
  --model NAME      network of either path; may be given again (default: ${MODELS.join(', ')})
                    ${MODEL_NAMES.join(' ')}
  --delay MS        a fixed delay, 1 to 2000; may be given again (default: ${DELAYS.join(', ')})
  --profile NAME    of the learned delay: ${PROFILES.join(' ')} (default: balanced)
  --seeds N         pairs of paths (default: 5)
  --seconds S       of each run, 10 to 600 (default: 120)
  --seed N          the first pair's, and its signal's (default: 1)
  --json FILE       where results go (default: test/output/bench-redundancy.json)
  --help            this`;

export interface Arguments {
	readonly models: readonly ModelName[];
	readonly delaysMs: readonly number[];
	readonly profile: ProfileName;
	readonly seeds: number;
	readonly seconds: number;
	readonly seed: number;
	readonly json: string;
	readonly isHelp: boolean;
}

/** @throws Error that tells the flag, what it takes and what it got. */
export function readArguments(args: readonly string[]): Arguments {
	const values = parseFlags(args, {
		model: { type: 'string', multiple: true, default: MODELS },
		delay: { type: 'string', multiple: true, default: DELAYS },
		profile: { type: 'string', default: 'balanced' },
		seeds: { type: 'string', default: '5' },
		seconds: { type: 'string', default: '120' },
		seed: { type: 'string', default: '1' },
		json: { type: 'string', default: 'test/output/bench-redundancy.json' },
		help: { type: 'boolean', default: false },
	});
	return {
		models: values.model.map((name) => oneOf('--model', MODEL_NAMES, name)),
		delaysMs: values.delay.map((text) => inRange('--delay', text, 1, 2000)),
		profile: oneOf('--profile', PROFILES, values.profile),
		seeds: whole('--seeds', values.seeds, 1),
		seconds: inRange('--seconds', values.seconds, 10, 600),
		seed: whole('--seed', values.seed, 0),
		json: values.json,
		isHelp: values.help,
	};
}
