// A soft echo that changes sides with each return, and is darker each time.

/** Part of the sound that comes back, and part of that which comes back again. */
const WET = 0.22;
const FEEDBACK = 0.35;

/** Where the one-pole low-pass on the way back begins, Hz. */
const CUTOFF = 2500;

/** Adds its echo to two channels. */
export class StereoEcho {
	readonly #left: Float64Array;
	readonly #right: Float64Array;
	readonly #brightness: number;
	#index = 0;
	#darkLeft = 0;
	#darkRight = 0;

	/** @param delay until the sound returns, seconds. */
	constructor(delay: number, sampleRate: number) {
		const delayFrames = Math.max(1, Math.round(delay * sampleRate));
		this.#brightness = 1 - Math.exp((-2 * Math.PI * CUTOFF) / sampleRate);
		this.#left = new Float64Array(delayFrames);
		this.#right = new Float64Array(delayFrames);
	}

	/** Adds the echo in place. */
	process(left: Float64Array, right: Float64Array): void {
		for (let i = 0; i < left.length; i++) {
			const slot = this.#index;
			this.#darkLeft += this.#brightness * (this.#left[slot]! - this.#darkLeft);
			this.#darkRight += this.#brightness * (this.#right[slot]! - this.#darkRight);
			this.#left[slot] = right[i]! + FEEDBACK * this.#darkRight;
			this.#right[slot] = left[i]! + FEEDBACK * this.#darkLeft;
			left[i]! += WET * this.#darkLeft;
			right[i]! += WET * this.#darkRight;
			this.#index = (slot + 1) % this.#left.length;
		}
	}
}
