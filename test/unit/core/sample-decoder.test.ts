import { describe, expect, it } from 'vitest';
import { sampleDecoder } from '../../../src/core/sample-decoder.js';
import {
	bytesPerSample,
	type ByteOrder,
	type SampleFormat,
} from '../../../src/core/stream-format.js';

function decode(sampleFormat: SampleFormat, byteOrder: ByteOrder, bytes: number[]): number[] {
	const view = new DataView(Uint8Array.from(bytes).buffer);
	const count = bytes.length / bytesPerSample(sampleFormat);
	const plane = new Float32Array(count);
	sampleDecoder(sampleFormat, byteOrder)(view, 0, [plane], count);
	return [...plane];
}

describe('sampleDecoder', () => {
	it('decodes the extremes and the middle of every integer format, both byte orders', () => {
		expect(decode('u8', 'little', [0, 128, 255])).toEqual([-1, 0, 127 / 128]);
		expect(decode('s8', 'little', [0x80, 0, 0x7f])).toEqual([-1, 0, 127 / 128]);
		expect(decode('s16', 'little', [0, 0x80, 1, 0, 0xff, 0x7f])).toEqual([
			-1,
			2 ** -15,
			32767 / 32768,
		]);
		expect(decode('s16', 'big', [0x80, 0, 0, 1])).toEqual([-1, 2 ** -15]);
		expect(decode('s24', 'little', [0, 0, 0x80, 1, 0, 0, 0xff, 0xff, 0xff])).toEqual([
			-1,
			2 ** -23,
			-(2 ** -23),
		]);
		expect(decode('s24', 'big', [0x80, 0, 0, 0, 0, 1])).toEqual([-1, 2 ** -23]);
		expect(decode('s32', 'big', [0x80, 0, 0, 0, 0, 0, 0, 1])).toEqual([-1, 2 ** -31]);
		expect(decode('f32', 'big', [0x3f, 0x80, 0, 0])).toEqual([1]);
	});

	it('is Math.fround(x * 2 ** -31) for s32', () => {
		for (const x of [1, -1, 123_456_789, -2_147_483_647, 2_147_483_647, 16_777_217]) {
			const bytes = [...new Uint8Array(Int32Array.of(x).buffer)];
			expect(decode('s32', 'little', bytes)[0]).toBe(Math.fround(x * 2 ** -31));
		}
	});

	it('expands G.711 as the standard tables say', () => {
		// ITU-T G.711, tables 1a and 2a: extremes, the smallest steps, zero of µ-law.
		const mulaw = decode('mulaw', 'little', [0x00, 0x80, 0xff, 0x7f, 0xfe]).map((x) => x * 32768);
		expect(mulaw.map((x) => x + 0)).toEqual([-32124, 32124, 0, 0, 8]);
		const alaw = decode('alaw', 'little', [0x55, 0xd5, 0x2a, 0xaa]).map((x) => x * 32768);
		expect(alaw).toEqual([-8, 8, -32256, 32256]);
	});

	it('parts interleaved channels', () => {
		const view = new DataView(Int16Array.of(1, 2, 3, 4, 5, 6).buffer);
		const planes = [0, 1, 2].map(() => new Float32Array(2));
		sampleDecoder('s16', 'little')(view, 0, planes, 2);
		expect(planes.map((plane) => [...plane].map((x) => x * 32768))).toEqual([
			[1, 4],
			[2, 5],
			[3, 6],
		]);
	});
});
