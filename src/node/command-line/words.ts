// Words of the command line into values; a wrong one is the author's mistake and says so.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage-error.js';

/** What `--format` takes. */
export const SAMPLE_FORMATS = ['u8', 's8', 's16', 's24', 's32', 'f32', 'mulaw', 'alaw'] as const;

/** As `parseArgs`, with mistakes that name the command whose help to read. */
export function parseWords<T extends ParseArgsConfig>(
	command: string,
	config: T,
): ReturnType<typeof parseArgs<T>> {
	try {
		return parseArgs(config);
	} catch (cause) {
		const [sentence] = (cause instanceof Error ? cause.message : String(cause)).split(/\.?\n|\. /);
		throw new UsageError(`${sentence}. All options: steadypcm ${command} --help`, { cause });
	}
}

/** @throws UsageError outside `min` to `max` */
export function wholeNumber(option: string, word: string, min: number, max: number): number {
	const value = Number(word);
	if (!/^\d+$/.test(word) || value < min || value > max) {
		throw new UsageError(`Expected ${option} to be a number from ${min} to ${max}, got "${word}".`);
	}
	return value;
}

/** Seconds, fractions allowed.
 * @throws UsageError outside 0 to `max` */
export function seconds(option: string, word: string, max: number): number {
	const value = Number(word);
	if (!/^\d+(\.\d+)?$/.test(word) || value > max) {
		throw new UsageError(`Expected ${option} to be seconds from 0 to ${max}, got "${word}".`);
	}
	return value;
}

/** @throws UsageError for another word */
export function oneOfWords<T extends string>(
	option: string,
	word: string,
	allowed: readonly T[],
): T {
	const found = allowed.find((one) => one === word);
	if (found === undefined) {
		throw new UsageError(`Expected ${option} to be one of ${allowed.join(', ')}, got "${word}".`);
	}
	return found;
}
