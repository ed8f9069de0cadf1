// Interleaved PCM bytes in, one Float32Array per channel out. Integers become x · 2^-(bits - 1), rounded
// once to float32: for s32 that is Math.fround(x * 2 ** -31). Every format's decoder is exact.
import { bytesPerSample, type ByteOrder, type SampleFormat } from './stream-format.js';

/** Bytes `offset` to `offset + planes.length · frames · bytesPerSample` of `view`, to
 * `planes[channel][0 … frames - 1]`. */
export type SampleDecoder = (
	view: DataView,
	offset: number,
	planes: readonly Float32Array[],
	sampleFrames: number,
) => void;

type ReadSample = (view: DataView, byte: number, little: boolean) => number;

const READ: Readonly<Record<SampleFormat, ReadSample>> = {
	u8: (view, byte) => (view.getUint8(byte) - 128) / 128,
	s8: (view, byte) => view.getInt8(byte) / 128,
	s16: (view, byte, little) => view.getInt16(byte, little) / 32_768,
	s24: (view, byte, little) => readInt24(view, byte, little) / 8_388_608,
	s32: (view, byte, little) => view.getInt32(byte, little) / 2_147_483_648,
	f32: (view, byte, little) => view.getFloat32(byte, little),
	mulaw: (view, byte) => MULAW[view.getUint8(byte)]!,
	alaw: (view, byte) => ALAW[view.getUint8(byte)]!,
};

const MULAW = Float32Array.from({ length: 256 }, (_, code) => expandMulaw(code) / 32_768);
const ALAW = Float32Array.from({ length: 256 }, (_, code) => expandAlaw(code) / 32_768);

export function sampleDecoder(sampleFormat: SampleFormat, byteOrder: ByteOrder): SampleDecoder {
	const read = READ[sampleFormat];
	const bytes = bytesPerSample(sampleFormat);
	const little = byteOrder === 'little';
	return (view, offset, planes, sampleFrames) => {
		const stride = bytes * planes.length;
		for (let channel = 0; channel < planes.length; channel++) {
			const plane = planes[channel]!;
			let byte = offset + channel * bytes;
			for (let i = 0; i < sampleFrames; i++) {
				plane[i] = read(view, byte, little);
				byte += stride;
			}
		}
	};
}

function readInt24(view: DataView, byte: number, little: boolean): number {
	return little
		? (view.getInt8(byte + 2) << 16) | view.getUint16(byte, true)
		: (view.getInt8(byte) << 16) | view.getUint16(byte + 1, false);
}

/** ITU-T G.711 µ-law code to a linear sample in 16-bit scale (±32 124). */
function expandMulaw(code: number): number {
	const bits = ~code & 0xff;
	const exponent = (bits >> 4) & 7;
	const magnitude = ((((bits & 15) << 3) + 0x84) << exponent) - 0x84;
	return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

/** ITU-T G.711 A-law code to a linear sample in 16-bit scale (±32 256). */
function expandAlaw(code: number): number {
	const bits = code ^ 0x55;
	const exponent = (bits >> 4) & 7;
	const mantissa = ((bits & 15) << 4) + 8;
	const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
	return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
