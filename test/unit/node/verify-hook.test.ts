import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Access } from '../../../src/node/access/access.js';
import { UserList } from '../../../src/node/access/user-list.js';
import { hashPassword } from '../../../src/node/access/password.js';
import { VerifyHook, type Verify } from '../../../src/node/access/verify-hook.js';
import { silentJournal } from '../../../src/node/journal.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const REQUEST = new IncomingMessage(new Socket());
const TOKEN = { kind: 'token', token: 'x' } as const;

function hookOf(verify: Verify) {
	const clock = new VirtualClock();
	const told: string[] = [];
	const journal = {
		...silentJournal,
		error: (text: string, fields?: object) => told.push(`${text} ${JSON.stringify(fields)}`),
	};
	return { clock, told, journal, hook: new VerifyHook(verify, 5, clock, journal) };
}

const never = (): Promise<boolean> => new Promise(() => {});

describe('VerifyHook', () => {
	it('takes no answer within its time for a no, tells it, and leaves no timer behind', async () => {
		const { clock, told, hook } = hookOf(never);
		const answer = hook.ask(REQUEST, TOKEN);
		clock.advance(5000);
		expect(await answer).toBe(false);
		expect(told).toEqual([
			'The verify hook failed, which counts as no. {"error":"no answer within 5 s"}',
		]);
		const quick = hookOf(() => true);
		expect(await quick.hook.ask(REQUEST, TOKEN)).toBe(true);
		expect(quick.clock.pending).toBe(0);
	});

	it('asks 32 at once and lets 64 wait; the rest is told so at once', async () => {
		let asked = 0;
		const { clock, hook } = hookOf(() => {
			asked++;
			return never();
		});
		const answers = Array.from({ length: 97 }, () => hook.ask(REQUEST, TOKEN));
		expect(answers.indexOf(null)).toBe(96);
		expect(asked).toBe(32);
		for (let i = 0; i < 3; i++) {
			clock.advance(5000);
			await new Promise(setImmediate);
		}
		const given = await Promise.all(answers.filter((answer) => answer !== null));
		expect(given).toEqual(new Array(96).fill(false));
		expect(asked).toBe(96);
	});

	it('hears an answer that comes too late, and one that fails then, without harm', async () => {
		let fail: (error: Error) => void = () => {};
		const { clock, told, hook } = hookOf(() => new Promise((_, reject) => (fail = reject)));
		const answer = hook.ask(REQUEST, TOKEN);
		clock.advance(5000);
		expect(await answer).toBe(false);
		fail(new Error('late'));
		await new Promise(setImmediate);
		expect(told).toHaveLength(1);
	});
});

describe('a login while the hook is dead', () => {
	it('is granted to those whom the list knows', async () => {
		const clock = new VirtualClock();
		const users = new UserList(`alice:${await hashPassword('pw', { ln: 10, r: 8, p: 1 })}`);
		const access = new Access({ users, verify: never }, clock, silentJournal);
		const stuck = Array.from({ length: 40 }, (_, i) =>
			access.login(REQUEST, `10.0.0.${i}`, `stranger ${i}`, 'x'),
		);
		const login = await access.login(REQUEST, '10.0.1.1', 'alice', 'pw');
		expect(login.outcome).toBe('granted');
		for (let i = 0; i < 2; i++) {
			await new Promise(setImmediate);
			clock.advance(5000);
		}
		await expect(Promise.all(stuck)).resolves.toHaveLength(40);
	});
});
