import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeFrame, parseFrame, SUBPROTOCOL, type Frame } from '../../../src/core/frame.js';
import { Fanout } from '../../../src/node/fanout/fanout.js';
import type { ListenerSocket } from '../../../src/node/fanout/listener-socket.js';
import { Relay } from '../../../src/node/relay/relay.js';
import type { UpstreamSocketEvents } from '../../../src/node/relay/upstream-socket.js';
import { streamFormat } from '../../../src/node/source/source-format.js';
import { pcmServer, type HttpStream } from '../../../src/node/fanout/upgrade.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { concat, FakeSocket } from './fake-socket.js';

const FORMAT = streamFormat({ sampleRate: 16_000 });

const cleanups: (() => void)[] = [];

afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

/** Serves what `stream` gives on /audio, over both transports. */
async function serve(attach: (socket: ListenerSocket) => unknown, stream: () => HttpStream | null) {
	const http = createServer((request, response) => void server.handle(request, response));
	const server = pcmServer(http, { onConnection: attach, onHttp: stream });
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	cleanups.push(() => {
		server.close();
		http.closeAllConnections();
		http.close();
	});
	const { port } = http.address() as AddressInfo;
	return { server, url: `ws://127.0.0.1:${port}/audio` };
}

/** A player's end: frames, texts, and a way to break the connection. */
function connect(url: string) {
	const socket = new WebSocket(url, [SUBPROTOCOL, 'steadypcm.token.abc']);
	const frames: Frame[] = [];
	const texts: { type: string; stream: string; frames?: number }[] = [];
	socket.on('message', (message: Buffer, isBinary) => {
		if (isBinary) {
			frames.push(parseFrame(new Uint8Array(message)) as Frame);
		} else {
			texts.push(JSON.parse(message.toString()) as (typeof texts)[number]);
		}
	});
	socket.on('error', () => {});
	return { socket, frames, texts };
}

/** Frame n of the stream: 20 ms that no other frame has. */
const pcm = (n: number): Uint8Array =>
	new Uint8Array(2560).map((_, byte) => (byte * 7 + n * 31 + (byte >> 8)) & 0xff);

const until = (check: () => void) => vi.waitFor(check, { timeout: 1500, interval: 5 });

it('does not turn its listeners out for one header that lies', () => {
	const clock = new VirtualClock();
	let upstream: UpstreamSocketEvents | null = null;
	const relay = new Relay('ws://far.test/audio', { clock }, (_, events) => {
		upstream = events;
		return { send() {}, ping() {}, terminate() {} };
	});
	relay.start();
	upstream!.onOpen(SUBPROTOCOL);
	const give = (sequence: number, sampleRate: number): void => {
		const header = { format: { ...FORMAT, sampleRate }, flags: 0, sequence, pts: 320 * sequence };
		upstream!.onMessage(encodeFrame({ ...header, captureTime: 0 }, pcm(sequence)), true);
	};
	give(0, 16_000);
	const listeners = [
		new FakeSocket(clock, SUBPROTOCOL),
		new FakeSocket(clock),
		new FakeSocket(clock, '', 'raw'),
	];
	listeners.forEach((socket) => relay.attach(socket));
	[16_000, 48_000, 16_000, 16_000].forEach((sampleRate, i) => give(1 + i, sampleRate));
	expect(listeners.map(({ closed }) => closed)).toEqual([null, null, null]);
	expect(listeners[0]!.frames.map(({ sequence }) => sequence)).toEqual([1, 3, 4]);
	expect(listeners[0]!.texts).toHaveLength(1);
	relay.close();
});

describe('a chain of relays over real connections', () => {
	it('plays every sample once, over WebSocket and HTTP, across broken connections on each side', async () => {
		const fanout = new Fanout(FORMAT, { stream: 'hall' });
		const source = await serve(
			(socket) => fanout.attach(socket),
			() => fanout,
		);
		const near = new Relay(source.url, { minRetryMs: 20 });
		const middle = await serve(
			(socket) => near.attach(socket),
			() => near.fanout,
		);
		const far = new Relay(middle.url, { minRetryMs: 20, hasHttp: true });
		const edge = await serve(
			(socket) => far.attach(socket),
			() => far.fanout,
		);
		cleanups.push(
			() => near.close(),
			() => far.close(),
		);
		let sent = 0;
		const send = (frames: number): void => {
			for (let i = 0; i < frames; i++) {
				fanout.broadcast(pcm(sent++), 1000 + sent);
			}
		};
		near.start();
		await until(() => expect(near.fanout).not.toBe(null));
		far.start();
		await until(() => expect(far.fanout).not.toBe(null));

		const first = connect(edge.url);
		const response = await fetch(edge.url.replace('ws', 'http'));
		const reader = response.body!.getReader();
		const bytes: Uint8Array[] = [];
		const drained = (async () => {
			for (let read = await reader.read(); !read.done; read = await reader.read()) {
				bytes.push(read.value);
			}
		})();
		await until(() => expect(far.fanout!.listeners).toHaveLength(2));
		send(10);
		await until(() => expect(first.frames).toHaveLength(10));
		expect(first.texts[0]).toMatchObject({ type: 'hello', stream: 'hall', next: 0, http: true });

		// Upstream of the first relay breaks, and what is sent meanwhile is repeated.
		source.server.sockets.forEach((socket) => socket.terminate());
		send(5);
		await until(() => expect(first.frames).toHaveLength(15));
		expect(near.stats.upstream).toMatchObject({ reconnects: 1, framesLost: 0, framesRepeated: 5 });

		// The player's own connection breaks: it resumes on a new one.
		first.socket.terminate();
		await until(() => expect(far.fanout!.listeners).toHaveLength(1));
		send(5);
		const second = connect(edge.url);
		await until(() => expect(second.texts).toHaveLength(1));
		const resume = { type: 'resume', stream: 'hall', sequence: 15, seconds: null };
		second.socket.send(JSON.stringify(resume));
		await until(() => expect(second.frames).toHaveLength(5));
		send(3);
		fanout.finish(1000, 'end of stream', true);
		const code = await new Promise((resolve) => second.socket.on('close', resolve));
		await drained;

		const heard = [...first.frames, ...second.frames].filter(({ pcm }) => pcm.byteLength > 0);
		expect(heard.map(({ sequence }) => sequence)).toEqual([...Array(23).keys()]);
		const whole = concat([...Array(23).keys()].map(pcm));
		expect(concat(heard.map((frame) => frame.pcm))).toEqual(whole);
		expect(concat(bytes)).toEqual(whole);
		expect(heard[22]).toMatchObject({ pts: 22 * 320, captureTime: 1023 });
		expect(code).toBe(1000);
		expect([near.stats.upstream.state, far.stats.upstream.state]).toEqual(['over', 'over']);
	});

	it('passes a raw server’s bytes on as frames, across its restart', async () => {
		const server = new WebSocketServer({
			port: 0,
			host: '127.0.0.1',
			handleProtocols: () => false,
		});
		cleanups.push(() => server.close());
		await new Promise((resolve) => server.on('listening', resolve));
		const { port } = server.address() as AddressInfo;
		const relay = new Relay(`ws://127.0.0.1:${port}`, {
			format: { sampleRate: 16_000 },
			minRetryMs: 20,
		});
		cleanups.push(() => relay.close());
		const sockets: WebSocket[] = [];
		server.on('connection', (socket) => sockets.push(socket));
		relay.start();
		const clock = new VirtualClock();
		const early = new FakeSocket(clock, SUBPROTOCOL);
		expect([relay.attach(early), early.closed?.code]).toEqual([null, 1013]);
		// The first was given up: the server did not take the subprotocol.
		await until(() => expect(sockets).toHaveLength(2));
		sockets[1]!.send(pcm(0));
		await until(() => expect(relay.fanout).not.toBe(null));
		const listener = new FakeSocket(clock, SUBPROTOCOL);
		relay.attach(listener);
		sockets[1]!.send(pcm(1).subarray(0, 2555));
		await until(() => expect(listener.frames).toHaveLength(1));
		sockets[1]!.close();
		await until(() => expect(sockets).toHaveLength(3));
		sockets[2]!.send(pcm(2));
		await until(() => expect(listener.frames).toHaveLength(2));
		expect(listener.frames.map(({ sequence, flags, pts }) => [sequence, flags, pts])).toEqual([
			[1, 0, 320],
			[2, 1, 320 + 319],
		]);
	});
});
