// Sound in which any wrong, missing or repeated sample shows.
import { random } from './random.js';

/** Sample frames interleaved: noise of half of full scale, s32. */
export function noise(
	sampleFrames: number,
	channels: number,
	seed: number,
): Int32Array<ArrayBuffer> {
	const uniform = random(seed);
	return Int32Array.from({ length: sampleFrames * channels }, () => (uniform() - 0.5) * 2 ** 31);
}

/** One channel of interleaved s32 as a player gives it that changes nothing. */
export function exactPlane(stream: Int32Array, channels: number, channel: number): Float32Array {
	return Float32Array.from({ length: stream.length / channels }, (_, i) =>
		Math.fround(stream[i * channels + channel]! * 2 ** -31),
	);
}
