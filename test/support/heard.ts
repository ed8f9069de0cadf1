// What was heard of a time-coded stream, and when: read off a recording, with nothing of the player's own word.
import type { ContextClock } from './context-clock.js';
import type { TestPage } from './test-page.js';
import { decodeTime } from './time-code.js';

/** One look at the player's stats; `at` in milliseconds since 1970, delays in seconds. */
export interface Look {
	readonly at: number;
	readonly playoutDelay: number;
	readonly targetDelay: number;
	readonly concealedSamples: number;
	readonly concealmentEvents: number;
	readonly endToEndDelay: number | null;
	/** From the worklet to the speaker, as the browser says. */
	readonly outputLatency: number;
}

export interface HeardOptions {
	/** Hz. */
	readonly mediaRate: number;
	/** Sample frames of a frame of the stream. */
	readonly frameLength: number;
	/** When each frame was sent, milliseconds since 1970. */
	readonly sentMs: readonly number[];
}

/** What was made up because nothing was there. Indexes of samples of the recording. */
export interface Concealment {
	readonly from: number;
	readonly to: number;
}

/** Media heard for the first time. */
export interface FreshMedia {
	/** Sample of the recording at its end. */
	readonly sample: number;
	/** Media time of its end, milliseconds. */
	readonly mediaMs: number;
	/** How much of it, milliseconds. */
	readonly lengthMs: number;
}

/** Milliseconds over which sound is looked at: it is the stream as it is when the position advances by as much,
 * within so many milliseconds. */
const STRAIGHT_MS = 1;
const SURELY_STRAIGHT_MS = 2;
const BEND_MS = 0.08;

/** Milliseconds of the crossfade from what was made up back to the stream, which advances in it. */
const RETURN_MS = 5;

/** A frame that was sent this long before samples were rendered, milliseconds, was there to be played. */
const MOST_TRANSIT_MS = 5;

/** Milliseconds a frame takes at least. */
const LEAST_TRANSIT_MS = 0.5;

/** Sample frames of the stream before a frame's first from which on the one before it has been heard. */
const REACHED = 1.5;

export class Heard {
	readonly clock: ContextClock;
	/** Sample frame of the stream heard at each sample of the recording, where it is the stream's own. */
	readonly position: Float64Array;
	readonly concealments: readonly Concealment[];
	readonly #options: HeardOptions;
	readonly #perMs: number;

	constructor(planes: readonly Float32Array[], clock: ContextClock, options: HeardOptions) {
		this.clock = clock;
		this.position = decodeTime(planes);
		this.#options = options;
		this.#perMs = clock.sampleRate / 1000;
		this.concealments = this.#findConcealments();
	}

	/** Index of the first sample that is not silent. */
	get first(): number {
		return this.position.findIndex((value) => !Number.isNaN(value));
	}

	/** Milliseconds made up between two system times. */
	concealedMs(fromMs: number, toMs: number): number {
		return this.concealments
			.filter(({ from }) => this.clock.systemOf(from) >= fromMs && this.clock.systemOf(from) < toMs)
			.reduce((sum, { from, to }) => sum + (to - from) / this.#perMs, 0);
	}

	/** All media in the order heard, about a millisecond at a time; what is heard again left out. */
	fresh(): FreshMedia[] {
		const { position } = this;
		const { mediaRate } = this.#options;
		const step = STRAIGHT_MS * this.#perMs;
		const result: FreshMedia[] = [];
		const madeUp = this.concealments.values();
		let next = madeUp.next();
		let furthest = 0;
		for (let i = this.first + step; i < position.length; i += step) {
			while (next.done !== true && i > next.value.to) {
				next = madeUp.next();
			}
			const isMadeUp = next.done !== true && i > next.value.from;
			const end = position[i]!;
			if (!isMadeUp && end > furthest && this.#isStraight(i - step, STRAIGHT_MS)) {
				const lengthMs = (1000 * (end - furthest)) / mediaRate;
				result.push({ sample: i, mediaMs: (1000 * end) / mediaRate, lengthMs });
				furthest = end;
			}
		}
		return result;
	}

	/** What is heard from the end of a frame on which the next one has not followed yet, until the stream goes on
	 * from there. The code goes on as the sound does: as if nothing had happened, or not. */
	#findConcealments(): Concealment[] {
		const { position } = this;
		const found: Concealment[] = [];
		for (let i = this.first + 1; i < position.length; i++) {
			const frame = this.#frameEndedAt(i);
			if (frame === 0) {
				continue;
			}
			const sent = this.#options.sentMs[frame];
			if (sent === undefined) {
				break;
			}
			const waited = this.clock.renderedAt(i) - sent;
			const isThere =
				waited > MOST_TRANSIT_MS || (waited > 0 && this.#isStraight(i, SURELY_STRAIGHT_MS));
			if (!isThere) {
				const to = this.#returnAfter(i, sent);
				if (to < position.length) {
					found.push({ from: i, to });
				}
				i = to + RETURN_MS * this.#perMs;
			}
		}
		return found;
	}

	/** Number of the frame whose place is reached after sample `i`: the one before it was heard up to its last
	 * sample. 0: none. */
	#frameEndedAt(i: number): number {
		const { frameLength } = this.#options;
		const place = (index: number): number =>
			Math.floor(((this.position[index] ?? 0) + REACHED) / frameLength);
		return place(i) > place(i - 1) ? place(i) : 0;
	}

	/** The sample after `i` at which the crossfade back begins, once the missing frame is there: where silence
	 * ends, or the code bends, at once if it is bent as it is. */
	#returnAfter(i: number, sent: number): number {
		const { length } = this.position;
		let to = i;
		while (to < length && this.clock.renderedAt(to) < sent + LEAST_TRANSIT_MS) {
			to++;
		}
		const isSilent = Number.isNaN(this.position[to] ?? NaN);
		while (
			to < length &&
			(isSilent ? Number.isNaN(this.position[to]!) : this.#isStraight(to, STRAIGHT_MS))
		) {
			to++;
		}
		return to;
	}

	/** True when the stream is heard as it is for `ms` from `sample` on. */
	#isStraight(sample: number, ms: number): boolean {
		const count = Math.round(ms * this.#perMs);
		const { mediaRate } = this.#options;
		const from = this.position[sample] ?? NaN;
		const to = this.position[sample + count] ?? NaN;
		return Math.abs(to - from - (ms * mediaRate) / 1000) <= (BEND_MS * mediaRate) / 1000;
	}
}

/** When each recorded render call was made. */
export function renderDates(test: TestPage): Promise<number[]> {
	return test.page.evaluate(() =>
		(window as unknown as { harness: { dates(): Promise<number[]> } }).harness.dates(),
	);
}

export async function watchStats(test: TestPage, intervalMs: number): Promise<void> {
	await test.page.evaluate((interval) => {
		(window as unknown as { harness: { watch(ms: number): void } }).harness.watch(interval);
	}, intervalMs);
}

export function seenStats(test: TestPage): Promise<Look[]> {
	return test.page.evaluate(() =>
		(window as unknown as { harness: { looks(): Look[] } }).harness.looks(),
	);
}
