// The journal of the command line: JSON lines for machines, one plain line per entry for a person at a terminal.
import type { Writable } from 'node:stream';
import { pino, type Level } from 'pino';
import { secretFreeJournal, type Journal } from '../index.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes entries of `level` and above to `output`; passwords in them are taken out. */
export function consoleJournal(output: Writable & { isTTY?: boolean }, level: LogLevel): Journal {
	const lines =
		output.isTTY === true ? { write: (line: string) => output.write(plain(line)) } : output;
	const logger = pino(
		{
			level,
			base: { name: 'steadypcm' },
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
		},
		lines,
	);
	return secretFreeJournal({
		debug: (text, fields) => logger.debug(fields, text),
		info: (text, fields) => logger.info(fields, text),
		warn: (text, fields) => logger.warn(fields, text),
		error: (text, fields) => logger.error(fields, text),
	});
}

interface Entry {
	readonly level: Level;
	readonly time: string;
	readonly msg: string;
	readonly [field: string]: unknown;
}

const MARKS: Readonly<Record<Level, string>> = {
	trace: ' ',
	debug: ' ',
	info: ' ',
	warn: '!',
	error: '✗',
	fatal: '✗',
};

/** `12:34:56 ! text  field=value`; more lines of the text are indented. */
function plain(line: string): string {
	const { level, time, msg, ...more } = JSON.parse(line) as Entry;
	const fields = Object.entries(more).filter(([field]) => field !== 'name');
	const clock = new Date(time).toLocaleTimeString('en-GB');
	const rest = fields.map(([field, value]) => `${field}=${String(value)}`);
	const text = msg.replaceAll('\n', `\n${' '.repeat(clock.length + 3)}`);
	return `${clock} ${MARKS[level]} ${text}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}\n`;
}
