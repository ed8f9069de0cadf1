import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SUBPROTOCOL } from '../../../src/core/frame.js';
import { PacedSender } from '../../../src/node/fanout/paced-sender.js';
import { PacedStreamSource } from '../../../src/node/source/paced-stream-source.js';
import { seededRandom } from '../../../src/node/source/seeded-random.js';
import type { LiveSource } from '../../../src/node/source/source.js';
import { StreamSource } from '../../../src/node/source/stream-source.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { concat, FakeSocket } from './fake-socket.js';

const SEED = 20_240_607;

class PushedSource implements LiveSource {
	readonly kind = 'live';
	readonly format = {
		sampleRate: 16_000,
		sampleFormat: 's24',
		channels: 2,
		byteOrder: 'little',
	} as const;
	push: (bytes: Uint8Array) => void = () => {};
	end: (error?: Error) => void = () => {};

	start(onPcm: (bytes: Uint8Array) => void, onEnd: (error?: Error) => void): void {
		this.push = onPcm;
		this.end = onEnd;
	}

	close(): void {}
}

describe('a live source', () => {
	it(`is forwarded at once, byte for byte, whatever lengths arrive (seed ${SEED})`, () => {
		const clock = new VirtualClock(0, 1000);
		const [raw, framed] = [new FakeSocket(clock), new FakeSocket(clock, SUBPROTOCOL)];
		const source = new PushedSource();
		const sender = new PacedSender(source, { clock });
		sender.attach(raw);
		sender.attach(framed);
		sender.start();
		const random = seededRandom(SEED);
		const pushed: Uint8Array[] = [];
		for (let i = 0; i < 300; i++) {
			const length = Math.floor(random() * (i % 10 === 0 ? 9000 : 20));
			pushed.push(Uint8Array.from({ length }, () => random() * 256));
			source.push(pushed[i]!);
			clock.advance(random() * 30);
		}
		const all = concat(pushed);
		const whole = all.subarray(0, all.length - (all.length % 6));
		expect(concat(raw.binary)).toEqual(whole);
		expect(concat(framed.frames.map(({ pcm }) => pcm))).toEqual(whole);
		let pts = 0;
		framed.frames.forEach((frame, i) => {
			expect(frame).toMatchObject({ sequence: i, pts, flags: 0 });
			expect(frame.captureTime).toBe(1000 + framed.times[i]!);
			expect(frame.sampleFrames).toBeGreaterThan(0);
			expect(frame.sampleFrames).toBeLessThanOrEqual(320);
			pts += frame.sampleFrames;
		});
		expect(raw.times).toEqual(framed.times);
		expect(clock.pending).toBe(0);
	});

	it('ends the stream with 1000, and with 1011 when it failed', () => {
		for (const error of [undefined, new Error('unplugged')]) {
			const clock = new VirtualClock();
			const socket = new FakeSocket(clock);
			const source = new PushedSource();
			const ends: unknown[] = [];
			const sender = new PacedSender(source, { clock, onEnd: (e) => ends.push(e) });
			sender.attach(socket);
			sender.start();
			source.end(error);
			source.end();
			source.push(new Uint8Array(6));
			expect(socket.closed?.code).toBe(error === undefined ? 1000 : 1011);
			expect(ends).toEqual([error]);
			expect(socket.binary).toHaveLength(0);
		}
	});
});

describe('StreamSource', () => {
	it('passes on what a stream says as plain Uint8Arrays and ends once', async () => {
		const stream = new PassThrough();
		const source = new StreamSource(stream, { sampleRate: 16_000 });
		expect(source.format).toEqual({
			sampleRate: 16_000,
			sampleFormat: 's32',
			channels: 2,
			byteOrder: 'little',
		});
		const got: Uint8Array[] = [];
		const ended = new Promise((resolve) => source.start((pcm) => got.push(pcm), resolve));
		stream.write(Uint8Array.of(1, 2, 3));
		stream.end(Uint8Array.of(4));
		expect(await ended).toBe(undefined);
		expect(concat(got)).toEqual(Uint8Array.of(1, 2, 3, 4));
		expect(got.some((bytes) => Buffer.isBuffer(bytes))).toBe(false);
	});

	it('reports the error of its stream, once', async () => {
		const stream = new PassThrough();
		const ends: unknown[] = [];
		new StreamSource(stream, { sampleRate: 16_000 }).start(
			() => {},
			(error) => ends.push(error),
		);
		const error = new Error('gone');
		stream.destroy(error);
		await new Promise((resolve) => setImmediate(resolve));
		expect(ends).toEqual([error]);
	});

	it('says nothing after close', async () => {
		const stream = new PassThrough();
		const source = new StreamSource(() => stream, { sampleRate: 16_000 });
		const calls: string[] = [];
		source.start(
			() => calls.push('pcm'),
			() => calls.push('end'),
		);
		stream.pause();
		stream.write(Uint8Array.of(1));
		source.close();
		stream.resume();
		await new Promise((resolve) => setImmediate(resolve));
		expect(calls).toEqual([]);
		expect(stream.destroyed).toBe(true);
	});
});

describe('PacedStreamSource', () => {
	const format = { sampleRate: 8000, sampleFormat: 's16', channels: 1 } as const;
	const tick = () => new Promise((resolve) => setImmediate(resolve));

	it('gives exactly what is asked, holds the stream back, and ends after the last whole sample', async () => {
		let made = 0;
		const stream = new Readable({
			highWaterMark: 1000,
			read() {
				this.push(made < 50 ? Buffer.alloc(101, made) : null);
				made++;
			},
		});
		const source = new PacedStreamSource(stream, format);
		await tick();
		expect(made).toBeLessThan(15);
		const got: Uint8Array[] = [];
		for (let pcm = source.read(160); pcm !== null; pcm = source.read(160)) {
			got.push(pcm);
			await tick();
		}
		const expected = concat(Array.from({ length: 50 }, (_, i) => new Uint8Array(101).fill(i)));
		expect(concat(got)).toEqual(expected);
		expect(got.filter((pcm) => pcm.length !== 320 && pcm.length !== 0)).toHaveLength(1);
		expect(got.some((bytes) => Buffer.isBuffer(bytes))).toBe(false);
	});

	it('has nothing yet while its stream is silent, and throws its error', async () => {
		const stream = new PassThrough();
		const source = new PacedStreamSource(stream, format);
		stream.write(Uint8Array.of(1, 2));
		await tick();
		expect(source.read(2)).toHaveLength(0);
		expect(source.read(1)).toEqual(Uint8Array.of(1, 2));
		stream.destroy(new Error('bad disk'));
		await tick();
		expect(() => source.read(1)).toThrow('bad disk');
	});
});
