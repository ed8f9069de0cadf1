// Bytes that are no request, no frame, no TLS.
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/node/source/seeded-random.js';
import {
	alice,
	everything,
	firstWords,
	GatewayRig,
	login,
	sound,
	tokenProtocols,
	toneStation,
	UPGRADE,
} from './gateway-rig.js';
import { CERTIFICATE, KEY } from './loopback-certificate.js';
import { mutated } from './mutation.js';

/** Of what is made by chance. */
const SEED = 7;

/** What a mutated upgrade may be answered; 101 and 200 where it still is one, or a request at all. */
const KNOWN = ['101', '200', '400', '404', '405', '408', '413', '421', '426', '431', '505', 'none'];

const SECRET = 'Zm9vYmFyc2VjcmV0';

const HEADERS = [
	...['Authorization', 'Cookie', 'Content-Length', 'Transfer-Encoding', 'Content-Type', 'Accept'],
	...['Origin', 'X-Forwarded-For', 'Connection', 'Upgrade', 'Sec-WebSocket-Key', 'Expect'],
	...['Sec-WebSocket-Protocol', 'Sec-WebSocket-Version', 'If-None-Match', 'Range', '__proto__'],
];

const VALUES = [
	...[`Bearer ${SECRET}`, `steadypcm.v1, steadypcm.token.${SECRET}`, 'application/json', 'null'],
	...['chunked', 'websocket', 'h2c', '13', '18446744073709551616', '-1', '*', '100-continue'],
	...[
		'http://localhost',
		'127.0.0.1',
		'AAAAAAAAAAAAAAAAAAAAAA==',
		'bytes=0-',
		'keep-alive, Upgrade',
	],
];

const rig = new GatewayRig();

afterEach(() => rig.close());

describe('an open gateway', () => {
	it('survives 300 seeded requests that are none', async () => {
		const gateway = await rig.start();
		const check = await rig.neighbour(gateway);
		const random = seededRandom(SEED);
		const answers = new Map<string, number>();
		for (let i = 0; i < 300; i++) {
			const socket = rig.bytes(gateway, mutated(UPGRADE, random));
			const answer = firstWords(socket);
			socket.end();
			const [, status = 'none'] = /^HTTP\/1\.1 (\d{3})/.exec(await answer) ?? [];
			answers.set(status, (answers.get(status) ?? 0) + 1);
			socket.destroy();
		}
		expect(rig.journal).toContain('A connection broke off or spoke no HTTP. {"code":"HPE_');
		// Most are refused; some mutations change nothing that matters.
		expect([...answers.keys()].filter((status) => !KNOWN.includes(status))).toEqual([]);
		expect(answers.get('400')).toBeGreaterThan(100);
		expect(answers.get('none') ?? 0).toBeLessThan(30);
		await check();
	}, 15_000);

	it('survives frames that are none, behind a true handshake', async () => {
		const gateway = await rig.start();
		const check = await rig.neighbour(gateway);
		const random = seededRandom(SEED);
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

	it('survives headers of 300 seeded kinds that lie, and tells none of them', async () => {
		const gateway = await rig.start({ access: { users: await alice() } });
		const check = await rig.neighbour(gateway, tokenProtocols(await login(gateway)));
		const random = seededRandom(SEED);
		const pick = (words: readonly string[]): string => words[Math.floor(words.length * random())]!;
		for (let i = 0; i < 300; i++) {
			const lines = Array.from(
				{ length: 1 + Math.floor(5 * random()) },
				() => `${pick(HEADERS)}: ${mutated(pick(VALUES), random).replace(/[^ -~]/g, '')}`,
			);
			const way = `${pick(['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'])} ${pick(['/tone', '/login', '/'])}`;
			const shown = random() < 0.5 ? [`Authorization: Bearer ${SECRET}${i}`] : [];
			const text = [`${way} HTTP/1.1`, 'Host: localhost', ...shown, ...lines, '', ''].join('\r\n');
			const socket = rig.bytes(gateway, text);
			const answer = firstWords(socket);
			socket.end();
			const [, status = ''] = /^HTTP\/1\.1 (\d{3})/.exec(await answer) ?? [];
			// Nobody gets in, and nothing fails.
			expect([way, status]).not.toEqual([expect.stringContaining('/tone'), '200']);
			expect([way, status]).not.toEqual([expect.anything(), '500']);
			socket.destroy();
		}
		expect(rig.journal).toContain('"reason":"token required"');
		const wrong = 'steadypcm_refusals_total{reason="wrong-token"}';
		expect(await rig.metric(gateway, wrong)).toBeGreaterThan(0);
		expect(rig.journal).not.toContain(SECRET);
		expect(rig.journal).not.toContain('A request failed.');
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
