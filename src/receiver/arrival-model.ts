// How late media arrives: x = arrival time - media time, above its own minimum over the last 4 s (the base:
// what the network does at its fastest, sender and receiver clocks included). Reads no clock.

/** Seconds the base is the minimum of. Long beside a burst, short beside clock drift (0.1 ms at 30 ppm). */
const BASE_WINDOW = 4;

/** Delays the quantile is taken of: 10 s of 20 ms frames. */
const HISTORY = 512;

/** Seconds the greatest delay is looked for in. */
const GREATEST_WINDOW = 1;

/** Seconds from one drift sample (a minimum) to the next, and how many are kept. */
const DRIFT_INTERVAL = 1;
const DRIFT_SAMPLES = 120;

/** Drift samples before the slope means anything: below it, 1 ms of jitter is over 100 ppm. */
const DRIFT_MIN_SAMPLES = 10;

interface Offset {
	/** Seconds, arrival clock. */
	readonly at: number;
	/** Seconds, arrival less media time. */
	readonly value: number;
}

export class ArrivalModel {
	/** Rising offsets of the last BASE_WINDOW: the first is their minimum. */
	#base: Offset[] = [];
	/** The last HISTORY arrival delays. */
	#delays: Offset[] = [];
	/** Minimum offset of each DRIFT_INTERVAL. */
	#minima: Offset[] = [];
	#driftPpm = 0;
	#interval: Offset | null = null;

	/** @param arrival seconds, any monotonic clock @param mediaTime seconds, of the last sample that came */
	observe(arrival: number, mediaTime: number): void {
		const offset: Offset = { at: arrival, value: arrival - mediaTime };
		while (this.#base.length > 0 && this.#base.at(-1)!.value >= offset.value) {
			this.#base.pop();
		}
		this.#base.push(offset);
		while (this.#base[0]!.at < arrival - BASE_WINDOW) {
			this.#base.shift();
		}
		const delay = offset.value - this.#base[0]!.value;
		this.#delays.push({ at: arrival, value: delay });
		if (this.#delays.length > HISTORY) {
			this.#delays.shift();
		}
		this.#noteMinimum(offset);
	}

	/** Greatest arrival delay of the second before the last arrival, seconds. */
	get greatest(): number {
		const since = (this.#delays.at(-1)?.at ?? 0) - GREATEST_WINDOW;
		return this.#delays.reduce(
			(most, { at, value }) => (at < since ? most : Math.max(most, value)),
			0,
		);
	}

	/** 95 % of late arrivals were at most this late, seconds. */
	get p95(): number {
		const sorted = this.#delays.map(({ value }) => value).sort((a, b) => a - b);
		return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
	}

	/** Sender's clock against this one, ppm, positive when the sender is fast; 0 while too little is known. */
	get driftPpm(): number {
		return this.#driftPpm;
	}

	/** A new connection or sender: offsets before it do not compare. */
	restart(): void {
		this.#base = [];
		this.#minima = [];
		this.#interval = null;
	}

	#noteMinimum(offset: Offset): void {
		if (this.#interval === null || offset.value < this.#interval.value) {
			this.#interval = offset;
		}
		const first = this.#minima.at(-1)?.at ?? this.#interval.at;
		if (offset.at - first >= DRIFT_INTERVAL) {
			this.#minima.push(this.#interval);
			this.#interval = null;
			if (this.#minima.length > DRIFT_SAMPLES) {
				this.#minima.shift();
			}
			if (this.#minima.length >= DRIFT_MIN_SAMPLES) {
				this.#driftPpm = -medianSlope(this.#minima) * 1e6;
			}
		}
	}
}

/** Theil-Sen: the median of the slopes of all pairs, which jitter reaches least. */
function medianSlope(points: readonly Offset[]): number {
	const slopes = points.flatMap((a, i) =>
		points.slice(i + 1).map((b) => (b.value - a.value) / (b.at - a.at)),
	);
	slopes.sort((a, b) => a - b);
	return slopes[slopes.length >> 1]!;
}
