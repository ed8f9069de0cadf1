import { once } from 'node:events';
import { createServer, IncomingMessage } from 'node:http';
import { connect, Socket, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FRAME_END_OF_STREAM, parseFrame, SUBPROTOCOL } from '../../../src/core/frame.js';
import { PacedSender } from '../../../src/node/fanout/paced-sender.js';
import { tokenOf } from '../../../src/node/fanout/presented-token.js';
import { ToneSource } from '../../../src/node/source/tone-source.js';
import { pcmServer, type PcmServerOptions } from '../../../src/node/fanout/upgrade.js';
import { concat } from './fake-socket.js';

const cleanups: (() => void)[] = [];

afterEach(() => {
	cleanups.splice(0).forEach((cleanup) => cleanup());
	vi.restoreAllMocks();
});

async function serve(options: PcmServerOptions) {
	const http = createServer();
	const server = pcmServer(http, options);
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	cleanups.push(() => {
		server.close();
		http.closeAllConnections();
		http.close();
	});
	const { port } = http.address() as AddressInfo;
	return { http, server, url: `ws://127.0.0.1:${port}` };
}

/** Connects and collects until the server closes. */
function listen(url: string, protocols: string[] = []) {
	const client = new WebSocket(url, protocols);
	const binary: Uint8Array[] = [];
	const texts: string[] = [];
	let headers: IncomingMessage['headers'] = {};
	client.on('upgrade', (response) => (headers = response.headers));
	client.on('message', (bytes: Buffer, isBinary) => {
		if (isBinary) {
			binary.push(new Uint8Array(bytes));
		} else {
			texts.push(bytes.toString());
		}
	});
	return new Promise<{
		code: number;
		binary: Uint8Array[];
		texts: string[];
		protocol: string;
		headers: IncomingMessage['headers'];
	}>((resolve, reject) => {
		client.on('error', reject);
		client.on('close', (code) =>
			resolve({ code, binary, texts, protocol: client.protocol, headers }),
		);
	});
}

const FORMAT = { sampleRate: 16_000 };
const EXPECTED = new ToneSource(FORMAT, { duration: 0.2 }).read(3200)!;

describe('pcmServer with a PacedSender over a real connection', () => {
	it('delivers every byte, framed and raw, without deflate and without Nagle', async () => {
		const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
		const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
		const sender = new PacedSender(new ToneSource(FORMAT, { duration: 0.2 }));
		const { server, url } = await serve({
			onConnection: (socket) => {
				sender.attach(socket);
				if (server.sockets.size === 2) {
					sender.start();
				}
			},
		});
		const [framed, raw] = await Promise.all([
			listen(`${url}/audio?token=1`, ['other', SUBPROTOCOL]),
			listen(`${url}/audio`),
		]);
		expect([framed.protocol, raw.protocol]).toEqual([SUBPROTOCOL, '']);
		expect([framed.code, raw.code]).toEqual([1000, 1000]);
		expect(concat(raw.binary)).toEqual(EXPECTED);
		const frames = framed.binary.map((message) => parseFrame(message));
		expect(
			concat(frames.map((frame) => (typeof frame === 'string' ? new Uint8Array() : frame.pcm))),
		).toEqual(EXPECTED);
		expect(frames.at(-1)).toMatchObject({ flags: FRAME_END_OF_STREAM, sequence: 10 });
		expect(JSON.parse(framed.texts[0]!)).toMatchObject({ type: 'hello', channels: 2 });
		expect(framed.headers['sec-websocket-extensions']).toBe(undefined);
		expect(noDelay.mock.calls.some(([on]) => on === true)).toBe(true);
		expect(keepAlive).toHaveBeenCalledWith(true, 30_000);
	});

	it('picks the first subprotocol when ours is not offered', async () => {
		const { url } = await serve({ onConnection: (socket) => socket.close(1000) });
		expect((await listen(`${url}/audio`, ['a', 'b'])).protocol).toBe('a');
	});

	it('never picks the subprotocol that carries the token, and hands the token over', async () => {
		const tokens: (string | null)[] = [];
		const { url } = await serve({
			allow: (request) => tokens.push(tokenOf(request)) > 0,
			onConnection: (socket) => socket.close(1000),
		});
		const { protocol } = await listen(`${url}/audio`, ['steadypcm.token.a-b_c', SUBPROTOCOL, 'x']);
		expect(protocol).toBe(SUBPROTOCOL);
		expect((await listen(`${url}/audio`, ['steadypcm.token.q', 'x'])).protocol).toBe('x');
		await listen(`${url}/audio`);
		await expect(listen(`${url}/audio`, ['steadypcm.token.'])).rejects.toThrow('no subprotocol');
		expect(tokens).toEqual(['a-b_c', 'q', null, null]);
	});

	it.each([
		['Bearer a.b', 'a.b'],
		['bearer  c', 'c'],
		['Basic d', null],
		['Bearer ', null],
		[undefined, null],
	])('finds in the Authorization %s the token %s', (authorization, token) => {
		const request = new IncomingMessage(new Socket());
		Object.assign(request.headers, { authorization });
		expect(tokenOf(request)).toBe(token);
	});

	it('keeps no refused connection whose other side stays', async () => {
		const { http, url } = await serve({ onConnection: () => {} });
		const client = connect({ port: Number(new URL(url).port), allowHalfOpen: true });
		cleanups.push(() => client.destroy());
		const lines = ['GET /nothing HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
		client.resume().write(`${lines.join('\r\n')}\r\n\r\n`);
		await once(client, 'end');
		const left = () => new Promise((tell) => http.getConnections((_, count) => tell(count)));
		await vi.waitFor(async () => expect(await left()).toBe(0));
	});

	it('answers 404 on paths nobody serves and 403 to those not allowed', async () => {
		const { url } = await serve({
			path: '/pcm',
			allow: (request) => request.headers.origin !== undefined,
			onConnection: () => {},
		});
		await expect(listen(`${url}/audio`)).rejects.toThrow('404');
		await expect(listen(`${url}/pcm`)).rejects.toThrow('403');
	});

	it('leaves other paths to other handlers', async () => {
		const { http, url } = await serve({ onConnection: () => {} });
		http.on('upgrade', (request, socket) => {
			if (request.url === '/hmr') {
				socket.end('HTTP/1.1 418 Theirs\r\n\r\n');
			}
		});
		await expect(listen(`${url}/hmr`)).rejects.toThrow('418');
	});

	it('cuts off a listener that sends too much, and goes on', async () => {
		const { url, server } = await serve({ onConnection: () => {} });
		const client = new WebSocket(`${url}/audio`);
		client.on('open', () => client.send(new Uint8Array(16_385)));
		const code = await new Promise((resolve) => client.on('close', resolve));
		expect(code).toBe(1009);
		const larger = await serve({
			maxPayload: 20_000,
			onConnection: (socket) => socket.on('message', () => socket.close(1000)),
		});
		const allowed = new WebSocket(`${larger.url}/audio`);
		allowed.on('open', () => allowed.send(new Uint8Array(20_000)));
		expect(await new Promise((resolve) => allowed.on('close', resolve))).toBe(1000);
		const next = listen(`${url}/audio`);
		await vi.waitFor(() => expect(server.sockets.size).toBeGreaterThan(0));
		server.close();
		server.close();
		expect((await next).code).toBe(1001);
	});

	it('refuses a path without a slash, and a size that makes no sense', () => {
		expect(() => pcmServer(createServer(), { maxPayload: 10, onConnection: () => {} })).toThrow(
			'Expected maxPayload to be a number from 1024',
		);
		expect(() => pcmServer(createServer(), { path: 'audio', onConnection: () => {} })).toThrow(
			'Expected a path that begins with "/", got "audio".',
		);
	});
});
