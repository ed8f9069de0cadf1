import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SUBPROTOCOL } from '../../../src/core/frame.js';
import { systemClock } from '../../../src/node/clock.js';
import type { Gateway } from '../../../src/node/gateway/gateway.js';
import { SourceStation } from '../../../src/node/station/source-station.js';
import { seededRandom, type Random } from '../../../src/node/source/seeded-random.js';
import {
	alice,
	ask,
	ended,
	everything,
	GatewayRig,
	login,
	PASSWORD,
	sound,
	toneStation,
	UPGRADE,
} from './gateway-rig.js';
import { CERTIFICATE, KEY } from './loopback-certificate.js';

const rig = new GatewayRig();

afterEach(() => rig.close());

/** A listener that came in before; what others do must not harm it. */
async function neighbour(gateway: Gateway, protocols: string[] = []) {
	const socket = rig.socket(gateway, 'tone', protocols);
	await sound(socket);
	return async (): Promise<void> => {
		expect(socket.readyState).toBe(socket.OPEN);
		await sound(socket);
		expect((await ask(gateway, '/healthz')).status).toBe(200);
	};
}

function tokenProtocols(token: string): string[] {
	return [SUBPROTOCOL, `steadypcm.token.${token}`];
}

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
		await vi.waitFor(async () =>
			expect(await gateway.metrics()).toContain('steadypcm_connections 0'),
		);
		answer!(true);
		await new Promise(setImmediate);
		expect(fanout!.listeners).toHaveLength(0);
	});
});

describe('a gateway with users', () => {
	let gateway: Gateway;
	/** ms that the gateway's clock is ahead. */
	let ahead = 0;

	beforeEach(async () => {
		rig.journal = '';
		ahead = 0;
		gateway = await rig.start({
			access: { users: await alice() },
			limits: { handshakeSeconds: 0.2 },
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

	it('refuses wrong, used, expired and missing tokens', async () => {
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

	it('logs in by form and by JSON, and refuses the rest', async () => {
		const form = (body: string) =>
			ask(gateway, '/login', {
				method: 'POST',
				headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
				body,
			});
		const right = await form(new URLSearchParams({ uname: 'alice', pwd: PASSWORD }).toString());
		expect(right.status).toBe(200);
		expect(JSON.parse(right.body)).toEqual({
			token: expect.stringMatching(/^[\w-]{43}$/) as string,
			expiresIn: 60,
		});
		expect(right.headers['cache-control']).toBe('no-store');
		const wrong = await form('uname=alice&pwd=no');
		const unknown = await form('uname=mallory&pwd=no');
		expect([wrong.status, unknown.status]).toEqual([401, 401]);
		expect(wrong.body).toBe(unknown.body);
		expect((await form('uname=alice')).status).toBe(400);
		expect((await form(`uname=alice&pwd=${'x'.repeat(10_000)}`)).status).toBe(413);
		const xml = await ask(gateway, '/login', {
			method: 'POST',
			headers: { 'Content-Type': 'text/xml' },
			body: '<uname>alice</uname>',
		});
		expect(xml.status).toBe(415);
		for (const type of ['constructor', '__proto__']) {
			const headers = { 'Content-Type': type };
			expect((await ask(gateway, '/login', { method: 'POST', headers })).status).toBe(415);
		}
	});

	it('slows those who guess', async () => {
		for (let i = 0; i < 10; i++) {
			expect(await login(gateway, `guess ${i}`)).toBe(undefined);
		}
		const answer = await ask(gateway, '/login', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ uname: 'alice', pwd: PASSWORD }),
		});
		expect(answer.status).toBe(429);
		expect(Number(answer.headers['retry-after'])).toBeGreaterThan(200);
		expect(await gateway.metrics()).toContain('steadypcm_logins_total{outcome="limited"} 1');
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

	it('survives what is no login, in 300 seeded ways', async () => {
		const random = seededRandom(5);
		const check = await neighbour(gateway, tokenProtocols(await login(gateway)));
		for (let i = 0; i < 300; i++) {
			const type = random() < 0.5 ? 'application/json' : 'application/x-www-form-urlencoded';
			const { status } = await ask(gateway, '/login', {
				method: 'POST',
				headers: { 'Content-Type': type },
				body: mutated('{"uname":"alice","pwd":"wrong"}', random),
			});
			expect([400, 401, 413, 429]).toContain(status);
		}
		await check();
	});
});

describe('an open gateway', () => {
	it('refuses foreign origins, by WebSocket and by HTTP, and foreign names of its host', async () => {
		const gateway = await rig.start();
		const origin = 'https://evil.example';
		const socket = rig.socket(gateway, 'tone', [], { origin });
		expect(await ended(socket)).toEqual({ code: 4403, reason: 'origin not allowed' });
		for (const path of ['/tone', '/', '/sources.json', '/metrics']) {
			const answer = await ask(gateway, path, { headers: { origin } });
			expect([path, answer.status]).toEqual([path, 403]);
			expect(answer.headers['access-control-allow-origin']).toBe(undefined);
		}
		const host = 'evil.example';
		const rebound = { host, origin: `http://${host}` };
		expect((await ask(gateway, '/tone', { headers: rebound })).status).toBe(421);
		const [error] = (await once(rig.socket(gateway, 'tone', [], rebound), 'error')) as [Error];
		expect(error.message).toContain('421');
	});

	it('knows a fixed list of paths: no other file can be asked for', async () => {
		const gateway = await rig.start();
		const paths = [
			'/secret.txt',
			'/../secret.txt',
			'/./page.html',
			'/page.html',
			'/..%2f..%2fetc/passwd',
			'/%2e%2e/%2e%2e/etc/passwd',
			'/....//....//etc/passwd',
			'//etc/passwd',
			'/page.js/../secret.txt',
			'/page.js%00.txt',
			'http://127.0.0.1/secret.txt',
			'/__proto__',
			'/constructor',
			'/tone/../secret.txt',
		];
		for (const path of paths) {
			const { status, body } = await ask(gateway, path);
			expect([path, status]).toEqual([path, 404]);
			expect(body).toBe('{"error":"Nothing is here."}\n');
		}
	});

	it('bounds messages: oversize, in many parts, too many', async () => {
		const gateway = await rig.start({ limits: { messageBytes: 1024, messagesPerSecond: 20 } });
		const check = await neighbour(gateway);
		const open = async () => {
			const socket = rig.socket(gateway, 'tone');
			await once(socket, 'open');
			return socket;
		};
		const oversize = await open();
		oversize.send(new Uint8Array(1025));
		expect((await ended(oversize)).code).toBe(1009);

		const parts = await open();
		for (let i = 0; i < 1025; i++) {
			parts.send('x', { fin: false });
		}
		expect([1008, 1009]).toContain((await ended(parts)).code);

		const empty = await open();
		for (let i = 0; i < 100; i++) {
			empty.send('', { fin: false });
		}
		expect([1008, 1009]).toContain((await ended(empty)).code);

		for (const flood of [(text: string) => text, null]) {
			const socket = await open();
			for (let i = 0; i < 25; i++) {
				if (flood === null) {
					socket.ping();
				} else {
					socket.send(flood('hi'));
				}
			}
			expect([1006, 1008]).toContain((await ended(socket)).code);
		}
		await check();
		expect(await gateway.metrics()).toContain('steadypcm_refusals_total{reason="flood"} 2');
	});

	it('bounds connections, of one address and of all', async () => {
		const gateway = await rig.start({ limits: { connectionsPerAddress: 2 } });
		const first = rig.socket(gateway, 'tone');
		await Promise.all([sound(first), sound(rig.socket(gateway, 'tone'))]);
		const third = await ended(rig.socket(gateway, 'tone'));
		expect(third).toEqual({ code: 4429, reason: 'too many connections from this address' });
		const http = await ask(gateway, '/tone');
		expect([http.status, http.headers['retry-after']]).toEqual([429, '5']);
		first.close();
		await ended(first);
		await sound(rig.socket(gateway, 'tone'));
		const full = await rig.start({ limits: { connections: 1 } });
		await sound(rig.socket(full, 'tone'));
		expect((await ended(rig.socket(full, 'tone'))).code).toBe(4429);
		expect((await ask(full, '/tone')).status).toBe(503);
	});

	it('ends 1000 half-open handshakes, and serves others meanwhile', async () => {
		const limits = { pendingHandshakes: 100, handshakeSeconds: 0.3 };
		const gateway = await rig.start({ limits });
		const check = await neighbour(gateway);
		const halves = [
			'',
			'GET /tone HTTP/1.1\r\n',
			'GET /tone HTTP/1.1\r\nHost: x\r\nX-Slow: ',
			'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',
		];
		const all: Promise<string>[] = [];
		for (let i = 0; i < 1000; i++) {
			const socket = rig.bytes(gateway, halves[i % halves.length]);
			all.push(everything(socket));
			if (i % 100 === 99) {
				await once(socket, 'connect');
			}
		}
		await sound(rig.socket(gateway, 'tone'));
		await check();
		const answers = await Promise.all(all);
		expect(new Set(answers.map((text) => text.split('\r\n')[0]))).toEqual(
			new Set(['', 'HTTP/1.1 408 Request Timeout', 'HTTP/1.1 200 OK']),
		);
		const [, dropped] = /handshakes_dropped_total (\d+)/.exec(await gateway.metrics())!;
		expect(Number(dropped)).toBeGreaterThanOrEqual(800);
		await check();
	}, 15_000);

	it('ends those who do not read their answer, but no listener of a source that is silent', async () => {
		const page = await mkdtemp(join(tmpdir(), 'steadypcm-page-'));
		const names = ['page.html', 'page.css', 'page.js', 'icon.svg', 'worklet.js', 'worker.js'];
		const long = Buffer.alloc(16_000_000);
		await Promise.all([...names, 'index.min.js'].map((name) => writeFile(join(page, name), long)));
		const tone = toneStation('tone');
		const silent = new SourceStation('silent', tone.format, () => new Promise(() => {}));
		const limits = { handshakeSeconds: 0.1 };
		const gateway = await rig.start({ page, limits, stations: [tone, silent] });
		const check = await neighbour(gateway);
		rig.bytes(gateway, 'GET /silent HTTP/1.1\r\nHost: localhost\r\n\r\n');
		await vi.waitFor(() => expect(silent.fanout.listeners).toHaveLength(1));
		const sockets = (): number =>
			process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
		const before = sockets();
		const deaf = Array.from({ length: 10 }, () =>
			rig.bytes(gateway, 'GET /index.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n'),
		);
		await vi.waitFor(() => expect(sockets()).toBe(before + 20));
		await vi.waitFor(() => expect(sockets()).toBe(before + 10), 3000);
		expect(silent.fanout.listeners).toHaveLength(1);
		deaf.forEach((socket) => socket.destroy());
		await rm(page, { recursive: true });
		await check();
	});

	it('survives 300 seeded requests that are none', async () => {
		const gateway = await rig.start();
		const check = await neighbour(gateway);
		const random = seededRandom(7);
		for (let i = 0; i < 300; i++) {
			const socket = rig.bytes(gateway, mutated(UPGRADE, random));
			const answer = everything(socket);
			socket.end();
			const text = await answer;
			expect(text === '' || text.startsWith('HTTP/1.1 ')).toBe(true);
		}
		await check();
	}, 15_000);

	it('survives frames that are none, behind a true handshake', async () => {
		const gateway = await rig.start();
		const check = await neighbour(gateway);
		const random = seededRandom(9);
		for (let i = 0; i < 100; i++) {
			const socket = rig.bytes(gateway, UPGRADE);
			const answer = everything(socket);
			await once(socket, 'data');
			socket.write(Uint8Array.from({ length: 200 }, () => Math.floor(256 * random())));
			socket.end();
			expect(await answer).toContain('101 Switching Protocols');
		}
		await check();
	}, 15_000);

	it('refuses headers that are too long', async () => {
		const gateway = await rig.start();
		const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`;
		expect(await everything(rig.bytes(gateway, long))).toContain('431');
	});
});

describe('an encrypted gateway', () => {
	it('ends connections that never say TLS', async () => {
		const gateway = await rig.start({
			stations: [toneStation('tone')],
			tls: { cert: CERTIFICATE, key: KEY },
			limits: { handshakeSeconds: 0.3 },
		});
		expect(gateway.url).toMatch(/^https:/);
		const silent = everything(rig.bytes(gateway));
		const plain = everything(rig.bytes(gateway, UPGRADE));
		expect(await sound(rig.socket(gateway, 'tone'))).toHaveLength(2560);
		expect(await silent).toBe('');
		expect(await plain).not.toContain('101');
	});
});

/** `text` with a few bytes changed, left out, repeated or put in. */
function mutated(text: string, random: Random): string {
	let bytes = [...Buffer.from(text, 'latin1')];
	const count = 1 + Math.floor(6 * random());
	for (let i = 0; i < count; i++) {
		const at = Math.floor(bytes.length * random());
		const byte = Math.floor(256 * random());
		const ways = [
			() => bytes.with(at, byte),
			() => bytes.toSpliced(at, 1 + Math.floor(8 * random())),
			() => bytes.toSpliced(at, 0, byte),
			() => bytes.toSpliced(at, 0, ...bytes.slice(0, at)),
			() => bytes.slice(0, at),
		];
		bytes = ways[Math.floor(ways.length * random())]!();
		bytes = bytes.length === 0 ? [byte] : bytes;
	}
	return Buffer.from(bytes).toString('latin1');
}
