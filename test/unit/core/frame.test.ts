import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	encodeFrame,
	FRAME_DISCONTINUITY,
	FRAME_HEADER_BYTES,
	looksFramed,
	parseFrame,
	type FrameHeader,
} from '../../../src/core/frame.js';

const HEADER: FrameHeader = {
	format: { sampleRate: 16_000, sampleFormat: 's32', channels: 2, byteOrder: 'little' },
	flags: FRAME_DISCONTINUITY,
	sequence: 0xfffffffe,
	pts: 2 ** 40 + 3,
	captureTime: 1_700_000_000_123.5,
};

describe('the wire frame', () => {
	it('lays its fields where the format says', () => {
		const message = encodeFrame(HEADER, new Uint8Array(16));
		const view = new DataView(message.buffer);
		expect(new TextDecoder().decode(message.subarray(0, 4))).toBe('SPCM');
		expect([...message.subarray(4, 8)]).toEqual([1, 3, 2, 1]);
		expect(view.getUint32(8, true)).toBe(16_000);
		expect(view.getUint32(12, true)).toBe(0xfffffffe);
		expect(view.getBigUint64(16, true)).toBe(2n ** 40n + 3n);
		expect(view.getFloat64(24, true)).toBe(1_700_000_000_123.5);
		expect(message.byteLength).toBe(FRAME_HEADER_BYTES + 16);
	});

	it('parses what it encoded, from within a larger buffer as well', () => {
		const message = encodeFrame(
			HEADER,
			Uint8Array.from({ length: 24 }, (_, i) => i),
		);
		const larger = new Uint8Array(message.byteLength + 5);
		larger.set(message, 3);
		const frame = parseFrame(larger.subarray(3, 3 + message.byteLength));
		expect(frame).toMatchObject({ ...HEADER, sampleFrames: 3 });
		expect(looksFramed(message)).toBe(true);
	});

	it.each([
		['shorter than a header', (m: Uint8Array) => m.subarray(0, 31)],
		['wrong magic', (m: Uint8Array) => m.with(0, 0)],
		['unknown version', (m: Uint8Array) => m.with(4, 2)],
		['unknown sample format', (m: Uint8Array) => m.with(5, 7)],
		['channel count out of range', (m: Uint8Array) => m.with(6, 0)],
		['channel count out of range', (m: Uint8Array) => m.with(6, 33)],
		['sample rate out of range', (m: Uint8Array) => m.with(11, 255)],
		['no whole number of sample frames', (m: Uint8Array) => m.subarray(0, 39)],
		['pts out of range', (m: Uint8Array) => m.with(23, 255)],
	])('says why bytes are no frame: %s', (fault, spoil) => {
		expect(parseFrame(spoil(encodeFrame(HEADER, new Uint8Array(16))))).toBe(fault);
	});

	it.each([NaN, Infinity, -Infinity])('takes a capture time of %d for unknown', (captureTime) => {
		const message = encodeFrame({ ...HEADER, captureTime }, new Uint8Array(8));
		expect(parseFrame(message)).toMatchObject({ captureTime: 0 });
	});

	it('never throws on any bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, hasMagic) => {
				if (hasMagic && bytes.length >= 5) {
					bytes.set([0x53, 0x50, 0x43, 0x4d, 1]);
				}
				parseFrame(bytes);
			}),
			{ seed: 1, numRuns: 20_000 },
		);
	});

	it('refuses to encode what the wire cannot say', () => {
		const big = { ...HEADER, format: { ...HEADER.format, byteOrder: 'big' as const } };
		expect(() => encodeFrame(big, new Uint8Array(8))).toThrow(RangeError);
		expect(() => encodeFrame(HEADER, new Uint8Array(9))).toThrow(/whole sample frames/);
	});
});
