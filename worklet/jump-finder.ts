// Where a jump of the read position may land so that it is not heard, and whether it may be made at all.
// Owner: the audio thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';
import { LagSearch } from './lag-search.js';

/** How far a stretch jumps, seconds: from the period of a child's voice to more than twice that of a man's.
 * `bench:stretch`, mean distance of speech / music at 48 kHz in dB, crossfade 10 ms, cost exponent 1: at
 * most 15 ms 0.61 / 1.10, 20 ms 0.59 / 0.95, 25 ms 0.58 / 0.80, 30 ms 0.57 / 0.75; 35 ms did speech no more
 * good. */
const SHORTEST_LAG = 0.0025;
const LONGEST_LAG = 0.03;

/** A skip, and a return from other sound, may land this far from where it was told to, seconds. */
const LANDING_REACH = 0.01;

/** Landings below this correlation, percent, are no better than the quietest. */
const LANDING_CORRELATION = 50;

/** An onset: the energy of a block is this many times that of each of the blocks before it. Those span the
 * period of the lowest male voice (12 ms), whose pulses are not onsets. Without this rule the distance of
 * speech grew by 0.04 to 0.05 dB. */
const ONSET_RATIO = 2;
const ONSET_BLOCK_SECONDS = 0.005;
const ONSET_BLOCKS_BEFORE = 3;

/** Energy per sample below which nothing counts as an onset: -54 dBFS. */
const ONSET_FLOOR = 4e-6;

/** Samples that an energy is taken from, at most; of more, every second, third … */
const MOST_ONSET_SAMPLES = 512;

export class JumpFinder {
	/** Sample frames. */
	readonly shortestLag: number;
	readonly longestLag: number;
	/** How far from its target a landing may be, sample frames. */
	readonly reach: number;
	readonly #reader: RingReader;
	readonly #search: LagSearch;
	readonly #block: number;
	readonly #energies = new Float64Array(ONSET_BLOCKS_BEFORE);

	/** @param longest sample frames of a crossfade */
	constructor(reader: RingReader, longest: number) {
		const { sampleRate } = reader.layout;
		this.#reader = reader;
		this.shortestLag = Math.ceil(SHORTEST_LAG * sampleRate);
		this.longestLag = Math.ceil(LONGEST_LAG * sampleRate);
		this.reach = Math.ceil(LANDING_REACH * sampleRate);
		this.#block = Math.ceil(ONSET_BLOCK_SECONDS * sampleRate);
		this.#search = new LagSearch(reader, longest, Math.max(this.longestLag, 2 * this.reach));
	}

	/** Lag of the best jump ahead from ring index `from`, crossfaded over `length`, at most `most`; 0 when there
	 * is none as good as `leastCorrelation` percent. The ring holds `most` + `length` from there on, and
	 * `history` before. @param most at most `longestLag` */
	ahead(
		from: number,
		length: number,
		most: number,
		history: number,
		leastCorrelation: number,
	): number {
		const shortest = this.shortestLag;
		if (most < shortest) {
			return 0;
		}
		this.#search.loadFromRing(from, length);
		// Weighted by the lag: what counts is the harm done per second removed.
		const lag = shortest + this.#search.find((from + shortest) >>> 0, most - shortest, shortest, 1);
		return this.#isAlike(from, lag + length, history, leastCorrelation) ? lag : 0;
	}

	/** Lag of the best jump back, likewise. `before` sample frames before the crossfade are to be alike as
	 * well. The ring holds `length` from `from` on and `history` before it. */
	back(
		from: number,
		length: number,
		before: number,
		most: number,
		history: number,
		leastCorrelation: number,
	): number {
		const longest = Math.min(most, history - before);
		if (longest < this.shortestLag) {
			return 0;
		}
		const template = (from - before) >>> 0;
		this.#search.loadFromRing(template, before + length);
		const span = longest - this.shortestLag;
		const lag = longest - this.#search.find((template - longest) >>> 0, span, longest, -1);
		const start = (from - lag) >>> 0;
		return this.#isAlike(start, lag + length, history - lag, leastCorrelation) ? lag : 0;
	}

	/** Offset, 0 to `span` (at most twice `reach`), from ring index `first` at which the sound goes on like
	 * `outgoing`, or else is quiet. The ring holds `span` + `length` from there on. */
	landing(outgoing: readonly Float32Array[], length: number, first: number, span: number): number {
		this.#search.load(outgoing, length);
		const best = this.#search.find(first, span, 1, 0);
		return this.#search.correlation >= LANDING_CORRELATION ? best : this.#search.quietest();
	}

	/** True when the jump found last may be made, whose seam takes `length` from ring index `start` on. */
	#isAlike(start: number, length: number, history: number, leastCorrelation: number): boolean {
		if (leastCorrelation === 0) {
			return true;
		}
		const isAlike = this.#search.isQuiet || this.#search.correlation >= leastCorrelation;
		return isAlike && !this.#hasOnset(start, length, history);
	}

	/** True when sound sets on within `length` sample frames from ring index `start` on, judged by at most
	 * `history` before it. */
	#hasOnset(start: number, length: number, history: number): boolean {
		const before = Math.min(ONSET_BLOCKS_BEFORE, (history / this.#block) | 0);
		const blocks = before + ((length / this.#block) | 0);
		const floor = ONSET_FLOOR * this.#reader.layout.channels * this.#block;
		for (let block = 0; block < blocks; block++) {
			let highest = floor;
			for (let slot = 0; slot < ONSET_BLOCKS_BEFORE && slot < block; slot++) {
				highest = Math.max(highest, this.#energies[slot]!);
			}
			const slot = block % ONSET_BLOCKS_BEFORE;
			this.#noteEnergy(start + (block - before) * this.#block, slot);
			const isJudged = block > 0 && block >= before;
			if (isJudged && this.#energies[slot]! > ONSET_RATIO * highest) {
				return true;
			}
		}
		return false;
	}

	/** Energy of the block at ring index `index`. */
	#noteEnergy(index: number, slot: number): void {
		const { channels } = this.#reader.layout;
		const stride = 1 + (((this.#block * channels) / MOST_ONSET_SAMPLES) | 0);
		let sum = 0;
		for (let channel = 0; channel < channels; channel++) {
			for (let i = 0; i < this.#block; i += stride) {
				const value = this.#reader.sample(channel, index + i);
				sum += value * value;
			}
		}
		this.#energies[slot] = sum * stride;
	}
}
