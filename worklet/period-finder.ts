// Which lag the end of a signal repeats itself at: highest normalised cross-correlation of its last
// samples with what came before, for two signals together. Searched in decimated signals, then refined
// at the full rate. Owner: the audio thread; nothing allocates but the constructor.

/** Hz, of the decimated signals, about: what tells one period from the next lies below half of it. */
const SEARCH_RATE = 8_000;

/** Seconds: the periods of voices from 40 to 400 Hz. Longer ones for music gained nothing measurable. */
const SHORTEST_LAG = 0.0025;
const LONGEST_LAG = 0.025;

/** Seconds that are compared. */
const TEMPLATE = 0.02;

/** Samples compared at the full rate, at most: at higher rates every second one or fewer. */
const REFINE_SAMPLES = 1024;

/** Keeps silence from being like anything, full scale squared. */
const NO_ENERGY = 1e-20;

export class PeriodFinder {
	/** Samples before the end that the search can use. */
	readonly frames: number;
	/** Samples; 0 when the signal is too short to tell. */
	lag = 0;
	/** Normalised cross-correlation at the lag, 0 to 1. */
	readonly strength = new Float64Array(1);
	readonly #factor: number;
	readonly #shortest: number;
	readonly #longest: number;
	readonly #template: number;
	readonly #x: Float64Array;
	readonly #y: Float64Array;

	/** @param sampleRate Hz */
	constructor(sampleRate: number) {
		this.#factor = Math.max(1, Math.round(sampleRate / SEARCH_RATE));
		this.#shortest = Math.max(2, Math.ceil((SHORTEST_LAG * sampleRate) / this.#factor));
		this.#longest = Math.ceil((LONGEST_LAG * sampleRate) / this.#factor);
		this.#template = Math.ceil((TEMPLATE * sampleRate) / this.#factor);
		const length = this.#longest + this.#template + 1;
		this.frames = length * this.#factor;
		this.#x = new Float64Array(length);
		this.#y = new Float64Array(length);
	}

	/** The lag of the `count` samples of both signals that end before index `end`. */
	search(x: Float64Array, y: Float64Array, end: number, count: number): void {
		this.lag = 0;
		this.strength[0] = 0;
		const factor = this.#factor;
		const length = Math.min(this.#x.length, (count / factor) | 0);
		const template = Math.min(this.#template, length >> 1);
		const longest = Math.min(this.#longest, length - template - 1);
		if (longest < this.#shortest) {
			return;
		}
		this.#decimate(x, this.#x, end, length);
		this.#decimate(y, this.#y, end, length);
		const coarse = this.#best(this.#x, this.#y, length, template, 1, this.#shortest, longest);
		if (coarse > 0) {
			const from = (coarse - 1) * factor + 1;
			const to = (coarse + 1) * factor - 1;
			const stride = Math.ceil((template * factor) / REFINE_SAMPLES);
			this.lag = this.#best(x, y, end, template * factor, stride, from, to);
		}
	}

	#decimate(from: Float64Array, to: Float64Array, end: number, length: number): void {
		const factor = this.#factor;
		let at = end - length * factor;
		for (let i = 0; i < length; i++) {
			let sum = 0;
			for (let k = 0; k < factor; k++) {
				sum += from[at++]!;
			}
			to[i] = sum;
		}
	}

	/** The lag from `shortest` to `longest` with the highest normalised cross-correlation, which goes to
	 * `strength`; 0 when none is positive. Compares every `stride`th of the last `template` samples. */
	#best(
		x: Float64Array,
		y: Float64Array,
		end: number,
		template: number,
		stride: number,
		shortest: number,
		longest: number,
	): number {
		let found = 0;
		let highest = 0;
		let power = 0;
		for (let i = end - template; i < end; i += stride) {
			power += x[i]! * x[i]! + y[i]! * y[i]!;
		}
		for (let lag = shortest; lag <= longest; lag++) {
			let cross = 0;
			let energy = NO_ENERGY;
			for (let i = end - template; i < end; i += stride) {
				const xl = x[i - lag]!;
				const yl = y[i - lag]!;
				cross += x[i]! * xl + y[i]! * yl;
				energy += xl * xl + yl * yl;
			}
			const value = cross > 0 ? (cross * cross) / energy : 0;
			if (value > highest) {
				highest = value;
				found = lag;
			}
		}
		this.strength[0] = power > 0 ? Math.sqrt(highest / power) : 0;
		return found;
	}
}
