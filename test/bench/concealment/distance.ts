// How far a repaired signal is from the original: short spectra over the gap and its edges.
import { powerSpectrum } from '../../support/spectrum.js';

/** Seconds of a frame, about (a power of two of samples), and frames that overlap. */
const FRAME_SECONDS = 0.016;
const OVERLAP = 4;
/** Below this, of the original's mean power in a bin, all counts as equal: what is not heard. */
const FLOOR = 10 ** (-50 / 10);
/** Mel bands of the cepstrum, and coefficients compared (without the level, c0). */
const BANDS = 24;
const COEFFICIENTS = 12;

export interface Distance {
	/** Log-spectral distance, dB: root mean square over bins, mean over frames. */
	readonly logSpectral: number;
	/** Mel-cepstral distance, dB, without the level. */
	readonly cepstral: number;
}

export class DistanceMeter {
	readonly #size: number;
	readonly #window: Float64Array;
	readonly #floor: number;
	readonly #sampleRate: number;

	/** @param original all of it: its mean level sets the floor. @param sampleRate Hz */
	constructor(original: Float32Array, sampleRate: number) {
		this.#sampleRate = sampleRate;
		this.#size = 2 ** Math.round(Math.log2(FRAME_SECONDS * sampleRate));
		this.#window = Float64Array.from(
			{ length: this.#size },
			(_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / this.#size),
		);
		const power = original.reduce((sum, value) => sum + value * value, 0) / original.length;
		this.#floor = FLOOR * power * this.#size * 0.375;
	}

	/** Of the frames that touch `[from, to)` of either signal. */
	measure(original: Float32Array, repaired: Float32Array, from: number, to: number): Distance {
		const hop = this.#size / OVERLAP;
		let logSpectral = 0;
		let cepstral = 0;
		let frames = 0;
		for (let start = from - this.#size + hop; start < to; start += hop) {
			const a = this.#spectrum(original, start);
			const b = this.#spectrum(repaired, start);
			logSpectral += logDistance(a, b);
			cepstral += this.#cepstralDistance(a, b);
			frames++;
		}
		return { logSpectral: logSpectral / frames, cepstral: cepstral / frames };
	}

	#spectrum(signal: Float32Array, start: number): Float64Array {
		const frame = this.#window.map((weight, i) => weight * (signal[start + i] ?? 0));
		return powerSpectrum(frame).map((power) => power + this.#floor);
	}

	#cepstralDistance(a: Float64Array, b: Float64Array): number {
		const levels = this.#melLevels(b);
		const difference = this.#melLevels(a).map((level, band) => level - levels[band]!);
		let sum = 0;
		for (let k = 1; k <= COEFFICIENTS; k++) {
			const coefficient = difference.reduce(
				(dot, level, band) => dot + level * Math.cos((Math.PI * k * (band + 0.5)) / BANDS),
				0,
			);
			sum += (coefficient / BANDS) ** 2;
		}
		return Math.sqrt(2 * sum);
	}

	/** dB in each mel band: sums over bins. */
	#melLevels(spectrum: Float64Array): Float64Array {
		const sums = new Float64Array(BANDS).fill(this.#floor);
		const top = mel(this.#sampleRate / 2);
		spectrum.forEach((power, bin) => {
			const band = (mel((bin * this.#sampleRate) / this.#size) / top) * BANDS;
			sums[Math.min(BANDS - 1, Math.floor(band))]! += power;
		});
		return sums.map((sum) => 10 * Math.log10(sum));
	}
}

function logDistance(a: Float64Array, b: Float64Array): number {
	const sum = a.reduce((all, power, bin) => all + (10 * Math.log10(power / b[bin]!)) ** 2, 0);
	return Math.sqrt(sum / a.length);
}

function mel(frequency: number): number {
	return 1127 * Math.log(1 + frequency / 700);
}
