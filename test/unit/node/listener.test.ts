import { describe, expect, it } from 'vitest';
import {
	FRAME_DISCONTINUITY,
	parseFrame,
	SUBPROTOCOL,
	type Frame,
} from '../../../src/core/frame.js';
import type { StreamFormat } from '../../../src/core/stream-format.js';
import { Fanout } from '../../../src/node/fanout/fanout.js';
import type { FanoutOptions } from '../../../src/node/fanout/fanout-options.js';
import { Impairment } from '../../../src/node/fanout/impairment.js';
import { seededRandom } from '../../../src/node/source/seeded-random.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { FakeSocket } from './fake-socket.js';

const FORMAT: StreamFormat = {
	sampleRate: 8000,
	sampleFormat: 'u8',
	channels: 1,
	byteOrder: 'little',
};

/** Of a frame of 20 ms. */
const MESSAGE_BYTES = 192;

function stage(options: FanoutOptions = {}) {
	const clock = new VirtualClock();
	const fanout = new Fanout(FORMAT, { clock, stream: 'hall', ...options });
	/** One frame every 20 ms for `ms`. */
	const play = (ms: number): void => {
		for (let at = 0; at < ms; at += 20) {
			fanout.broadcast(new Uint8Array(160), clock.wallNow());
			clock.advance(20);
		}
	};
	const join = (protocol = SUBPROTOCOL) => {
		const socket = new FakeSocket(clock, protocol);
		return { socket, listener: fanout.attach(socket) };
	};
	return { clock, fanout, play, join };
}

const ack = (sequence: number) => ({ type: 'ack', sequence });
const sequences = (socket: FakeSocket): number[] => socket.frames.map(({ sequence }) => sequence);
const count = (from: number, to: number): number[] =>
	Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('Listener under credit', () => {
	it('gets creditMs of frames unacknowledged, then those that wait, as acks come', () => {
		const { play, join } = stage({ creditMs: 200, backlogMs: 1000 });
		const { socket, listener } = join();
		play(20);
		socket.say(ack(0));
		play(400);
		expect(sequences(socket)).toEqual(count(0, 10));
		socket.say(ack(4));
		expect(sequences(socket)).toEqual(count(0, 14));
		socket.say(ack(4)); // no news
		expect(sequences(socket)).toEqual(count(0, 14));
		socket.say(ack(14));
		expect(sequences(socket)).toEqual(count(0, 20));
		play(20);
		expect(sequences(socket)).toEqual(count(0, 21));
		expect(listener.framesDropped).toBe(0);
		expect(socket.frames.every(({ flags }) => flags === 0)).toBe(true);
	});

	it('is left out of frames that waited longer than backlogMs; the next one says so', () => {
		const { play, join } = stage({ creditMs: 100, backlogMs: 200 });
		const { socket, listener } = join();
		play(20);
		socket.say(ack(0));
		play(1000); // 1 … 5 go, 6 … 50 wait, of which those above 200 ms of age are left out
		expect(sequences(socket)).toEqual(count(0, 5));
		expect(listener.framesDropped).toBe(34);
		socket.say(ack(5));
		expect(socket.frames.slice(6).map(({ sequence, flags }) => [sequence, flags])).toEqual([
			[40, FRAME_DISCONTINUITY],
			...count(41, 44).map((sequence) => [sequence, 0]),
		]);
	});

	it('respects the socket buffer as well', () => {
		const { play, join } = stage({ backlogMs: 100 });
		const { socket, listener } = join();
		play(20);
		socket.say(ack(0));
		socket.bufferedAmount = 800 + 33;
		play(80);
		expect(sequences(socket)).toEqual([0]);
		socket.bufferedAmount = 0;
		play(20);
		expect(sequences(socket)).toEqual(count(0, 5));
		expect(listener.framesDropped).toBe(0);
	});

	it('is sent what waits before the last words', () => {
		const { fanout, play, join } = stage({ creditMs: 100, backlogMs: 1000 });
		const { socket } = join();
		play(20);
		socket.say(ack(0));
		play(200);
		fanout.finish(1000, 'end of stream', true);
		expect(sequences(socket)).toEqual(count(0, 11));
	});

	it('keeps its promises whatever the acks (seeds 1 to 20)', () => {
		for (let seed = 1; seed <= 20; seed++) {
			const random = seededRandom(seed);
			const { play, join } = stage({ creditMs: 300, backlogMs: 400, cutAfterMs: 3_600_000 });
			const { socket, listener } = join();
			play(20);
			socket.say(ack(0));
			const underWay: number[] = [];
			const send = socket.send.bind(socket);
			socket.send = (message, options) => {
				send(message, options);
				underWay.push((parseFrame(message as Uint8Array) as Frame).sequence);
			};
			for (let step = 0; step < 500; step++) {
				play(20);
				expect(underWay.length).toBeLessThanOrEqual(15);
				if (random() < 0.1 && underWay.length > 0) {
					const arrived = underWay.splice(0, Math.ceil(random() * underWay.length));
					socket.say(ack(arrived.at(-1)!));
				}
				if (random() < 0.02) {
					socket.bufferedAmount = random() < 0.5 ? 1e6 : 0;
				}
			}
			const sent = sequences(socket);
			expect(sent.length + listener.framesDropped).toBeGreaterThanOrEqual(501 - 21);
			const gaps = socket.frames.filter(
				({ sequence }, i) => i > 0 && sequence !== sent[i - 1]! + 1,
			);
			expect(sent).toEqual([...new Set(sent)].sort((a, b) => a - b));
			expect(gaps.every(({ flags }) => flags === FRAME_DISCONTINUITY)).toBe(true);
			expect(socket.frames.filter(({ flags }) => flags !== 0)).toEqual(gaps);
		}
	});
});

describe('Listener that stops reading', () => {
	it.each([
		['acknowledging', SUBPROTOCOL],
		['framed without acks', SUBPROTOCOL],
		['raw', ''],
	])(
		'%s: is cut with 4408 after cutAfterMs, then terminated; the others do not notice',
		(kind, protocol) => {
			const { clock, fanout, play, join } = stage();
			const good = join();
			const { socket } = join(protocol);
			let held = 0;
			socket.close = (code, reason) => {
				socket.closed = { code, reason };
				socket.readyState = 2;
			};
			play(20);
			if (kind === 'acknowledging') {
				socket.say(ack(0));
			} else {
				socket.bufferedAmount = 1e6;
			}
			for (let i = 0; i < 1000 && socket.closed === null; i++) {
				play(20);
				held = Math.max(held, socket.binary.length - 1);
			}
			// The first frame that cannot go is that of the credit's end, or the first of all.
			const stuckAt = kind === 'acknowledging' ? 1020 : 20;
			expect(clock.now()).toBe(stuckAt + 10_000 + 20);
			expect(socket.closed?.code).toBe(4408);
			expect(fanout.stats).toMatchObject({ listeners: 1, listenersCut: 1 });
			expect(socket.terminated).toBe(false);
			clock.advance(1000);
			expect([socket.terminated, clock.pending]).toEqual([true, 0]);
			// Of its own it holds creditMs of PCM, what waits is the history's.
			expect(held).toBeLessThanOrEqual(50);
			expect(good.socket.times).toEqual(
				Array.from({ length: good.socket.binary.length }, (_, i) => 20 * i),
			);
			expect(good.listener.framesDropped).toBe(0);
		},
	);

	it('holds backlogMs of PCM and one frame in a socket whose buffer shows', () => {
		const { clock, fanout, play } = stage({ backlogMs: 300, cutAfterMs: 5000 });
		const behind = new FakeSocket(clock, SUBPROTOCOL);
		const impairment = new Impairment(behind, { clock, unseenBytes: 0 });
		fanout.attach(impairment);
		impairment.stallNow(60_000);
		let most = 0;
		for (let i = 0; i < 200; i++) {
			play(20);
			most = Math.max(most, impairment.bufferedAmount);
		}
		const hello = behind.texts.length === 0 ? 300 : 0;
		expect(most).toBeGreaterThan(2400);
		expect(most).toBeLessThanOrEqual(2400 + 32 + MESSAGE_BYTES + hello);
		play(2000);
		expect(fanout.stats).toMatchObject({ listeners: 0, listenersCut: 1 });
	});

	it('stays when it moves at times, however slowly', () => {
		const { fanout, play, join } = stage({ cutAfterMs: 1000 });
		const { socket } = join();
		play(20);
		socket.say(ack(0));
		for (let step = 0; step < 20; step++) {
			play(900);
			socket.say(ack(socket.frames.at(-1)!.sequence));
		}
		expect(fanout.stats.listenersCut).toBe(0);
		play(3000);
		expect(fanout.stats.listenersCut).toBe(1);
	});

	it('cannot make texts pile up either', () => {
		const { play, join } = stage();
		const { socket, listener } = join();
		play(20);
		const bound = 4000 + 32 + 65_536;
		socket.bufferedAmount = bound;
		socket.say({ type: 'time', sent: 1 });
		expect(listener.sendText('hi')).toBe(true);
		socket.bufferedAmount = bound + 1;
		socket.say({ type: 'time', sent: 2 });
		expect(listener.sendText('hi')).toBe(false);
		expect(socket.texts.filter((text) => text.includes('"time"'))).toHaveLength(1);
	});
});

describe('Listener texts', () => {
	it('answers the time at once', () => {
		const { clock, join } = stage();
		const { socket } = join();
		clock.advance(5);
		socket.say({ type: 'time', sent: 12.25 });
		expect(socket.textsOf('time')).toEqual([
			{ type: 'time', sent: 12.25, received: 1_700_000_000_005, answered: 1_700_000_000_005 },
		]);
	});

	it('sends no media while none is wanted, and goes on live without a gap mark', () => {
		const { play, join } = stage();
		const { socket, listener } = join();
		play(40);
		socket.say({ type: 'media', wanted: false });
		play(100);
		socket.say({ type: 'media', wanted: true });
		play(40);
		expect(socket.frames.map(({ sequence, flags }) => [sequence, flags])).toEqual([
			[0, 0],
			[1, 0],
			[7, 0],
			[8, 0],
		]);
		expect(listener.framesDropped).toBe(0);
	});

	it('is not cut for what it did not want', () => {
		const { fanout, play, join } = stage({ cutAfterMs: 1000, creditMs: 20 });
		const { socket } = join();
		play(20);
		socket.say(ack(0));
		play(40);
		socket.say({ type: 'media', wanted: false });
		play(5000);
		expect(fanout.stats.listenersCut).toBe(0);
	});

	it('counts malformed texts and those that are the server’s to say', () => {
		const { fanout, join } = stage();
		const { socket, listener } = join();
		socket.say({ type: 'ack', sequence: -1 });
		socket.say({ type: 'resume', stream: 5 });
		socket.say({ type: 'resumed', stream: 'hall', sequence: 0, frames: 5 });
		socket.emit('message', Buffer.from([1, 2, 3]), true);
		expect(listener.malformedTexts).toBe(3);
		expect(fanout.stats.malformedTexts).toBe(3);
	});

	it('hands the app its texts, and of raw listeners all', () => {
		const heard: [boolean, string][] = [];
		const { join } = stage({
			onText: (listener, text) => {
				heard.push([listener.framed, text]);
				listener.sendText(`you said ${text}`);
			},
		});
		const framed = join().socket;
		const raw = join('').socket;
		framed.say('hello?');
		framed.say({ type: 'token', token: 'secret' });
		framed.say({ type: 'mine' });
		raw.say(ack(3));
		expect(heard).toEqual([
			[true, 'hello?'],
			[true, '{"type":"mine"}'],
			[false, '{"type":"ack","sequence":3}'],
		]);
		expect(framed.texts.at(-1)).toBe('you said {"type":"mine"}');
	});

	it('are not heard any more once it was detached', () => {
		const heard: string[] = [];
		const { fanout, join } = stage({ onText: (_, text) => heard.push(text) });
		const { socket, listener } = join();
		fanout.detach(listener);
		socket.say('anyone?');
		expect([heard, socket.listenerCount('message')]).toEqual([[], 0]);
	});
});
