// Where in the stream a recording of the time code is, millisecond by millisecond.
import { TONE_PERIOD, TONE_RATE } from './tone-code.js';
import { fitTones, REACH, type ToneFit } from './tone-fit.js';

/** Samples from one reading to the next: 1 ms. */
export const HOP = 48;

/** What the residual, relative to the tones, does to the position read off b - 2a, milliseconds: its root times
 * this, four standard deviations of white noise over the window. */
const UNSURE_MS = 180;

/** Residual up to which a position is read off a window alone: the millisecond is certain then. */
const CLEAR = 1e-5;

/** Residual up to which a window can confirm, to the microsecond, that the stream just goes on. */
const READABLE = 10 ** -2.5;

/** Tones that differ this much in level, in parts, are two places of the stream at once. */
const UNEVEN = 0.05;

/** Milliseconds since the last reading within which the stream may be said to go on. */
const GOES_ON_MS = 20;

/** Two readings next to each other belong together when they advance by a hop within so many milliseconds. */
const APART_MS = 0.5;

/** Seconds that media may be heard late at most, so that it is not mistaken for what comes 40 s later. */
const MOST_DELAY = 35;

export interface MediaTrack {
	/** Samples of the recording at which the position was read, HOP apart. */
	readonly samples: Int32Array;
	/** Milliseconds since the beginning of the stream; NaN where nothing tells: silence, or a seam. */
	readonly mediaMs: Float64Array;
	readonly fits: readonly ToneFit[];
}

/** @param newestMs the media time in milliseconds that could be heard at a sample, if it took no time */
export function readTrack(plane: Float32Array, newestMs: (sample: number) => number): MediaTrack {
	const length = Math.max(0, Math.floor((plane.length - 2 * REACH - 1) / HOP) + 1);
	const samples = Int32Array.from({ length }, (_, k) => REACH + k * HOP);
	const fits = Array.from(samples, (sample) => fitTones(plane, sample));
	const read = new Float64Array(length).fill(NaN);
	let last = -1;
	for (let k = 0; k < length; k++) {
		const alone = positionAlone(fits[k]!, newestMs(samples[k]!));
		read[k] = isClear(fits[k]!)
			? alone
			: confirmed(fits[k]!, alone, last < 0 ? NaN : read[last]! + k - last, k - last);
		last = Number.isNaN(read[k]) ? last : k;
	}
	return { samples, mediaMs: read.map((_, k) => (isShared(read, k) ? read[k]! : NaN)), fits };
}

function isClear({ residual, amplitudes }: ToneFit): boolean {
	return residual < CLEAR && Math.min(...amplitudes) > (1 - UNEVEN) * Math.max(...amplitudes);
}

/** From coarse to fine: c - 3a, b - 2a, a. Milliseconds. */
function positionAlone({ cycles }: ToneFit, newestMs: number): number {
	const [a, b, c] = cycles as [number, number, number];
	const coarse = TONE_PERIOD * (c - 3 * a);
	const seconds = nearest(b - 2 * a, 1, coarse);
	const ms = 1000 * nearest(a / 1000, 0.001, seconds);
	return nearest(ms, 1000 * TONE_PERIOD, newestMs - 1000 * (MOST_DELAY - TONE_PERIOD / 2));
}

/** A poor fit may say that the stream is where it was going, to the microsecond; it may not say otherwise. */
function confirmed(fit: ToneFit, alone: number, expected: number, hops: number): number {
	if (!(fit.residual < READABLE && hops <= GOES_ON_MS)) {
		return NaN;
	}
	const unsure = APART_MS + UNSURE_MS * Math.sqrt(fit.residual);
	const fine = nearest(fit.cycles[0]!, 1, expected);
	return Math.abs(alone - expected) < unsure && Math.abs(fine - expected) < APART_MS / 2
		? fine
		: NaN;
}

/** Of all `value + n · period` the one closest to `to`. */
function nearest(value: number, period: number, to: number): number {
	return value + period * Math.round((to - value) / period);
}

/** A position that no neighbour shares is none: a seam may look like anything. */
function isShared(read: Float64Array, k: number): boolean {
	const hopMs = (1000 * HOP) / TONE_RATE;
	const follows = (from: number): boolean =>
		Math.abs(read[from + 1]! - read[from]! - hopMs) < APART_MS;
	return (k > 0 && follows(k - 1)) || (k + 1 < read.length && follows(k));
}
