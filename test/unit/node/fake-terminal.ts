// The process that a command thinks it runs in, and the ways in that a test takes.
import { PassThrough, Writable } from 'node:stream';
import { WebSocket } from 'ws';
import { run } from '../../../src/node/command-line/run.js';
import { hashPassword } from '../../../src/node/access/password.js';
import type { Terminal } from '../../../src/node/command-line/terminal.js';

class Text extends Writable {
	text = '';
	isTTY = false;

	override _write(bytes: Buffer, _: string, done: () => void): void {
		this.text += bytes.toString();
		this.emit('text');
		done();
	}
}

export class FakeTerminal implements Terminal {
	readonly input = new PassThrough() as PassThrough & {
		isTTY?: boolean;
		setRawMode?: (isRaw: boolean) => unknown;
	};
	readonly output = new Text();
	readonly errors = new Text();
	readonly environment: Record<string, string> = {};
	stop: () => void = () => {};

	onStop(stop: () => void): void {
		this.stop = stop;
	}

	/** Resolves with the output once it has `mark` in it. */
	async until(mark: RegExp): Promise<RegExpExecArray> {
		for (;;) {
			const found = mark.exec(this.output.text);
			if (found !== null) {
				return found;
			}
			await new Promise((resolve) => this.output.once('text', resolve));
		}
	}
}

/** Starts a command, waits until it listens, and gives its address. */
export async function started(terminal: FakeTerminal, ...words: string[]) {
	const code = run([...words, '--port', '0', '--no-page'], terminal);
	const [, url] = await Promise.race([
		terminal.until(/"url":"([^"]+)"/),
		code.then(() => Promise.reject(new Error(terminal.errors.text))),
	]);
	return { code, url: url! };
}

/** The first message of a WebSocket at an `http:` URL. */
export function firstMessage(url: string, protocols: string[] = []): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(url.replace('http', 'ws'), protocols);
		socket.on('error', reject);
		socket.on('close', (code) => reject(new Error(`Closed with ${code}.`)));
		socket.on('message', (message: Buffer) => {
			resolve(message);
			socket.removeAllListeners('close').close();
		});
	});
}

/** The line that `steadypcm hash` makes. */
export async function hashLine(name: string, password: string): Promise<string> {
	const terminal = new FakeTerminal();
	terminal.input.end(`${password}\n`);
	await run(['hash', name], terminal);
	return terminal.output.text;
}

/** The same, with a hash as cheap as is allowed. */
export async function cheapLine(name: string, password: string): Promise<string> {
	return `${name}:${await hashPassword(password, { ln: 10, r: 8, p: 1 })}\n`;
}

/** What a command that ends says, and its exit code. */
export async function result(...words: string[]) {
	const terminal = new FakeTerminal();
	const code = await run(words, terminal);
	return { code, output: terminal.output.text, errors: terminal.errors.text };
}
