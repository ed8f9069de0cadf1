// The command `steadypcm`: the first word chooses, the rest is the chosen one's.
import { VERSION } from '../index.js';
import { hash } from './hash-command.js';
import { relay } from './relay-command.js';
import { serve } from './serve-command.js';
import type { Terminal } from './terminal.js';
import { explain, SUCCESS, UsageError } from './usage-error.js';

const HELP = `
  steadypcm ${VERSION}: live PCM to browsers, without noise and with little delay

    steadypcm serve <source…>     plays sources: RTSP, files, capture devices, standard input
    steadypcm relay <ws-url…>     passes other servers' streams on
    steadypcm hash <name>         makes a line for the file of users

  Each explains itself: steadypcm serve --help

  To begin: steadypcm serve music, then open http://127.0.0.1:8080/
`;

const COMMANDS: Readonly<
	Record<string, (words: readonly string[], terminal: Terminal) => Promise<number>>
> = { serve, relay, hash };

/** Runs one command line to its end. @returns the exit code: 0, 1 for a failure, 2 for wrong usage */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
	try {
		return await choose(words, terminal);
	} catch (error) {
		const { text, code } = explain(error);
		terminal.errors.write(`\n  ${text.replaceAll('\n', '\n  ')}\n\n`);
		return code;
	}
}

async function choose([first, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
	if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
		terminal.output.write(HELP);
		return SUCCESS;
	}
	if (first === '--version' || first === '-v') {
		terminal.output.write(`${VERSION}\n`);
		return SUCCESS;
	}
	const command = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
	if (command === undefined) {
		throw new UsageError(
			`Expected serve, relay or hash, got "${first}". What they do: steadypcm --help`,
		);
	}
	return command(rest, terminal);
}
