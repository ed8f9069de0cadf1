// What drives the predictor of concealment: the last period again and again where sound repeats, stretches of
// the recent past, begun anywhere, where it is noise, and both in between. Tells places in the past, the same
// for all channels. Owner: the audio thread; allocates in its constructor only.
import { PeriodFinder } from './period-finder.js';

/** Similarity of one period to the next below which the excitation is all noise, and above which it is all
 * periodic. By distance alone the excitation would be all periodic; noise, which has 0.25 to 0.3 by chance,
 * would then buzz. */
const NOISE_BELOW = 0.1;
const PERIODIC_ABOVE = 0.5;

/** Seconds of a stretch of noise; the next begins anywhere else. */
const NOISE_SECONDS = 0.006;

export class Excitation {
	/** Of each sample frame located last: its places in the past, by index. */
	readonly periodicAt: Int32Array;
	readonly noiseAt: Int32Array;
	/** Weights of the periodic and of the noise excitation; their powers add up to 1, or they are 0 when there
	 * is no excitation. */
	readonly weights = new Float64Array(2);
	readonly #mostNoiseFrames: number;
	readonly #period: PeriodFinder;
	/** Index at which the past ends, and how much of it may be used, sample frames. */
	#end = 0;
	#usable = 0;
	/** Sample frames; 0 when there is no excitation. */
	#lag = 0;
	#phase = 0;
	#noiseFrames = 0;
	#noiseLeft = 0;
	#noisePlace = 0;
	#seed = 0;

	/** @param sampleRate Hz @param block most sample frames located at a time */
	constructor(sampleRate: number, block: number) {
		this.#mostNoiseFrames = Math.ceil(NOISE_SECONDS * sampleRate);
		this.#period = new PeriodFinder(sampleRate);
		this.periodicAt = new Int32Array(block);
		this.noiseAt = new Int32Array(block);
	}

	/** Sample frames of the past it wants at most. */
	get frames(): number {
		return this.#period.frames;
	}

	/** Looks for it in the `usable` sample frames before index `end` of both signals. */
	find(even: Float64Array, odd: Float64Array, end: number, usable: number): void {
		this.#period.search(even, odd, end, usable);
		this.#end = end;
		this.#usable = usable;
		this.#lag = this.#period.lag;
		this.#phase = 0;
		this.#noiseFrames = Math.min(this.#mostNoiseFrames, usable >> 1);
		this.#noiseLeft = 0;
		this.#seed = 1;
		const similarity = this.#period.strength[0]!;
		const place = (similarity - NOISE_BELOW) / (PERIODIC_ABOVE - NOISE_BELOW);
		const periodic = Math.min(1, Math.max(0, place));
		this.weights[0] = this.#lag > 0 ? Math.sqrt(periodic) : 0;
		this.weights[1] = this.#lag > 0 ? Math.sqrt(1 - periodic) : 0;
	}

	/** Enters the places of the next `count` sample frames in `periodicAt` and `noiseAt`. */
	locate(count: number): void {
		if (this.#lag === 0) {
			return;
		}
		const end = this.#end;
		const choices = this.#usable - this.#noiseFrames;
		for (let i = 0; i < count; i++) {
			this.periodicAt[i] = end - this.#lag + this.#phase;
			this.#phase = this.#phase + 1 < this.#lag ? this.#phase + 1 : 0;
			if (this.#noiseLeft === 0) {
				// Numerical Recipes' "quick and dirty" generator; its high bits are good enough.
				this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0;
				this.#noisePlace = end - this.#noiseFrames - ((this.#seed >>> 8) % choices);
				this.#noiseLeft = this.#noiseFrames;
			}
			this.noiseAt[i] = this.#noisePlace++;
			this.#noiseLeft--;
		}
	}
}
