// A signal that tells its own time: three sines whose phases, in any few milliseconds, say where in the stream
// they are. a, b and c being the three phases in cycles, b - 2a turns once a second, c - 3a once in 40 s, and a
// itself once a millisecond.

/** Hz, of the signal's samples. */
export const TONE_RATE = 48_000;

/** Hz. */
export const TONES = [1000, 2001, 3000.025] as const;

/** Of each sine, full scale being 1. */
export const TONE_AMPLITUDE = 0.2;

/** Seconds until the phases are again what they were. */
export const TONE_PERIOD = 40;

/** Seconds in which the signal rises at its beginning and falls at its end: played as it is, it has no edge. */
const FADE = 0.005;

/** One channel. All phases are 0 at its beginning. */
export function toneCode(seconds: number): Float32Array {
	const length = Math.round(seconds * TONE_RATE);
	return Float32Array.from(
		{ length },
		(_, i) => toneAt(i / TONE_RATE) * fade(Math.min(i, length - i) / TONE_RATE),
	);
}

/** The sum of the sines at a media time in seconds. */
export function toneAt(seconds: number): number {
	let sum = 0;
	for (const frequency of TONES) {
		sum += TONE_AMPLITUDE * Math.sin(2 * Math.PI * ((frequency * seconds) % 1));
	}
	return sum;
}

/** @param seconds to the nearer end */
function fade(seconds: number): number {
	return 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, seconds / FADE));
}
