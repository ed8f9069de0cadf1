// The flags of the capacity benchmark.
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench:capacity -- [flags]
  --listeners N,…   how many listen at once, case by case; 0: only the listener that stops reading
                    (default: 100,300,600,1000,1500)
  --seconds S       of each case, 1.5 to 600; rounded to whole rounds of 1.5 s (default: 9)
  --edge            looks for the number of listeners at which a core no longer keeps time, from 1000 up; half a
                    minute to two minutes
  --no-stalled      leaves out the listener that stops reading, a minute to two minutes
  --json FILE       where results go (default: test/output/bench-capacity.json)
  --help            this`;

export interface Arguments {
	/** Each from 1. */
	readonly listeners: readonly number[];
	readonly seconds: number;
	readonly hasEdge: boolean;
	readonly hasStalled: boolean;
	readonly json: string;
	readonly isHelp: boolean;
}

/** @throws Error that tells the flag, what it takes and what it got. */
export function readArguments(args: readonly string[]): Arguments {
	const values = parse(args);
	return {
		listeners: values.listeners
			.split(',')
			.map((text) => Math.round(inRange('--listeners', text, 0, 20_000)))
			.filter((count) => count > 0),
		seconds: inRange('--seconds', values.seconds, 1.5, 600),
		hasEdge: values.edge,
		hasStalled: !values['no-stalled'],
		json: values.json,
		isHelp: values.help,
	};
}

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: {
				listeners: { type: 'string', default: '100,300,600,1000,1500' },
				seconds: { type: 'string', default: '9' },
				edge: { type: 'boolean', default: false },
				'no-stalled': { type: 'boolean', default: false },
				json: { type: 'string', default: 'test/output/bench-capacity.json' },
				help: { type: 'boolean', default: false },
			},
		}).values;
	} catch (error) {
		throw new Error(`${(error as Error).message} See --help.`, { cause: error });
	}
}

function inRange(flag: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (text.trim() === '' || !(value >= least && value <= most)) {
		throw new Error(`${flag}: expected a number from ${least} to ${most}, got "${text}".`);
	}
	return value;
}
