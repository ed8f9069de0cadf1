// What a command needs of the process it runs in: streams, and the wish to end.
import type { Readable, Writable } from 'node:stream';

/** The process, or a test's stand-in. */
export interface Terminal {
	readonly input: Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };
	readonly output: Writable & { isTTY?: boolean };
	readonly errors: Writable;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Calls `stop` each time somebody wants the process to end (SIGINT, SIGTERM). */
	onStop(stop: () => void): void;
}

/** The process's own. */
export const processTerminal: Terminal = {
	input: process.stdin,
	output: process.stdout,
	errors: process.stderr,
	environment: process.env,
	onStop: (stop) => {
		process.on('SIGINT', stop);
		process.on('SIGTERM', stop);
	},
};
