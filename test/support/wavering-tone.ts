// A tone whose pitch wavers: any few milliseconds of it tell where in it they are from, and it is smooth enough for
// the smallest cut to show.

/** Of full scale. */
export const AMPLITUDE = 0.5;

/** Hz, and how far and how often it goes up and down. */
const MIDDLE = 325;
const SWING = 175;
const WAVES_PER_SECOND = 1.7;

/** Hz; nothing in it moves faster. */
export const HIGHEST = MIDDLE + SWING;

/** Samples between two that are compared at first, and of them the share that a place may be off. */
const STRIDE = 4;
const FINE_STEPS = 32;

/** @param seconds since its beginning */
export function waveringTone(seconds: number): number {
	const wave = 2 * Math.PI * WAVES_PER_SECOND;
	const turns = MIDDLE * seconds - (SWING / wave) * (Math.cos(wave * seconds) - 1);
	return AMPLITUDE * Math.sin(2 * Math.PI * turns);
}

/** Mono s16. */
export function waveringPcm(sampleRate: number, sampleFrames: number): Int16Array {
	return Int16Array.from({ length: sampleFrames }, (_, i) =>
		Math.round(32_767 * waveringTone(i / sampleRate)),
	);
}

export interface Place {
	/** Seconds of the tone, at the first sample of what was looked at. */
	readonly seconds: number;
	/** Greatest difference from the tone there. */
	readonly error: number;
}

/** Where in the tone `heard` is from, which is at full level, between two times of it. */
export function placeOf(heard: Float32Array, sampleRate: number, from: number, to: number): Place {
	const every = 1 / sampleRate;
	let seconds = nearest(heard, sampleRate, from, to, every, STRIDE);
	for (let step = every; step > every / FINE_STEPS; step /= 4) {
		seconds = nearest(heard, sampleRate, seconds - step, seconds + step, step / 4, 1);
	}
	const error = heard.reduce(
		(most, sample, i) => Math.max(most, Math.abs(sample - waveringTone(seconds + i * every))),
		0,
	);
	return { seconds, error };
}

/** The time of least squares, of those `step` apart; every `stride`th sample is looked at. */
function nearest(
	heard: Float32Array,
	sampleRate: number,
	from: number,
	to: number,
	step: number,
	stride: number,
): number {
	let best = from;
	let least = Infinity;
	for (let seconds = from; seconds <= to; seconds += step) {
		let sum = 0;
		for (let i = 0; i < heard.length && sum < least; i += stride) {
			sum += (heard[i]! - waveringTone(seconds + i / sampleRate)) ** 2;
		}
		if (sum < least) {
			least = sum;
			best = seconds;
		}
	}
	return best;
}
