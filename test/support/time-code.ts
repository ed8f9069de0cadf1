// A stream that says which of its sample frames is heard: sound in one channel, and in the other a value that
// grows by the same step every sample frame. What was heard can then be told from a recording alone.

/** Of full scale. A minute of 16 kHz reaches 0.1 %: no sound to a search for similar places, and below what
 * the engine counts as quiet; float32 tells a sixteenth of it there. */
const STEP = 2 ** -30;
const INT32 = 2 ** 31;

/** Interleaved s32 stereo: `signal` and its time code. */
export function timeCoded(signal: Float32Array): Uint8Array {
	const stream = new Int32Array(2 * signal.length);
	for (let i = 0; i < signal.length; i++) {
		stream[2 * i] = Math.round(signal[i]! * (INT32 - 1));
		// 0 is silence: the first sample frame is 1.
		stream[2 * i + 1] = (i + 1) * STEP * INT32;
	}
	return new Uint8Array(stream.buffer);
}

/** Bytes of a sample frame. */
export const TIME_CODED_FRAME = 8;

/** The sample frame of the stream that each sample of the recorded code tells of; below 0: silence. */
export function decodeTime(code: Float32Array): Float64Array {
	return Float64Array.from(code, (value) => value / STEP - 1);
}
