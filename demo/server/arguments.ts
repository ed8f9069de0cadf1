// The command line of `npm start`: text in, checked settings out, or one sentence that says what is wrong.
import { parseArgs } from 'node:util';

/** Where the page is served without `--port`, or on the next free port. */
const DEFAULT_PORT = 5173;

/** What `npm start` was told. */
export interface Arguments {
	/** 0 takes any free port. */
	readonly port: number;
	/** True when the port was asked for: then no other will do. */
	readonly strictPort: boolean;
	/** Interface to listen on; true is all of them, undefined this machine only. */
	readonly host: string | true | undefined;
	/** A built-in source, a WAVE file or any input of ffmpeg. */
	readonly source: string | null;
	readonly ffmpegPath: string;
	/** Whether the page may have SharedArrayBuffer. */
	readonly isolation: boolean;
	readonly open: boolean;
	readonly help: boolean;
}

/** A mistake on the command line; the message is for its author. */
export class ArgumentError extends Error {
	override readonly name = 'ArgumentError';
}

/** What `--help` prints. */
export const HELP = `
  npm start [-- options]     one process, one port: the demo page, its sound, its bad network

  What plays
    --source <input>         offered first on the page. One of
                               music, voice, metronome, tone    made up here, nothing to install
                               sound.wav                        a WAVE file, looped
                               rtsp://camera/stream, song.mp3   whatever your ffmpeg reads
    --ffmpeg <path>          the ffmpeg program             (default: ffmpeg from the PATH)

  Where
    --port <number>          this port and no other; 0 is any free one   (default: ${DEFAULT_PORT} or the next free)
    --host [address]         let others on the network in; without an address, on all interfaces
    --open                   open the page in your browser

  How
    --no-isolation           without COOP and COEP headers: the page has no SharedArrayBuffer, and
                             the sound takes the MessagePort path instead

  Examples
    npm start
    npm start -- --source rtsp://192.168.1.20/live
    npm start -- --source talk.wav --port 8080 --host
`;

/** @throws ArgumentError for what it does not know, and for values that cannot be. */
export function parseArguments(words: readonly string[]): Arguments {
	const values = parse(withHost(words));
	return {
		port: values.port === undefined ? DEFAULT_PORT : portOf(values.port),
		strictPort: values.port !== undefined,
		host: values.host === '' ? true : values.host,
		source: values.source ?? null,
		ffmpegPath: values.ffmpeg,
		isolation: !values['no-isolation'],
		open: values.open,
		help: values.help,
	};
}

function parse(words: readonly string[]) {
	try {
		return parseArgs({
			args: [...words],
			options: {
				source: { type: 'string' },
				ffmpeg: { type: 'string', default: 'ffmpeg' },
				port: { type: 'string' },
				host: { type: 'string' },
				open: { type: 'boolean', default: false },
				'no-isolation': { type: 'boolean', default: false },
				help: { type: 'boolean', short: 'h', default: false },
			},
		}).values;
	} catch (cause) {
		const [sentence] = (cause instanceof Error ? cause.message : String(cause)).split('. ');
		throw new ArgumentError(`${sentence}. All options: npm start -- --help`, { cause });
	}
}

/** `--host` may stand alone. */
function withHost(words: readonly string[]): string[] {
	return words.map((word, i) => {
		const next = words[i + 1];
		const isAlone = word === '--host' && (next === undefined || next.startsWith('-'));
		return isAlone ? '--host=' : word;
	});
}

function portOf(text: string): number {
	const port = Number(text);
	if (!/^\d+$/.test(text) || port > 65_535) {
		throw new ArgumentError(`Expected --port to be a number from 0 to 65535, got "${text}".`);
	}
	return port;
}
