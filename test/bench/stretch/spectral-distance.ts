// How far a stretched signal is from its original, frame by frame: the log-spectral distance, dB. Frames of
// 32 ms every 16 ms of the output are compared with frames of the original within ±15 ms of where they come
// from; the nearest one counts, since no stretcher is to be blamed for its delay. 0: no difference.
import { powerSpectrum } from '../../support/spectrum.js';

const FRAME_SECONDS = 0.032;
const HOP_SECONDS = 0.016;
const GRID_SECONDS = 0.001;
const REACH = 15;

/** Above it stretchers of all kinds differ in what nobody hears. */
const HIGHEST_HZ = 8_000;

/** Bins this far below the strongest one of the whole signal count as equally low, dB. */
const FLOOR_DB = 60;

/** Frames this far below the loudest are not judged, dB. */
const SILENCE_DB = 40;

/** The spectra of an original, and what to compare with them. */
export class SpectralReference {
	readonly #sampleRate: number;
	readonly #frame: number;
	readonly #window: Float64Array;
	readonly #spectra: Float32Array[] = [];
	readonly #floor: number;
	readonly #loudest: number;

	constructor(signal: Float32Array, sampleRate: number) {
		this.#sampleRate = sampleRate;
		this.#frame = Math.round(FRAME_SECONDS * sampleRate);
		this.#window = Float64Array.from(
			{ length: this.#frame },
			(_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / this.#frame),
		);
		const powers: Float64Array[] = [];
		const grid = GRID_SECONDS * sampleRate;
		for (let at = 0; at + this.#frame <= signal.length; at = Math.round(powers.length * grid)) {
			powers.push(this.#powers(signal, at));
		}
		const strongest = powers.reduce((most, power) => Math.max(most, Math.max(...power)), 0);
		this.#floor = strongest * 10 ** (-FLOOR_DB / 10);
		this.#loudest = powers.reduce((most, power) => Math.max(most, sum(power)), 0);
		this.#spectra = powers.map((power) => this.#decibels(power));
	}

	/** Mean distance of `signal`, dB. @param positionOf sample frame of the original at one of `signal` */
	distance(signal: Float32Array, positionOf: (at: number) => number): number {
		const hop = Math.round(HOP_SECONDS * this.#sampleRate);
		let total = 0;
		let count = 0;
		for (let at = hop; at + this.#frame <= signal.length; at += hop) {
			const power = this.#powers(signal, at);
			const middle = positionOf(at + this.#frame / 2) - this.#frame / 2;
			const nearest = this.#nearest(this.#decibels(power), middle);
			if (sum(power) > this.#loudest * 10 ** (-SILENCE_DB / 10) && nearest < Infinity) {
				total += nearest;
				count++;
			}
		}
		return total / count;
	}

	#nearest(spectrum: Float32Array, position: number): number {
		const centre = Math.round(position / this.#sampleRate / GRID_SECONDS);
		let least = Infinity;
		for (let at = centre - REACH; at <= centre + REACH; at++) {
			const reference = this.#spectra[at];
			if (reference !== undefined) {
				let squares = 0;
				for (let bin = 0; bin < spectrum.length; bin++) {
					squares += (spectrum[bin]! - reference[bin]!) ** 2;
				}
				least = Math.min(least, Math.sqrt(squares / spectrum.length));
			}
		}
		return least;
	}

	#powers(signal: Float32Array, at: number): Float64Array {
		const size = 2 ** Math.ceil(Math.log2(this.#frame));
		const padded = new Float64Array(size);
		for (let i = 0; i < this.#frame; i++) {
			padded[i] = this.#window[i]! * signal[at + i]!;
		}
		const bins = Math.min(size / 2, Math.floor((HIGHEST_HZ / this.#sampleRate) * size));
		return powerSpectrum(padded).subarray(1, bins);
	}

	#decibels(power: Float64Array): Float32Array {
		return Float32Array.from(power, (value) => 10 * Math.log10(value + this.#floor));
	}
}

function sum(values: Float64Array): number {
	return values.reduce((total, value) => total + value, 0);
}
