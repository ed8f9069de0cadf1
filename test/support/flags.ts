// Flags of the benchmarks: what is wrong with one is told in plain words, with what it takes and what it got.
import { parseArgs, type ParseArgsConfig } from 'node:util';

type Flags = NonNullable<ParseArgsConfig['options']>;

type Values<F extends Flags> = ReturnType<typeof parseArgs<{ options: F }>>['values'];

/** @returns values by flag. @throws Error on a flag that is unknown or lacks its value. */
export function parseFlags<const F extends Flags>(args: readonly string[], flags: F): Values<F> {
	try {
		return parseArgs({ args: [...args], options: flags }).values;
	} catch (error) {
		throw new Error(`${(error as Error).message} See --help.`, { cause: error });
	}
}

export function oneOf<Name extends string>(
	flag: string,
	names: readonly Name[],
	got: string,
): Name {
	const found = names.find((name) => name === got);
	if (found === undefined) {
		throw new Error(`${flag}: expected ${names.join(', ')}, got "${got}".`);
	}
	return found;
}

export function whole(flag: string, got: string, least: number): number {
	if (!/^\d{1,9}$/.test(got) || Number(got) < least) {
		throw new Error(`${flag}: expected a whole number from ${least}, got "${got}".`);
	}
	return Number(got);
}

export function inRange(flag: string, got: string, least: number, most: number): number {
	const value = Number(got);
	if (got.trim() === '' || !(value >= least && value <= most)) {
		throw new Error(`${flag}: expected a number from ${least} to ${most}, got "${got}".`);
	}
	return value;
}
