import { describe, expect, it } from 'vitest';
import { sampleDecoder } from '../../../src/core/sample-decoder.js';
import { SAMPLE_FORMATS, type StreamFormat } from '../../../src/core/stream-format.js';
import { MusicSource } from '../../../src/node/source/music-source.js';
import { sampleEncoder } from '../../../src/node/source/sample-encoder.js';
import { ToneSource, toneSample } from '../../../src/node/source/tone-source.js';
import { firstDifference } from '../../support/difference.js';
import { concat } from './fake-socket.js';

const BYTE_ORDERS = ['little', 'big'] as const;
const FORMATS: StreamFormat[] = SAMPLE_FORMATS.flatMap((sampleFormat) =>
	BYTE_ORDERS.map((byteOrder) => ({ sampleRate: 16_000, sampleFormat, channels: 2, byteOrder })),
);

function decode(pcm: Uint8Array, format: StreamFormat, sampleFrames: number): Float32Array[] {
	const planes = Array.from({ length: format.channels }, () => new Float32Array(sampleFrames));
	const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
	sampleDecoder(format.sampleFormat, format.byteOrder)(view, 0, planes, sampleFrames);
	return planes;
}

/** Half a step of the format at full scale: the most that rounding may change. */
const HALF_STEP: Record<StreamFormat['sampleFormat'], number> = {
	u8: 2 ** -8,
	s8: 2 ** -8,
	s16: 2 ** -16,
	s24: 2 ** -24 + 2 ** -26,
	s32: 2 ** -25, // float32 of the decoder
	f32: 2 ** -25,
	mulaw: 0.016,
	alaw: 0.016,
};

describe('sampleEncoder', { timeout: 60_000 }, () => {
	it.each(['u8', 's8', 's16', 's24', 'mulaw', 'alaw'] as const)(
		'is the exact inverse of the decoder for %s in both byte orders',
		(sampleFormat) => {
			for (const byteOrder of BYTE_ORDERS) {
				const size = { u8: 1, s8: 1, s16: 2, s24: 3, mulaw: 1, alaw: 1 }[sampleFormat];
				const count = Math.min(256 ** size, 65_536);
				const format = { sampleRate: 8000, sampleFormat, channels: 1, byteOrder };
				const bytes = Uint8Array.from({ length: count * size }, (_, i) => {
					const code = Math.floor(i / size) * (size === 3 ? 255.9 : 1);
					return Math.floor(code / 256 ** (i % size)) & 0xff;
				});
				const again = sampleEncoder(format)(decode(bytes, format, count), count);
				// µ-law has two zeroes; the negative one comes back as the positive.
				const wanted = sampleFormat === 'mulaw' ? bytes.map((b) => (b === 0x7f ? 0xff : b)) : bytes;
				expect(firstDifference(again, wanted)).toBe(-1);
			}
		},
	);

	it('rounds to the nearest step, clips at full scale and makes silence of NaN', () => {
		const samples = Float64Array.of(1, -1, 2, -2, 0.4 / 32_768, 0.6 / 32_768, NaN);
		const format: StreamFormat = {
			sampleRate: 8000,
			sampleFormat: 's16',
			channels: 1,
			byteOrder: 'little',
		};
		const bytes = sampleEncoder(format)([samples], samples.length);
		expect([...new Int16Array(bytes.buffer)]).toEqual([32_767, -32_768, 32_767, -32_768, 0, 1, 0]);
		for (const { sampleFormat } of FORMATS) {
			const one = { ...format, sampleFormat };
			const silent = sampleEncoder(one)([Float64Array.of(NaN)], 1);
			expect(Math.abs(decode(silent, one, 1)[0]![0]!)).toBeLessThan(0.001);
		}
	});
});

describe('ToneSource', () => {
	it.each(FORMATS)(
		'is the formula, sample for sample, in $sampleFormat $byteOrder endian',
		(format) => {
			const frequency = [440, 1000.5];
			const source = new ToneSource(format, { frequency, levelDb: -6 });
			const parts = [source.read(1)!, source.read(319)!, source.read(7680)!];
			const planes = decode(concat(parts), format, 8000);
			planes.forEach((plane, channel) => {
				const worst = plane.reduce((worst, sample, i) => {
					const cycles = (frequency[channel]! * i) / 16_000;
					const exact = 10 ** (-6 / 20) * Math.sin(2 * Math.PI * (cycles - Math.floor(cycles)));
					return Math.max(worst, Math.abs(sample - exact));
				}, 0);
				expect(worst).toBeLessThanOrEqual(HALF_STEP[format.sampleFormat] * 1.001);
			});
		},
	);

	it('keeps its phase over ten hours', () => {
		const tenHours = 36_000 * 48_000;
		expect(toneSample(tenHours + 12, 1000, 48_000)).toBeCloseTo(1, 12);
		expect(toneSample(tenHours + 12, 1000.1, 48_000)).toBeCloseTo(
			Math.sin(2 * Math.PI * ((1000.1 * 12) / 48_000)),
			6,
		);
	});

	it('ends after its duration', () => {
		const source = new ToneSource({ sampleRate: 8000, channels: 1 }, { duration: 0.03 });
		expect(source.read(160)).toHaveLength(640);
		expect(source.read(160)).toHaveLength(320);
		expect(source.read(160)).toBe(null);
	});

	it('refuses what no tone can be', () => {
		const format = { sampleRate: 8000 };
		expect(() => new ToneSource({ sampleRate: 7999 })).toThrow(
			'Expected sampleRate to be a number from 8000',
		);
		expect(() => new ToneSource(format, { frequency: 4001 })).toThrow('Expected frequency');
		expect(() => new ToneSource(format, { frequency: 0 })).toThrow(RangeError);
		expect(() => new ToneSource(format, { frequency: [1, 2, 3] })).toThrow(
			'one per channel (2), got 3',
		);
		expect(() => new ToneSource(format, { levelDb: 1 })).toThrow('from -120 to 0, got 1');
	});
});

describe('MusicSource', { timeout: 60_000 }, () => {
	const format: StreamFormat = {
		sampleRate: 48_000,
		sampleFormat: 'f32',
		channels: 2,
		byteOrder: 'little',
	};
	const play = (seed: number, seconds: number, step = 960) => {
		const source = new MusicSource(format, { seed });
		const parts = Array.from({ length: (seconds * 48_000) / step }, () => source.read(step)!);
		return concat(parts);
	};

	it('is the same for a seed, however it is read, and another for another seed', () => {
		expect(Buffer.compare(play(7, 8), play(7, 8, 64))).toBe(0);
		expect(Buffer.compare(play(7, 8), play(8, 8))).not.toBe(0);
	});

	it.each([1, 2, 3])('has no click, no clipping and no silence (seed %i)', (seed) => {
		const seconds = 40;
		const planes = decode(play(seed, seconds), format, seconds * 48_000);
		for (const plane of planes) {
			let bend = 0;
			let peak = 0;
			for (let i = 2; i < plane.length; i++) {
				bend = Math.max(bend, Math.abs(plane[i]! - 2 * plane[i - 1]! + plane[i - 2]!));
				peak = Math.max(peak, Math.abs(plane[i]!));
			}
			expect(Math.abs(plane[0]!)).toBeLessThan(1e-6);
			expect(bend).toBeLessThan(0.016);
			expect(peak).toBeLessThan(0.9);
			for (let second = 1; second < seconds; second++) {
				const part = plane.subarray(second * 48_000, (second + 1) * 48_000);
				const rms = Math.sqrt(part.reduce((sum, x) => sum + x * x, 0) / part.length);
				expect(rms).toBeGreaterThan(0.01);
			}
		}
	});

	it('fills any number of channels at any rate', () => {
		for (const channels of [1, 3]) {
			const one = { ...format, sampleRate: 8000, channels };
			const planes = decode(new MusicSource(one).read(16_000)!, one, 16_000);
			planes.forEach((plane) => expect(Math.max(...plane)).toBeGreaterThan(0.01));
		}
	});
});
