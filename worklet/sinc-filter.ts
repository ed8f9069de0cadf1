// The resampler's low-pass: a Kaiser-windowed sinc, cut into polyphase rows. Made once per ratio, outside
// process().
//
// Kaiser's design rules (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.6): attenuation A in dB
// and window parameter β = 0.1102 (A - 8.7) for A > 50; transition width Δf in cycles per sample of a
// filter of N taps = (A - 7.95) / (14.36 N).

/** Stop-band attenuation, dB: images stay below 24-bit noise in practice. */
const ATTENUATION_DB = 120;

/** Taps while the output rate is the higher one. 96 at 120 dB give a transition of 8 % of the source
 * rate: 48 sample frames of look-ahead, 1 ms at 48 kHz. */
const BASE_TAPS = 96;

/** Rows of a filter whose ratio has too many phases to give each its own: neighbours are interpolated
 * linearly; the error is ω²/8L² = -106 dB at the source's Nyquist frequency, -143 dB at 1/16 of it. */
const INTERPOLATED_PHASES = 512;

/** Most phases that get an exact row: 160 serve 44.1 → 48 kHz, 640 serve 11.025 → 48 kHz. */
const MAX_EXACT_PHASES = 1280;

export interface SincFilter {
	/** Taps of each row, a multiple of 4. */
	readonly taps: number;
	/** Positions between two source sample frames that have a row of their own. */
	readonly phases: number;
	/** True when every output falls on a row: no interpolation needed. */
	readonly isExact: boolean;
	/** `phases + 1` rows of `taps` coefficients; row p is for a position p / phases past tap taps/2 - 1. */
	readonly rows: Float32Array;
}

/** @param sourceRate Hz @param outputRate Hz */
export function designSincFilter(sourceRate: number, outputRate: number): SincFilter {
	const scale = Math.max(1, sourceRate / outputRate);
	const taps = 4 * Math.ceil((BASE_TAPS * scale) / 4);
	const exactPhases = outputRate / greatestCommonDivisor(sourceRate, outputRate);
	const isExact = exactPhases <= MAX_EXACT_PHASES;
	const phases = isExact ? exactPhases : INTERPOLATED_PHASES;
	const beta = 0.1102 * (ATTENUATION_DB - 8.7);
	const transition = (ATTENUATION_DB - 7.95) / (14.36 * taps);
	// The stop band begins a quarter of the transition above the lower Nyquist frequency: what folds
	// over lands above 90 % of it, where hearing and programme have least.
	const cutoff = 0.5 / scale - transition / 4;
	const rows = new Float32Array((phases + 1) * taps);
	for (let phase = 0; phase <= phases; phase++) {
		fillRow(rows.subarray(phase * taps, (phase + 1) * taps), phase / phases, cutoff, beta);
	}
	return { taps, phases, isExact, rows };
}

/** One row, scaled to a gain of exactly 1 at 0 Hz so that rows agree on a constant signal. */
function fillRow(row: Float32Array, fraction: number, cutoff: number, beta: number): void {
	const half = row.length / 2;
	const exact = new Float64Array(row.length);
	let sum = 0;
	for (let tap = 0; tap < row.length; tap++) {
		const x = tap - (half - 1) - fraction;
		exact[tap] = sinc(2 * cutoff * x) * kaiser(x / half, beta);
		sum += exact[tap]!;
	}
	for (let tap = 0; tap < row.length; tap++) {
		row[tap] = exact[tap]! / sum;
	}
}

function sinc(x: number): number {
	return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser window at x in [-1, 1], not normalised. */
function kaiser(x: number, beta: number): number {
	return x * x >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x));
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
	let term = 1;
	let sum = 1;
	for (let k = 1; term > sum * 1e-17; k++) {
		term *= (x / (2 * k)) ** 2;
		sum += term;
	}
	return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
