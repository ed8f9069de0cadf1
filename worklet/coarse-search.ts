// The first pass of a lag search: the correlation of a template with every place of a window, both brought down
// to about 6 kHz. All channels together. Owner: the audio thread; allocates in its constructor only.

/** Hz of the pass, about. */
const COARSE_RATE = 6_000;

/** A peak this far below the highest is not one. */
const PEAK_MARGIN = 0.2;

export class CoarseSearch {
	/** Sample frames per place. */
	readonly decimation: number;
	readonly #channels: number;
	readonly #template: readonly Float32Array[];
	readonly #window: readonly Float32Array[];
	/** By place: correlation, and energy under the template. */
	readonly #scores: Float64Array;
	readonly #energies: Float64Array;
	/** The highest score. */
	readonly #highest = new Float64Array(1);
	/** Sample frames of the template, and of how far it may be moved. */
	#length = 0;
	#span = 0;
	#places = 0;

	/** @param longest sample frames of a template @param widest sample frames that a search may span */
	constructor(channels: number, sampleRate: number, longest: number, widest: number) {
		this.#channels = channels;
		this.decimation = Math.max(1, Math.round(sampleRate / COARSE_RATE));
		const planes = (length: number): readonly Float32Array[] =>
			Array.from({ length: channels }, () => new Float32Array(Math.ceil(length / this.decimation)));
		this.#template = planes(longest);
		this.#window = planes(longest + widest);
		const places = Math.ceil(widest / this.decimation) + 2;
		this.#scores = new Float64Array(places);
		this.#energies = new Float64Array(places);
	}

	/** The template is the first `length` sample frames of `planes`. */
	load(planes: readonly Float32Array[], length: number): void {
		this.#length = length;
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#decimate(planes[channel]!, length, this.#template[channel]!);
		}
	}

	/** Correlates the template with `planes` at every place that begins 0 to `span` sample frames from their
	 * first one. */
	scan(planes: readonly Float32Array[], span: number): void {
		const length = (this.#length / this.decimation) | 0;
		this.#span = span;
		this.#places = (((span + this.#length) / this.decimation) | 0) - length + 1;
		this.#scores.fill(0, 0, this.#places);
		this.#energies.fill(0, 0, this.#places);
		let templateEnergy = 0;
		for (let channel = 0; channel < this.#channels; channel++) {
			const template = this.#template[channel]!;
			for (let i = 0; i < length; i++) {
				templateEnergy += template[i]! * template[i]!;
			}
			this.#decimate(planes[channel]!, span + this.#length, this.#window[channel]!);
			this.#scanChannel(template, this.#window[channel]!, length);
		}
		let highest = 0;
		for (let place = 0; place < this.#places; place++) {
			const power = Math.sqrt(templateEnergy * this.#energies[place]!);
			const score = power > 0 ? this.#scores[place]! / power : 0;
			this.#scores[place] = score;
			highest = Math.max(highest, score);
		}
		this.#highest[0] = highest;
	}

	/** The first peak among the places from `from` on; -1: there is none. */
	peakFrom(from: number): number {
		const places = this.#places;
		const scores = this.#scores;
		const least = this.#highest[0]! - PEAK_MARGIN;
		for (let place = from; place < places; place++) {
			const here = scores[place]!;
			const left = place > 0 ? scores[place - 1]! : -1;
			const right = place + 1 < places ? scores[place + 1]! : -1;
			if (here >= left && here > right && here >= least) {
				return place;
			}
		}
		return -1;
	}

	/** Offset of the peak at `place`, sample frames: that of the parabola through it and its neighbours. */
	peakOffset(place: number): number {
		let shift = 0;
		if (place > 0 && place + 1 < this.#places) {
			const left = this.#scores[place - 1]!;
			const right = this.#scores[place + 1]!;
			shift = (0.5 * (left - right)) / (left - 2 * this.#scores[place]! + right);
		}
		return Math.min(this.#span, ((place + shift) * this.decimation + 0.5) | 0);
	}

	/** Offset of the quietest place, sample frames. */
	quietest(): number {
		let best = 0;
		for (let place = 1; place < this.#places; place++) {
			if (this.#energies[place]! < this.#energies[best]!) {
				best = place;
			}
		}
		return Math.min(this.#span, best * this.decimation);
	}

	/** Sums over `decimation` sample frames each, at high rates of every second, fourth …: enough of a low-pass
	 * for a first look. */
	#decimate(from: Float32Array, length: number, to: Float32Array): void {
		const { decimation } = this;
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
}
