// Asks for a password: at a terminal without showing it, twice; from a pipe, its first line.
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

const ENTER = /[\r\n]/;
const BACKSPACE = /[\b\x7f]/;
const INTERRUPT = '\x03';
const END_OF_INPUT = '\x04';
const CLEAR_LINE = '\x15';

/** @param name whose password it will be, for the question
 * @throws UsageError when nothing is given, or not the same twice */
export async function askPassword(name: string, terminal: Terminal): Promise<string> {
	const password =
		terminal.input.isTTY === true ? await askTwice(name, terminal) : await firstLine(terminal);
	if (password === '') {
		throw new UsageError('Expected a password, got none.');
	}
	return password;
}

async function askTwice(name: string, terminal: Terminal): Promise<string> {
	const { input, errors } = terminal;
	input.setRawMode?.(true);
	try {
		errors.write(`Password for ${name}: `);
		const password = await hiddenLine(terminal);
		errors.write('\nThe same again: ');
		if ((await hiddenLine(terminal)) !== password) {
			throw new UsageError('Expected the same password twice, got two.');
		}
		return password;
	} finally {
		input.setRawMode?.(false);
		input.pause();
		errors.write('\n');
	}
}

/** Keys until Enter; nothing of them is shown. */
function hiddenLine({ input }: Terminal): Promise<string> {
	return new Promise((resolve, reject) => {
		let line = '';
		const settle = (error: Error | null): void => {
			input.off('data', hear);
			if (error === null) {
				resolve(line);
			} else {
				reject(error);
			}
		};
		const hear = (keys: Buffer | string): void => {
			for (const key of keys.toString()) {
				if (key === INTERRUPT || key === END_OF_INPUT) {
					settle(new UsageError('No password given.'));
					return;
				}
				if (ENTER.test(key)) {
					settle(null);
					return;
				}
				line = key === CLEAR_LINE ? '' : BACKSPACE.test(key) ? line.slice(0, -1) : line + key;
			}
		};
		input.on('data', hear);
		input.resume();
	});
}

async function firstLine({ input }: Terminal): Promise<string> {
	let text = '';
	for await (const part of input) {
		text += String(part);
		if (text.includes('\n')) {
			break;
		}
	}
	return text.split(/\r?\n/, 1)[0]!;
}
