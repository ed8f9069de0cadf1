import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../src/node/command-line/run.js';
import { VERSION } from '../../../src/core/version.js';
import {
	cheapLine,
	FakeTerminal,
	firstMessage,
	hashLine,
	result,
	started,
} from './fake-terminal.js';

let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'steadypcm-'));
});
afterAll(() => rm(folder, { recursive: true }));

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
		[['relay', 'ws://host/', '--login', 'anna'], 'Expected the password of --login by'],
		[['relay', 'ws://host/', '--password-file', 'x'], 'Expected --login <name> with'],
		[
			['relay', 'ws://host/', '--login', 'anna', '--upstream-token-file', 'x'],
			'Expected --login or --upstream-token-file, got both.',
		],
		[['relay', 'ws://host/', '--token', 'x'], "Unknown option '--token'"],
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
		const users = join(folder, 'listeners.txt');
		await writeFile(users, await hashLine('alice', 'hunter 2'));
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

	it('lets those in who were added to the file meanwhile', async () => {
		const users = join(folder, 'growing.txt');
		await writeFile(users, await cheapLine('alice', 'pw'));
		const terminal = new FakeTerminal();
		const { code, url } = await started(terminal, 'serve', 'tone', '--users', users);
		const login = async (uname: string): Promise<number> => {
			const body = new URLSearchParams({ uname, pwd: 'pw' });
			return (await fetch(`${url}login`, { method: 'POST', body })).status;
		};
		expect([await login('alice'), await login('bob')]).toEqual([200, 401]);
		await writeFile(users, await cheapLine('bob', 'pw'));
		expect([await login('bob'), await login('alice')]).toEqual([200, 401]);
		await writeFile(users, 'bob:plain\n');
		expect(await login('bob')).toBe(200);
		expect(terminal.output.text).toContain('The users file has changed and was read.');
		expect(terminal.output.text).toContain('cannot be read: the users stay as they were');
		terminal.stop();
		expect(await code).toBe(0);
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

	it('speaks in plain lines at a terminal', async () => {
		const terminal = new FakeTerminal();
		terminal.output.isTTY = true;
		const code = run(['serve', 'music', '--port', '0', '--no-page'], terminal);
		await terminal.until(/curl: http:\/\/127\.0\.0\.1:\d+\/audio/);
		terminal.stop();
		await code;
		expect(terminal.output.text).toMatch(/\d\d:\d\d:\d\d {3}Closed\.\n/);
		expect(terminal.output.text).not.toContain('{"');
	});
});
