import { describe, expect, it } from 'vitest';
import {
	encodeFrame,
	FRAME_DISCONTINUITY,
	FRAME_END_OF_STREAM,
	FRAME_REPEATED,
	SUBPROTOCOL,
	type Frame,
} from '../../../src/core/frame.js';
import type { StreamFormat } from '../../../src/core/stream-format.js';
import { seededRandom } from '../../../src/node/source/seeded-random.js';
import { Upstream } from '../../../src/node/relay/upstream.js';
import type { UpstreamOptions } from '../../../src/node/relay/upstream-options.js';
import type {
	UpstreamRequest,
	UpstreamSocket,
	UpstreamSocketEvents,
} from '../../../src/node/relay/upstream-socket.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const FORMAT: StreamFormat = {
	sampleRate: 8000,
	sampleFormat: 'u8',
	channels: 1,
	byteOrder: 'little',
};

/** The far end of one connection that the upstream opened. */
class FakeServer implements UpstreamSocket {
	readonly texts: string[] = [];
	pings = 0;
	terminated = false;
	readonly at: number;
	readonly request: UpstreamRequest;
	readonly events: UpstreamSocketEvents;

	constructor(at: number, request: UpstreamRequest, events: UpstreamSocketEvents) {
		this.at = at;
		this.request = request;
		this.events = events;
	}

	send(text: string): void {
		this.texts.push(text);
	}

	ping(): void {
		this.pings++;
	}

	terminate(): void {
		this.terminated = true;
	}

	says(text: object): void {
		this.events.onMessage(Buffer.from(JSON.stringify(text)), false);
	}

	hello(next: number, fields: object = {}): void {
		const { sampleRate, sampleFormat, channels } = FORMAT;
		const format = { sampleRate, sampleFormat, channels };
		const stream = { version: 1, stream: 'hall', frameMs: 20, next, oldest: 0, http: false };
		this.says({ type: 'hello', ...stream, ...format, ...fields });
	}

	/** @param begin pts of sequence 0 */
	frames(sequences: readonly number[], flags = 0, format = FORMAT, begin = 0): void {
		for (const sequence of sequences) {
			const pts = begin + 160 * sequence;
			const header = { format, flags, sequence, pts, captureTime: 0 };
			const pcm = new Uint8Array(flags === FRAME_END_OF_STREAM ? 0 : 160);
			this.events.onMessage(encodeFrame(header, pcm), true);
		}
	}

	/** Its texts of one type. */
	heard(type: string): object[] {
		return this.texts
			.map((text) => JSON.parse(text) as { type: string })
			.filter((text) => text.type === type);
	}
}

function stage(options: UpstreamOptions = {}) {
	const clock = new VirtualClock();
	const servers: FakeServer[] = [];
	const streams: [string, number][] = [];
	const frames: Frame[] = [];
	const pcm: { bytes: number[]; flags: number }[] = [];
	const states: string[] = [];
	let ends = 0;
	const upstream = new Upstream(
		'ws://far.test/audio',
		{
			onStream: (_format, stream, next) => streams.push([stream, next]),
			onFrame: (_message, frame) => frames.push(frame),
			onPcm: (bytes, _captureTime, flags) => pcm.push({ bytes: [...bytes], flags }),
			onEnd: () => ends++,
		},
		{
			clock,
			random: () => 0,
			onState: (state, reason) => states.push(reason === '' ? state : `${state}: ${reason}`),
			...options,
		},
		(request, events) => {
			const server = new FakeServer(clock.now(), request, events);
			servers.push(server);
			return server;
		},
	);
	/** The server of the newest connection, opened. */
	const open = (subprotocol = SUBPROTOCOL): FakeServer => {
		const server = servers.at(-1)!;
		server.events.onOpen(subprotocol);
		return server;
	};
	const passed = (): number[] => frames.map(({ sequence }) => sequence);
	upstream.start();
	return { clock, upstream, servers, streams, frames, pcm, states, open, passed, ends: () => ends };
}

const count = (from: number, to: number): number[] =>
	Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('Upstream of frames', () => {
	it('offers the subprotocol, tells the stream, passes frames on and acknowledges every 100 ms', () => {
		const { clock, servers, streams, passed, open } = stage({
			headers: { authorization: 'Bearer x' },
		});
		expect(servers[0]!.request).toMatchObject({
			url: 'ws://far.test/audio',
			subprotocols: [SUBPROTOCOL],
			headers: { authorization: 'Bearer x' },
		});
		const server = open();
		server.hello(40);
		server.frames([40, 41]);
		clock.advance(100);
		clock.advance(100);
		server.frames([42]);
		clock.advance(100);
		expect(streams).toEqual([['hall', 40]]);
		expect(passed()).toEqual([40, 41, 42]);
		expect(server.heard('ack')).toEqual([
			{ type: 'ack', sequence: 41 },
			{ type: 'ack', sequence: 42 },
		]);
	});

	it('has repeated what a lost connection cost, and passes all on in order', () => {
		const { clock, upstream, servers, streams, passed, open } = stage();
		const first = open();
		first.hello(0);
		first.frames(count(0, 9));
		first.events.onClose('1006');
		clock.advance(250);
		const second = open();
		second.hello(20);
		expect(second.heard('resume')).toEqual([
			{ type: 'resume', stream: 'hall', sequence: 10, seconds: null },
		]);
		second.frames([20, 21]);
		expect(passed()).toEqual(count(0, 9));
		second.says({ type: 'resumed', stream: 'hall', sequence: 12, frames: 8 });
		second.frames(count(12, 18), FRAME_REPEATED);
		second.frames([22]);
		second.frames([19], FRAME_REPEATED);
		second.frames([22, 23]);
		expect(passed()).toEqual([...count(0, 9), ...count(12, 23)]);
		expect(servers).toHaveLength(2);
		expect(streams).toHaveLength(1);
		expect(upstream.stats).toMatchObject({
			reconnects: 1,
			framesLost: 2,
			framesRepeated: 8,
			framesDuplicated: 1,
		});
	});

	it('loses nothing when the connection breaks again before the repeats came', () => {
		const { clock, upstream, servers, passed, open } = stage();
		const first = open();
		first.hello(0);
		first.frames([0, 1]);
		first.events.onClose('reset');
		clock.advance(250);
		const second = open();
		second.hello(5);
		second.frames([5, 6]);
		second.events.onClose('reset');
		clock.advance(3000);
		const third = open();
		clock.advance(200);
		third.hello(9);
		third.frames([9]);
		third.says({ type: 'resumed', stream: 'hall', sequence: 2, frames: 7 });
		third.frames(count(2, 8), FRAME_REPEATED);
		expect(servers).toHaveLength(3);
		expect(passed()).toEqual(count(0, 9));
		expect(upstream.stats).toMatchObject({ framesLost: 0, framesDuplicated: 2 });
	});

	/** One frame was heard, and the connection lost. */
	function lose(staged: ReturnType<typeof stage>): void {
		const { clock, open } = staged;
		const server = open();
		server.hello(0);
		server.frames([0]);
		server.events.onClose('reset');
		clock.advance(250);
	}

	/** The next connection is lost, too, before it has repeated anything. */
	function loseTwice(staged: ReturnType<typeof stage>): void {
		lose(staged);
		const { clock, open } = staged;
		const server = open();
		server.hello(5);
		server.frames([5, 6]);
		server.events.onClose('reset');
		clock.advance(1000);
	}

	it('waits for repeats while they come, however slowly', () => {
		const staged = stage();
		const { clock, upstream, passed, open } = staged;
		lose(staged);
		const server = open();
		server.hello(5);
		server.frames([5]);
		server.says({ type: 'resumed', stream: 'hall', sequence: 1, frames: 4 });
		for (const sequence of [1, 2, 3, 4]) {
			clock.advance(2800);
			server.frames([sequence], FRAME_REPEATED);
			server.frames([5 + sequence]);
			expect(passed()).toEqual(count(0, sequence < 4 ? sequence : 9));
		}
		expect(upstream.stats).toMatchObject({ framesLost: 0, framesRepeated: 4 });
	});

	it('goes on at once when all repeats came, though frames are missing', () => {
		const staged = stage();
		const { upstream, passed, open } = staged;
		lose(staged);
		const server = open();
		server.hello(5);
		server.frames([5]);
		server.says({ type: 'resumed', stream: 'hall', sequence: 1, frames: 3 });
		server.frames([1, 2, 3], FRAME_REPEATED);
		expect(passed()).toEqual([0, 1, 2, 3, 5]);
		expect(upstream.stats).toMatchObject({ framesLost: 1, framesRepeated: 3 });
	});

	it('counts repeats that came too late, and passes nothing on twice', () => {
		const staged = stage();
		const { clock, upstream, passed, open } = staged;
		lose(staged);
		const server = open();
		server.hello(5);
		server.frames([5]);
		clock.advance(3200);
		server.says({ type: 'resumed', stream: 'hall', sequence: 1, frames: 4 });
		server.frames([1, 2, 3, 4], FRAME_REPEATED);
		server.frames([6]);
		expect(passed()).toEqual([0, 5, 6]);
		expect(upstream.stats).toMatchObject({
			framesLost: 4,
			framesDuplicated: 4,
			framesRepeated: 4,
		});
	});

	it('takes for live what the upstream had repeated itself', () => {
		const staged = stage();
		const { upstream, passed, open } = staged;
		lose(staged);
		const server = open();
		server.hello(5);
		server.frames([5, 6], FRAME_REPEATED);
		server.says({ type: 'resumed', stream: 'hall', sequence: 1, frames: 4 });
		server.frames([1, 2], FRAME_REPEATED);
		server.frames([7], FRAME_REPEATED);
		server.frames([3, 4], FRAME_REPEATED);
		expect(passed()).toEqual(count(0, 7));
		expect(upstream.stats).toMatchObject({ framesLost: 0, framesRepeated: 4 });
	});

	it('fills what was missed from a mirror that is behind', () => {
		const staged = stage();
		const { upstream, passed, open } = staged;
		loseTwice(staged);
		const mirror = open();
		mirror.hello(0);
		mirror.frames(count(0, 8));
		expect(mirror.heard('resume')).toEqual([]);
		expect(passed()).toEqual(count(0, 8));
		expect(upstream.stats).toMatchObject({ framesLost: 0, framesDuplicated: 3 });
	});

	it('waits no longer for an upstream that can repeat nothing', () => {
		const staged = stage();
		const { upstream, passed, open } = staged;
		loseTwice(staged);
		open().hello(9, { oldest: 9 });
		expect(passed()).toEqual([0, 5, 6]);
		expect(upstream.stats).toMatchObject({ framesLost: 4 });
	});

	it('goes on at the present when too much was missed to be one stream', () => {
		const staged = stage();
		const { upstream, passed, open } = staged;
		lose(staged);
		const server = open();
		server.hello(20_000);
		server.frames([20_000]);
		expect(server.heard('resume')).toEqual([]);
		expect(passed()).toEqual([0, 20_000]);
		expect(upstream.stats).toMatchObject({ framesLost: 0 });
	});

	it('waits 3 s for repeats that do not come, or not at all when there are none', () => {
		for (const answers of [false, true]) {
			const { clock, passed, open, servers } = stage();
			open().hello(0);
			servers[0]!.frames([0]);
			servers[0]!.events.onClose('');
			clock.advance(250);
			const server = open();
			server.hello(5);
			server.frames([5]);
			if (answers) {
				server.says({ type: 'resumed', stream: 'hall', sequence: 1, frames: 0 });
			} else {
				clock.advance(2900);
				expect(passed()).toEqual([0]);
				clock.advance(200);
			}
			expect(passed()).toEqual([0, 5]);
		}
	});

	it.each([
		['asks, but waits for no answer, when nothing was missed', 10, {}, 1],
		['does not ask when nothing can be repeated', 20, { oldest: 20 }, 0],
	])('%s', (_what, next, fields, asked) => {
		const { clock, open, servers, passed } = stage();
		open().hello(0);
		servers[0]!.frames(count(0, 9));
		servers[0]!.events.onClose('');
		clock.advance(250);
		const server = open();
		server.hello(next, fields);
		server.frames([next]);
		expect(server.heard('resume')).toHaveLength(asked);
		expect(passed().at(-1)).toBe(next);
	});

	it('begins anew with another run, with one that took the same id, and without hello', () => {
		const { clock, open, servers, streams, passed } = stage();
		const reopen = (): FakeServer => {
			servers.at(-1)!.events.onClose('');
			clock.advance(20_000);
			return open();
		};
		open().hello(900);
		servers[0]!.frames([900]);
		const other = reopen();
		other.hello(0, { stream: 'second' });
		other.frames(count(0, 400));
		const sameId = reopen();
		sameId.hello(3, { stream: 'second' });
		sameId.frames([3]);
		const lagging = reopen();
		lagging.hello(1, { stream: 'second' });
		lagging.frames([2, 3, 4]);
		reopen().frames([77]);
		expect(streams).toHaveLength(4);
		expect(streams.slice(0, 3)).toEqual([
			['hall', 900],
			['second', 0],
			['second', 3],
		]);
		expect(streams[3]![1]).toBe(77);
		expect(passed()).toEqual([900, ...count(0, 400), 3, 4, 77]);
	});

	it('goes on after a frame whose sequence cannot be true', () => {
		const { upstream, open, passed } = stage();
		const server = open();
		server.hello(0);
		server.frames([0, 1, 1_000_000, 2, 3]);
		expect(passed()).toEqual([0, 1, 1_000_000, 2, 3]);
		expect(upstream.stats).toMatchObject({ framesLost: 0, framesDuplicated: 0 });
	});

	it('follows a sender that began its sequence anew under the same id', () => {
		const { upstream, open, passed } = stage();
		const server = open();
		server.hello(0);
		server.frames(count(0, 40));
		server.frames([3, 4], 0, FORMAT, 160 * 1000);
		expect(passed()).toEqual([...count(0, 40), 3, 4]);
		expect(upstream.stats).toMatchObject({ framesLost: 0, framesDuplicated: 0 });
	});

	describe('a frame of another format', () => {
		const OTHER = { ...FORMAT, sampleRate: 16_000 };

		it.each([
			['at the beginning', 0],
			['later', 5],
		])('alone is a lie, dropped and counted, %s', (_, lie) => {
			const { upstream, open, passed, streams } = stage();
			const server = open();
			server.hello(0);
			count(0, 9).forEach((i) => server.frames([i], 0, i === lie ? OTHER : FORMAT));
			expect(passed()).toEqual(count(0, 9).filter((i) => i !== lie));
			expect(upstream.stats).toMatchObject({ malformedMessages: 1, framesLost: 0 });
			expect(streams).toHaveLength(1);
		});

		it('that the next confirms is a change, and neither is lost', () => {
			const { upstream, open, frames, passed } = stage();
			const server = open();
			server.hello(0);
			server.frames([0, 1]);
			server.frames([2, 3, 4], 0, OTHER);
			expect(passed()).toEqual(count(0, 4));
			const rates = frames.map(({ format }) => format.sampleRate);
			expect(rates).toEqual([8000, 8000, 16_000, 16_000, 16_000]);
			expect(upstream.stats.malformedMessages).toBe(0);
		});

		it('that a hello has announced waits for no other', () => {
			const { open, passed } = stage();
			const server = open();
			server.hello(0);
			server.frames([0]);
			server.hello(1, { sampleRate: 16_000 });
			server.frames([1], 0, OTHER);
			expect(passed()).toEqual([0, 1]);
		});

		it('ends the stream all the same', () => {
			const { upstream, open, passed, ends } = stage();
			const server = open();
			server.hello(0);
			server.frames([0]);
			server.frames([1], FRAME_END_OF_STREAM, OTHER);
			expect([passed(), ends()]).toEqual([[0], 1]);
			expect(upstream.stats).toMatchObject({ state: 'over', malformedMessages: 1 });
		});
	});

	it('counts what is no frame or no text of the protocol, and goes on', () => {
		const { upstream, open, passed } = stage();
		const server = open();
		server.hello(0);
		server.hello(0, { sampleRate: 5 });
		server.says({ type: 'hello' });
		server.events.onMessage(new Uint8Array(40), true);
		server.frames([0]);
		expect(passed()).toEqual([0]);
		expect(upstream.stats).toMatchObject({ malformedMessages: 3, messagesReceived: 2 });
	});

	it('ends with the stream, and does not come back', () => {
		const { clock, open, servers, passed, states, ends } = stage();
		const server = open();
		server.hello(0);
		server.frames([0]);
		server.frames([1], FRAME_END_OF_STREAM);
		clock.advance(60_000);
		expect([passed(), ends(), servers.length, server.terminated]).toEqual([[0, 1], 1, 1, true]);
		expect(states.at(-1)).toBe('over: end of stream');
		expect(clock.pending).toBe(0);
	});
});

describe('Upstream of raw PCM', () => {
	it('falls back to no subprotocol at once, and cuts the bytes into whole frames', () => {
		const { servers, open, pcm, streams } = stage({
			format: { sampleRate: 8000, sampleFormat: 's16', channels: 1 },
			frameMs: 1,
		});
		servers[0]!.events.onClose('Server sent no subprotocol');
		expect(servers.map(({ request }) => request.subprotocols)).toEqual([[SUBPROTOCOL], []]);
		const server = open('');
		server.events.onMessage(Uint8Array.from(count(1, 19)), true);
		server.events.onMessage(Uint8Array.from([20, 21]), true);
		expect(pcm.map(({ bytes }) => bytes)).toEqual([count(1, 16), [17, 18], [19, 20]]);
		expect(streams).toHaveLength(1);
	});

	it('marks the first frame after a lost connection, whose cut sample is forgotten', () => {
		const { clock, open, pcm, streams } = stage({
			format: { sampleRate: 8000, sampleFormat: 's16', channels: 1 },
			protocol: 'raw',
		});
		const first = open('');
		first.events.onMessage(Uint8Array.from([1, 2, 3]), true);
		first.events.onClose('');
		clock.advance(250);
		open('').events.onMessage(Uint8Array.from([5, 6, 7, 8]), true);
		open('').events.onMessage(Uint8Array.from([9, 10]), true);
		expect(pcm).toEqual([
			{ bytes: [1, 2], flags: 0 },
			{ bytes: [5, 6, 7, 8], flags: FRAME_DISCONTINUITY },
			{ bytes: [9, 10], flags: FRAME_DISCONTINUITY },
		]);
		expect(streams).toHaveLength(1);
	});

	it('cannot be heard without a format', () => {
		const { open, states } = stage();
		open('').events.onMessage(new Uint8Array(100), true);
		expect(states.at(-1)).toBe('waiting: the stream is raw PCM, and no format was given');
	});
});

describe('Upstream connection', () => {
	it('is tried again ever later, until it gives media', () => {
		const { clock, servers, open } = stage({ minRetryMs: 100, maxRetryMs: 800 });
		for (let i = 0; i < 6; i++) {
			servers.at(-1)!.events.onClose('refused');
			clock.advance(800);
		}
		const waits = servers.slice(1).map(({ at }, i) => at - Math.max(servers[i]!.at, 800 * i));
		expect(waits).toEqual([100, 200, 400, 800, 800, 800]);
		open().hello(0); // says hello, gives nothing
		servers.at(-1)!.events.onClose('');
		clock.advance(799);
		expect(servers).toHaveLength(7);
		clock.advance(1);
		open().hello(0);
		servers.at(-1)!.frames([0]);
		servers.at(-1)!.events.onClose('');
		clock.advance(100);
		expect(servers).toHaveLength(9);
	});

	it('spreads its tries by chance (seed 3)', () => {
		const { clock, servers } = stage({
			random: seededRandom(3),
			minRetryMs: 1000,
			maxRetryMs: 1000,
		});
		for (let i = 0; i < 50; i++) {
			servers.at(-1)!.events.onClose('');
			clock.advance(1000);
		}
		const waits = servers.slice(1).map(({ at }, i) => at - 1000 * i);
		expect(Math.min(...waits)).toBeLessThan(800);
		expect(Math.max(...waits)).toBeGreaterThan(950);
	});

	it('that does not open in time is given up', () => {
		const { clock, servers, states } = stage({ connectTimeoutMs: 3000 });
		clock.advance(3000);
		expect(servers[0]!.terminated).toBe(true);
		expect(states).toEqual(['connecting', 'waiting: no answer within 3000 ms']);
	});

	it('is asked for a sign of life, and given up without one', () => {
		const { clock, open, states } = stage({ idleTimeoutMs: 2000 });
		const server = open();
		server.hello(0);
		clock.advance(1000);
		expect(server.pings).toBe(1);
		server.events.onPong();
		clock.advance(1900);
		expect([server.pings, server.terminated]).toEqual([2, false]);
		clock.advance(100);
		expect([server.pings, server.terminated]).toEqual([2, true]);
		expect(states.at(-1)).toBe('waiting: nothing came for 2000 ms');
	});

	it('survives a process that slept', () => {
		const { clock, open } = stage({ idleTimeoutMs: 2000 });
		const server = open();
		server.hello(0);
		clock.advance(500);
		clock.sleep(3_600_000);
		expect(server.terminated).toBe(false);
		clock.advance(2000);
		expect(server.terminated).toBe(true);
	});

	it('is over with close(), whatever it was doing', () => {
		const { clock, upstream, open } = stage();
		const server = open();
		upstream.close();
		upstream.close();
		upstream.start();
		expect([server.terminated, upstream.stats.state, clock.pending]).toEqual([true, 'over', 0]);
	});

	it('refuses what is no WebSocket URL, without quoting it, and raw without format', () => {
		const sink = { onStream() {}, onFrame() {}, onPcm() {}, onEnd() {} };
		expect(() => new Upstream('http://user:secret@far.test', sink)).toThrow(
			'Expected a URL that begins with "ws://" or "wss://", got another.',
		);
		expect(() => new Upstream('ws://far.test', sink, { protocol: 'raw' })).toThrow(TypeError);
		expect(() => new Upstream('ws://far.test', sink, { idleTimeoutMs: 1 })).toThrow(RangeError);
	});
});
