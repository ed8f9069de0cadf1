import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../../src/node/access/password.js';
import { UserFile } from '../../../src/node/access/user-file.js';
import { silentJournal } from '../../../src/node/journal.js';

const CHEAP = { ln: 10, r: 8, p: 1 };

let folder: string;
let path: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'steadypcm-users-'));
	path = join(folder, 'users.txt');
});
afterAll(() => rm(folder, { recursive: true }));

const line = async (name: string, password: string) =>
	`${name}:${await hashPassword(password, CHEAP)}\n`;

async function opened() {
	const told: string[] = [];
	const tell = (text: string, fields?: object): void => {
		told.push(`${text} ${JSON.stringify(fields)}`);
	};
	const journal = { ...silentJournal, info: tell, error: tell };
	return { told, users: await UserFile.open(path, journal) };
}

describe('UserFile', () => {
	it('reads again what has changed, written to or replaced', async () => {
		await writeFile(path, await line('alice', 'old'));
		const { users, told } = await opened();
		expect(await users.verify('alice', 'old')).toBe(true);
		expect(told).toEqual([]);

		await writeFile(path, (await line('alice', 'new')) + (await line('bob', 'b')));
		expect(await users.verify('alice', 'old')).toBe(false);
		expect(await users.verify('alice', 'new')).toBe(true);
		expect([users.has('bob'), users.has('carol')]).toEqual([true, false]);

		await writeFile(`${path}.new`, await line('carol', 'c'));
		await rename(`${path}.new`, path);
		expect(await users.verify('carol', 'c')).toBe(true);
		expect(await users.verify('bob', 'b')).toBe(false);
		expect(told).toEqual([
			'The users file has changed and was read. {"users":2}',
			'The users file has changed and was read. {"users":1}',
		]);
	});

	it('keeps its users while the file is broken or missing, and tells it once', async () => {
		await writeFile(path, await line('alice', 'pw'));
		const { users, told } = await opened();
		await writeFile(path, 'alice:hunter2\n');
		expect(await users.verify('alice', 'pw')).toBe(true);
		expect(await users.verify('alice', 'hunter2')).toBe(false);
		expect(told).toHaveLength(1);
		expect(told[0]).toContain('on line 1, got something else');
		expect(told[0]).not.toContain('hunter2');
		await rm(path);
		expect(await users.verify('alice', 'pw')).toBe(true);
		expect(told).toHaveLength(2);
		expect(told[1]).toContain('ENOENT');
		await writeFile(path, await line('alice', 'again'));
		expect(await users.verify('alice', 'again')).toBe(true);
	});

	it('rejects where it cannot begin', async () => {
		await expect(UserFile.open(join(folder, 'none.txt'))).rejects.toThrow('ENOENT');
		await writeFile(path, '# nobody');
		await expect(UserFile.open(path)).rejects.toThrow('Expected at least one user');
	});
});
