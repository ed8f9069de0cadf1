// A stream that says which of its sample frames is heard: sound in one channel, in the second a value that grows
// by the same step every sample frame, and in the third the value that the second is measured by, which tells
// of every gain. What was heard, and where in the stream it is from, can then be told from a recording alone.

/** Of full scale. Minutes of 16 kHz reach 0.1 %: nothing beside sound to a search for similar places, and below
 * what counts as quiet there; float32 tells a fraction of the step. */
const STEP = 2 ** -31;
const REFERENCE = 2 ** -14;
const INT32 = 2 ** 31;

export const TIME_CODED_CHANNELS = 3;

/** Bytes of a sample frame. */
export const TIME_CODED_BYTES = 4 * TIME_CODED_CHANNELS;

/** Of the reference: below it, nothing is heard. */
const SILENT = 1e-3;

/** Interleaved s32: `signal`, its time code, the reference. */
export function timeCoded(signal: Float32Array): Uint8Array {
	const stream = new Int32Array(TIME_CODED_CHANNELS * signal.length);
	for (let i = 0; i < signal.length; i++) {
		const at = TIME_CODED_CHANNELS * i;
		stream[at] = Math.round(signal[i]! * (INT32 - 1));
		stream[at + 1] = i * STEP * INT32;
		stream[at + 2] = REFERENCE * INT32;
	}
	return new Uint8Array(stream.buffer);
}

/** The sample frame of the stream that each sample of a recording is from, the mean of both within a crossfade;
 * NaN: silence. */
export function decodeTime(planes: readonly Float32Array[]): Float64Array {
	const reference = planes[2]!;
	return Float64Array.from(planes[1]!, (value, i) => {
		const level = reference[i]! / REFERENCE;
		return Math.abs(level) < SILENT ? NaN : value / level / STEP;
	});
}
