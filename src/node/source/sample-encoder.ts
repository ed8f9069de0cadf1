// One array of numbers per channel in, interleaved PCM bytes out: the inverse of core's sample decoder.
// Integers are rounded to the nearest step and clipped at full scale, never wrapped; NaN becomes silence.
import {
	bytesPerSample,
	bytesPerSampleFrame,
	type SampleFormat,
	type StreamFormat,
} from '../../core/stream-format.js';

/** One channel's samples, full scale ±1. */
export type Plane = Float32Array | Float64Array;

/** The first `sampleFrames` of `planes` (one per channel of the format) as fresh interleaved bytes. */
export type SampleEncoder = (planes: readonly Plane[], sampleFrames: number) => Uint8Array;

type WriteSample = (view: DataView, byte: number, sample: number, little: boolean) => void;

const WRITE: Readonly<Record<SampleFormat, WriteSample>> = {
	u8: (view, byte, x) => view.setUint8(byte, quantize(x, 128) + 128),
	s8: (view, byte, x) => view.setInt8(byte, quantize(x, 128)),
	s16: (view, byte, x, little) => view.setInt16(byte, quantize(x, 32_768), little),
	s24: (view, byte, x, little) => writeInt24(view, byte, quantize(x, 8_388_608), little),
	s32: (view, byte, x, little) => view.setInt32(byte, quantize(x, 2_147_483_648), little),
	f32: (view, byte, x, little) => view.setFloat32(byte, Number.isNaN(x) ? 0 : x, little),
	mulaw: (view, byte, x) => view.setUint8(byte, compressMulaw(x)),
	alaw: (view, byte, x) => view.setUint8(byte, compressAlaw(x)),
};

/** The encoder of `format`. */
export function sampleEncoder(format: StreamFormat): SampleEncoder {
	const { sampleFormat, channels } = format;
	const write = WRITE[sampleFormat];
	const bytes = bytesPerSample(sampleFormat);
	const stride = bytesPerSampleFrame(format);
	const little = format.byteOrder === 'little';
	return (planes, sampleFrames) => {
		const view = new DataView(new ArrayBuffer(stride * sampleFrames));
		for (let channel = 0; channel < channels; channel++) {
			const plane = planes[channel]!;
			let byte = channel * bytes;
			for (let i = 0; i < sampleFrames; i++) {
				write(view, byte, plane[i]!, little);
				byte += stride;
			}
		}
		return new Uint8Array(view.buffer);
	};
}

/** ±1 to a whole number of -scale … scale - 1. */
function quantize(sample: number, scale: number): number {
	const step = Math.round(sample * scale);
	return Math.max(-scale, Math.min(scale - 1, step)) || 0;
}

function writeInt24(view: DataView, byte: number, value: number, little: boolean): void {
	if (little) {
		view.setUint16(byte, value & 0xffff, true);
		view.setInt8(byte + 2, value >> 16);
	} else {
		view.setInt8(byte, value >> 16);
		view.setUint16(byte + 1, value & 0xffff, false);
	}
}

/** ITU-T G.711 µ-law, from ±1. */
function compressMulaw(sample: number): number {
	const biased = (Math.min(Math.abs(sample) * 32_768, 32_635) | 0) + 0x84;
	const exponent = 24 - Math.clz32(biased);
	const mantissa = (biased >> (exponent + 3)) & 15;
	return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** ITU-T G.711 A-law, from ±1. */
function compressAlaw(sample: number): number {
	const magnitude = Math.min(Math.abs(sample) * 32_768, 32_767) | 0;
	const exponent = Math.max(0, 24 - Math.clz32(magnitude));
	const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 15;
	return ((sample < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55;
}
