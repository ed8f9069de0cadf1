import { describe, expect, it } from 'vitest';
import { FRAME_END_OF_STREAM } from '../../../src/core/frame.js';
import { FetchDownload } from '../../../src/receiver/fetch-download.js';
import { LONGEST_MESSAGE } from '../../../src/receiver/prefixed-messages.js';
import { random } from '../../support/random.js';
import { FakeServer, FRAME, pcmAt } from './fake-server.js';
import { prefixed, ReceiverRig, type FakeDownload } from './receiver-rig.js';

const URL = 'http://a/audio';

/** A rig whose stream comes by HTTP, and the frames of a server. */
function overHttp(setup: Parameters<ReceiverRig['start']>[0] = {}): {
	rig: ReceiverRig;
	server: FakeServer;
} {
	const rig = new ReceiverRig();
	const server = new FakeServer(rig.clock);
	server.onFrame = (message) => {
		if (!rig.download.isClosed) {
			rig.download.give(prefixed(message));
		}
	};
	rig.start({ urls: [URL], ...setup });
	return { rig, server };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
	return new Uint8Array(parts.flatMap((part) => [...part]));
}

describe('a stream over HTTP', () => {
	it('asks for frames, with its token as the bearer', () => {
		const { rig } = overHttp({ hasToken: true });
		rig.receiver.obey({ type: 'token', id: 1, token: 'abc' });
		expect(rig.download).toMatchObject({
			url: URL,
			headers: { Accept: 'application/vnd.steadypcm.v1, */*', Authorization: 'Bearer abc' },
		});
		const raw = overHttp({ protocol: 'raw' });
		expect(raw.rig.download.headers).toEqual({});
	});

	it('is framed or raw as its content type says', () => {
		const { rig } = overHttp({ protocol: 'auto' });
		rig.download.answerFramed('run-1');
		rig.run(1);
		expect(rig.played.length).toBeGreaterThan(45 * FRAME);
		expect(rig.report).toMatchObject({ via: 'http', malformedMessages: 0, framesLost: 0 });
		expect(rig.told('format')).toMatchObject([{ isFramed: true }]);

		const raw = new ReceiverRig().start({ urls: [URL], protocol: 'auto' });
		raw.download.answer(200, { 'Content-Type': 'audio/x-steadypcm-raw;rate=48000' });
		const pcm = pcmAt(0);
		for (let at = 0; at < pcm.length; at += 1001) {
			raw.download.give(pcm.subarray(at, at + 1001));
		}
		expect(raw.played).toEqual(Array.from({ length: FRAME }, (_, i) => i));
		expect(raw.told('format')).toMatchObject([{ isFramed: false }]);
	});

	it.each([1, 3, 17, 4099])('gives the same frames when cut each %d bytes', (step) => {
		const rig = new ReceiverRig().start({ urls: [URL] });
		const server = new FakeServer(rig.clock);
		const messages: Uint8Array[] = [];
		server.onFrame = (message) => messages.push(prefixed(message), prefixed(new Uint8Array(0)));
		rig.run(0.11);
		rig.download.answerFramed('run-1');
		const bytes = concatenated(messages);
		for (let at = 0; at < bytes.length; at += step) {
			rig.download.give(bytes.slice(at, at + step));
		}
		expect(rig.played).toEqual(Array.from({ length: 5 * FRAME }, (_, i) => i));
		expect(rig.report.malformedMessages).toBe(0);
	});

	it('connects again after a length that cannot be true, and counts it', () => {
		const { rig } = overHttp();
		rig.download.answerFramed('run-1');
		rig.run(0.5);
		rig.download.give(prefixed(new Uint8Array(100), LONGEST_MESSAGE + 1));
		expect(rig.downloads[0]!.isClosed).toBe(true);
		expect(rig.report).toMatchObject({ malformedMessages: 1, connectionsOpen: 0 });
		expect(rig.told('close')).toMatchObject([{ code: 1006, reason: 'a frame too long to be one' }]);
		rig.run(0.3);
		rig.download.answerFramed('run-1');
		rig.run(0.5);
		expect(rig.report).toMatchObject({ connectionsOpen: 1, reconnects: 1 });
		expect(rig.played.length).toBeGreaterThan(45 * FRAME);
	});

	it.each([
		[401, 4401, true],
		[404, 4404, true],
		[408, 4408, false],
		[429, 4429, false],
		[503, 4503, false],
	])('takes status %d as code %d', (status, code, isFinal) => {
		const { rig } = overHttp();
		rig.download.answerFramed('run-1');
		rig.run(0.1);
		rig.download.end('network error');
		rig.run(0.3);
		rig.download.answer(status);
		const closure = rig.told('close').at(-1)!;
		expect(closure).toMatchObject({ code, wasOpen: false, fault: isFinal ? 'refused' : null });
		expect(closure.retryIn === null).toBe(isFinal);
	});

	it.each([
		['raw', 'complete', null, 1000],
		['raw', 'broken', 'reset', 1006],
		['framed', 'complete', null, 1001],
		['framed', 'broken', 'reset', 1006],
		['ended', 'complete', null, 1000],
	])('tells how a %s response that is %s went', (kind, _, error, code) => {
		const { rig, server } = overHttp({ protocol: 'auto' });
		server.onFrame = () => undefined;
		rig.run(0.1);
		if (kind === 'raw') {
			rig.download.answer(200).give(new Uint8Array(80));
		} else {
			const flags = kind === 'ended' ? FRAME_END_OF_STREAM : 0;
			rig.download.answerFramed('run-1').give(prefixed(server.message(1, flags)));
		}
		rig.download.end(error);
		expect(rig.told('close')).toMatchObject([{ code, wasClean: error === null }]);
		expect(rig.told('close')[0]!.retryIn === null).toBe(code === 1000);
	});

	it('does not play raw bytes where frames were declared', () => {
		const { rig } = overHttp({ protocol: 'framed' });
		rig.download.answer(200, { 'Content-Type': 'text/html' });
		expect(rig.told('close')).toMatchObject([{ retryIn: null, fault: 'unsupported-format' }]);
	});

	it('is dead when it brings nothing for idleTimeout', () => {
		const { rig } = overHttp({ idleTimeout: 3 });
		rig.download.answerFramed('run-1');
		rig.run(1);
		rig.download.give = () => undefined;
		rig.run(3.1);
		expect(rig.told('close')).toHaveLength(1);
	});
});

describe('a stream over HTTP whose sender pauses', () => {
	it.each(['as main connection', 'as downlink'])('stays, by its signs of life, %s', (kind) => {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock, { http: true });
		rig.servers.set('ws://a/', server);
		rig.start(kind === 'as downlink' ? { isFirefox: true } : { urls: [URL] });
		let isPaused = false;
		server.onFrame = (message) => {
			if (!isPaused) {
				rig.download.give(prefixed(message));
			}
		};
		rig.run(0.05);
		rig.download.answerFramed('run-1');
		rig.run(1);
		isPaused = true;
		for (let second = 0; second < 30; second++) {
			rig.run(1);
			rig.download.give(prefixed(new Uint8Array(0)));
		}
		expect(rig.downloads).toHaveLength(1);
		expect(rig.report.via).toBe('http');
		expect(rig.told('close')).toEqual([]);
	});
});

describe('the HTTP downlink', () => {
	function withDownlink(setup: Parameters<ReceiverRig['start']>[0] = {}): {
		rig: ReceiverRig;
		server: FakeServer;
		download: FakeDownload;
	} {
		const rig = new ReceiverRig();
		const server = new FakeServer(rig.clock, { http: true });
		rig.servers.set('ws://a/', server);
		rig.start({ isFirefox: true, ...setup });
		server.onFrame = (message) => {
			server.broadcast(message);
			if (!rig.download.isClosed) {
				rig.download.give(prefixed(message));
			}
		};
		rig.run(0.5);
		const { download } = rig;
		download.answerFramed('run-1');
		return { rig, server, download };
	}

	it('carries the media once its first frame came, and each frame once', () => {
		const { rig, server, download } = withDownlink();
		expect(download.url).toBe('http://a/');
		expect(server.wire.heard('media')).toEqual([]);
		rig.run(2);
		expect(server.wire.heard('media')).toEqual([{ type: 'media', wanted: false }]);
		expect(rig.report).toMatchObject({ via: 'http', framesLost: 0, connectionsOpen: 1 });
		expect(rig.splices).toEqual([0]);
		expect(rig.played.length / FRAME).toBe(server.next);
	});

	it('brings what is on its way by it after the WebSocket has said that the stream ended', () => {
		const { rig, server, download } = withDownlink();
		rig.run(1);
		server.wire.end(1000);
		rig.run(2);
		expect(rig.told('close')).toEqual([]);
		download.give(prefixed(server.message(server.next - 1, FRAME_END_OF_STREAM)));
		download.end(null);
		expect(rig.told('close')).toMatchObject([{ code: 1000, retryIn: null, wasOpen: true }]);
		expect(rig.report).toMatchObject({ framesLost: 0, connectionsOpen: 0 });
		expect(rig.played.length / FRAME).toBe(server.next);
		expect(download.isClosed).toBe(true);
		rig.run(60);
		expect(rig.downloads).toHaveLength(1);
	});

	/** The stream ends, and the last of it is still on its way by HTTP. */
	function endUnderWay(setup: Parameters<typeof withDownlink>[0]) {
		const { rig, server, download } = withDownlink(setup);
		rig.run(1);
		server.onFrame = (message) => server.broadcast(message);
		rig.run(0.2);
		server.finish('repeats');
		expect(rig.told('close')).toEqual([]);
		return { rig, server, download };
	}

	it.each(['complete', 'live'] as const)(
		'that breaks after the stream ended is a lost connection: the rest is repeated, %s',
		(mode) => {
			const { rig, server, download } = endUnderWay({ mode });
			download.end('reset');
			expect(rig.told('close')).toMatchObject([{ code: 1006, wasOpen: true }]);
			expect(rig.told('close')[0]!.retryIn).not.toBe(null);
			rig.run(2);
			expect(rig.told('close')).toMatchObject([{}, { code: 1000, retryIn: null, wasOpen: true }]);
			const { framesLost, connectionsOpen } = rig.report;
			expect(rig.played.length / FRAME + framesLost).toBe(server.next);
			expect([framesLost > 0, connectionsOpen]).toEqual([mode === 'live', 0]);
			const { length } = rig.wires;
			rig.run(60);
			expect(rig.wires).toHaveLength(length);
		},
	);

	it('that breaks after the stream ended is the end of a player that does not reconnect', () => {
		const { rig, download } = endUnderWay({ reconnect: null });
		download.end('reset');
		expect(rig.told('close')).toMatchObject([{ code: 1006, retryIn: null, wasOpen: true }]);
		expect(rig.ends).toEqual([rig.played.length]);
	});

	it('that stands still after the stream ended is given up', () => {
		const { rig, server } = endUnderWay({ mode: 'complete', idleTimeout: 3 });
		rig.run(2.5);
		expect(rig.told('close')).toEqual([]);
		rig.run(2);
		expect(rig.told('close')[0]).toMatchObject({ code: 1006 });
		expect(rig.played.length / FRAME).toBe(server.next);
		expect(rig.told('close').at(-1)).toMatchObject({ code: 1000, retryIn: null });
	});

	it('gives the media back to the WebSocket while it is lost, which misses nothing', () => {
		const { rig, server, download } = withDownlink();
		rig.run(1);
		download.end('reset');
		// A few frames were under way.
		expect(server.wire.heard('media').at(-1)).toEqual({ type: 'media', wanted: true });
		expect(server.wire.heard('resume')).toHaveLength(1);
		expect(rig.report.via).toBe('websocket');
		rig.run(1);
		expect(rig.report).toMatchObject({ via: 'websocket', framesLost: 0 });
		rig.download.answerFramed('run-1');
		rig.run(1);
		expect(rig.report).toMatchObject({ via: 'http', framesLost: 0, reconnects: 0 });
		expect(rig.told('close')).toHaveLength(0);
		expect(rig.splices).toEqual([0]);
		expect(rig.played.length / FRAME).toBe(server.next);
	});

	it('keeps a WebSocket that the page stalls', () => {
		const { rig, server } = withDownlink();
		rig.run(1);
		server.wire.stalledUntil = rig.clock.now() + 30_000;
		rig.run(31);
		expect(rig.told('close')).toHaveLength(0);
		expect(rig.played.length / FRAME).toBe(server.next);
	});

	it('stays with the WebSocket where HTTP does not work', () => {
		for (const answer of [
			(download: FakeDownload) => download.answer(404),
			(download: FakeDownload) => download.answer(200, { 'Content-Type': 'text/html' }),
			(download: FakeDownload) => download.answerFramed('another-run'),
			(download: FakeDownload) => download.end('CORS'),
		]) {
			const rig = new ReceiverRig();
			const server = new FakeServer(rig.clock, { http: true });
			rig.servers.set('ws://a/', server);
			rig.start({ isFirefox: true });
			rig.run(0.5);
			answer(rig.download);
			rig.run(0.1);
			// Of another stream, or no answer at all.
			rig.download.give(prefixed(server.message(3)));
			rig.run(20);
			expect(rig.downloads).toHaveLength(1);
			expect(server.wire.heard('media')).toEqual([]);
			expect(rig.report).toMatchObject({ via: 'websocket', framesLost: 0 });
			expect(rig.told('close')).toHaveLength(0);
		}
	});

	it('ends with its WebSocket', () => {
		const { rig, server, download } = withDownlink();
		rig.run(1);
		server.kill();
		expect(download.isClosed).toBe(true);
		expect(rig.report).toMatchObject({ connectionsOpen: 0, via: null });
	});
});

describe('FetchDownload', () => {
	/** What `fetch` gives, cut at random. */
	function response(bytes: Uint8Array, failure?: Error): Response {
		const next = random(4);
		let at = 0;
		return new Response(
			new ReadableStream<Uint8Array>({
				pull: (controller) => {
					if (at < bytes.length) {
						const part = bytes.slice(at, at + 1 + Math.floor(next() * 50));
						at += part.length;
						controller.enqueue(part);
					} else if (failure === undefined) {
						controller.close();
					} else {
						controller.error(failure);
					}
				},
			}),
			{ headers: { 'Content-Type': 'x/y' } },
		);
	}

	async function read(fetch: typeof globalThis.fetch): Promise<unknown[]> {
		const download = new FetchDownload(fetch, URL, { Accept: '*/*' });
		const calls: unknown[] = [];
		const bytes: number[] = [];
		download.onopen = ({ status, header }) => calls.push(status, header('content-type'));
		download.onbytes = (part) => bytes.push(...part);
		await new Promise<void>((resolve) => {
			download.onclose = (error) => {
				calls.push(bytes, error);
				resolve();
			};
		});
		return calls;
	}

	const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i);

	it('hands on head, bytes and end', async () => {
		const asked: unknown[] = [];
		const calls = await read((url, init) => {
			asked.push(url, init!.headers, init!.cache);
			return Promise.resolve(response(BYTES));
		});
		expect(calls).toEqual([200, 'x/y', [...BYTES], null]);
		expect(asked).toEqual([URL, { Accept: '*/*' }, 'no-store']);
	});

	it('tells what broke it', async () => {
		const broken = await read(() => Promise.resolve(response(BYTES, new Error('reset'))));
		expect(broken.at(-1)).toBe('Error: reset');
		const refused = await read(() => Promise.reject(new TypeError('no network')));
		expect(refused).toEqual([[], 'TypeError: no network']);
	});

	it('is silent once closed, and aborts', async () => {
		let signal: AbortSignal | null | undefined;
		const download = new FetchDownload(
			(_, init) => {
				signal = init!.signal;
				return Promise.resolve(response(BYTES));
			},
			URL,
			{},
		);
		let calls = 0;
		download.onopen = download.onbytes = download.onclose = () => calls++;
		download.close();
		await new Promise((resolve) => setImmediate(resolve));
		expect(calls).toBe(0);
		expect(signal!.aborted).toBe(true);
	});
});
