import { once } from 'node:events';
import { get, request, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseFrame, SUBPROTOCOL } from '../../../src/core/frame.js';
import { createGateway } from '../../../src/node/gateway/gateway.js';
import { RelayStation } from '../../../src/node/station/relay-station.js';
import { SourceStation } from '../../../src/node/station/source-station.js';
import { ToneSource } from '../../../src/node/source/tone-source.js';
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

describe('a gateway', () => {
	it('plays each station under its name, framed and raw', async () => {
		const gateway = await rig.start({ stations: [toneStation('door'), toneStation('yard')] });
		const frame = parseFrame(await sound(rig.socket(gateway, 'yard', [SUBPROTOCOL])));
		expect(frame).toMatchObject({ sequence: 0, sampleFrames: 320 });
		expect(await sound(rig.socket(gateway, 'door'))).toHaveLength(2560);
		const nothing = rig.socket(gateway, 'audio');
		const [error] = (await once(nothing, 'error')) as [Error];
		expect(error.message).toContain('404');
	});

	it('plays one station alone at /audio too', async () => {
		const gateway = await rig.start();
		expect(await sound(rig.socket(gateway, 'audio'))).toHaveLength(2560);
	});

	it('tells the hello that the same path serves HTTP', async () => {
		const gateway = await rig.start();
		const socket = rig.socket(gateway, 'tone', [SUBPROTOCOL]);
		const [text] = (await once(socket, 'message')) as [Buffer];
		expect(JSON.parse(text.toString())).toMatchObject({
			type: 'hello',
			sampleRate: 16_000,
			channels: 2,
			http: true,
		});
	});

	it('plays as an endless response', async () => {
		const gateway = await rig.start();
		const asked = get(`${gateway.url}tone`);
		const [response] = (await once(asked, 'response')) as [IncomingMessage];
		expect(response.headers).toMatchObject({
			'content-type': 'audio/x-steadypcm-raw;rate=16000;channels=2;format=s32le',
			'cache-control': 'no-store',
		});
		const [bytes] = (await once(response, 'data')) as [Buffer];
		const tone = new ToneSource({ sampleRate: 16_000 }).read(320)!;
		expect(new Uint8Array(bytes.subarray(0, 2560))).toEqual(tone);
		asked.destroy();
	});

	it.each(['h2c', 'TLS/1.2', 'foo'])(
		'answers a request that offers %s as the one it also is',
		async (offer) => {
			const gateway = await rig.start({ access: { users: await alice() } });
			const offering = (first: string, ...rest: string[]) =>
				everything(
					rig.bytes(
						gateway,
						[
							...[`${first} HTTP/1.1`, 'Host: localhost', 'Connection: Upgrade, HTTP2-Settings'],
							...[`Upgrade: ${offer}`, 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA', ...rest],
						].join('\r\n'),
					),
				);
			const page = await offering('GET /', '', '');
			expect(page).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
			expect(page.endsWith('stub of page.html')).toBe(true);
			const body = new URLSearchParams({ uname: 'alice', pwd: PASSWORD }).toString();
			const form = 'Content-Type: application/x-www-form-urlencoded';
			const granted = await offering(
				'POST /login',
				form,
				`Content-Length: ${body.length}`,
				'',
				body,
			);
			expect(granted).toContain('{"token":"');
			const bearer = `Authorization: Bearer ${await login(gateway)}`;
			const stream = rig.bytes(
				gateway,
				`GET /tone HTTP/1.1\r\nHost: localhost\r\n${bearer}\r\nConnection: Upgrade\r\nUpgrade: ${offer}\r\n\r\n`,
			);
			const [head] = (await once(stream, 'data')) as [Buffer];
			expect(head.toString('latin1')).toContain('Content-Type: audio/x-steadypcm-raw');
			stream.destroy();
			await expect.poll(() => rig.metric(gateway, 'steadypcm_connections')).toBe(0);
		},
	);

	it('answers such an offer over TLS too', async () => {
		const gateway = await rig.start({ tls: { cert: CERTIFICATE, key: KEY } });
		const headers = { Connection: 'Upgrade', Upgrade: 'foo' };
		const options = { headers, rejectUnauthorized: false, agent: false };
		const asked = getSecurely(`${gateway.url}healthz`, options);
		const [response] = (await once(asked, 'response')) as [IncomingMessage];
		expect(response.statusCode).toBe(200);
		response.resume();
		await once(response, 'end');
	});

	it('serves the page’s files under a strict policy, and knows what has not changed', async () => {
		const gateway = await rig.start();
		const page = await ask(gateway, '/');
		expect(page).toMatchObject({ status: 200, body: 'stub of page.html' });
		expect(page.headers['content-security-policy']).toContain("default-src 'none'");
		expect(page.headers['content-security-policy']).not.toContain('unsafe');
		expect(page.headers).toMatchObject({
			'content-type': 'text/html; charset=utf-8',
			'x-content-type-options': 'nosniff',
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-embedder-policy': 'require-corp',
		});
		const etag = page.headers.etag!;
		const again = await ask(gateway, '/', { headers: { 'If-None-Match': etag } });
		expect(again).toMatchObject({ status: 304, body: '' });
		for (const path of ['/page.js', '/page.css', '/icon.svg', '/index.min.js', '/worklet.js']) {
			expect((await ask(gateway, path)).status).toBe(200);
		}
		const head = await ask(gateway, '/page.js', { method: 'HEAD' });
		expect(head).toMatchObject({ status: 200, body: '' });
		expect(head.headers['content-length']).toBe('15');
	});

	it('serves no page where none is wanted, and says which file is missing', async () => {
		const gateway = await rig.start({ page: false });
		expect((await ask(gateway, '/')).status).toBe(404);
		const stations = [toneStation('tone')];
		await expect(createGateway({ stations, port: 0, page: '/nowhere' })).rejects.toThrow('ENOENT');
	});

	it('tells its streams, its health and its metrics', async () => {
		const gateway = await rig.start({ stations: [toneStation('door'), toneStation('yard')] });
		await sound(rig.socket(gateway, 'yard'));
		expect(JSON.parse((await ask(gateway, '/sources.json')).body)).toEqual({
			login: false,
			sources: [
				{ name: 'door', path: '/door', state: 'idle' },
				{ name: 'yard', path: '/yard', state: 'playing' },
			],
		});
		expect(await ask(gateway, '/healthz')).toMatchObject({
			status: 200,
			body: '{"status":"ok"}\n',
		});
		const { body, headers } = await ask(gateway, '/metrics');
		expect(headers['content-type']).toContain('text/plain');
		expect(body).toContain('steadypcm_listeners{stream="yard"} 1');
		expect(body).toContain('steadypcm_listeners{stream="door"} 0');
		expect(body).toMatch(/steadypcm_frames_sent_total\{stream="yard"\} [1-9]/);
		expect(body).toContain('steadypcm_stream_state{stream="yard",state="playing"} 1');
		expect(body).toContain('steadypcm_logins_total{outcome="granted"} 0');
		expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
		expect(body).toContain('process_resident_memory_bytes');
		expect(await gateway.metrics()).toContain('steadypcm_connections 1');
	});

	it('keeps its metrics from those elsewhere', async () => {
		const gateway = await rig.start({ trustProxy: true });
		const headers = { 'X-Forwarded-For': '203.0.113.7' };
		expect((await ask(gateway, '/metrics', { headers })).status).toBe(403);
		const untrusting = await rig.start();
		expect((await ask(untrusting, '/metrics', { headers })).status).toBe(403);
		const open = await rig.start({ trustProxy: true, metrics: 'all' });
		expect((await ask(open, '/metrics', { headers })).status).toBe(200);
		const off = await rig.start({ metrics: 'off' });
		expect((await ask(off, '/metrics')).status).toBe(404);
	});

	it('tells what a path can be asked', async () => {
		const gateway = await rig.start({ access: { users: await alice() } });
		const refused = await ask(gateway, '/login');
		expect([refused.status, refused.headers.allow]).toEqual([405, 'POST, OPTIONS']);
		expect((await ask(gateway, '/', { method: 'POST' })).status).toBe(405);
		expect((await ask(gateway, '/nothing')).status).toBe(404);
	});

	it('lets pages of a listed origin log in and listen', async () => {
		const origin = 'https://friend.example';
		const gateway = await rig.start({ access: { users: await alice() }, origins: [origin] });
		const question = await ask(gateway, '/login', { method: 'OPTIONS', headers: { origin } });
		expect(question.status).toBe(204);
		expect(question.headers['access-control-allow-origin']).toBe(origin);
		expect(question.headers['access-control-allow-headers']).toBe('Content-Type');
		const preflight = await ask(gateway, '/tone', { method: 'OPTIONS', headers: { origin } });
		expect(preflight.status).toBe(204);
		const headers = { origin, authorization: 'Bearer none' };
		const refused = await ask(gateway, '/tone', { headers });
		expect(refused.status).toBe(401);
		expect(refused.headers['access-control-allow-origin']).toBe(origin);
		const token = await login(gateway);
		const protocols = [SUBPROTOCOL, `steadypcm.token.${token}`];
		expect(await sound(rig.socket(gateway, 'tone', protocols, { origin }))).toBeDefined();
	});

	it('tells its listeners when it leaves, within its bound, and frees the port', async () => {
		const gateway = await rig.start();
		const socket = rig.socket(gateway, 'tone');
		const asked = request(`${gateway.url}tone`).end();
		const [response] = (await once(asked, 'response')) as [IncomingMessage];
		response.on('data', () => {}).on('error', () => {});
		const broken = new Promise((resolve) => response.on('close', resolve));
		await sound(socket);
		const farewell = ended(socket);
		const { port } = gateway;
		const from = performance.now();
		await Promise.all([gateway.close(), gateway.close()]);
		expect(performance.now() - from).toBeLessThan(3000);
		expect((await farewell).code).toBe(1001);
		await broken;
		const next = createServer().listen(port, '127.0.0.1');
		await once(next, 'listening');
		next.close();
	});

	it('ends listeners that do not answer the close', async () => {
		const gateway = await rig.start();
		const silent = rig.bytes(gateway, UPGRADE);
		await once(silent, 'data');
		await gateway.close();
		await once(silent, 'close');
	}, 5000);

	it('ends when its sources have', async () => {
		const open = (): ToneSource => new ToneSource({ sampleRate: 16_000 }, { duration: 0.02 });
		const station = new SourceStation('tone', open().format, open, { once: true });
		const gateway = await rig.start({ stations: [station] });
		expect(await gateway.ended).toBe(false);
	});

	it('passes another gateway’s stream on, under its own id', async () => {
		const studio = await rig.start();
		const url = `${studio.url.replace('http', 'ws')}tone`;
		const relay = new RelayStation('mirror', url);
		const gateway = await rig.start({ stations: [relay] });
		const early = rig.socket(gateway, 'mirror', [SUBPROTOCOL]);
		const first = await Promise.race([ended(early), sound(early)]);
		// Before the upstream has spoken, listeners are told to come again.
		expect('code' in first ? first.code : 1013).toBe(1013);
		await expect.poll(() => relay.fanout?.stats.framesProduced ?? 0).toBeGreaterThan(0);
		const socket = rig.socket(gateway, 'mirror', [SUBPROTOCOL]);
		const [text] = (await once(socket, 'message')) as [Buffer];
		const { stream } = (studio.stations[0] as SourceStation).fanout;
		expect(JSON.parse(text.toString())).toMatchObject({ type: 'hello', stream });
		expect(typeof parseFrame(await sound(socket))).toBe('object');
		expect(relay.state).toBe('playing');
	});
});

describe('createGateway', () => {
	const stations = [toneStation('tone')];

	it.each([
		['no station', { stations: [] }, 'Expected at least one station'],
		['a name twice', { stations: [...stations, ...stations] }, 'got "tone" twice'],
		['a path of its own', { stations: [toneStation('metrics')] }, 'Expected another name than'],
		['a port that is none', { port: 65_536 }, 'Expected port'],
		['a limit that is none', { limits: { connections: 0 } }, 'Expected limits.connections'],
		['nobody to ask', { access: {} }, 'Expected access.users or access.verify'],
		['the network without a word who may listen', { host: '0.0.0.0' }, 'Expected access'],
		['a name of the network', { host: 'radio.example' }, 'Expected access'],
	])('refuses %s', async (_, options, message) => {
		await expect(createGateway({ stations, page: false, ...options })).rejects.toThrow(message);
	});

	it('rejects when the port is taken', async () => {
		const { port } = await rig.start();
		await expect(createGateway({ stations, page: false, port })).rejects.toMatchObject({
			code: 'EADDRINUSE',
		});
	});
});
