// `steadypcm hash <name>`: a line for the users file.
import { hashPassword, isUserName } from '../index.js';
import { askPassword } from './password-prompt.js';
import type { Terminal } from './terminal.js';
import { SUCCESS, UsageError } from './usage-error.js';
import { parseWords } from './words.js';

export const HASH_HELP_TEXT = `
  steadypcm hash <name>               prints a line for the file of --users

  Asks for the password, without showing it, or reads it from standard input. The line holds the
  name and a salted scrypt hash; the password is kept nowhere.

  Examples
    steadypcm hash alice >> users.txt
    pass show radio/alice | steadypcm hash alice >> users.txt
`;

/** Resolves with the exit code. */
export async function hash(words: readonly string[], terminal: Terminal): Promise<number> {
	const { values, positionals } = parseWords('hash', {
		args: [...words],
		options: { help: { type: 'boolean', short: 'h', default: false } },
		allowPositionals: true,
	});
	if (values.help) {
		terminal.output.write(HASH_HELP_TEXT);
		return SUCCESS;
	}
	const [name, ...more] = positionals;
	if (name === undefined || more.length > 0) {
		throw new UsageError(`Expected one name, got ${positionals.length}: steadypcm hash alice`);
	}
	if (!isUserName(name)) {
		throw new UsageError(
			`Expected a name of 1 to 64 characters without ":", that begins with none of # and $, got "${name}".`,
		);
	}
	const password = await askPassword(name, terminal);
	terminal.output.write(`${name}:${await hashPassword(password)}\n`);
	return SUCCESS;
}
