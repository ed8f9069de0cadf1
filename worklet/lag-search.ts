// Finds the place in the ring that goes on like a given template: the landing of a jump of the read position.
// Similarity is the normalised cross-correlation of all channels together, so that one lag serves them all
// and their phases stay. First on signals of about 6 kHz, then ever finer around the best places: the work is
// bounded at any rate and channel count. Owner: the audio thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';
import { CoarseSearch } from './coarse-search.js';
import { FineSearch } from './fine-search.js';

/** Places of the first pass that are looked at more closely, and of those, the ones looked at in full.
 * A tone of 1 kHz has 22 places in 22 ms, of which one or two fit to a hundredth of a sample. */
const MOST_PEAKS = 32;
const MOST_FINALISTS = 3;

export class LagSearch {
	readonly #coarse: CoarseSearch;
	readonly #fine: FineSearch;
	/** Best first: offsets, and what they cost. */
	readonly #finalists = new Int32Array(MOST_FINALISTS);
	readonly #costs = new Float64Array(MOST_FINALISTS);
	#correlation = 0;

	/** @param longest sample frames of a template @param widest sample frames that a search may span */
	constructor(reader: RingReader, longest: number, widest: number) {
		const { channels, sampleRate } = reader.layout;
		this.#coarse = new CoarseSearch(channels, sampleRate, longest, widest);
		this.#fine = new FineSearch(reader, longest, widest, this.#coarse.decimation >> 3);
	}

	/** Of the place found last, percent; 0 when it opposes the template. */
	get correlation(): number {
		return this.#correlation;
	}

	/** True when the template is so low that any place will do. */
	get isQuiet(): boolean {
		return this.#fine.isQuiet;
	}

	/** The template is `length` sample frames from ring index `index` on. */
	loadFromRing(index: number, length: number): void {
		this.#fine.loadFromRing(index, length);
		this.#coarse.load(this.#fine.template, length);
	}

	/** The template is the first `length` sample frames of `planes`. */
	load(planes: readonly Float32Array[], length: number): void {
		this.#fine.load(planes, length);
		this.#coarse.load(planes, length);
	}

	/** Finds the best offset in 0 … span at which the template may begin, counted from ring index `index`;
	 * the ring must hold `span` + the template's length from there on. What a place costs grows with
	 * what it lacks in correlation, and falls with its weight `base` + `slope` · offset, which must be
	 * above 0. */
	find(index: number, span: number, base: number, slope: number): number {
		this.#fine.open(index, span, base, slope);
		this.#coarse.scan(this.#fine.window, span);
		this.#choosePeaks();
		const best = this.#chooseFinalist();
		this.#fine.measure(best);
		this.#correlation = Math.max(0, (100 * this.#fine.measured[0]! + 1e-6) | 0);
		return best;
	}

	/** Offset of the quietest place of the last search. */
	quietest(): number {
		return this.#coarse.quietest();
	}

	/** Measures the peaks of the first pass roughly, and keeps those that cost least. */
	#choosePeaks(): void {
		this.#costs.fill(Infinity);
		this.#finalists.fill(0);
		let peak = this.#coarse.peakFrom(0);
		for (let looked = 0; looked < MOST_PEAKS && peak >= 0; looked++) {
			this.#keep(this.#fine.climb(this.#coarse.peakOffset(peak), true));
			peak = this.#coarse.peakFrom(peak + 1);
		}
	}

	/** Enters `offset`, at the cost measured last, among the finalists if it is one of the best. */
	#keep(offset: number): void {
		const cost = this.#fine.measured[1]!;
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
				const offset = this.#fine.climb(this.#finalists[i]!, false);
				if (this.#fine.measured[1]! < least) {
					least = this.#fine.measured[1]!;
					best = offset;
				}
			}
		}
		return best;
	}
}
