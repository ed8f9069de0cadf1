// The audio context's time against the system's, from when each render call was made.

import { median } from './median.js';

const RENDER_QUANTUM = 128;

/** Milliseconds: Date.now() is rounded down. */
const HALF_DATE = 0.5;

/** Milliseconds between render calls from which on they belong to different batches: a device takes several
 * render quanta at a time. */
const BATCH_GAP = 2;

/** Batches on either side that the clocks are compared over: 0.6 s. The median leaves out what a busy machine
 * holds up now and then, and keeps the edge where a device skipped time. */
const NEIGHBOURS = 60;

/** "System time" is in milliseconds since 1970, "context time" in milliseconds since the first render call seen. */
export class ContextClock {
	readonly sampleRate: number;
	readonly #dates: readonly number[];
	readonly #quantumMs: number;
	/** First render call of each batch. */
	readonly #batches: readonly number[] = [];
	/** System time less context time of each batch, as made and smoothed. */
	readonly #offsets: readonly number[];
	readonly #smooth: readonly number[];

	/** @param dates system time of each render call, rounded down */
	constructor(dates: readonly number[], sampleRate: number) {
		this.sampleRate = sampleRate;
		this.#dates = dates;
		this.#quantumMs = (1000 * RENDER_QUANTUM) / sampleRate;
		this.#batches = [...dates.keys()].filter(
			(call) => call === 0 || dates[call]! - dates[call - 1]! >= BATCH_GAP,
		);
		this.#offsets = this.#batches.map((call) => dates[call]! + HALF_DATE - call * this.#quantumMs);
		this.#smooth = this.#offsets.map((_, batch) =>
			median(this.#offsets.slice(Math.max(0, batch - NEIGHBOURS), batch + NEIGHBOURS + 1)),
		);
	}

	/** When a recorded sample left for the device, in context time. */
	contextOf(sample: number): number {
		return (1000 * sample) / this.sampleRate;
	}

	/** When a recorded sample left for the device, in system time. */
	systemOf(sample: number): number {
		const context = this.contextOf(sample);
		return context + this.#smooth[this.#batchBefore((call) => call * this.#quantumMs, context)]!;
	}

	/** System time at which a recorded sample was rendered: less than `systemOf` knows of, up to a batch. */
	renderedAt(sample: number): number {
		const call = Math.min(this.#dates.length - 1, Math.floor(sample / RENDER_QUANTUM));
		return this.#dates[call]! + HALF_DATE;
	}

	/** Context time at a system time. */
	contextAt(system: number): number {
		const batch = this.#batchBefore((call) => this.#dates[call]!, system);
		return system - this.#smooth[batch]!;
	}

	/** Context time of the first render call made after a system time. */
	nextRenderAfter(system: number): number {
		const batch = this.#batchBefore((call) => this.#dates[call]! + HALF_DATE, system);
		const first = this.#batches[batch]!;
		const call = this.#dates[first]! + HALF_DATE >= system ? first : this.#batches[batch + 1];
		return (call ?? this.#dates.length) * this.#quantumMs;
	}

	/** How much later than its neighbours each batch was made, milliseconds. */
	get latenesses(): readonly number[] {
		return this.#offsets.map((offset, batch) => offset - this.#smooth[batch]!);
	}

	/** Milliseconds the device lost, as far as it never made up for them. */
	get lostMs(): number {
		return this.#smooth.at(-1)! - this.#smooth[0]!;
	}

	/** Mean milliseconds of sound the device takes at a time. */
	get batchMs(): number {
		return (this.#dates.length * this.#quantumMs) / this.#batches.length;
	}

	/** Index of the last batch whose first call is at or before `time` by `timeOf`; 0 for times before. */
	#batchBefore(timeOf: (call: number) => number, time: number): number {
		let low = 0;
		let high = this.#batches.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (timeOf(this.#batches[middle]!) <= time) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return Math.max(0, low - 1);
	}
}
