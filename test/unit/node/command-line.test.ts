import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { run } from '../../../src/node/command-line/run.js';
import { parseSourceWords } from '../../../src/node/command-line/source-word.js';
import type { Terminal } from '../../../src/node/command-line/terminal.js';
import { VERSION } from '../../../src/core/version.js';
import { isPassword, parsePasswordHash } from '../../../src/node/access/password.js';

class Text extends Writable {
	text = '';
	isTTY = false;

	override _write(bytes: Buffer, _: string, done: () => void): void {
		this.text += bytes.toString();
		this.emit('text');
		done();
	}
}

class FakeTerminal implements Terminal {
	readonly input = new PassThrough() as PassThrough & {
		isTTY?: boolean;
		setRawMode?: (isRaw: boolean) => unknown;
	};
	readonly output = new Text();
	readonly errors = new Text();
	readonly environment = {};
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

let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'steadypcm-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function result(...words: string[]) {
	const terminal = new FakeTerminal();
	const code = await run(words, terminal);
	return { code, output: terminal.output.text, errors: terminal.errors.text };
}

/** Starts a command, waits until it listens, and gives its address. */
async function started(terminal: FakeTerminal, ...words: string[]) {
	const code = run([...words, '--port', '0', '--no-page'], terminal);
	const [, url] = await Promise.race([
		terminal.until(/"url":"([^"]+)"/),
		code.then(() => Promise.reject(new Error(terminal.errors.text))),
	]);
	return { code, url: url! };
}

function firstMessage(url: string, protocols: string[] = []): Promise<Buffer> {
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

describe('steadypcm', () => {
	it.each([[[]], [['--help']], [['help']]])('%o explains the commands', async (words) => {
		const { code, output } = await result(...words);
		expect(code).toBe(0);
		expect(output).toContain('steadypcm serve <source…>');
	});

	it.each([
		['serve', 'rtsp://192.168.1.20/live'],
		['relay', 'ws://127.0.0.1:15678/'],
		['hash', '>> users.txt'],
	])('%s explains itself, with examples', async (command, example) => {
		const { code, output } = await result(command, '--help');
		expect(code).toBe(0);
		expect(output).toContain('Examples');
		expect(output).toContain(example);
		expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
	});

	it('tells its version', async () => {
		expect(await result('--version')).toMatchObject({ code: 0, output: `${VERSION}\n` });
	});

	it.each([
		[['frob'], 'Expected serve, relay or hash, got "frob"'],
		[['serve'], 'Expected a source, got none. To try it out: steadypcm serve music'],
		[['serve', 'no-such.wav'], 'no such file'],
		[['serve', 'tone', '--frob'], "Unknown option '--frob'. All options: steadypcm serve --help"],
		[['serve', 'tone', '--rate', '-1'], "'--rate' argument is ambiguous. All options"],
		[['serve', 'tone', '--port', 'x'], 'Expected --port to be a number from 0 to 65535, got "x"'],
		[['serve', 'tone', '--rate', '1'], 'Expected --rate'],
		[['serve', 'tone', '--format', 's17'], 'Expected --format to be one of u8, s8'],
		[['serve', 'tone', '--linger', '-1'], '--linger'],
		[['serve', 'tone', '--log-level', 'loud'], 'Expected --log-level'],
		[['serve', 'tone', '--host', '0.0.0.0'], '--users <file> for those with a password, --open'],
		[['serve', 'tone', '--open', '--users', 'x'], 'Expected --users or --open, got both.'],
		[['serve', 'tone', '--cert', 'x'], 'Expected --cert and --key together'],
		[['serve', 'a=tone', 'a=music'], 'got "a" twice'],
		[['relay', 'http://host/'], 'Expected an upstream such as ws://host/audio'],
		[['relay'], 'Expected an upstream'],
		[['hash'], 'Expected one name, got 0'],
		[['hash', 'a:b'], 'without ":"'],
	])('%o is wrong usage: exit code 2', async (words, message) => {
		const { code, errors } = await result(...words);
		expect(errors).toContain(message);
		expect(code).toBe(2);
	});

	it('says what to do when ffmpeg is missing, at once', async () => {
		const inputArgs = ['--input-args', '-rtsp_transport udp'];
		const words = ['serve', 'rtsp://cam/1', '--ffmpeg', '/no/ffmpeg', ...inputArgs];
		const { code, errors } = await result(...words);
		expect(code).toBe(1);
		expect(errors).toContain('apt install ffmpeg');
		expect(errors).toContain('--ffmpeg /path/to/ffmpeg');
	});

	it('says what to do when the port is taken', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as AddressInfo;
		const { code, errors } = await result('serve', 'tone', '--no-page', '--port', String(port));
		other.close();
		expect(code).toBe(1);
		expect(errors).toContain(`Expected port ${port} of 127.0.0.1 to be free`);
	});

	it('says which file is missing or none', async () => {
		const missing = await result('serve', 'tone', '--users', '/no/users.txt');
		expect([missing.code, missing.errors]).toEqual([
			1,
			'\n  Expected a file called /no/users.txt, found none.\n\n',
		]);
		const users = join(folder, 'users.txt');
		await writeFile(users, 'alice:hunter2\n');
		const wrong = await result('serve', 'tone', '--users', users);
		expect(wrong.code).toBe(1);
		expect(wrong.errors).toContain('on line 1, got something else');
		expect(wrong.errors).not.toContain('hunter2');
	});

	it('serves until it is told to end, then exits with 0', async () => {
		const terminal = new FakeTerminal();
		const { code, url } = await started(terminal, 'serve', 'tone', '--rate', '16000');
		expect(await firstMessage(`${url}audio`)).toHaveLength(2560);
		terminal.stop();
		expect(await code).toBe(0);
		const lines = terminal.output.text.trimEnd().split('\n');
		const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
		expect(entries[0]).toMatchObject({ level: 'info', name: 'steadypcm', msg: 'Listening.' });
		expect(entries[1]!['msg']).toContain('Only this machine can listen.');
		expect(entries.at(-1)!['msg']).toBe('Closed.');
	});

	it('serves only those who are in the file that "hash" makes', async () => {
		const hashing = new FakeTerminal();
		hashing.input.end('hunter 2\n');
		await run(['hash', 'alice'], hashing);
		const users = join(folder, 'listeners.txt');
		await writeFile(users, hashing.output.text);
		const terminal = new FakeTerminal();
		const { code, url } = await started(terminal, 'serve', 'tone', '--users', users);
		await expect(firstMessage(`${url}tone`, ['steadypcm.token.x'])).rejects.toThrow();
		const body = new URLSearchParams({ uname: 'alice', pwd: 'hunter 2' });
		const answer = await fetch(`${url}login`, { method: 'POST', body });
		const { token } = (await answer.json()) as { token: string };
		const hello = await firstMessage(`${url}tone`, ['steadypcm.v1', `steadypcm.token.${token}`]);
		expect(JSON.parse(hello.toString())).toMatchObject({ type: 'hello' });
		terminal.stop();
		expect(await code).toBe(0);
		expect(terminal.output.text).toContain('Login granted.');
		expect(terminal.output.text).not.toContain('Only this machine');
		for (const secret of ['hunter 2', 'hunter+2', token]) {
			expect(terminal.output.text).not.toContain(secret);
		}
	});

	it('plays standard input, and exits with 0 when that has ended', async () => {
		const terminal = new FakeTerminal();
		const format = ['--rate', '16000', '--channels', '1', '--format', 's16'];
		const { code, url } = await started(terminal, 'serve', 'desk=-', ...format);
		const heard = firstMessage(`${url}desk`);
		const feed = setInterval(() => terminal.input.write(new Uint8Array(640)), 5);
		expect((await heard).byteLength % 2).toBe(0);
		clearInterval(feed);
		terminal.input.end();
		expect(await code).toBe(0);
	});

	it('passes another server on', async () => {
		const [studio, mirror] = [new FakeTerminal(), new FakeTerminal()];
		const first = await started(studio, 'serve', 'tone', '--rate', '16000');
		const upstream = `${first.url.replace('http', 'ws')}tone`;
		const second = await started(mirror, 'relay', upstream);
		await mirror.until(/The upstream is there/);
		const message = await firstMessage(`${second.url}tone`, ['steadypcm.v1']);
		expect(JSON.parse(message.toString())).toMatchObject({ type: 'hello', sampleRate: 16_000 });
		mirror.stop();
		studio.stop();
		expect([await first.code, await second.code]).toEqual([0, 0]);
	});

	it('speaks in plain lines at a terminal', async () => {
		const terminal = new FakeTerminal();
		terminal.output.isTTY = true;
		const code = run(['serve', 'music', '--port', '0', '--no-page'], terminal);
		await terminal.until(/curl: http:\/\/127\.0\.0\.1:\d+\/music/);
		terminal.stop();
		await code;
		expect(terminal.output.text).toMatch(/\d\d:\d\d:\d\d {3}Closed\.\n/);
		expect(terminal.output.text).not.toContain('{"');
	});
});

describe('steadypcm hash', () => {
	async function hashed(terminal: FakeTerminal): Promise<string> {
		expect(await run(['hash', 'alice'], terminal)).toBe(0);
		const [, line] = /^alice:(\$scrypt\$.*)\n$/.exec(terminal.output.text)!;
		return line!;
	}

	it('reads the password from a pipe', async () => {
		const terminal = new FakeTerminal();
		terminal.input.end('hunter 2\nmore\n');
		expect(await isPassword('hunter 2', parsePasswordHash(await hashed(terminal))!)).toBe(true);
	});

	it('asks at a terminal, twice, and shows nothing of it', async () => {
		const terminal = new FakeTerminal();
		const modes: boolean[] = [];
		terminal.input.isTTY = true;
		terminal.input.setRawMode = (isRaw) => modes.push(isRaw);
		const line = hashed(terminal);
		terminal.input.write('hunterr\x7f 2\r');
		await new Promise((resolve) => setImmediate(resolve));
		terminal.input.write('wrong\x15hunter 2\r');
		expect(await isPassword('hunter 2', parsePasswordHash(await line)!)).toBe(true);
		expect(terminal.errors.text).toBe('Password for alice: \nThe same again: \n');
		expect(modes).toEqual([true, false]);
	});

	it('refuses two different ones, none, and ends on Ctrl-C', async () => {
		for (const [keys, message] of [
			[['a\r', 'b\r'], 'Expected the same password twice'],
			[['\r', '\r'], 'Expected a password, got none.'],
			[['a\x03'], 'No password given.'],
		] as const) {
			const terminal = new FakeTerminal();
			terminal.input.isTTY = true;
			const code = run(['hash', 'alice'], terminal);
			for (const key of keys) {
				terminal.input.write(key);
				await new Promise((resolve) => setImmediate(resolve));
			}
			expect(await code).toBe(2);
			expect(terminal.errors.text).toContain(message);
		}
	});
});

describe('a source word', () => {
	it('has a name of its own, or is given one', async () => {
		const wave = join(folder, 'My talk.wav');
		await writeFile(wave, '');
		const words = [
			'door=rtsp://u:p@cam/live?x=1',
			'rtsp://u:p@cam/live',
			'tone',
			'tone',
			wave,
			'-',
		];
		const sources = parseSourceWords(words);
		expect(sources.map(({ name, kind, input }) => [name, kind, input])).toEqual([
			['door', 'url', 'rtsp://u:p@cam/live?x=1'],
			['live', 'url', 'rtsp://u:p@cam/live'],
			['tone', 'tone', 'tone'],
			['tone-2', 'tone', 'tone'],
			['My-talk', 'wave', wave],
			['stdin', 'stdin', '-'],
		]);
	});

	it.each([
		['alsa:hw:0', 'alsa', 'hw:0'],
		['pulse:', 'pulse', 'default'],
		['avfoundation::0', 'avfoundation', ':0'],
		['dshow:audio=Microphone (USB)', 'dshow', 'audio=Microphone (USB)'],
	])('%s is a device', (word, device, input) => {
		expect(parseSourceWords([word])).toEqual([{ name: device, kind: 'device', input, device }]);
	});
});
