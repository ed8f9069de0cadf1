import type { MediaFrame } from './media-frame.js';

/** Float samples beyond this (18 dB over full scale) are no audio: integers sent as floats, or garbage. */
const MAX_MAGNITUDE = 8;

/** False for a frame of f32 that holds NaN, an infinity or an absurd magnitude. Every bit pattern of the
 * other formats is a sample. */
export function isAudible({ format, pcm }: Pick<MediaFrame, 'format' | 'pcm'>): boolean {
	if (format.sampleFormat !== 'f32') {
		return true;
	}
	const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
	const little = format.byteOrder === 'little';
	for (let byte = 0; byte < pcm.byteLength; byte += 4) {
		// A NaN fails every comparison.
		if (!(Math.abs(view.getFloat32(byte, little)) <= MAX_MAGNITUDE)) {
			return false;
		}
	}
	return true;
}
