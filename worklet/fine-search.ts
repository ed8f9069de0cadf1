// The second pass of a lag search: measures places of a window to the sample, and climbs from about right to the
// best nearby. All channels together. Owner: the audio thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';

/** Products of one sum over all channels: beyond it every second, third … sample frame is taken. */
const MOST_PRODUCTS = 1280;
const MOST_ROUGH_PRODUCTS = 320;

/** Steps of a climb to the nearest peak. */
const MOST_STEPS = 12;

/** What even a perfect place lacks in correlation: below it, only the weight counts. */
const LEAST_LACK = 1e-8;

/** What a seam costs, by what it lacks in correlation. 0.5, an amplitude, would not tell a multiple of a tone's
 * period from a better one: what a lag is off by grows in step with it. 1, a power, would make many short
 * jumps of a few long ones: 11.9 a second instead of 10.3 on speech. */
const COST_EXPONENT = 0.6;

/** Mean square below which what is heard of a seam does not matter: -54 dBFS. */
const QUIET = 4e-6;

export class FineSearch {
	/** In full, one plane per channel. */
	readonly template: readonly Float32Array[];
	readonly window: readonly Float32Array[];
	/** Of the place measured last: correlation and cost. */
	readonly measured = new Float64Array(2);
	readonly #reader: RingReader;
	readonly #channels: number;
	/** Sample frames of a climb's first step. */
	readonly #step: number;
	/** Energy of the template in full, and as the rough measure sees it. */
	readonly #templateEnergy = new Float64Array(2);
	/** Sample frames of the template, and of how far it may be moved. */
	#length = 0;
	#span = 0;
	#stride = 1;
	#roughStride = 1;
	/** Weight of offset o: #base + #slope · o. */
	#base = 1;
	#slope = 0;

	/** @param longest sample frames of a template @param widest sample frames that a search may span
	 * @param step sample frames that a place to climb from may be off, about */
	constructor(reader: RingReader, longest: number, widest: number, step: number) {
		const { channels } = reader.layout;
		this.#reader = reader;
		this.#channels = channels;
		this.#step = Math.max(1, step);
		const planes = (length: number): readonly Float32Array[] =>
			Array.from({ length: channels }, () => new Float32Array(length));
		this.template = planes(longest);
		this.window = planes(longest + widest);
	}

	/** True when the template is so low that any place will do. */
	get isQuiet(): boolean {
		return this.#templateEnergy[0]! <= QUIET * this.#products(this.#stride);
	}

	/** The template is `length` sample frames from ring index `index` on. */
	loadFromRing(index: number, length: number): void {
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#reader.copy(channel, index, this.template[channel]!, 0, length);
		}
		this.#prepare(length);
	}

	/** The template is the first `length` sample frames of `planes`. */
	load(planes: readonly Float32Array[], length: number): void {
		for (let channel = 0; channel < this.#channels; channel++) {
			const from = planes[channel]!;
			const to = this.template[channel]!;
			for (let i = 0; i < length; i++) {
				to[i] = from[i]!;
			}
		}
		this.#prepare(length);
	}

	/** The window is `span` and the template's length from ring index `index` on. The weight of a place is `base`
	 * + `slope` · offset. */
	open(index: number, span: number, base: number, slope: number): void {
		this.#span = span;
		this.#base = base;
		this.#slope = slope;
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#reader.copy(channel, index, this.window[channel]!, 0, span + this.#length);
		}
	}

	/** From `offset` to the nearest place that costs less than its neighbours, as the rough measure or the full
	 * one tells. @returns it; its cost is what was measured last. */
	climb(offset: number, isRough: boolean): number {
		const stride = isRough ? this.#roughStride : this.#stride;
		let step = this.#step;
		let best = offset;
		this.#measure(best, stride);
		let least = this.measured[1]!;
		let side = 1;
		let misses = 0;
		for (let tries = 0; tries < MOST_STEPS && step > 0; tries++) {
			const next = best + side * step;
			this.measured[1] = Infinity;
			if (next >= 0 && next <= this.#span) {
				this.#measure(next, stride);
			}
			if (this.measured[1] < least) {
				least = this.measured[1];
				best = next;
				// On in the same direction; what lies behind has been measured.
				misses = 1;
			} else {
				side = -side;
				misses++;
				step = misses >= 2 ? step >> 1 : step;
				misses = misses >= 2 ? 0 : misses;
			}
		}
		this.measured[1] = least;
		return best;
	}

	/** Correlation and cost at `offset` in full: into `measured`. */
	measure(offset: number): void {
		this.#measure(offset, this.#stride);
	}

	#prepare(length: number): void {
		this.#length = length;
		this.#stride = 1 + (((length * this.#channels) / MOST_PRODUCTS) | 0);
		this.#roughStride = 1 + (((length * this.#channels) / MOST_ROUGH_PRODUCTS) | 0);
		this.#sumTemplate(this.#stride, 0);
		this.#sumTemplate(this.#roughStride, 1);
	}

	#products(stride: number): number {
		return (((this.#length + stride - 1) / stride) | 0) * this.#channels;
	}

	#sumTemplate(stride: number, slot: number): void {
		let sum = 0;
		for (let channel = 0; channel < this.#channels; channel++) {
			const template = this.template[channel]!;
			for (let i = 0; i < this.#length; i += stride) {
				sum += template[i]! * template[i]!;
			}
		}
		this.#templateEnergy[slot] = sum;
	}

	#measure(offset: number, stride: number): void {
		let ab = 0;
		let bb = 0;
		for (let channel = 0; channel < this.#channels; channel++) {
			const template = this.template[channel]!;
			const window = this.window[channel]!;
			for (let i = 0; i < this.#length; i += stride) {
				const value = window[offset + i]!;
				ab += template[i]! * value;
				bb += value * value;
			}
		}
		const aa = this.#templateEnergy[stride === this.#stride ? 0 : 1]!;
		const power = Math.sqrt(aa * bb);
		const correlation = power > 0 ? ab / power : aa === bb ? 1 : 0;
		this.measured[0] = correlation;
		this.measured[1] =
			Math.pow(Math.max(0, 1 - correlation) + LEAST_LACK, COST_EXPONENT) /
			(this.#base + this.#slope * offset);
	}
}
