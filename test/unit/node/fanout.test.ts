import { describe, expect, it } from 'vitest';
import {
	FRAME_DISCONTINUITY,
	FRAME_END_OF_STREAM,
	FRAME_REPEATED,
	parseFrame,
	SUBPROTOCOL,
	type Frame,
} from '../../../src/core/frame.js';
import type { StreamFormat } from '../../../src/core/stream-format.js';
import { Fanout } from '../../../src/node/fanout/fanout.js';
import type { FanoutOptions } from '../../../src/node/fanout/fanout-options.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { FakeSocket } from './fake-socket.js';

const FORMAT: StreamFormat = {
	sampleRate: 8000,
	sampleFormat: 'u8',
	channels: 1,
	byteOrder: 'little',
};

/** A fan-out on a virtual clock, and a sender of numbered frames of 20 ms. */
function stage(options: FanoutOptions = {}) {
	const clock = new VirtualClock();
	const fanout = new Fanout(FORMAT, { clock, stream: 'hall', ...options });
	let count = 0;
	const send = (frames: number, flags = 0): void => {
		for (let i = 0; i < frames; i++) {
			fanout.broadcast(new Uint8Array(160).fill(count++), clock.wallNow(), flags);
			clock.advance(20);
		}
	};
	const join = (protocol = SUBPROTOCOL): FakeSocket => {
		const socket = new FakeSocket(clock, protocol);
		fanout.attach(socket);
		return socket;
	};
	return { clock, fanout, send, join };
}

const sequences = (socket: FakeSocket): number[] => socket.frames.map(({ sequence }) => sequence);

describe('Fanout', () => {
	it('counts frames and samples on, and passes flags', () => {
		const { send, join, fanout } = stage({ firstSequence: 0xffff_ffff });
		const socket = join();
		send(2);
		send(1, FRAME_DISCONTINUITY);
		expect(socket.frames.map(({ sequence, pts, flags }) => [sequence, pts, flags])).toEqual([
			[0xffff_ffff, 0, 0],
			[0, 160, 0],
			[1, 320, FRAME_DISCONTINUITY],
		]);
		expect(fanout.stats).toMatchObject({ framesProduced: 3, sampleFramesProduced: 480 });
	});

	it('says in its hello what comes next, what can be repeated, and whether HTTP is there', () => {
		const { send, join } = stage({ firstSequence: 7, historyMs: 100, hasHttp: true });
		expect(join().textsOf('hello')[0]).toMatchObject({ next: 7, oldest: 7, http: true });
		send(30);
		expect(join().textsOf('hello')[0]).toMatchObject({ stream: 'hall', next: 37, oldest: 12 });
		const without = stage({ historyMs: 0 });
		without.send(30);
		expect(without.join().textsOf('hello')[0]).toMatchObject({
			next: 30,
			oldest: 30,
			http: false,
		});
	});

	it('has another id for each run unless it is given one', () => {
		expect(new Fanout(FORMAT).stream).not.toBe(new Fanout(FORMAT).stream);
	});

	it('tells how many listen after each arrival and departure', () => {
		const counts: number[] = [];
		const { fanout, join } = stage({ onListeners: (count) => counts.push(count) });
		join();
		const second = join();
		second.close();
		fanout.detach(fanout.listeners[0]!);
		expect(counts).toEqual([1, 2, 1, 0]);
	});

	it('does not keep a socket that closed before', () => {
		const { clock, fanout, send } = stage();
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		socket.close();
		fanout.attach(socket);
		send(1);
		expect(fanout.listeners).toHaveLength(0);
		expect(socket.sent).toEqual([]);
	});

	it('closes those who come after the end as it closed the others', () => {
		const { fanout, send, join } = stage();
		const socket = join();
		send(1);
		fanout.finish(1011, 'source failed', true);
		fanout.finish(1000, 'again', true);
		expect([socket.closed?.code, join().closed?.code]).toEqual([1011, 1011]);
		send(1);
		expect(socket.frames.map(({ flags }) => flags)).toEqual([0, FRAME_END_OF_STREAM]);
		expect(fanout.stats.framesProduced).toBe(1);
	});

	it('passes frames from elsewhere on as they came, raw listeners their PCM', () => {
		const { fanout, send, join, clock } = stage();
		const source = join();
		send(2);
		const [framed, raw] = [new FakeSocket(clock, SUBPROTOCOL), new FakeSocket(clock)];
		const mirror = new Fanout(FORMAT, { clock, stream: fanout.stream, firstSequence: 0 });
		mirror.attach(framed);
		mirror.attach(raw);
		for (const message of source.binary) {
			mirror.forward(message, parseFrame(message) as Frame);
		}
		expect(framed.binary).toEqual(source.binary);
		expect(raw.binary.map(([first]) => first)).toEqual([0, 1]);
		mirror.broadcast(new Uint8Array(160), 0);
		expect(framed.frames[2]).toMatchObject({ sequence: 2, pts: 320 });
	});

	it('greets anew when another stream begins, and sends raw listeners of another format away', () => {
		const { fanout, send, join } = stage();
		const [framed, raw] = [join(), join('')];
		send(5);
		fanout.begin(FORMAT, 'second run', 40);
		expect(raw.closed).toBe(null);
		fanout.begin({ ...FORMAT, sampleRate: 16_000 }, 'third run', 0);
		expect(raw.closed?.code).toBe(1001);
		expect(
			framed.textsOf('hello').map(({ stream, next, oldest }) => [stream, next, oldest]),
		).toEqual([
			['hall', 0, 0],
			['second run', 40, 40],
			['third run', 0, 0],
		]);
		framed.say({ type: 'resume', stream: 'hall', sequence: 0, seconds: null });
		expect(framed.textsOf('resumed')).toMatchObject([{ frames: 0 }]);
	});
});

describe('Fanout.begin', () => {
	it('takes up the credit anew: nobody acknowledges what was under way of the stream before', () => {
		const { fanout, send, join } = stage({ firstSequence: 5000, creditMs: 200 });
		const socket = join();
		send(1);
		socket.say({ type: 'ack', sequence: 5000 });
		send(5);
		fanout.begin(FORMAT, 'second run', 0);
		for (let sequence = 0; sequence < 1000; sequence++) {
			send(1);
			socket.say({ type: 'ack', sequence });
		}
		expect(socket.closed).toBe(null);
		expect(sequences(socket).slice(6)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
		expect(fanout.stats.framesDropped).toBe(0);
	});

	it('sends framed responses away, which cannot be told of another run, but may change format', () => {
		const { clock, fanout } = stage();
		const framed = new FakeSocket(clock, SUBPROTOCOL, 'framed');
		const raw = new FakeSocket(clock, '', 'raw');
		fanout.attach(framed);
		fanout.attach(raw);
		fanout.begin({ ...FORMAT, channels: 2 }, fanout.stream, 0);
		expect([framed.closed, raw.closed?.code]).toEqual([null, 1001]);
		fanout.begin({ ...FORMAT, channels: 2 }, 'second run', 0);
		expect(framed.closed?.code).toBe(1001);
	});
});

describe('Fanout resume', () => {
	const resume = (sequence: number, seconds: number | null = null, stream = 'hall') => ({
		type: 'resume',
		stream,
		sequence,
		seconds,
	});

	it('repeats from the first missed frame up to the first that the new socket was sent live', () => {
		const { send, join } = stage();
		send(20);
		const socket = join();
		send(2);
		socket.say(resume(15));
		expect(socket.textsOf('resumed')).toEqual([
			{ type: 'resumed', stream: 'hall', sequence: 15, frames: 5 },
		]);
		send(1);
		expect(socket.frames.map(({ sequence, flags }) => [sequence, flags])).toEqual([
			[20, 0],
			[21, 0],
			...[15, 16, 17, 18, 19].map((sequence) => [sequence, FRAME_REPEATED]),
			[22, 0],
		]);
		expect(socket.frames[2]).toMatchObject({ pts: 15 * 160 });
		expect([...socket.frames[2]!.pcm]).toEqual(new Array(160).fill(15));
	});

	it('repeats up to the next live frame when none was sent yet, and while the media goes elsewhere', () => {
		const { send, join } = stage();
		send(10);
		const fresh = join();
		const elsewhere = join();
		elsewhere.say({ type: 'media', wanted: false });
		fresh.say(resume(7));
		send(2);
		elsewhere.say(resume(8));
		expect(sequences(fresh)).toEqual([7, 8, 9, 10, 11]);
		expect(sequences(elsewhere)).toEqual([8, 9, 10, 11]);
	});

	it('repeats what is left of the history, across the wrap of the sequence', () => {
		const { send, join } = stage({ historyMs: 200, backlogMs: 100, firstSequence: 0xffff_fffd });
		send(11); // 2^32 - 3 … 7; the last ten are kept
		const socket = join();
		socket.say(resume(0xffff_fff0));
		expect(socket.textsOf('resumed')).toMatchObject([{ sequence: 0xffff_fffe, frames: 10 }]);
		expect(sequences(socket)).toEqual([0xffff_fffe, 0xffff_ffff, 0, 1, 2, 3, 4, 5, 6, 7]);
	});

	it('repeats no more than the seconds still wanted', () => {
		const { send, join } = stage();
		send(100);
		const socket = join();
		socket.say(resume(10, 0.1));
		expect(sequences(socket)).toEqual([95, 96, 97, 98, 99]);
	});

	it.each([
		['of another run', resume(5, null, 'other')],
		['that nobody has yet', resume(500)],
		['of which nothing is missed', resume(10)],
	])('repeats nothing %s', (_what, text) => {
		const { send, join } = stage();
		send(10);
		const socket = join();
		socket.say(text);
		expect(socket.textsOf('resumed')).toMatchObject([{ stream: 'hall', frames: 0 }]);
		expect(socket.binary).toHaveLength(0);
	});

	it('repeats nothing without history', () => {
		const { send, join } = stage({ historyMs: 0 });
		send(10);
		const socket = join();
		socket.say(resume(5));
		expect(socket.textsOf('resumed')).toMatchObject([{ frames: 0 }]);
	});

	it('encodes a repeated frame once for all who missed it', () => {
		const { send, join } = stage();
		send(3);
		const [one, two] = [join(), join()];
		one.say(resume(2));
		two.say(resume(2));
		expect(one.binary[0]).toBe(two.binary[0]);
	});

	it('repeats the few frames of each of many short losses', () => {
		const { send, join } = stage({ historyMs: 2000 });
		const socket = join();
		for (let loss = 0; loss < 50; loss++) {
			socket.say({ type: 'media', wanted: false });
			send(5);
			socket.say({ type: 'media', wanted: true });
			socket.say(resume(10 * loss));
			send(5);
		}
		expect(sequences(socket)).toEqual(Array.from({ length: 500 }, (_, i) => i));
	});

	it('cannot be flooded: one repeat per length of the history and socket', () => {
		const { send, join, clock } = stage({ historyMs: 2000 });
		send(100);
		const socket = join();
		for (let i = 0; i < 1000; i++) {
			socket.say(resume(0));
		}
		expect(socket.frames).toHaveLength(100);
		clock.advance(2000);
		socket.say(resume(0));
		expect(socket.frames).toHaveLength(200);
	});

	it('keeps half of the room in the socket for live frames, and goes on as it drains', () => {
		const { send, join } = stage({ backlogMs: 200 });
		send(200);
		const socket = join();
		const send0 = socket.send.bind(socket);
		socket.send = (message, options) => {
			send0(message, options);
			socket.bufferedAmount += message.length;
		};
		socket.say(resume(0));
		expect(socket.frames.length).toBeLessThan(8);
		send(1);
		expect(sequences(socket).at(-1)).toBe(200);
		for (let i = 0; i < 60; i++) {
			socket.bufferedAmount = 0;
			send(1);
		}
		const repeated = socket.frames.filter(({ flags }) => flags === FRAME_REPEATED);
		expect(repeated.map(({ sequence }) => sequence)).toEqual([...Array(200).keys()]);
		const live = socket.frames.filter(({ flags }) => flags === 0);
		expect(live).toHaveLength(61);
	});
});

describe('Fanout after the end', () => {
	const END = FRAME_END_OF_STREAM;
	const resume = (sequence: number) => ({
		type: 'resume',
		stream: 'hall',
		sequence,
		seconds: null,
	});
	const flags = (socket: FakeSocket): [number, number][] =>
		socket.frames.map(({ sequence, flags }) => [sequence, flags]);

	it('repeats to a player that comes back what it missed, then ends as for the others', () => {
		const { clock, fanout, send, join } = stage();
		const stayed = join();
		send(20);
		fanout.finish(1000, 'end of stream', true);
		expect(stayed.closed).toEqual({ code: 1000, reason: 'end of stream' });
		const back = join();
		expect(back.textsOf('hello')).toMatchObject([{ stream: 'hall', next: 20, oldest: 0 }]);
		clock.advance(300);
		expect([back.closed, back.binary]).toEqual([null, []]);
		back.say(resume(17));
		clock.advance(20);
		expect(back.textsOf('resumed')).toMatchObject([{ sequence: 17, frames: 3 }]);
		expect(flags(back)).toEqual([
			...[17, 18, 19].map((sequence) => [sequence, FRAME_REPEATED]),
			[20, END],
		]);
		expect(back.frames.at(-1)!.pts).toBe(20 * 160);
		expect(back.closed).toEqual({ code: 1000, reason: 'end of stream' });
		expect(fanout.stats).toMatchObject({ listeners: 0, framesRepeated: 3, framesProduced: 20 });
		expect(clock.pending).toBe(0);
	});

	it('goes on repeating as the socket drains, and ends then', () => {
		const { clock, fanout, send, join } = stage({ backlogMs: 200 });
		send(200);
		fanout.finish(1000, 'end of stream', true);
		const socket = join();
		const send0 = socket.send.bind(socket);
		socket.send = (message, options) => {
			send0(message, options);
			socket.bufferedAmount += message.length;
		};
		let most = 0;
		socket.say(resume(0));
		for (let i = 0; i < 60 && socket.closed === null; i++) {
			most = Math.max(most, socket.bufferedAmount);
			socket.bufferedAmount = 0;
			clock.advance(20);
		}
		expect(sequences(socket)).toEqual([...Array(201).keys()]);
		expect(socket.frames.at(-1)!.flags).toBe(END);
		expect(socket.closed?.code).toBe(1000);
		expect(most).toBeLessThan(1600);
	});

	it.each([
		['asks nothing: after the time for asking', SUBPROTOCOL, null, 5000, [END]],
		['tells the time and asks nothing: soon', SUBPROTOCOL, { type: 'time', sent: 1 }, 1000, [END]],
		['has all: as soon as it says so', SUBPROTOCOL, { type: 'ack', sequence: 19 }, 20, [END]],
		['is sent raw PCM: at once', '', null, 0, []],
	])('closes who %s', (_who, protocol, text, ms, wanted) => {
		const { clock, fanout, send, join } = stage();
		send(20);
		fanout.finish(1000, 'end of stream', true);
		const socket = join(protocol);
		if (text !== null) {
			socket.say(text);
		}
		for (let at = 0; at < ms; at += 20) {
			expect(socket.closed).toBe(null);
			clock.advance(20);
		}
		expect(socket.closed?.code).toBe(1000);
		expect(socket.frames.map(({ flags }) => flags)).toEqual(wanted);
		expect([fanout.stats.listeners, clock.pending]).toEqual([0, 0]);
	});

	it.each([
		['nothing is kept', { historyMs: 0 }, 1000],
		['the stream broke off', {}, 1001],
	])('closes at once where %s', (_why, options, code) => {
		const { fanout, send, join } = stage(options);
		send(20);
		fanout.finish(code, 'over', code === 1000);
		const socket = join();
		expect(socket.closed?.code).toBe(code);
		expect(flags(socket)).toEqual(code === 1000 ? [[20, END]] : []);
	});

	it('cuts who asked and stops reading', () => {
		const { clock, fanout, send, join } = stage({ cutAfterMs: 1000 });
		send(200);
		fanout.finish(1000, 'end of stream', true);
		const socket = join();
		socket.bufferedAmount = 1e6;
		socket.say(resume(0));
		clock.advance(980);
		expect(socket.closed).toBe(null);
		clock.advance(100);
		expect(socket.closed?.code).toBe(4408);
		expect([socket.binary, fanout.stats.listenersCut, clock.pending]).toEqual([[], 1, 0]);
	});

	it('lets those finish who are being repeated something, or just came back, when the end comes', () => {
		const { clock, fanout, send, join } = stage({ backlogMs: 200 });
		send(20);
		const [behind, asking, fresh] = [join(), join(), join('')];
		behind.bufferedAmount = 900;
		behind.say(resume(15));
		send(1);
		fanout.finish(1000, 'end of stream', true);
		expect([behind.closed, asking.closed, fresh.closed?.code]).toEqual([null, null, 1000]);
		behind.bufferedAmount = 0;
		asking.say(resume(18));
		clock.advance(40);
		const repeats = (...all: number[]) => all.map((sequence) => [sequence, FRAME_REPEATED]);
		expect(flags(behind)).toEqual([[20, 0], ...repeats(15, 16, 17, 18, 19), [21, END]]);
		expect(flags(asking)).toEqual([[20, 0], ...repeats(18, 19), [21, END]]);
		expect([behind.closed?.code, asking.closed?.code]).toEqual([1000, 1000]);
	});

	it('closes who stayed at once when the server leaves', () => {
		const { clock, fanout, send, join } = stage();
		send(20);
		fanout.finish(1000, 'end of stream', true);
		const socket = join();
		fanout.finish(1001, 'leaving', false);
		expect([socket.closed?.code, socket.binary]).toEqual([1001, []]);
		expect([join().closed, clock.pending]).toEqual([null, 1]);
	});

	it('sends a forwarded end of the stream to those who come later', () => {
		const { clock, fanout, send, join } = stage();
		const source = join();
		send(3);
		fanout.finish(1000, 'end of stream', true);
		const mirror = new Fanout(FORMAT, { clock, stream: 'hall' });
		for (const message of source.binary) {
			mirror.forward(message, parseFrame(message) as Frame);
		}
		mirror.finish(1000, 'end of stream', false);
		const response = new FakeSocket(clock, SUBPROTOCOL, 'framed');
		mirror.attach(response);
		expect(flags(response)).toEqual([[3, END]]);
		expect(response.closed?.code).toBe(1000);
		const back = new FakeSocket(clock, SUBPROTOCOL);
		mirror.attach(back);
		back.say(resume(2));
		clock.advance(20);
		expect(flags(back)).toEqual([
			[2, FRAME_REPEATED],
			[3, END | FRAME_REPEATED],
			[3, END],
		]);
		expect(back.closed?.code).toBe(1000);
	});
});
