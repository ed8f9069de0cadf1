// Notices a live source whose sound comes in bursts: gaps of more than 150 ms, again and again. Each listener pays for
// them with delay, and the remedy is where the source is made.
import type { Clock } from '../clock.js';

/** ms without a byte that make a gap; a longer one than the second is a pause of the source, or its failure. */
const GAP_MS = 150;
const PAUSE_MS = 5000;

/** So many gaps within so many ms are a habit. */
const HABIT_GAPS = 8;
const HABIT_MS = 30_000;

/** Watches one source's arrivals. */
export class BurstWatch {
	readonly #clock: Clock;
	readonly #onBursts: (longestMs: number) => void;
	#lastAt: number | null = null;
	#gaps: { readonly at: number; readonly ms: number }[] = [];
	#isDone = false;

	/** @param onBursts called once, with the longest gap of those that made the habit, ms. */
	constructor(clock: Clock, onBursts: (longestMs: number) => void) {
		this.#clock = clock;
		this.#onBursts = onBursts;
	}

	/** Some sound has come. */
	arrived(): void {
		const at = this.#clock.now();
		const ms = at - (this.#lastAt ?? at);
		this.#lastAt = at;
		if (this.#isDone || ms <= GAP_MS || ms > PAUSE_MS) {
			return;
		}
		this.#gaps = [...this.#gaps.filter((gap) => at - gap.at <= HABIT_MS), { at, ms }];
		if (this.#gaps.length >= HABIT_GAPS) {
			this.#isDone = true;
			this.#onBursts(Math.max(...this.#gaps.map((gap) => gap.ms)));
		}
	}

	/** What comes next is no continuation: the source was opened anew. */
	restart(): void {
		this.#lastAt = null;
	}
}
