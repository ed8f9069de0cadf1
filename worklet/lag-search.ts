// Finds the place in the ring that goes on like a given template: the landing of a jump of the read position.
// Similarity is the normalised cross-correlation of all channels together, so that one lag serves them all
// and their phases stay. First on signals of about 6 kHz, then ever finer around the best places: the work is
// bounded at any rate and channel count. Owner: the audio thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';
import { CoarseSearch } from './coarse-search.js';

/** Places of the first pass that are looked at more closely, and of those, the ones looked at in full.
 * A tone of 1 kHz has 22 places in 22 ms, of which one or two fit to a hundredth of a sample. */
const MOST_PEAKS = 32;
const MOST_FINALISTS = 3;

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

export class LagSearch {
	readonly #reader: RingReader;
	readonly #channels: number;
	readonly #coarse: CoarseSearch;
	readonly #template: readonly Float32Array[];
	readonly #window: readonly Float32Array[];
	/** Best first: offsets, and what they cost. */
	readonly #finalists = new Int32Array(MOST_FINALISTS);
	readonly #costs = new Float64Array(MOST_FINALISTS);
	/** Of the place measured last: correlation and cost. */
	readonly #measured = new Float64Array(2);
	/** Energy of the template in full, and as the rough measure sees it. */
	readonly #templateEnergy = new Float64Array(2);
	#length = 0;
	#span = 0;
	#stride = 1;
	#roughStride = 1;
	#correlation = 0;
	/** Weight of offset o: #base + #slope · o. */
	#base = 1;
	#slope = 0;

	/** @param longest sample frames of a template @param widest sample frames that a search may span */
	constructor(reader: RingReader, longest: number, widest: number) {
		const { channels, sampleRate } = reader.layout;
		this.#reader = reader;
		this.#channels = channels;
		this.#coarse = new CoarseSearch(channels, sampleRate, longest, widest);
		const planes = (length: number): readonly Float32Array[] =>
			Array.from({ length: channels }, () => new Float32Array(length));
		this.#template = planes(longest);
		this.#window = planes(longest + widest);
	}

	/** Of the place found last, percent; 0 when it opposes the template. */
	get correlation(): number {
		return this.#correlation;
	}

	/** True when the template is so low that any place will do. */
	get isQuiet(): boolean {
		return this.#templateEnergy[0]! <= QUIET * this.#products(this.#stride);
	}

	/** The template is `length` sample frames from ring index `index` on. */
	loadFromRing(index: number, length: number): void {
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#reader.copy(channel, index, this.#template[channel]!, 0, length);
		}
		this.#prepare(length);
	}

	/** The template is the first `length` sample frames of `planes`. */
	load(planes: readonly Float32Array[], length: number): void {
		for (let channel = 0; channel < this.#channels; channel++) {
			const from = planes[channel]!;
			const to = this.#template[channel]!;
			for (let i = 0; i < length; i++) {
				to[i] = from[i]!;
			}
		}
		this.#prepare(length);
	}

	/** Finds the best offset in 0 … span at which the template may begin, counted from ring index `index`;
	 * the ring must hold `span` + the template's length from there on. What a place costs grows with
	 * what it lacks in correlation, and falls with its weight `base` + `slope` · offset, which must be
	 * above 0. */
	find(index: number, span: number, base: number, slope: number): number {
		this.#span = span;
		this.#base = base;
		this.#slope = slope;
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#reader.copy(channel, index, this.#window[channel]!, 0, span + this.#length);
		}
		this.#coarse.scan(this.#window, span);
		this.#choosePeaks();
		const best = this.#chooseFinalist();
		this.#measure(best, this.#stride);
		this.#correlation = Math.max(0, (100 * this.#measured[0]! + 1e-6) | 0);
		return best;
	}

	/** Offset of the quietest place of the last search. */
	quietest(): number {
		return this.#coarse.quietest();
	}

	#prepare(length: number): void {
		this.#length = length;
		this.#stride = 1 + (((length * this.#channels) / MOST_PRODUCTS) | 0);
		this.#roughStride = 1 + (((length * this.#channels) / MOST_ROUGH_PRODUCTS) | 0);
		this.#coarse.load(this.#template, length);
		this.#sumTemplate(this.#stride, 0);
		this.#sumTemplate(this.#roughStride, 1);
	}

	#products(stride: number): number {
		return (((this.#length + stride - 1) / stride) | 0) * this.#channels;
	}

	#sumTemplate(stride: number, slot: number): void {
		let sum = 0;
		for (let channel = 0; channel < this.#channels; channel++) {
			const template = this.#template[channel]!;
			for (let i = 0; i < this.#length; i += stride) {
				sum += template[i]! * template[i]!;
			}
		}
		this.#templateEnergy[slot] = sum;
	}

	/** Measures the peaks of the first pass roughly, and keeps those that cost least. */
	#choosePeaks(): void {
		this.#costs.fill(Infinity);
		this.#finalists.fill(0);
		let peak = this.#coarse.peakFrom(0);
		for (let looked = 0; looked < MOST_PEAKS && peak >= 0; looked++) {
			this.#keep(this.#climb(this.#coarse.peakOffset(peak), this.#roughStride));
			peak = this.#coarse.peakFrom(peak + 1);
		}
	}

	/** Enters `offset`, at the cost measured last, among the finalists if it is one of the best. */
	#keep(offset: number): void {
		const cost = this.#measured[1]!;
		let rank = MOST_FINALISTS;
		for (; rank > 0 && cost < this.#costs[rank - 1]!; rank--) {
			if (rank < MOST_FINALISTS) {
				this.#costs[rank] = this.#costs[rank - 1]!;
				this.#finalists[rank] = this.#finalists[rank - 1]!;
			}
		}
		if (rank < MOST_FINALISTS) {
			this.#costs[rank] = cost;
			this.#finalists[rank] = offset;
		}
	}

	/** Measures the finalists in full. @returns the best offset */
	#chooseFinalist(): number {
		let best = 0;
		let least = Infinity;
		for (let i = 0; i < MOST_FINALISTS; i++) {
			if (this.#costs[i]! < Infinity) {
				const offset = this.#climb(this.#finalists[i]!, this.#stride);
				if (this.#measured[1]! < least) {
					least = this.#measured[1]!;
					best = offset;
				}
			}
		}
		return best;
	}

	/** From `offset` to the nearest place that costs less than its neighbours. @returns it; its cost is
	 * what was measured last. */
	#climb(offset: number, stride: number): number {
		let step = Math.max(1, this.#coarse.decimation >> 3);
		let best = offset;
		this.#measure(best, stride);
		let least = this.#measured[1]!;
		let side = 1;
		let misses = 0;
		for (let tries = 0; tries < MOST_STEPS && step > 0; tries++) {
			const next = best + side * step;
			this.#measured[1] = Infinity;
			if (next >= 0 && next <= this.#span) {
				this.#measure(next, stride);
			}
			if (this.#measured[1] < least) {
				least = this.#measured[1];
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
		this.#measured[1] = least;
		return best;
	}

	/** Correlation and cost at `offset`. */
	#measure(offset: number, stride: number): void {
		let ab = 0;
		let bb = 0;
		for (let channel = 0; channel < this.#channels; channel++) {
			const template = this.#template[channel]!;
			const window = this.#window[channel]!;
			for (let i = 0; i < this.#length; i += stride) {
				const value = window[offset + i]!;
				ab += template[i]! * value;
				bb += value * value;
			}
		}
		const aa = this.#templateEnergy[stride === this.#stride ? 0 : 1]!;
		const power = Math.sqrt(aa * bb);
		const correlation = power > 0 ? ab / power : aa === bb ? 1 : 0;
		this.#measured[0] = correlation;
		this.#measured[1] =
			Math.pow(Math.max(0, 1 - correlation) + LEAST_LACK, COST_EXPONENT) /
			(this.#base + this.#slope * offset);
	}
}
