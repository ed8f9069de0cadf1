import { describe, expect, it } from 'vitest';
import { encodeFrame, type FrameHeader } from '../../../src/core/frame.js';
import { findClicks } from '../../support/click-detector.js';
import { Pipeline } from '../../support/pipeline.js';
import { random } from '../../support/random.js';

const RATE = 48_000;
const FRAME = 960;
const SEED = 7;

function sinePcm(from: number, frames = FRAME): Uint8Array<ArrayBuffer> {
	const samples = Float32Array.from(
		{ length: frames * 2 },
		(_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * (from + (i >> 1))) / RATE),
	);
	return new Uint8Array(samples.buffer);
}

function header(sequence: number, changes: Partial<FrameHeader> = {}): FrameHeader {
	return {
		format: { sampleRate: RATE, sampleFormat: 'f32', channels: 2, byteOrder: 'little' },
		flags: 0,
		sequence,
		pts: sequence * FRAME,
		captureTime: 0,
		...changes,
	};
}

type Spoil = (message: Uint8Array<ArrayBuffer>, next: () => number) => Uint8Array;

/** Ways to spoil a good frame; each must be noticed. */
const SPOILS: Readonly<Record<string, Spoil>> = {
	truncated: (m, next) => m.subarray(0, 1 + Math.floor(next() * 31)),
	'cut in mid-sample': (m, next) => m.subarray(0, m.length - 1 - Math.floor(next() * 7)),
	'wrong magic': (m, next) => m.with(Math.floor(next() * 4), 0),
	'wrong version': (m, next) => m.with(4, 2 + Math.floor(next() * 250)),
	'unknown format': (m, next) => m.with(5, 7 + Math.floor(next() * 240)),
	'absurd rate': (m, next) => m.with(10, 8 + Math.floor(next() * 240)),
	'absurd channels': (m, next) => m.with(6, 33 + Math.floor(next() * 200)),
	'no channels': (m) => m.with(6, 0),
	'absurd pts': (m, next) => m.with(23, 1 + Math.floor(next() * 254)),
	NaN: (m, next) => float(m, next, Number.NaN),
	infinity: (m, next) => float(m, next, -Infinity),
	'absurd magnitude': (m, next) => float(m, next, 3e8),
	noise: (m, next) => m.map(() => 256 * next()).with(0, 0),
};

function float(m: Uint8Array<ArrayBuffer>, next: () => number, value: number): Uint8Array {
	const spoilt = m.slice();
	new DataView(spoilt.buffer).setFloat32(
		32 + 4 * Math.floor((next() * (m.length - 32)) / 4),
		value,
		true,
	);
	return spoilt;
}

describe('bad input', () => {
	it('counts 100 000 seeded malformed messages, reports one error, and plays the good ones without noise', () => {
		const next = random(SEED);
		const names = Object.keys(SPOILS);
		const pipeline = new Pipeline({ protocol: 'framed' });
		pipeline.socket.accept('steadypcm.v1');
		let malformed = 0;
		for (let sequence = 0; sequence < 250; sequence++) {
			const good = encodeFrame(header(sequence), sinePcm(sequence * FRAME));
			for (let i = 0; i < 400; i++) {
				pipeline.socket.give(SPOILS[names[malformed % names.length]!]!(good, next));
				malformed++;
			}
			pipeline.socket.give(good);
			pipeline.run(0.02);
		}
		expect(malformed).toBe(100_000);
		expect(pipeline.received.malformedMessages).toBe(malformed);
		expect(pipeline.faults()).toEqual(['malformed']);
		expect(pipeline.received.framesDuplicated).toBe(0);
		const { heard } = pipeline;
		expect(heard.every((x) => Math.abs(x) < 0.75)).toBe(true);
		expect(findClicks(heard, RATE)).toEqual([]);
		expect(pipeline.value('emitted') / RATE).toBeGreaterThan(4);
		expect(pipeline.value('concealmentEvents')).toBe(0);
	});

	it.each([['raw'], ['framed']] as const)(
		'takes any bytes as %s without an exception',
		(protocol) => {
			const next = random(SEED + 1);
			const pipeline = new Pipeline({
				protocol,
				format: { sampleRate: RATE, sampleFormat: 'f32', channels: 2, byteOrder: 'little' },
			});
			pipeline.socket.accept();
			for (let i = 0; i < 2000; i++) {
				const bytes = Uint8Array.from({ length: Math.floor(next() * 300) }, () => 256 * next());
				pipeline.socket.give(i % 7 === 0 ? String.fromCharCode(...bytes) : bytes);
				pipeline.run(0.002);
			}
			// Random bits of f32 are no audio nearly always; what passes is within the bound.
			expect(pipeline.heard.every((x) => Math.abs(x) <= 8)).toBe(true);
			expect(pipeline.received.malformedMessages).toBeGreaterThan(1000);
		},
	);

	it('carries odd lengths over: every cut of a raw stream gives the same samples', () => {
		const whole = sinePcm(0, RATE);
		const recordings = [1, 3, 1001].map((step) => {
			const pipeline = new Pipeline({
				format: { sampleRate: RATE, sampleFormat: 'f32', channels: 2, byteOrder: 'little' },
				mode: 'complete',
			});
			pipeline.socket.accept();
			for (let byte = 0; byte < 80_000; byte += step) {
				pipeline.socket.give(whole.subarray(byte, Math.min(80_000, byte + step)));
			}
			pipeline.socket.end(1000);
			pipeline.run(0.4);
			return pipeline.heard;
		});
		expect(recordings[1]).toEqual(recordings[0]);
		expect(recordings[2]).toEqual(recordings[0]);
		expect(recordings[0]!.some((x) => x !== 0)).toBe(true);
	});

	it('bounds what it keeps of 64 MiB in one message, and plays the newest of a live stream', () => {
		const pipeline = new Pipeline();
		pipeline.socket.accept();
		pipeline.socket.give(new Uint8Array(64 * 2 ** 20));
		expect(pipeline.received.backlog).toBeLessThanOrEqual(2);
		const sampleFrames = (64 * 2 ** 20) / 8;
		expect(pipeline.received.discarded).toBeGreaterThan(sampleFrames - 5 * RATE);
		pipeline.run(5);
		expect(pipeline.received.backlog).toBe(0);
		expect(pipeline.value('emitted')).toBeGreaterThan(0);
	});

	it("gives texts to the app, and keeps the protocol's own", () => {
		const pipeline = new Pipeline({ protocol: 'framed' });
		pipeline.socket.accept('steadypcm.v1');
		for (const text of ['hello', '{"type":"hello","version":1}', '{"type":"other"}', '{bad', '']) {
			pipeline.socket.give(text);
		}
		const texts = pipeline.events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
		expect(texts).toEqual(['hello', '{"type":"other"}', '{bad', '']);
	});

	it('counts lost and repeated frames, and plays across them without a click', () => {
		const next = random(SEED + 2);
		const pipeline = new Pipeline({ protocol: 'framed', targetDelay: 0.3 });
		pipeline.socket.accept('steadypcm.v1');
		let lost = 0;
		let repeated = 0;
		for (let sequence = 0; sequence < 400; sequence++) {
			const message = encodeFrame(header(sequence), sinePcm(sequence * FRAME));
			const fate = next();
			if (sequence > 0 && sequence < 399 && fate < 0.1) {
				lost++;
			} else {
				pipeline.socket.give(message);
				if (fate > 0.9) {
					repeated++;
					pipeline.socket.give(message);
				}
			}
			pipeline.run(0.018);
		}
		expect(pipeline.received.framesLost).toBe(lost);
		expect(pipeline.received.framesDuplicated).toBe(repeated);
		expect(findClicks(pipeline.heard, RATE)).toEqual([]);
	});

	it('changes format in mid-stream without a click', () => {
		const pipeline = new Pipeline({ protocol: 'framed' });
		pipeline.socket.accept('steadypcm.v1');
		const formats = [
			{ sampleRate: 48_000, channels: 2 },
			{ sampleRate: 16_000, channels: 2 },
			{ sampleRate: 16_000, channels: 1 },
			{ sampleRate: 44_100, channels: 6 },
			{ sampleRate: 48_000, channels: 2 },
		];
		let sequence = 0;
		for (const { sampleRate, channels } of formats) {
			const format = { sampleRate, channels, sampleFormat: 'f32', byteOrder: 'little' } as const;
			const frame = sampleRate / 50;
			for (let k = 0; k < 25; k++) {
				const samples = Float32Array.from({ length: frame * channels }, (_, i) => {
					const channel = i % channels;
					const time = k * frame + Math.floor(i / channels);
					return channel < 2 ? 0.5 * Math.sin((2 * Math.PI * 440 * time) / sampleRate) : 0;
				});
				const changes = { format, pts: k * frame };
				pipeline.socket.give(
					encodeFrame(header(sequence++, changes), new Uint8Array(samples.buffer)),
				);
				pipeline.run(0.02);
			}
		}
		const seen = pipeline.events.flatMap((event) =>
			event.type === 'format' ? [event.format] : [],
		);
		expect(seen.map(({ sampleRate, channels }) => ({ sampleRate, channels }))).toEqual(formats);
		expect(findClicks(pipeline.heard, RATE)).toEqual([]);
		expect(pipeline.value('emitted') / RATE).toBeGreaterThan(1.9);
	});
});
