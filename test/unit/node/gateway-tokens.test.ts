// Who shows which token, and what becomes of those who show none.
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SUBPROTOCOL } from '../../../src/core/frame.js';
import { systemClock } from '../../../src/node/clock.js';
import type { Gateway } from '../../../src/node/gateway/gateway.js';
import {
	alice,
	ask,
	ended,
	GatewayRig,
	login,
	PASSWORD,
	sound,
	tokenProtocols,
} from './gateway-rig.js';

const rig = new GatewayRig();

afterEach(() => rig.close());

describe('a gateway with users', () => {
	let gateway: Gateway;
	/** ms that the gateway's clock is ahead. */
	let ahead = 0;

	beforeEach(async () => {
		ahead = 0;
		gateway = await rig.start({
			access: { users: await alice() },
			limits: { undecidedSeconds: 0.2 },
			clock: { ...systemClock, now: () => systemClock.now() + ahead },
		});
	});

	const end = (protocols: string[], headers: Record<string, string> = {}) =>
		ended(rig.socket(gateway, 'tone', protocols, headers));

	it('takes a token as subprotocol, which it never picks', async () => {
		const socket = rig.socket(gateway, 'tone', tokenProtocols(await login(gateway)));
		await sound(socket);
		expect(socket.protocol).toBe(SUBPROTOCOL);
	});

	it('takes a token in the header, and over HTTP', async () => {
		const headers = { authorization: `Bearer ${await login(gateway)}` };
		await sound(rig.socket(gateway, 'tone', [], headers));
		const answer = await ask(gateway, '/tone', {
			method: 'HEAD',
			headers: { authorization: `Bearer ${await login(gateway)}` },
		});
		expect(answer.status).toBe(200);
	});

	it('takes a token as first message', async () => {
		const socket = rig.socket(gateway, 'tone', [SUBPROTOCOL]);
		await once(socket, 'open');
		socket.send(JSON.stringify({ type: 'token', token: await login(gateway) }));
		await sound(socket);
	});

	it('refuses wrong, used, expired and missing tokens, says so, and harms nobody', async () => {
		const check = await rig.neighbour(gateway, tokenProtocols(await login(gateway)));
		const wrong = 'A'.repeat(43);
		expect(await end(tokenProtocols(wrong))).toEqual({ code: 4401, reason: 'token not valid' });
		const used = await login(gateway);
		await sound(rig.socket(gateway, 'tone', tokenProtocols(used)));
		expect((await end(tokenProtocols(used))).code).toBe(4401);
		const expired = await login(gateway);
		ahead = 60_000;
		expect(await end(tokenProtocols(expired))).toEqual({ code: 4401, reason: 'token expired' });
		expect(await end([SUBPROTOCOL])).toEqual({ code: 4401, reason: 'token required' });
		const http = await ask(gateway, '/tone');
		expect([http.status, http.headers['www-authenticate']]).toEqual([401, 'Bearer']);
		const bearer = await ask(gateway, '/tone', { headers: { authorization: `Bearer ${wrong}` } });
		expect(bearer.status).toBe(401);
		const metrics = await gateway.metrics();
		expect(metrics).toContain('steadypcm_refusals_total{reason="expired-token"} 1');
		expect(metrics).toContain('steadypcm_refusals_total{reason="wrong-token"} 3');
		expect(metrics).toContain('steadypcm_refusals_total{reason="no-token"} 2');
		for (const reason of ['token not valid', 'token expired', 'token required']) {
			expect(rig.journal).toContain(`"reason":"${reason}"`);
		}
		for (const secret of [wrong, used, expired, PASSWORD]) {
			expect(rig.journal).not.toContain(secret);
		}
		await check();
	});

	it.each([
		['another text', 'hello'],
		['a token that is none', '{"type":"token","token":7}'],
		['no JSON', '{"type":"token"'],
		['bytes', new Uint8Array(8)],
	])('refuses %s as first message, and sends no sound before', async (_, message) => {
		const socket = rig.socket(gateway, 'tone', [SUBPROTOCOL]);
		let heard = 0;
		socket.on('message', () => heard++);
		await once(socket, 'open');
		socket.send(message);
		expect((await ended(socket)).code).toBe(4401);
		expect(heard).toBe(0);
	});

	it('tells the journal neither passwords nor tokens', async () => {
		const token = await login(gateway);
		await login(gateway, 'a wrong secret');
		await ask(gateway, '/login', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ uname: PASSWORD, pwd: 'alice' }),
		});
		const path = `tone?token=${token}`;
		await sound(rig.socket(gateway, path, tokenProtocols(token)));
		await ended(rig.socket(gateway, path, tokenProtocols(token)));
		await ask(gateway, `/tone?token=${token}`, { headers: { authorization: `Bearer ${token}` } });
		const first = rig.socket(gateway, 'tone', [SUBPROTOCOL]);
		await once(first, 'open');
		first.send(JSON.stringify({ type: 'token', token }));
		await ended(first);
		expect(rig.journal).toContain('Login granted.');
		expect(rig.journal).toContain('token not valid');
		for (const secret of [PASSWORD, 'a wrong secret', token]) {
			expect(rig.journal).not.toContain(secret);
		}
	});
});

describe('those who show no token', () => {
	const silent = async (gateway: Gateway, count: number) => {
		const sockets = Array.from({ length: count }, () => rig.socket(gateway, 'tone', [SUBPROTOCOL]));
		await Promise.all(sockets.map((socket) => once(socket, 'open')));
		return sockets;
	};

	it('take no place of listeners, neither of all nor of their address', async () => {
		const gateway = await rig.start({
			access: { users: await alice() },
			limits: { connections: 2, connectionsPerAddress: 2 },
		});
		const sockets = await silent(gateway, 20);
		await sound(rig.socket(gateway, 'tone', tokenProtocols(await login(gateway))));
		const last = sockets.at(-1)!;
		last.send(JSON.stringify({ type: 'token', token: await login(gateway) }));
		await sound(last);
		expect(await rig.metric(gateway, 'steadypcm_connections')).toBe(2);
		expect(await rig.metric(gateway, 'steadypcm_undecided')).toBe(19);
		const third = await ended(rig.socket(gateway, 'tone', tokenProtocols(await login(gateway))));
		expect(third.code).toBe(4429);
	});

	it('are crowded out by those who come after them, and harm no listener', async () => {
		const gateway = await rig.start({
			access: { users: await alice() },
			limits: { undecided: 10 },
		});
		const check = await rig.neighbour(gateway, tokenProtocols(await login(gateway)));
		const first = await silent(gateway, 10);
		const farewells = first.map((socket) => ended(socket));
		await silent(gateway, 10);
		const codes = (await Promise.all(farewells)).map(({ code }) => code);
		expect(new Set(codes)).toEqual(new Set([1013]));
		expect(await rig.metric(gateway, 'steadypcm_undecided')).toBe(10);
		expect(await rig.metric(gateway, 'steadypcm_refusals_total{reason="crowded-out"}')).toBe(10);
		await check();
	});
});

describe('a gateway with a verify hook', () => {
	it('keeps no listener that left while its token was looked at', async () => {
		let answer: ((isGood: boolean) => void) | null = null;
		const verify = (): Promise<boolean> => new Promise((resolve) => (answer = resolve));
		const gateway = await rig.start({ access: { verify } });
		const { fanout } = gateway.stations[0]!;
		const head = 'GET /tone HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n';
		const socket = rig.bytes(gateway, head);
		await vi.waitFor(() => expect(answer).not.toBe(null));
		socket.destroy();
		await vi.waitFor(async () => expect(await rig.metric(gateway, 'steadypcm_undecided')).toBe(0));
		answer!(true);
		await new Promise(setImmediate);
		expect(fanout!.listeners).toHaveLength(0);
	});

	it('crowds out those who wait by HTTP too, and lets them take no place meanwhile', async () => {
		const asked: ((isGood: boolean) => void)[] = [];
		const verify = (): Promise<boolean> => new Promise((resolve) => asked.push(resolve));
		const gateway = await rig.start({
			access: { verify },
			limits: { undecided: 2, connections: 1 },
		});
		const headers = { authorization: 'Bearer theirs' };
		const crowded = ask(gateway, '/tone', { headers });
		await vi.waitFor(() => expect(asked).toHaveLength(1));
		const head = 'GET /tone HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n';
		const sockets = [rig.bytes(gateway, head), rig.bytes(gateway, head)];
		const { status, body } = await crowded;
		expect([status, body]).toEqual([503, '{"error":"too many without a token"}\n']);
		expect(await rig.metric(gateway, 'steadypcm_connections')).toBe(0);
		await vi.waitFor(() => expect(asked).toHaveLength(3));
		asked.forEach((answer) => answer(true));
		const heads = await Promise.all(
			sockets.map(async (socket) => {
				const [bytes] = (await once(socket, 'data')) as [Buffer];
				return bytes.toString('latin1').split('\r\n')[0];
			}),
		);
		expect(heads.sort()).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 503 Service Unavailable']);
		expect(await rig.metric(gateway, 'steadypcm_undecided')).toBe(0);
	});

	it('turns away those who come while too many tokens are looked at', async () => {
		const gateway = await rig.start({
			access: { verify: () => new Promise(() => {}), verifySeconds: 60 },
			limits: { undecided: 1000 },
		});
		const asked = Array.from({ length: 96 }, () =>
			rig.socket(gateway, 'tone', tokenProtocols('theirs')),
		);
		await Promise.all(asked.map((socket) => once(socket, 'open')));
		const late = await ended(rig.socket(gateway, 'tone', tokenProtocols('theirs')));
		expect(late).toEqual({ code: 1013, reason: 'too many tokens at once' });
		const http = await ask(gateway, '/tone', { headers: { authorization: 'Bearer theirs' } });
		expect([http.status, http.headers['retry-after']]).toEqual([503, '5']);
		expect(rig.journal).not.toContain('theirs');
	});
});
