import { expect, it, vi } from 'vitest';
import { hashPassword } from '../../../src/node/access/password.js';
import { UserFile } from '../../../src/node/access/user-file.js';

const file = vi.hoisted(() => ({ version: 1n, reads: [] as ((text: string) => void)[] }));
vi.mock('node:fs/promises', () => ({
	stat: () => Promise.resolve({ ino: 1n, size: 1n, mtimeNs: file.version, ctimeNs: file.version }),
	readFile: () => new Promise<string>((resolve) => file.reads.push(resolve)),
}));

it('of two reads of the users file at once the newer counts, whichever is done last', async () => {
	const cheap = { ln: 10, r: 8, p: 1 };
	const alice = `alice:${await hashPassword('a', cheap)}\n`;
	const bob = `bob:${await hashPassword('b', cheap)}\n`;
	const opening = UserFile.open('users');
	await vi.waitFor(() => expect(file.reads).toHaveLength(1));
	file.reads.shift()!(alice + bob);
	const users = await opening;
	// Changed, and a login reads it...
	file.version = 2n;
	const first = users.verify('bob', 'b');
	await vi.waitFor(() => expect(file.reads).toHaveLength(1));
	// ...and while it does, alice is removed, and another login reads that.
	file.version = 3n;
	const second = users.verify('bob', 'b');
	await vi.waitFor(() => expect(file.reads).toHaveLength(2));
	const [old, now] = file.reads;
	now!(bob);
	await second;
	old!(alice + bob);
	await first;
	expect(await users.verify('alice', 'a')).toBe(false);
});
