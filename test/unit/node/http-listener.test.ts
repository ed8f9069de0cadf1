import { createServer, get, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FRAME_HEADER_BYTES, parseFrame, type Frame } from '../../../src/core/frame.js';
import type { StreamFormat } from '../../../src/core/stream-format.js';
import { Alarm } from '../../../src/node/alarm.js';
import { Fanout } from '../../../src/node/fanout/fanout.js';
import { httpListener } from '../../../src/node/fanout/http-listener.js';
import { Impairment } from '../../../src/node/fanout/impairment.js';
import type { ListenerSocket } from '../../../src/node/fanout/listener-socket.js';
import { pcmServer, type PcmServerOptions } from '../../../src/node/fanout/upgrade.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const FORMAT: StreamFormat = {
	sampleRate: 8000,
	sampleFormat: 's16',
	channels: 2,
	byteOrder: 'big',
};
const FRAMED = { accept: 'text/html, application/vnd.steadypcm.v1; q=1' };

const cleanups: (() => void)[] = [];

afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

/** A fan-out served on /audio; other paths answer 418. */
async function serve(options: Partial<PcmServerOptions> = {}) {
	const clock = new VirtualClock();
	const fanout = new Fanout(FORMAT, { clock, stream: 'hall' });
	const http = createServer((request, response) => {
		if (!server.handle(request, response)) {
			response.writeHead(418).end();
		}
	});
	const onConnection = (): void => {};
	const server = pcmServer(http, { onConnection, onHttp: () => fanout, ...options });
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	cleanups.push(() => {
		server.close();
		http.closeAllConnections();
		http.close();
	});
	const { port } = http.address() as AddressInfo;
	return { clock, fanout, url: `http://127.0.0.1:${port}/audio` };
}

/** The response as soon as its headers are there. */
function ask(url: string, headers = {}, method = 'GET'): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		httpRequest(url, { headers, method }, resolve).on('error', reject).end();
	});
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of response) {
		parts.push(part as Buffer);
	}
	return Buffer.concat(parts);
}

/** The server's end of a connection to somebody who accepts what is sent only when a test says so. */
class Reader extends Duplex {
	readonly taken: Buffer[] = [];
	readonly #silence: Alarm;
	#silenceMs = 0;
	#waiting: (() => void) | null = null;

	constructor(clock: VirtualClock) {
		super();
		this.#silence = new Alarm(clock);
	}

	/** Something was written that it did not accept yet. */
	get waits(): boolean {
		return this.#waiting !== null;
	}

	accept(): void {
		this.#live();
		const taken = this.#waiting;
		this.#waiting = null;
		taken?.();
	}

	/** As a `net.Socket`: told when nothing has moved for so long. */
	setTimeout(ms: number): this {
		this.#silenceMs = ms;
		this.#live();
		return this;
	}

	setNoDelay(): void {}

	setKeepAlive(): void {}

	override _read(): void {}

	override _write(bytes: Buffer, _: BufferEncoding, done: () => void): void {
		this.#live();
		this.#waiting = () => {
			this.taken.push(bytes);
			done();
		};
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#silence.clear();
		done(error);
	}

	#live(): void {
		this.#silence.clear();
		if (this.#silenceMs > 0) {
			this.#silence.set(this.#silenceMs, () => this.emit('timeout'));
		}
	}
}

const pcm = (value: number): Uint8Array => new Uint8Array(640).fill(value);

describe('httpListener', () => {
	it('gives whoever asks for nothing special the raw PCM, to its end', async () => {
		const { fanout, url } = await serve();
		const response = await ask(`${url}?x=1`, { range: 'bytes=0-1' });
		fanout.broadcast(pcm(1), 0);
		fanout.broadcast(pcm(2), 0);
		fanout.finish(1000, 'end of stream', true);
		expect(response.statusCode).toBe(200);
		expect(response.headers).toMatchObject({
			'content-type': 'audio/x-steadypcm-raw;rate=8000;channels=2;format=s16be',
			'cache-control': 'no-store',
			'x-accel-buffering': 'no',
			'steadypcm-stream': 'hall',
			'accept-ranges': 'none',
		});
		expect(response.headers['access-control-allow-origin']).toBe(undefined);
		expect(await bodyOf(response)).toEqual(Buffer.concat([pcm(1), pcm(2)]));
	});

	it('gives whoever accepts it frames, each after its length, and no texts', async () => {
		const { fanout, url } = await serve();
		const response = await ask(url, { ...FRAMED, origin: 'http://page.test' });
		fanout.listeners[0]!.sendText('not over HTTP');
		fanout.broadcast(pcm(1), 5);
		fanout.finish(1000, 'end of stream', true);
		expect(response.headers).toMatchObject({
			'content-type': 'application/vnd.steadypcm.v1',
			'access-control-allow-origin': '*',
			'access-control-expose-headers': 'Steadypcm-Stream',
		});
		const body = await bodyOf(response);
		expect(body.readUInt32LE()).toBe(FRAME_HEADER_BYTES + 640);
		expect(parseFrame(body.subarray(4, 676))).toMatchObject({ sequence: 0, captureTime: 5 });
		expect(body.readUInt32LE(676)).toBe(FRAME_HEADER_BYTES);
		expect((parseFrame(body.subarray(680)) as Frame).flags).toBe(2);
		expect(fanout.stats).toMatchObject({ framesSent: 2, bytesSent: 640 + 2 * FRAME_HEADER_BYTES });
	});

	it('can be heard through a bad network', async () => {
		const { fanout, url } = await serve({
			onHttp: () => ({
				format: FORMAT,
				stream: 'hall',
				attach: (socket) => fanout.attach(new Impairment(socket)),
			}),
		});
		const response = await ask(url, FRAMED);
		fanout.broadcast(pcm(1), 5);
		fanout.finish(1000, 'end of stream', false);
		const body = await bodyOf(response);
		expect(body.readUInt32LE()).toBe(FRAME_HEADER_BYTES + 640);
		expect(parseFrame(body.subarray(4))).toMatchObject({ sequence: 0, sampleFrames: 160 });
	});

	it('gives frames a sign of life each second, but none to one that does not read', async () => {
		const clock = new VirtualClock();
		const identity = { format: FORMAT, stream: 'hall' };
		const sockets: ListenerSocket[] = [];
		const http = createServer((request, response) => {
			sockets.push(httpListener(request, response, identity, clock)!);
		});
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		const { port } = http.address() as AddressInfo;
		const framed = await ask(`http://127.0.0.1:${port}/`, FRAMED);
		const raw = await ask(`http://127.0.0.1:${port}/`);
		clock.advance(1000);
		await new Promise(setImmediate);
		clock.advance(1000);
		sockets.forEach((socket) => socket.close(1000));
		expect(await bodyOf(framed)).toEqual(Buffer.alloc(8));
		expect(await bodyOf(raw)).toEqual(Buffer.alloc(0));
		await vi.waitFor(() => expect(clock.pending).toBe(0));

		const deaf = await ask(`http://127.0.0.1:${port}/`, FRAMED);
		const [, , socket] = sockets;
		while (socket!.bufferedAmount === 0) {
			socket!.send(new Uint8Array(1_000_000), { binary: true, compress: false });
			await new Promise(setImmediate);
		}
		const { bufferedAmount } = socket!;
		clock.advance(60_000);
		expect(socket!.bufferedAmount).toBe(bufferedAmount);
		deaf.destroy();
		http.close();
	});

	describe('at the end of the stream', () => {
		/** Its last four frames are on their way to a reader that has taken nothing yet. */
		async function ended() {
			const clock = new VirtualClock();
			const fanout = new Fanout(FORMAT, { clock, stream: 'hall' });
			const reader = new Reader(clock);
			const http = createServer((request, response) => {
				fanout.attach(httpListener(request, response, fanout, clock)!);
			});
			http.emit('connection', reader);
			reader.push('GET /audio HTTP/1.1\r\nHost: hall\r\n\r\n');
			await vi.waitFor(() => expect(fanout.listeners).toHaveLength(1));
			[1, 2, 3, 4].forEach((i) => fanout.broadcast(pcm(i), 0));
			fanout.finish(1000, 'end of stream', true);
			return { clock, fanout, reader };
		}

		it('lets a reader go that takes nothing for 10 s', async () => {
			const { clock, fanout, reader } = await ended();
			clock.advance(9_999);
			expect(reader.destroyed).toBe(false);
			clock.advance(1);
			expect(reader.destroyed).toBe(true);
			await vi.waitFor(() => expect(fanout.listeners).toEqual([]));
			expect([reader.taken, clock.pending]).toEqual([[], 0]);
		});

		it('waits for a reader that is merely slow', async () => {
			const { clock, fanout, reader } = await ended();
			while (reader.waits) {
				clock.advance(9_999);
				reader.accept();
				await new Promise(setImmediate);
			}
			expect(clock.now()).toBeGreaterThan(20_000);
			expect([reader.destroyed, fanout.listeners]).toEqual([false, []]);
			const taken = Buffer.concat(reader.taken);
			expect(taken.includes(Buffer.from(pcm(4)))).toBe(true);
			expect(taken.subarray(-5).toString()).toBe('0\r\n\r\n');
			reader.destroy();
		});
	});

	it('answers HEAD and CORS preflights without a listener, other methods with 405', async () => {
		const { fanout, url } = await serve();
		const head = await ask(url, {}, 'HEAD');
		const post = await ask(url, {}, 'POST');
		const preflight = await ask(url, { origin: 'http://page.test' }, 'OPTIONS');
		expect([head.statusCode, head.headers['steadypcm-stream']]).toEqual([200, 'hall']);
		expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
		expect(preflight.statusCode).toBe(204);
		expect(preflight.headers['access-control-allow-headers']).toBe('Authorization');
		expect(fanout.listeners).toHaveLength(0);
	});

	it('breaks the response off when the stream ends before its time', async () => {
		const { fanout, url } = await serve();
		const response = await ask(url);
		fanout.broadcast(pcm(1), 0);
		setImmediate(() => fanout.finish(1001, 'sender closed', false));
		await expect(bodyOf(response)).rejects.toThrow('aborted');
	});

	it('lets a listener that hangs up go', async () => {
		const { fanout, url } = await serve();
		(await ask(url)).destroy();
		await vi.waitFor(() => expect(fanout.listeners).toHaveLength(0));
	});

	it('leaves frames out for one that does not read, and cuts it', async () => {
		const { clock, fanout, url } = await serve();
		const deaf = await ask(url);
		const second = new Uint8Array(32_000);
		while (fanout.stats.framesDropped === 0) {
			fanout.broadcast(second, 0);
			clock.advance(20);
			await new Promise(setImmediate);
		}
		// 500 ms of PCM, the frame that went beyond it, and what the response adds to each.
		expect(fanout.listeners[0]!.socket.bufferedAmount).toBeLessThan(16_000 + 32_000 + 500);
		clock.advance(10_000);
		fanout.broadcast(second, 0);
		expect(fanout.stats).toMatchObject({ listeners: 0, listenersCut: 1 });
		await expect(bodyOf(deaf)).rejects.toThrow('aborted');
	});
});

describe('PcmServer.handle', () => {
	it('leaves other paths, and HTTP where no stream is given for it, to others', async () => {
		const { url } = await serve();
		expect((await ask(url.replace('audio', 'other'))).statusCode).toBe(418);
		const { url: without } = await serve({ onHttp: undefined as never });
		expect((await ask(without)).statusCode).toBe(418);
	});

	it('answers 403 to those not allowed, 503 while there is no stream', async () => {
		const { url } = await serve({
			allow: (request) => request.headers.authorization !== undefined,
		});
		expect((await ask(url)).statusCode).toBe(403);
		const { url: early } = await serve({ onHttp: () => null });
		const response = await ask(early);
		expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
	});

	it('lets pages read that they may not come', async () => {
		const { url } = await serve({ allow: () => false });
		const refused = await ask(url, { origin: 'http://page.test' });
		expect(refused.statusCode).toBe(403);
		expect(refused.headers['access-control-allow-origin']).toBe('*');
	});

	it('lets the app answer by itself', async () => {
		const { url } = await serve({
			onHttp: (_request, response) => {
				response.end('mine');
				return null;
			},
		});
		const response = await new Promise<IncomingMessage>((resolve) => get(url, resolve));
		expect((await bodyOf(response)).toString()).toBe('mine');
	});
});
