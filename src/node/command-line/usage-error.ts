// Mistakes on the command line, and how every error is told: one sentence that says what to do.
import { FfmpegMissingError, UserListError, WavError } from '../index.js';

/** Exit codes. */
export const SUCCESS = 0;
export const FAILURE = 1;
export const USAGE = 2;

/** A mistake on the command line; the message is for its author. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** What happened, for a person, and the exit code. */
export function explain(error: unknown): { readonly text: string; readonly code: number } {
	if (error instanceof UsageError) {
		return { text: error.message, code: USAGE };
	}
	if (error instanceof FfmpegMissingError) {
		return { text: `${error.message} Here: --ffmpeg /path/to/ffmpeg.`, code: FAILURE };
	}
	if (error instanceof UserListError || error instanceof WavError) {
		return { text: error.message, code: FAILURE };
	}
	if (error instanceof Error) {
		return { text: ofSystem(error) ?? error.message, code: FAILURE };
	}
	return { text: String(error), code: FAILURE };
}

interface SystemError extends Error {
	readonly code?: string | undefined;
	readonly path?: string | undefined;
	readonly port?: number;
	readonly address?: string;
}

/** null: none that is known. */
function ofSystem({ code, path, port, address }: SystemError): string | null {
	switch (code) {
		case 'EADDRINUSE':
			return (
				`Expected port ${port} of ${address} to be free: another program has it. ` +
				'Choose another: --port <number>, where 0 is any free one.'
			);
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
			return `Expected --host to be an address of this machine, got ${address ?? 'one that is not'}.`;
		case 'EACCES':
			return path === undefined
				? `This user may not open port ${port}. Choose one above 1023: --port <number>.`
				: `This user may not read ${path}.`;
		case 'ENOENT':
			return `Expected a file called ${path}, found none.`;
		case 'EISDIR':
			return 'Expected a file, got a folder.';
		default:
			return null;
	}
}
