// Finds the place in the ring that goes on like a given template: the landing of a jump of the read position.
// Similarity is the normalised cross-correlation of all channels together, so that one lag serves them all
// and their phases stay. First on signals of about 6 kHz, then ever finer around the best places: the work is
// bounded at any rate and channel count. Owner: the audio thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';

/** Hz of the first pass, about. */
const COARSE_RATE = 6_000;

/** Places of the first pass that are looked at more closely, and of those, the ones looked at in full.
 * A tone of 1 kHz has 22 places in 22 ms, of which one or two fit to a hundredth of a sample. */
const MOST_PEAKS = 32;
const MOST_FINALISTS = 3;

/** A peak this far below the highest is not looked at again. */
const PEAK_MARGIN = 0.2;

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
	/** Sample frames per one of the first pass. */
	readonly #decimation: number;
	readonly #template: readonly Float32Array[];
	readonly #window: readonly Float32Array[];
	readonly #coarseTemplate: readonly Float32Array[];
	readonly #coarseWindow: readonly Float32Array[];
	/** By place of the first pass: correlation, and energy under the template. */
	readonly #scores: Float64Array;
	readonly #energies: Float64Array;
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
	/** Places of the first pass. */
	#places = 0;
	#correlation = 0;
	/** Weight of offset o: #base + #slope · o. */
	#base = 1;
	#slope = 0;

	/** @param longest sample frames of a template @param widest sample frames that a search may span */
	constructor(reader: RingReader, longest: number, widest: number) {
		const { channels, sampleRate } = reader.layout;
		this.#reader = reader;
		this.#channels = channels;
		this.#decimation = Math.max(1, Math.round(sampleRate / COARSE_RATE));
		const planes = (length: number): readonly Float32Array[] =>
			Array.from({ length: channels }, () => new Float32Array(length));
		this.#template = planes(longest);
		this.#window = planes(longest + widest);
		this.#coarseTemplate = planes(Math.ceil(longest / this.#decimation));
		this.#coarseWindow = planes(Math.ceil((longest + widest) / this.#decimation));
		const places = Math.ceil(widest / this.#decimation) + 2;
		this.#scores = new Float64Array(places);
		this.#energies = new Float64Array(places);
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
			this.#decimate(this.#window[channel]!, span + this.#length, this.#coarseWindow[channel]!);
		}
		this.#scan();
		this.#choosePeaks();
		const best = this.#chooseFinalist();
		this.#measure(best, this.#stride);
		this.#correlation = Math.max(0, (100 * this.#measured[0]! + 1e-6) | 0);
		return best;
	}

	/** Offset of the quietest place of the last search. */
	quietest(): number {
		let best = 0;
		for (let place = 1; place < this.#places; place++) {
			if (this.#energies[place]! < this.#energies[best]!) {
				best = place;
			}
		}
		return Math.min(this.#span, best * this.#decimation);
	}

	#prepare(length: number): void {
		this.#length = length;
		this.#stride = 1 + (((length * this.#channels) / MOST_PRODUCTS) | 0);
		this.#roughStride = 1 + (((length * this.#channels) / MOST_ROUGH_PRODUCTS) | 0);
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#decimate(this.#template[channel]!, length, this.#coarseTemplate[channel]!);
		}
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

	/** Sums over #decimation sample frames each, at high rates of every second, fourth …: enough of a low-pass
	 * for a first look. */
	#decimate(from: Float32Array, length: number, to: Float32Array): void {
		const decimation = this.#decimation;
		const step = Math.max(1, decimation >> 3);
		const count = (length / decimation) | 0;
		for (let i = 0, start = 0; i < count; i++, start += decimation) {
			let sum = 0;
			for (let j = 0; j < decimation; j += step) {
				sum += from[start + j]!;
			}
			to[i] = sum;
		}
	}

	/** Correlation at every place of the first pass. */
	#scan(): void {
		const length = (this.#length / this.#decimation) | 0;
		this.#places = (((this.#span + this.#length) / this.#decimation) | 0) - length + 1;
		this.#scores.fill(0, 0, this.#places);
		this.#energies.fill(0, 0, this.#places);
		let templateEnergy = 0;
		for (let channel = 0; channel < this.#channels; channel++) {
			const template = this.#coarseTemplate[channel]!;
			for (let i = 0; i < length; i++) {
				templateEnergy += template[i]! * template[i]!;
			}
			this.#scanChannel(template, this.#coarseWindow[channel]!, length);
		}
		for (let place = 0; place < this.#places; place++) {
			const power = Math.sqrt(templateEnergy * this.#energies[place]!);
			this.#scores[place] = power > 0 ? this.#scores[place]! / power : 0;
		}
	}

	#scanChannel(template: Float32Array, window: Float32Array, length: number): void {
		let energy = 0;
		for (let i = 0; i < length - 1; i++) {
			energy += window[i]! * window[i]!;
		}
		for (let place = 0; place < this.#places; place++) {
			const entering = window[place + length - 1]!;
			energy += entering * entering;
			let sum = 0;
			for (let i = 0; i < length; i++) {
				sum += template[i]! * window[place + i]!;
			}
			this.#scores[place] = this.#scores[place]! + sum;
			this.#energies[place] = this.#energies[place]! + Math.max(0, energy);
			energy -= window[place]! * window[place]!;
		}
	}

	/** Measures the peaks of the first pass roughly, and keeps those that cost least. */
	#choosePeaks(): void {
		const places = this.#places;
		const scores = this.#scores;
		this.#costs.fill(Infinity);
		this.#finalists.fill(0);
		let highest = 0;
		for (let place = 0; place < places; place++) {
			highest = Math.max(highest, scores[place]!);
		}
		let looked = 0;
		for (let place = 0; place < places && looked < MOST_PEAKS; place++) {
			const here = scores[place]!;
			const left = place > 0 ? scores[place - 1]! : -1;
			const right = place + 1 < places ? scores[place + 1]! : -1;
			if (here >= left && here > right && here >= highest - PEAK_MARGIN) {
				const bend = left - 2 * here + right;
				const shift = place > 0 && place + 1 < places ? (0.5 * (left - right)) / bend : 0;
				const offset = ((place + shift) * this.#decimation + 0.5) | 0;
				this.#keep(this.#climb(Math.min(this.#span, offset), this.#roughStride));
				looked++;
			}
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
		let step = Math.max(1, this.#decimation >> 3);
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
