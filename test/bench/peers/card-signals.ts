// Streams to be looked for in a recording of the sound card, s32 stereo at 48 kHz, and what is read off there.
import { CARD_CHANNELS, CARD_RATE } from '../../support/sound-card.js';
import { random } from '../../support/random.js';
import type { CardClock } from './card-clock.js';

/** Full scale of s32. */
const FULL = 2 ** 31;

/** Sample frames a fade may touch at either end: 5 ms. */
const FADE = 240;

/** Sample frames looked at to find where the stream begins. */
const MATCHED = 64;

/** Sample frames from one impulse to the next: 253.4 ms, so that they fall anywhere in frames and blocks. */
const IMPULSE_PERIOD = 12_163;
const IMPULSE_LEVEL = 0.9;

/** Level from which on something is taken for an impulse. */
const LEAST_LEVEL = 0.1;

/** Interleaved noise, half of full scale: any wrong, missing or repeated sample shows. */
export function noise(seconds: number, seed: number): Int32Array<ArrayBuffer> {
	const next = random(seed);
	const length = CARD_RATE * CARD_CHANNELS * seconds;
	return Int32Array.from({ length }, () => (next() - 0.5) * FULL);
}

/** The same in both channels. */
export function interleaved(plane: Float32Array): Int32Array<ArrayBuffer> {
	const result = new Int32Array(plane.length * CARD_CHANNELS);
	return result.map((_, i) => Math.round(plane[Math.floor(i / CARD_CHANNELS)]! * (FULL - 1)));
}

/** Silence with an impulse of one sample every 253 ms. */
export function impulses(seconds: number): Float32Array {
	return Float32Array.from({ length: CARD_RATE * seconds }, (_, i) =>
		isImpulse(i) ? IMPULSE_LEVEL : 0,
	);
}

export interface Comparison {
	readonly comparedSamples: number;
	readonly differingSamples: number;
}

/** Compares a recording with the noise sent, but for the fades at its ends. */
export function compare(planes: readonly Float32Array[], sent: Int32Array): Comparison {
	const length = sent.length / CARD_CHANNELS;
	const expected = planes.map((_, channel) =>
		Float32Array.from({ length }, (_unused, i) => sent[i * CARD_CHANNELS + channel]! / FULL),
	);
	const begin = placeOf(expected[0]!.subarray(FADE, FADE + MATCHED), planes[0]!) - FADE;
	let differingSamples = 0;
	for (const [channel, plane] of planes.entries()) {
		for (let i = FADE; i < length - FADE; i++) {
			differingSamples += plane[begin + i] === expected[channel]![i] ? 0 : 1;
		}
	}
	return { comparedSamples: planes.length * (length - 2 * FADE), differingSamples };
}

/** Where `part` is in `plane`, or what resembles it most. */
function placeOf(part: Float32Array, plane: Float32Array): number {
	let best = 0;
	let least = Infinity;
	for (let place = 0; place + part.length <= plane.length; place++) {
		let difference = 0;
		for (let i = 0; i < part.length && difference < least; i++) {
			difference += Math.abs(plane[place + i]! - part[i]!);
		}
		if (difference < least) {
			least = difference;
			best = place;
		}
	}
	return best;
}

export interface ImpulseOptions {
	/** When each frame was sent, milliseconds since 1970. */
	readonly sentMs: readonly number[];
	/** Sample frames of a frame. */
	readonly frameLength: number;
}

/** Milliseconds from the send of its frame to the card, of each impulse that is found; its place in the frame is
 * not counted. */
export function impulseLatencies(
	plane: Float32Array,
	clock: CardClock,
	{ sentMs, frameLength }: ImpulseOptions,
): number[] {
	const result: number[] = [];
	for (let i = 0; i < sentMs.length * frameLength; i++) {
		if (isImpulse(i)) {
			const inFrame = clock.contextOf(i % frameLength);
			const dueMs = sentMs[Math.floor(i / frameLength)]! + inFrame;
			const from = Math.max(0, clock.sampleAt(dueMs));
			const peak = loudest(plane, from, from + IMPULSE_PERIOD);
			if (Math.abs(plane[peak] ?? 0) >= LEAST_LEVEL) {
				result.push(clock.systemOf(peak) - dueMs);
			}
		}
	}
	return result;
}

function isImpulse(sample: number): boolean {
	return sample % IMPULSE_PERIOD === IMPULSE_PERIOD - 1;
}

function loudest(plane: Float32Array, from: number, to: number): number {
	let best = from;
	for (let i = from; i < Math.min(to, plane.length); i++) {
		if (Math.abs(plane[i]!) > Math.abs(plane[best]!)) {
			best = i;
		}
	}
	return best;
}
