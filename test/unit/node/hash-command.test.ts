import { describe, expect, it } from 'vitest';
import { run } from '../../../src/node/command-line/run.js';
import { isPassword, parsePasswordHash } from '../../../src/node/access/password.js';
import { FakeTerminal } from './fake-terminal.js';

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
