// How a stream went on in a recording: what was inserted, skipped and silent.
import type { MediaTrack } from './media-track.js';
import type { Silence } from './silence.js';
import { TONE_RATE } from './tone-code.js';

/** Samples looked at: [from, to). */
export interface Stretch {
	readonly from: number;
	readonly to: number;
}

/** All in milliseconds. What was looked at, `to - from`, is advance + inserted + silent - skipped + bent. */
export interface Progress {
	/** From the stream's place at the beginning to that at the end, where sound that tells no place goes on evenly. */
	readonly advanceMs: number;
	readonly insertedMs: number;
	readonly skippedMs: number;
	readonly silentMs: number;
	/** What resampling made longer, less what it made shorter, at rates within SLOW of 1. */
	readonly bentMs: number;
}

/** A rate that differs from 1 by less is that of another clock: nothing is inserted or skipped. */
const SLOW = 0.01;

/** Milliseconds that the stream must be held up or skip at a time to count: seams are not read any better. */
const LEAST_MS = 0.1;

const PER_MS = TONE_RATE / 1000;

export function progress(track: MediaTrack, silence: Silence, stretch: Stretch): Progress {
	const { samples, mediaMs } = track;
	const soundMs = (from: number, to: number): number =>
		(to - from - silence.within(from, to)) / PER_MS;
	const tally = new Tally();
	let bentMs = 0;
	let first = -1;
	let last = -1;
	for (let k = 0; k < samples.length; k++) {
		const isRead =
			samples[k]! >= stretch.from && samples[k]! < stretch.to && !Number.isNaN(mediaMs[k]);
		if (!isRead) {
			continue;
		}
		if (last >= 0) {
			const heardMs = soundMs(samples[last]!, samples[k]!);
			const heldMs = heardMs - (mediaMs[k]! - mediaMs[last]!);
			if (Math.abs(heldMs) < SLOW * heardMs) {
				bentMs += heldMs;
			} else {
				tally.add(heldMs);
			}
		}
		first = first < 0 ? k : first;
		last = k;
	}
	const silentMs = silence.within(stretch.from, stretch.to) / PER_MS;
	const unreadMs =
		last < 0
			? soundMs(stretch.from, stretch.to)
			: soundMs(stretch.from, samples[first]!) + soundMs(samples[last]!, stretch.to);
	const readMs = last < 0 ? 0 : mediaMs[last]! - mediaMs[first]!;
	return { advanceMs: readMs + unreadMs, ...tally.sums(), silentMs, bentMs };
}

/** Sums of rises and falls, of which those that undo each other within LEAST_MS are left out. The difference of
 * the sums stays that of all that was added. */
class Tally {
	#inserted = 0;
	#skipped = 0;
	/** Since the last turning point, and the furthest of it in the present direction. */
	#now = 0;
	#furthest = 0;

	add(ms: number): void {
		this.#now += ms;
		const isBeyond =
			this.#furthest === 0
				? Math.abs(this.#now) >= LEAST_MS
				: Math.sign(this.#furthest) * (this.#now - this.#furthest) > 0;
		if (isBeyond) {
			this.#furthest = this.#now;
		} else if (Math.abs(this.#now - this.#furthest) >= LEAST_MS && this.#furthest !== 0) {
			this.#count(this.#furthest);
			this.#now -= this.#furthest;
			this.#furthest = this.#now;
		}
	}

	sums(): { insertedMs: number; skippedMs: number } {
		const rest = this.#now;
		return {
			insertedMs: this.#inserted + Math.max(0, rest),
			skippedMs: this.#skipped + Math.max(0, -rest),
		};
	}

	#count(ms: number): void {
		this.#inserted += Math.max(0, ms);
		this.#skipped += Math.max(0, -ms);
	}
}
