// How long to wait before trying again: twice as long each time, up to a bound, and shortened at random so that many
// who failed together do not come back together.
import type { Random } from './source/seeded-random.js';

/** Part of a wait that chance may take away. */
const JITTER = 0.25;

/** Waits of one thing that is tried again and again. */
export class BackOff {
	readonly #minMs: number;
	readonly #maxMs: number;
	readonly #random: Random;
	#nextMs: number;

	/** @param minMs the first wait, above 0. @param maxMs the longest. */
	constructor(minMs: number, maxMs: number, random: Random = Math.random) {
		this.#minMs = minMs;
		this.#maxMs = maxMs;
		this.#random = random;
		this.#nextMs = minMs;
	}

	/** The next wait, ms. */
	next(): number {
		const ms = this.#nextMs * (1 - JITTER * this.#random());
		this.#nextMs = Math.min(this.#maxMs, 2 * this.#nextMs);
		return ms;
	}

	/** It worked: the next wait is the shortest again. */
	reset(): void {
		this.#nextMs = this.#minMs;
	}
}
