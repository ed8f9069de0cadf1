import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Access, type AccessOptions } from '../../../src/node/access/access.js';
import { AttemptLimit } from '../../../src/node/access/attempt-limit.js';
import { ConnectionCount } from '../../../src/node/gateway/connection-count.js';
import { silentJournal, type Journal } from '../../../src/node/journal.js';
import { hashPassword, isPassword, parsePasswordHash } from '../../../src/node/access/password.js';
import { TokenBook } from '../../../src/node/access/token-book.js';
import { Turns } from '../../../src/node/access/turns.js';
import { UserList, type Users } from '../../../src/node/access/user-list.js';
import { VirtualClock } from '../../support/virtual-clock.js';

/** As cheap as is allowed: 1 MiB. */
const CHEAP = { ln: 10, r: 8, p: 1 };
const REQUEST = new IncomingMessage(new Socket());

async function usersOf(...names: string[]): Promise<UserList> {
	const lines = names.map(async (name) => `${name}:${await hashPassword(`${name}-pw`, CHEAP)}`);
	return new UserList(['# who may listen', '', ...(await Promise.all(lines))].join('\n'));
}

describe('a password hash', () => {
	it('is salted, knows its password, and no other', async () => {
		const [one, two] = [
			await hashPassword('å secret', CHEAP),
			await hashPassword('å secret', CHEAP),
		];
		expect(one).toMatch(/^\$scrypt\$ln=10,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
		expect(one).not.toBe(two);
		const hash = parsePasswordHash(one)!;
		expect(await isPassword('å secret', hash)).toBe(true);
		// The same letter, composed otherwise.
		expect(await isPassword('a\u030a secret', hash)).toBe(true);
		expect(await isPassword('å secret ', hash)).toBe(false);
		expect(await isPassword('', hash)).toBe(false);
	});

	it.each([
		['plain text', 'hunter2'],
		['another scheme', '$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA'],
		[
			'a cost that would stop the server',
			'$scrypt$ln=31,r=8,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
		],
		['no cost', '$scrypt$ln=01,r=8,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA'],
		['no salt', '$scrypt$ln=10,r=8,p=1$$AAAAAAAAAAAAAAAAAAAAAA'],
	])('is not %s', (_, text) => {
		expect(parsePasswordHash(text)).toBe(null);
	});

	it('is not made of nothing', async () => {
		await expect(hashPassword('')).rejects.toThrow(RangeError);
		await expect(hashPassword('x'.repeat(1025))).rejects.toThrow(RangeError);
	});
});

describe('UserList', () => {
	it('names the line that is none, without showing it', () => {
		const wrong = (text: string) => () => new UserList(text);
		expect(wrong('\n# x\nalice:hunter2')).toThrow('on line 3, got something else');
		expect(wrong('alice:hunter2')).not.toThrow('hunter2');
		expect(wrong('# nobody')).toThrow('Expected at least one user, got none.');
	});

	it('refuses a user who comes twice', async () => {
		const line = `alice:${await hashPassword('x', CHEAP)}`;
		expect(() => new UserList(`${line}\n${line}`)).toThrow('got "alice" again on line 2');
	});

	it('checks an unknown user as dearly as a known one', async () => {
		const users = await usersOf('alice');
		const spent = async (name: string): Promise<number> => {
			const from = process.cpuUsage().user;
			for (let i = 0; i < 20; i++) {
				await users.verify(name, 'wrong');
			}
			return process.cpuUsage().user - from;
		};
		await spent('alice');
		const [known, unknown] = [await spent('alice'), await spent('mallory')];
		expect(unknown).toBeGreaterThan(known / 3);
		expect(unknown).toBeLessThan(known * 3);
	});
});

describe('TokenBook', () => {
	it('takes each token once, and only in its time', () => {
		const clock = new VirtualClock();
		const book = new TokenBook(60, clock);
		const [used, late] = [book.issue('alice'), book.issue('bob')];
		expect(used).toMatch(/^[\w-]{43}$/);
		expect(book.redeem(used)).toEqual({ outcome: 'valid', user: 'alice' });
		expect(book.redeem(used)).toEqual({ outcome: 'unknown' });
		clock.advance(60_000);
		expect(book.redeem(late)).toEqual({ outcome: 'expired' });
		expect(book.redeem(late)).toEqual({ outcome: 'unknown' });
		expect(book.redeem('')).toEqual({ outcome: 'unknown' });
	});

	it('forgets what nobody uses', () => {
		const clock = new VirtualClock();
		const book = new TokenBook(60, clock);
		const first = book.issue('alice');
		for (let i = 0; i < 10_000; i++) {
			book.issue('alice');
		}
		expect(book.size).toBe(10_000);
		expect(book.redeem(first)).toEqual({ outcome: 'unknown' });
		clock.advance(60_000);
		book.issue('alice');
		expect(book.size).toBe(1);
	});
});

describe('AttemptLimit', () => {
	it('lets so many fail in a window, each for itself', () => {
		const clock = new VirtualClock();
		const limit = new AttemptLimit(2, 60_000, clock);
		const fail = (key: string): void => {
			limit.begin(key);
			limit.end(key, true);
		};
		fail('a');
		clock.advance(10_000);
		fail('a');
		expect([limit.waitOf('a'), limit.waitOf('b')]).toEqual([50, 0]);
		clock.advance(50_000);
		expect(limit.waitOf('a')).toBe(0);
	});

	it('has room for no more attempts at once than may fail, and makes nobody wait for those under way', () => {
		const limit = new AttemptLimit(3, 60_000, new VirtualClock());
		['a', 'a', 'a', 'b'].forEach((key) => limit.begin(key));
		expect([limit.hasRoom('a'), limit.hasRoom('b'), limit.waitOf('a')]).toEqual([false, true, 0]);
		limit.end('a', false);
		expect(limit.hasRoom('a')).toBe(true);
		limit.end('a', true);
		limit.begin('a');
		expect([limit.hasRoom('a'), limit.waitOf('a')]).toEqual([false, 0]);
		['a', 'a'].forEach((key) => limit.end(key, true));
		expect([limit.hasRoom('a'), limit.waitOf('a')]).toEqual([false, 60]);
	});
});

describe('ConnectionCount', () => {
	it('bounds all and each address, and counts every leaving once', () => {
		const count = new ConnectionCount(3, 2);
		const leave = count.enter('a');
		count.enter('a');
		expect(count.enter('a')).toBe('address');
		count.enter('b');
		expect(count.enter('c')).toBe('all');
		(leave as () => void)();
		(leave as () => void)();
		expect(count.all).toBe(2);
		expect(typeof count.enter('a')).toBe('function');
	});
});

describe('Turns', () => {
	it('gives few at once, lets some wait, and sends the rest away', async () => {
		const turns = new Turns(1, 1);
		const order: number[] = [];
		const finish: (() => void)[] = [];
		const work = (n: number) => async (): Promise<void> => {
			order.push(n);
			await new Promise<void>((resolve) => finish.push(resolve));
		};
		const [one, two, three] = [1, 2, 3].map((n) => turns.take(work(n)));
		expect(three).toBe(null);
		expect(order).toEqual([1]);
		finish[0]!();
		await one;
		await Promise.resolve();
		expect(order).toEqual([1, 2]);
		finish[1]!();
		await two;
		expect(turns.take(work(4))).not.toBe(null);
	});
});

describe('Access', () => {
	function accessWith(options: AccessOptions, journal: Journal = silentJournal) {
		const clock = new VirtualClock();
		return { clock, access: new Access(options, clock, journal) };
	}

	it('gives a token for the right password', async () => {
		const { access } = accessWith({ users: await usersOf('alice', 'bob') });
		const login = await access.login(REQUEST, '10.0.0.1', 'alice', 'alice-pw');
		expect(login).toMatchObject({ outcome: 'granted', expiresIn: 60 });
		const token = login.outcome === 'granted' ? login.token : '';
		expect(access.redeem(REQUEST, token)).toEqual({ outcome: 'valid', user: 'alice' });
		expect(await access.login(REQUEST, '10.0.0.1', 'alice', 'bob-pw')).toEqual({
			outcome: 'refused',
		});
	});

	it('slows guessing by address, whatever the names', async () => {
		const { access, clock } = accessWith({
			users: await usersOf('alice'),
			failuresPerAddress: 3,
		});
		const at = (address: string, pwd: string, name = 'alice') =>
			access.login(REQUEST, address, name, pwd);
		for (let i = 0; i < 3; i++) {
			expect((await at('10.0.0.1', 'no', `user${i}`)).outcome).toBe('refused');
		}
		expect(await at('10.0.0.1', 'alice-pw')).toEqual({ outcome: 'limited', retryAfter: 60 });
		expect((await at('10.0.0.2', 'alice-pw')).outcome).toBe('granted');
		clock.advance(60_000);
		expect((await at('10.0.0.1', 'alice-pw')).outcome).toBe('granted');
	});

	it('slows guessing by name and refuses it where it failed; a success costs nothing', async () => {
		const { access, clock } = accessWith({ users: await usersOf('alice'), failuresPerUser: 2 });
		const at = (address: string, pwd: string) => access.login(REQUEST, address, 'alice', pwd);
		for (let i = 0; i < 5; i++) {
			expect((await at('10.0.1.1', 'alice-pw')).outcome).toBe('granted');
		}
		await Promise.all([at('10.0.0.1', 'a'), at('10.0.0.1', 'b')]);
		expect((await at('10.0.0.1', 'alice-pw')).outcome).toBe('limited');
		expect((await at('10.0.1.1', 'alice-pw')).outcome).toBe('granted');
		expect((await at('10.0.0.2', 'alice-pw')).outcome).toBe('granted');
		let outcome = 'waiting';
		const late = at('10.0.0.3', 'alice-pw').then((login) => (outcome = login.outcome));
		await new Promise(setImmediate);
		clock.advance(999);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(outcome).toBe('waiting');
		clock.advance(1);
		await late;
		expect(outcome).toBe('granted');
	});

	it('counts attempts that run together', async () => {
		const { access } = accessWith({ users: await usersOf('alice'), failuresPerAddress: 2 });
		const attempts = Array.from({ length: 5 }, () =>
			access.login(REQUEST, '10.0.0.1', 'alice', 'no'),
		);
		const outcomes = (await Promise.all(attempts)).map(({ outcome }) => outcome);
		expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(2);
		expect(outcomes.filter((outcome) => outcome === 'limited')).toHaveLength(3);
	});

	it('lets all in who come at once from one address with the right password', async () => {
		const { access } = accessWith({ users: await usersOf('alice', 'bob') });
		const logins = Array.from({ length: 20 }, (_, i) => {
			const name = i % 4 === 0 ? 'bob' : 'alice';
			return access.login(REQUEST, '10.0.0.1', name, `${name}-pw`);
		});
		const outcomes = (await Promise.all(logins)).map(({ outcome }) => outcome);
		expect(outcomes).toEqual(Array.from({ length: 20 }, () => 'granted'));
	});

	it('checks no more of what comes at once than may fail, and lets the right one of it in', async () => {
		const users = await usersOf('alice');
		let checked = 0;
		const counting: Users = {
			has: (name) => users.has(name),
			verify: (name, password) => {
				checked++;
				return users.verify(name, password);
			},
		};
		const { access } = accessWith({ users: counting, failuresPerAddress: 4 });
		const guess = (pwd: string) => access.login(REQUEST, '10.0.0.1', 'alice', pwd);
		const early = ['a', 'b', 'c', 'alice-pw', 'd', 'e', 'f', 'alice-pw'].map(guess);
		const outcomes = (await Promise.all(early)).map(({ outcome }) => outcome);
		expect(outcomes).toEqual([
			...['refused', 'refused', 'refused', 'granted', 'refused'],
			...['limited', 'limited', 'limited'],
		]);
		expect(checked).toBe(5);
	});

	it('goes on after a check that broke, which counts as a failure', async () => {
		const users: Users = {
			has: () => true,
			verify: () => Promise.reject(new Error('the disk is away')),
		};
		const { access } = accessWith({ users, failuresPerAddress: 1 });
		const [first, second] = [1, 2].map(() => access.login(REQUEST, '10.0.0.1', 'alice', 'x'));
		await expect(first).rejects.toThrow('the disk is away');
		expect(await second).toMatchObject({ outcome: 'limited' });
	});

	it('lets only so many wait for others of their address, and nobody for another address', async () => {
		let answer: (isRight: boolean) => void = () => {};
		const verdict = new Promise<boolean>((resolve) => (answer = resolve));
		const { access } = accessWith({ verify: () => verdict, failuresPerAddress: 1 });
		const at = (address: string) => access.login(REQUEST, address, 'alice', 'x');
		const waiting = Array.from({ length: 300 }, () => at('10.0.0.1'));
		const elsewhere = at('10.0.0.2');
		const tooMany = Promise.all(waiting.slice(257));
		expect(new Set((await tooMany).map(({ outcome }) => outcome))).toEqual(new Set(['busy']));
		answer(true);
		const outcomes = (await Promise.all(waiting.slice(0, 257))).map(({ outcome }) => outcome);
		expect(new Set(outcomes)).toEqual(new Set(['granted']));
		expect((await elsewhere).outcome).toBe('granted');
	});

	it('asks the hook for names it does not know, and for foreign tokens', async () => {
		const asked: unknown[] = [];
		const { access } = accessWith({
			users: await usersOf('alice'),
			verify: (request, credentials) => {
				asked.push([request, credentials]);
				return credentials.kind === 'token' ? credentials.token === 'theirs' : true;
			},
		});
		const credentials = { kind: 'password', uname: 'carol', pwd: 'c' };
		expect((await access.login(REQUEST, 'a', 'carol', 'c')).outcome).toBe('granted');
		expect((await access.login(REQUEST, 'a', 'alice', 'c')).outcome).toBe('refused');
		expect(asked).toEqual([[REQUEST, credentials]]);
		expect(await access.redeem(REQUEST, 'theirs')).toMatchObject({ outcome: 'valid' });
		expect(await access.redeem(REQUEST, 'others')).toEqual({ outcome: 'unknown' });
	});

	it('takes a hook that fails for a no, and tells', async () => {
		const told: string[] = [];
		const journal = { ...silentJournal, error: (text: string) => told.push(text) };
		const verify = (): never => {
			throw new Error('the database is away');
		};
		const { access } = accessWith({ verify }, journal);
		expect((await access.login(REQUEST, 'a', 'carol', 'c')).outcome).toBe('refused');
		expect(told).toEqual(['The verify hook failed, which counts as no.']);
	});

	it('wants somebody to ask', () => {
		expect(() => accessWith({})).toThrow('Expected access.users or access.verify');
		expect(() => accessWith({ verify: () => true, tokenSeconds: 0 })).toThrow(RangeError);
	});
});
