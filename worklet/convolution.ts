// The resampler's sums of products. Two channels at a time where there are two: a coefficient is loaded,
// and interpolated, once for both. Two sums side by side per channel: one alone would wait for each addition
// to end before the next begins. Owner: the audio thread; `convolve` allocates nothing.
import type { SincFilter } from '../src/core/sinc-filter.js';
import type { SourceClock } from './source-clock.js';

export class Convolution {
	readonly #taps: number;
	readonly #rows: Float32Array;
	readonly #clock: SourceClock;

	/** @param clock places the outputs */
	constructor(filter: SincFilter, clock: SourceClock) {
		this.#taps = filter.taps;
		this.#rows = filter.rows;
		this.#clock = clock;
	}

	/** Fills `to[…][offset … offset + count - 1]` from `from`, where the clock has placed the outputs.
	 * @param isExact true when all of them fall on rows */
	convolve(
		from: readonly Float32Array[],
		to: readonly Float32Array[],
		offset: number,
		count: number,
		isExact: boolean,
	): void {
		const paired = to.length & ~1;
		for (let channel = 0; channel < paired; channel += 2) {
			const left = from[channel]!;
			const right = from[channel + 1]!;
			if (isExact) {
				this.#pairOnRows(left, right, to[channel]!, to[channel + 1]!, offset, count);
			} else {
				this.#pairBetweenRows(left, right, to[channel]!, to[channel + 1]!, offset, count);
			}
		}
		if (paired < to.length && isExact) {
			this.#oneOnRows(from[paired]!, to[paired]!, offset, count);
		} else if (paired < to.length) {
			this.#oneBetweenRows(from[paired]!, to[paired]!, offset, count);
		}
	}

	#pairOnRows(
		left: Float32Array,
		right: Float32Array,
		toLeft: Float32Array,
		toRight: Float32Array,
		offset: number,
		count: number,
	): void {
		const taps = this.#taps;
		const coefficients = this.#rows;
		const { starts, rows } = this.#clock;
		for (let i = 0; i < count; i++) {
			const start = starts[i]!;
			const row = rows[i]!;
			let a = 0;
			let b = 0;
			let c = 0;
			let d = 0;
			for (let tap = 0; tap < taps; tap += 2) {
				const even = coefficients[row + tap]!;
				const odd = coefficients[row + tap + 1]!;
				a += even * left[start + tap]!;
				b += odd * left[start + tap + 1]!;
				c += even * right[start + tap]!;
				d += odd * right[start + tap + 1]!;
			}
			toLeft[offset + i] = a + b;
			toRight[offset + i] = c + d;
		}
	}

	#pairBetweenRows(
		left: Float32Array,
		right: Float32Array,
		toLeft: Float32Array,
		toRight: Float32Array,
		offset: number,
		count: number,
	): void {
		const taps = this.#taps;
		const coefficients = this.#rows;
		const { starts, rows, weights } = this.#clock;
		for (let i = 0; i < count; i++) {
			const start = starts[i]!;
			const below = rows[i]!;
			const above = below + taps;
			const weight = weights[i]!;
			let a = 0;
			let b = 0;
			let c = 0;
			let d = 0;
			for (let tap = 0; tap < taps; tap += 2) {
				const evenBelow = coefficients[below + tap]!;
				const oddBelow = coefficients[below + tap + 1]!;
				const even = evenBelow + weight * (coefficients[above + tap]! - evenBelow);
				const odd = oddBelow + weight * (coefficients[above + tap + 1]! - oddBelow);
				a += even * left[start + tap]!;
				b += odd * left[start + tap + 1]!;
				c += even * right[start + tap]!;
				d += odd * right[start + tap + 1]!;
			}
			toLeft[offset + i] = a + b;
			toRight[offset + i] = c + d;
		}
	}

	#oneOnRows(from: Float32Array, to: Float32Array, offset: number, count: number): void {
		const taps = this.#taps;
		const coefficients = this.#rows;
		const { starts, rows } = this.#clock;
		for (let i = 0; i < count; i++) {
			const start = starts[i]!;
			const row = rows[i]!;
			let a = 0;
			let b = 0;
			for (let tap = 0; tap < taps; tap += 2) {
				a += coefficients[row + tap]! * from[start + tap]!;
				b += coefficients[row + tap + 1]! * from[start + tap + 1]!;
			}
			to[offset + i] = a + b;
		}
	}

	#oneBetweenRows(from: Float32Array, to: Float32Array, offset: number, count: number): void {
		const taps = this.#taps;
		const coefficients = this.#rows;
		const { starts, rows, weights } = this.#clock;
		for (let i = 0; i < count; i++) {
			const start = starts[i]!;
			const below = rows[i]!;
			const above = below + taps;
			let a = 0;
			let b = 0;
			let c = 0;
			let d = 0;
			for (let tap = 0; tap < taps; tap += 2) {
				const even = from[start + tap]!;
				const odd = from[start + tap + 1]!;
				a += coefficients[below + tap]! * even;
				b += coefficients[below + tap + 1]! * odd;
				c += coefficients[above + tap]! * even;
				d += coefficients[above + tap + 1]! * odd;
			}
			to[offset + i] = a + b + (c + d - a - b) * weights[i]!;
		}
	}
}
