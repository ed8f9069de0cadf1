import { describe, expect, it } from 'vitest';
import { FRAME_DISCONTINUITY, FRAME_END_OF_STREAM, SUBPROTOCOL } from '../../../src/core/frame.js';
import type { StreamFormat } from '../../../src/core/stream-format.js';
import { Impairment } from '../../../src/node/fanout/impairment.js';
import { PacedSender } from '../../../src/node/fanout/paced-sender.js';
import type { PacedSource } from '../../../src/node/source/source.js';
import { ToneSource } from '../../../src/node/source/tone-source.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { concat, FakeSocket } from './fake-socket.js';

const FORMAT: StreamFormat = {
	sampleRate: 8000,
	sampleFormat: 'u8',
	channels: 1,
	byteOrder: 'little',
};

/** Counts up, one byte per sample; `reads` overrides what the n-th read gives. */
class CountingSource implements PacedSource {
	readonly kind = 'paced';
	readonly format: StreamFormat;
	readonly asked: number[] = [];
	closes = 0;
	#next = 0;
	readonly #reads: (read: number) => Uint8Array | null | undefined;

	constructor(
		reads: (read: number) => Uint8Array | null | undefined = () => undefined,
		format = FORMAT,
	) {
		this.#reads = reads;
		this.format = format;
	}

	read(sampleFrames: number): Uint8Array | null {
		this.asked.push(sampleFrames);
		const special = this.#reads(this.asked.length - 1);
		if (special !== undefined) {
			return special;
		}
		return Uint8Array.from({ length: sampleFrames }, () => this.#next++ & 0xff);
	}

	close(): void {
		this.closes++;
	}
}

/** A source that costs nothing, for long runs. */
function silence(): PacedSource {
	const bytes = new Uint8Array(160);
	return { kind: 'paced', format: FORMAT, read: () => bytes, close: () => {} };
}

describe('PacedSender schedule', () => {
	it('sends each frame at its exact time over 24 hours', { timeout: 60_000 }, () => {
		const clock = new VirtualClock(12_345.678);
		const socket = new FakeSocket(clock);
		let count = 0;
		let worstMs = 0;
		socket.send = () => {
			worstMs = Math.max(worstMs, Math.abs(clock.now() - (12_345.678 + count * 100)));
			count++;
		};
		const sender = new PacedSender(silence(), { clock, frameMs: 100 });
		sender.attach(socket);
		sender.start();
		clock.advance(24 * 3_600_000);
		expect(count).toBe(24 * 3600 * 10 + 1);
		expect(worstMs).toBeLessThan(1e-3);
		expect(sender.stats.reanchors).toBe(0);
	});

	it('sends all due frames after a late timer, without moving the schedule', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock);
		const sender = new PacedSender(new CountingSource(), { clock });
		sender.attach(socket);
		sender.start();
		clock.advance(20);
		clock.sleep(510);
		clock.advance(20);
		expect(socket.times).toEqual([0, 20, ...new Array<number>(25).fill(530), 540]);
		expect(concat(socket.binary)).toEqual(
			Uint8Array.from({ length: 28 * 160 }, (_, i) => i & 0xff),
		);
	});

	it('begins a new schedule after a sleep of more than 1 s, without a burst or a gap in the media', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		const sender = new PacedSender(new CountingSource(), { clock });
		sender.attach(socket);
		sender.start();
		clock.sleep(3_600_007);
		clock.advance(40);
		expect(socket.times).toEqual([0, 3_600_007, 3_600_027, 3_600_047]);
		expect(socket.frames.map(({ pts }) => pts)).toEqual([0, 160, 320, 480]);
		expect(socket.frames.every(({ flags }) => flags === 0)).toBe(true);
		expect(sender.stats.reanchors).toBe(1);
	});

	it('is not put off by what frames take to go out', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock);
		const source = new CountingSource(() => {
			clock.sleep(9);
			return undefined;
		});
		const sender = new PacedSender(source, { clock });
		sender.attach(socket);
		sender.start();
		clock.advance(60);
		expect(socket.times).toEqual([9, 29, 49, 69]);
	});

	it('keeps the schedule continuous when the rate changes', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock);
		const sender = new PacedSender(new CountingSource(), { clock });
		sender.attach(socket);
		sender.start();
		clock.advance(30);
		sender.ratePpm = -50_000;
		clock.advance(30);
		sender.ratePpm = 50_000;
		clock.advance(60);
		const slow = 20 / 0.95;
		const fast = 20 / 1.05;
		const expected = [0, 20, 40, ...[0, 1, 2, 3].map((k) => 40 + slow + k * fast)];
		expect(socket.times).toHaveLength(expected.length);
		socket.times.forEach((at, i) => expect(at).toBeCloseTo(expected[i]!, 6));
	});

	it('runs 1000 s in 1000 s at 0 ppm and 50 ms less at 50 ppm', () => {
		const clock = new VirtualClock();
		const sender = new PacedSender(silence(), { clock, frameMs: 100 });
		sender.ratePpm = 50;
		sender.start();
		clock.advance(999_949);
		expect(sender.stats.framesProduced).toBe(10_000);
		clock.advance(2);
		expect(sender.stats.framesProduced).toBe(10_001);
	});

	it('spreads fractions of sample frames over the frames', () => {
		const clock = new VirtualClock();
		const format = { ...FORMAT, sampleRate: 11_025 };
		const source = new CountingSource(undefined, format);
		const sender = new PacedSender(source, { clock, frameMs: 10 });
		sender.start();
		clock.advance(30);
		expect(source.asked).toEqual([110, 110, 110, 111]);
		clock.advance(9960);
		expect(source.asked.reduce((a, b) => a + b)).toBe(110_250);
	});

	it('waits a frame when the source has nothing yet', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock);
		const source = new CountingSource((read) => (read < 2 ? new Uint8Array(0) : undefined));
		const sender = new PacedSender(source, { clock });
		sender.attach(socket);
		sender.start();
		clock.advance(60);
		expect(socket.times).toEqual([40, 60]);
		expect(sender.stats.starvedFrames).toBe(2);
	});
});

describe('PacedSender frames', () => {
	it('fills every header field and says hello first', () => {
		const clock = new VirtualClock(5, 1_700_000_000_000);
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		const source = new ToneSource({ sampleRate: 16_000 });
		const sender = new PacedSender(source, { clock, stream: 'hall' });
		sender.attach(socket);
		sender.start();
		clock.advance(40);
		expect(JSON.parse(socket.texts[0]!)).toEqual({
			type: 'hello',
			version: 1,
			stream: 'hall',
			sampleRate: 16_000,
			sampleFormat: 's32',
			channels: 2,
			frameMs: 20,
			next: 0,
			oldest: 0,
			http: false,
		});
		expect(typeof socket.sent[0]!.message).toBe('string');
		expect(socket.frames.map(({ pcm: _, ...header }) => header)).toEqual(
			[0, 1, 2].map((k) => ({
				format: {
					sampleRate: 16_000,
					sampleFormat: 's32',
					channels: 2,
					byteOrder: 'little',
				},
				flags: 0,
				sequence: k,
				pts: 320 * k,
				captureTime: 1_700_000_000_005 + 20 * k,
				sampleFrames: 320,
			})),
		);
		expect(socket.sent.slice(1).map(({ options }) => options)).toEqual(
			new Array(3).fill({ binary: true, compress: false }),
		);
	});

	it('gives the time a late frame was due as its capture time', () => {
		const clock = new VirtualClock(0, 1000);
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		const sender = new PacedSender(new CountingSource(), { clock });
		sender.attach(socket);
		sender.start();
		clock.sleep(45);
		expect(socket.frames.map(({ captureTime }) => captureTime)).toEqual([1000, 1020, 1040]);
	});

	it('leaves out of the capture time what the frames before took to be made', () => {
		const clock = new VirtualClock(0, 1000);
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		const source = new CountingSource(() => {
			clock.sleep(3);
			return undefined;
		});
		const sender = new PacedSender(source, { clock });
		sender.attach(socket);
		sender.start();
		clock.sleep(80);
		expect(socket.times).toEqual([3, 86, 89, 92, 95]);
		expect(socket.frames.map(({ captureTime }) => captureTime)).toEqual([
			1000, 1020, 1040, 1060, 1080,
		]);
	});

	it('wraps the sequence after 2^32 - 1', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		const options = { clock, firstSequence: 0xffff_fffe };
		const sender = new PacedSender(new CountingSource(), options);
		sender.attach(socket);
		sender.start();
		clock.advance(60);
		expect(socket.frames.map(({ sequence }) => sequence)).toEqual([0xffff_fffe, 0xffff_ffff, 0, 1]);
	});

	it('sends one and the same array to all listeners of a protocol', () => {
		const clock = new VirtualClock();
		const sockets = ['', '', SUBPROTOCOL, SUBPROTOCOL].map((p) => new FakeSocket(clock, p));
		const sender = new PacedSender(new CountingSource(), { clock });
		sockets.forEach((socket) => sender.attach(socket));
		sender.start();
		const [raw, raw2, framed, framed2] = sockets.map((socket) => socket.binary[0]!);
		expect(raw).toBe(raw2);
		expect(framed).toBe(framed2);
		expect(raw).toHaveLength(160);
		expect(framed).toHaveLength(192);
	});

	it.each([
		['raw', SUBPROTOCOL, 160],
		['framed', '', 192],
	] as const)('protocol %s overrules the negotiated subprotocol', (protocol, offered, length) => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock, offered);
		const sender = new PacedSender(new CountingSource(), { clock, protocol });
		sender.attach(socket);
		sender.start();
		expect(socket.binary[0]).toHaveLength(length);
	});

	it('brings big-endian samples and s8 into the wire format and leaves them as they are in raw', () => {
		const clock = new VirtualClock();
		for (const [sampleFormat, given, wire] of [
			['s24', [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4]],
			['s16', [1, 2, 3, 4], [2, 1, 4, 3]],
			['s8', [0x80, 0, 0x7f], [0, 0x80, 0xff]],
		] as const) {
			const format: StreamFormat = { ...FORMAT, sampleFormat, byteOrder: 'big' };
			const source = new CountingSource(() => Uint8Array.from(given), format);
			const sender = new PacedSender(source, { clock });
			const raw = new FakeSocket(clock);
			const framed = new FakeSocket(clock, SUBPROTOCOL);
			sender.attach(raw);
			sender.attach(framed);
			sender.start();
			expect([...raw.binary[0]!]).toEqual(given);
			expect([...framed.frames[0]!.pcm]).toEqual(wire);
			sender.close();
		}
	});
});

describe('PacedSender listeners', () => {
	it('drops and counts frames of a full backlog and marks the next one of that listener alone', () => {
		const clock = new VirtualClock();
		const slow = new FakeSocket(clock, SUBPROTOCOL);
		const good = new FakeSocket(clock, SUBPROTOCOL);
		const sender = new PacedSender(new CountingSource(), { clock, backlogMs: 100 });
		const slowListener = sender.attach(slow);
		sender.attach(good);
		sender.start();
		slow.bufferedAmount = 8 * 100 + 32; // the limit itself is allowed
		clock.advance(20);
		slow.bufferedAmount++;
		clock.advance(60);
		slow.bufferedAmount = 0;
		clock.advance(40);
		expect(slow.frames.map(({ sequence, flags }) => [sequence, flags])).toEqual([
			[0, 0],
			[1, 0],
			[5, FRAME_DISCONTINUITY],
			[6, 0],
		]);
		expect(good.frames.map(({ flags }) => flags)).toEqual([0, 0, 0, 0, 0, 0, 0]);
		expect(slowListener).toMatchObject({
			framesSent: 4,
			framesDropped: 3,
			bytesSent: 4 * 192,
		});
		expect(sender.stats).toMatchObject({ framesSent: 11, framesDropped: 3, listeners: 2 });
	});

	it('joins without a discontinuity in the middle of the stream', () => {
		const clock = new VirtualClock();
		const sender = new PacedSender(new CountingSource(), { clock });
		sender.start();
		clock.advance(95);
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		sender.attach(socket);
		clock.advance(10);
		expect(socket.frames.map(({ sequence, pts, flags }) => [sequence, pts, flags])).toEqual([
			[5, 800, 0],
		]);
	});

	it('keeps the counts of listeners that left', () => {
		const clock = new VirtualClock();
		const [one, two] = [new FakeSocket(clock), new FakeSocket(clock)];
		const sender = new PacedSender(new CountingSource(), { clock });
		sender.attach(one);
		const second = sender.attach(two);
		sender.start();
		one.close();
		clock.advance(20);
		sender.detach(second);
		sender.detach(second);
		clock.advance(20);
		expect(two.closed).toBe(null);
		expect(sender.stats).toMatchObject({ listeners: 0, framesSent: 3, bytesSent: 480 });
		expect(two.listenerCount('close') + two.listenerCount('error')).toBe(0);
	});

	it('survives a socket that reports an error', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock);
		const sender = new PacedSender(new CountingSource(), { clock });
		sender.attach(socket);
		expect(() => socket.emit('error', new Error('reset'))).not.toThrow();
	});

	it('lets an impaired listener fall behind without touching the others', () => {
		const clock = new VirtualClock();
		const good = new FakeSocket(clock, SUBPROTOCOL);
		const bad = new FakeSocket(clock, SUBPROTOCOL);
		const impairment = new Impairment(bad, { clock, unseenBytes: 0 });
		const sender = new PacedSender(new CountingSource(), { clock, backlogMs: 100 });
		sender.attach(good);
		sender.attach(impairment);
		sender.start();
		impairment.stallNow(1000);
		clock.advance(1100);
		expect(good.frames).toHaveLength(56);
		const gaps = bad.frames.filter(({ flags }) => flags === FRAME_DISCONTINUITY);
		expect(gaps).toHaveLength(1);
		expect(sender.stats.framesDropped).toBe(56 - bad.frames.length);
		expect(sender.stats.framesDropped).toBeGreaterThan(40);
	});
});

describe('PacedSender end', () => {
	it('ends a framed stream with an empty end-of-stream frame and closes all with 1000', () => {
		const clock = new VirtualClock();
		const raw = new FakeSocket(clock);
		const framed = new FakeSocket(clock, SUBPROTOCOL);
		const source = new CountingSource((read) => (read === 2 ? null : undefined));
		const ends: unknown[] = [];
		const sender = new PacedSender(source, { clock, onEnd: (error) => ends.push(error) });
		sender.attach(raw);
		sender.attach(framed);
		sender.start();
		clock.advance(1000);
		expect(raw.binary).toHaveLength(2);
		expect(framed.frames.at(-1)).toMatchObject({
			flags: FRAME_END_OF_STREAM,
			sequence: 2,
			pts: 320,
			sampleFrames: 0,
		});
		expect([raw.closed?.code, framed.closed?.code]).toEqual([1000, 1000]);
		expect(ends).toEqual([undefined]);
		expect([source.closes, clock.pending, sender.stats.listeners]).toEqual([1, 0, 0]);
	});

	it.each([
		['throws', () => fail('disk')],
		['gives part of a sample frame', () => new Uint8Array(3)],
	])('closes with 1011 and reports when the source %s', (_what, read) => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		const ends: unknown[] = [];
		const source = new CountingSource(read, { ...FORMAT, channels: 2 });
		const sender = new PacedSender(source, { clock, onEnd: (error) => ends.push(error) });
		sender.attach(socket);
		sender.start();
		expect(socket.closed?.code).toBe(1011);
		expect(socket.binary).toHaveLength(0);
		expect(ends[0]).toBeInstanceOf(Error);
		expect(clock.pending).toBe(0);
	});

	it('close is idempotent, leaves with 1001 and stops all timers', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		const source = new CountingSource();
		const sender = new PacedSender(source, { clock, onEnd: () => fail('ended') });
		sender.attach(socket);
		sender.start();
		sender.close();
		sender.close();
		clock.advance(1000);
		expect(socket.binary).toHaveLength(1);
		expect([socket.closed?.code, source.closes, clock.pending]).toEqual([1001, 1, 0]);
	});

	it('closes a socket that comes when the stream is over', () => {
		const clock = new VirtualClock();
		const sender = new PacedSender(new CountingSource(() => null), { clock });
		sender.start();
		const socket = new FakeSocket(clock);
		sender.attach(socket);
		expect(socket.closed?.code).toBe(1000);
	});
});

describe('PacedSender mistakes', () => {
	it.each([
		[{ frameMs: 0 }, 'Expected frameMs to be a number from 1 to 1000, got 0.'],
		[{ frameMs: NaN }, 'Expected frameMs to be a number from 1 to 1000, got NaN.'],
		[{ backlogMs: -1 }, 'Expected backlogMs to be a number from 0 to 60000, got -1.'],
		[{ firstSequence: 1.5 }, 'Expected firstSequence to be a whole number, got 1.5.'],
		[
			{ protocol: 'udp' as 'raw' },
			`Expected protocol to be one of 'auto', 'raw', 'framed', got 'udp'.`,
		],
	])('refuses %o', (options, message) => {
		expect(() => new PacedSender(silence(), options)).toThrow(message);
	});

	it('refuses a rate beyond 5 %, a second start and a socket attached twice', () => {
		const clock = new VirtualClock();
		const sender = new PacedSender(silence(), { clock });
		const socket = new FakeSocket(clock);
		sender.attach(socket);
		expect(() => sender.attach(socket)).toThrow(TypeError);
		expect(() => (sender.ratePpm = 50_001)).toThrow(RangeError);
		sender.start();
		expect(() => sender.start()).toThrow('Expected a sender that has not been started');
		sender.close();
	});
});

function fail(what: string): never {
	throw new Error(what);
}
