// When a sample left the sound card, from when the pieces of its recording arrived.

/** A piece of a recording. */
export interface Arrival {
	/** Sample frame of the recording that follows it. */
	readonly end: number;
	/** Milliseconds since 1970. */
	readonly atMs: number;
}

/** Of all arrivals: those that nothing held up. */
const FASTEST_PART = 0.02;

/** Milliseconds over which the card's clock is looked at on its own, to see whether it ran evenly. */
const PART_MS = 1000;

/** A straight line: the card's clock is the system's. "System time" is in milliseconds since 1970. */
export class CardClock {
	readonly sampleRate: number;
	readonly #arrivals: readonly Arrival[];
	/** System time at which sample frame 0 left. */
	readonly #begin: number;
	readonly #blockMs: number;
	readonly #renderAheadMs: number;

	/** @param blockMs what the card takes at a time: it is recorded when it is taken, and all of it has left when
	 * the next is
	 * @param renderAheadMs how long before it leaves the browser renders a sample, at least */
	constructor(
		arrivals: readonly Arrival[],
		sampleRate: number,
		blockMs: number,
		renderAheadMs: number,
	) {
		this.sampleRate = sampleRate;
		this.#arrivals = arrivals;
		this.#blockMs = blockMs;
		this.#renderAheadMs = renderAheadMs;
		this.#begin = this.#beginBy(arrivals);
	}

	/** Milliseconds of the recording before a sample. */
	contextOf(sample: number): number {
		return (1000 * sample) / this.sampleRate;
	}

	/** When a sample left the card. */
	systemOf(sample: number): number {
		return this.#begin + this.contextOf(sample);
	}

	renderedAt(sample: number): number {
		return this.systemOf(sample) - this.#renderAheadMs;
	}

	/** The sample that left at a system time. */
	sampleAt(systemMs: number): number {
		return Math.round(((systemMs - this.#begin) * this.sampleRate) / 1000);
	}

	/** By how many milliseconds a part of the recording is off the clock of the whole, at most: what the recorder
	 * lost or the card left out. */
	get unevennessMs(): number {
		const all = this.#arrivals;
		const parts = Math.ceil(this.contextOf(all.at(-1)?.end ?? 0) / PART_MS);
		const length = Math.ceil(all.length / parts);
		let most = 0;
		for (let from = 0; from < all.length; from += length) {
			const begin = this.#beginBy(all.slice(from, from + length));
			most = Math.max(most, Math.abs(begin - this.#begin));
		}
		return most;
	}

	#beginBy(arrivals: readonly Arrival[]): number {
		const begins = arrivals
			.map(({ end, atMs }) => atMs + this.#blockMs - this.contextOf(end))
			.sort((a, b) => a - b);
		return begins[Math.floor(FASTEST_PART * begins.length)] ?? Infinity;
	}
}
