import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cheapLine, FakeTerminal, firstMessage, result, started } from './fake-terminal.js';

let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'steadypcm-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('steadypcm relay', () => {
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

	it('logs in at another server, with a password that nobody can read', async () => {
		const [users, secret] = [join(folder, 'anna.txt'), join(folder, 'secret.txt')];
		await writeFile(users, await cheapLine('anna', 'hunter 2'));
		await writeFile(secret, 'hunter 2\n');
		const [studio, mirror, other] = [new FakeTerminal(), new FakeTerminal(), new FakeTerminal()];
		const first = await started(studio, 'serve', 'tone', '--users', users);
		const upstream = `${first.url.replace('http', 'ws')}tone`;
		const login = ['relay', upstream, '--login', 'anna'];
		const second = await started(mirror, ...login, '--password-file', secret);
		other.environment['STEADYPCM_PASSWORD'] = 'hunter 2';
		const third = await started(other, ...login);
		for (const [terminal, { url }] of [[mirror, second] as const, [other, third] as const]) {
			await terminal.until(/The upstream is there/);
			expect(await firstMessage(`${url}tone`, ['steadypcm.v1'])).toBeDefined();
			terminal.stop();
		}
		studio.stop();
		expect([await first.code, await second.code, await third.code]).toEqual([0, 0, 0]);
		for (const { output, errors } of [studio, mirror, other]) {
			expect(output.text + errors.text).not.toContain('hunter');
		}
	});

	it('shows what is meant for one host to no other', async () => {
		const words = ['relay', 'ws://a/x', 'ws://b/x', '--upstream-token-file'];
		const token = join(folder, 'token.txt');
		await writeFile(token, 'abc\n');
		const { code, errors } = await result(...words, token);
		expect([code, errors]).toEqual([2, expect.stringContaining('Expected upstreams of one host')]);
		await writeFile(token, '');
		expect((await result(...words, token)).errors).toContain('Expected a first line in');
		expect((await result(...words, '/no/token')).errors).toContain('/no/token, found none');
	});
});
