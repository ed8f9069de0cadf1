// The wire frame holds little-endian samples and knows no s8. This brings every other format into one it
// holds, without changing a sample: bytes are swapped, s8 becomes u8.
import { bytesPerSample, type StreamFormat } from '../../core/stream-format.js';

/** The format a framed stream of `format` has on the wire. */
export function wireFormat(format: StreamFormat): StreamFormat {
	const sampleFormat = format.sampleFormat === 's8' ? 'u8' : format.sampleFormat;
	return { ...format, sampleFormat, byteOrder: 'little' };
}

/** `pcm` of `format` in `wireFormat(format)`; the same bytes where nothing differs, else a copy. */
export function toWirePcm(pcm: Uint8Array, format: StreamFormat): Uint8Array {
	if (format.sampleFormat === 's8') {
		return pcm.map((byte) => byte ^ 0x80);
	}
	const size = bytesPerSample(format.sampleFormat);
	if (format.byteOrder === 'little' || size === 1) {
		return pcm;
	}
	const swapped = new Uint8Array(pcm.byteLength);
	for (let i = 0; i < pcm.byteLength; i++) {
		const place = i % size;
		swapped[i] = pcm[i - place + (size - 1 - place)]!;
	}
	return swapped;
}
