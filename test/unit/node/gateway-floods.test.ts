// Too much of everything: messages, connections, handshakes that never end, answers that nobody reads.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SourceStation } from '../../../src/node/station/source-station.js';
import { ask, ended, everything, GatewayRig, sound, toneStation } from './gateway-rig.js';

const rig = new GatewayRig();

afterEach(() => rig.close());

describe('an open gateway', () => {
	it('bounds messages: oversize, in many parts, too many', async () => {
		const gateway = await rig.start({ limits: { messageBytes: 1024, messagesPerSecond: 20 } });
		const check = await rig.neighbour(gateway);
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
		expect(rig.journal).toContain('"reason":"too many messages"');
		expect(rig.journal).toMatch(/A listener has left\. .*"code":100[69]/);
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
		const check = await rig.neighbour(full);
		expect((await ended(rig.socket(full, 'tone'))).code).toBe(4429);
		expect((await ask(full, '/tone')).status).toBe(503);
		expect(rig.journal).toContain('"reason":"too many connections from this address"');
		expect(rig.journal).toContain('"reason":"too many connections"');
		await check();
	});

	it('ends 1000 half-open handshakes, and serves others meanwhile', async () => {
		const limits = { pendingHandshakes: 100, handshakeSeconds: 0.3 };
		const gateway = await rig.start({ limits });
		const check = await rig.neighbour(gateway);
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
		expect(rig.journal).toContain('A connection that had not said what it wants had to go.');
		// Told, and not a thousand times.
		expect(rig.journal).toContain('There were too many warnings to tell all.');
		expect(rig.journal.split('\n').length).toBeLessThan(500);
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
		const check = await rig.neighbour(gateway);
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
});
