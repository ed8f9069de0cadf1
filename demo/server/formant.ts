// One resonance of a throat: a two-pole filter whose frequency glides.

/** Hz, and seconds. */
const WIDTH = 90;
const GLIDE = 0.03;

export class Formant {
	readonly #sampleRate: number;
	readonly #radius: number;
	#frequency: number;
	#last = 0;
	#beforeLast = 0;

	/** @param frequency Hz, at first */
	constructor(frequency: number, sampleRate: number) {
		this.#frequency = frequency;
		this.#sampleRate = sampleRate;
		this.#radius = Math.exp((-Math.PI * WIDTH) / sampleRate);
	}

	/** @param frequency Hz, to glide to */
	next(input: number, frequency: number): number {
		this.#frequency += (frequency - this.#frequency) / (GLIDE * this.#sampleRate);
		const r = this.#radius;
		const turn = 2 * Math.cos((2 * Math.PI * this.#frequency) / this.#sampleRate);
		const output = (1 - r) * input + r * turn * this.#last - r * r * this.#beforeLast;
		this.#beforeLast = this.#last;
		this.#last = output;
		return output;
	}
}
