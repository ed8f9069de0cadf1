// The resampler's low-pass, the best finite stand-in for the sinc, cut into polyphase rows. Made once per pair
// of rates, in the receiver: milliseconds of work, which the audio thread has not.
//
// Its impulse response is a sum of cosines over its length, h(t) = Σ c_k cos(π k t / T), |t| <= T. Their
// coefficients are the weighted least-squares fit to 1 in the pass band and 0 in the stop band (Parks and
// Burrus, Digital Filter Design, 3.2: "least squared error with transition band"). Against a windowed
// sinc, whose pass band is as exact as its stop band, that is a quarter fewer taps for the same images.

/** Weight of the squared error where the stop band begins, against the pass band's. From there it grows with
 * the fourth power of the frequency: the images of what is strongest, low frequencies, are far out. */
const STOP_WEIGHT = 3e6;

/** Least number of cosines beyond the begin of the stop band, which shape its side lobes. */
const EXTRA_COSINES = 8;

/** The stop band is fitted to this many times its begin; from there on the response falls by itself. */
const STOP_SPAN = 4;

/** Grid of the fit, in units of 1 / (2T): lobes are about 1 wide. */
const GRID = 0.125;

/** What a prototype is fitted to. */
interface Band {
	readonly taps: number;
	/** End of the pass band and begin of the stop band, relative to half the source rate. */
	readonly pass: number;
	readonly stop: number;
}

/** An impulse response for any pair of rates whose output rate is the higher one; stretched for others. */
interface Prototype {
	/** Length in source sample frames; half of it is the look-ahead. */
	readonly taps: number;
	/** The c_k. */
	readonly cosines: Float64Array;
}

/** Where the lower rate is below HIGH_RATE, images are heard: they may fold over only just above half of
 * it. 56 taps take 16 to 48 kHz with 1.75 ms of look-ahead, flat within 0.04 dB to 7 kHz (-0.1 dB at 7.03,
 * -3 dB at 7.4), images above 8.5 kHz below -115 dB. With 48 taps and 1.5 ms, the same would end at 6.7 kHz,
 * below the 7 kHz of wide-band speech (ITU-T G.722). */
const AUDIBLE: Band = { taps: 56, pass: 0.875, stop: 1.0625 };

/** At 44.1 kHz and above, what folds over is beyond hearing on both sides of half the rate, so the
 * transition may lie evenly around it. 32 taps take 48 kHz with 0.33 ms of look-ahead, flat within 0.04 dB to
 * 19.9 kHz (-0.1 dB at 20.1), images of that band below -115 dB; 44.1 kHz, to 18.3 kHz (-0.1 dB at 18.5). */
const INAUDIBLE: Band = { taps: 32, pass: 0.83, stop: 1.17 };

/** Hz. */
const HIGH_RATE = 44_100;

/** Least rows between two source sample frames, while the output rate is the higher one. What lies between
 * rows is interpolated linearly; the error is ω²/8L²: -127 dB at 15 of 48 kHz, -155 dB at 1 of 16 kHz. */
const LEAST_PHASES = 1024;

/** Most coefficients of a table that gives each phase of the ratio its row: 1 MB. */
const MOST_COEFFICIENTS = 1 << 18;

export interface SincFilter {
	/** Hz. */
	readonly sourceRate: number;
	readonly outputRate: number;
	/** Taps of each row, a multiple of 4. */
	readonly taps: number;
	/** Positions between two source sample frames that have a row of their own. */
	readonly phases: number;
	/** True when every output of the nominal ratio falls on a row: `phases` is a multiple of its phases. */
	readonly isExact: boolean;
	/** `phases + 1` rows of `taps` coefficients; row p is for a position p / phases past tap taps/2 - 1. */
	readonly rows: Float32Array;
}

/** @param sourceRate Hz @param outputRate Hz */
export function designSincFilter(sourceRate: number, outputRate: number): SincFilter {
	const stretch = Math.max(1, sourceRate / outputRate);
	const isHigh = Math.min(sourceRate, outputRate) >= HIGH_RATE;
	const prototype = fitPrototype(isHigh ? INAUDIBLE : AUDIBLE);
	const taps = 4 * Math.ceil((prototype.taps * stretch) / 4);
	const leastPhases = Math.ceil(LEAST_PHASES / stretch);
	const ratioPhases = outputRate / greatestCommonDivisor(sourceRate, outputRate);
	const isExact = ratioPhases * taps <= MOST_COEFFICIENTS;
	const phases = isExact ? ratioPhases * Math.ceil(leastPhases / ratioPhases) : leastPhases;
	const rows = new Float32Array((phases + 1) * taps);
	for (let phase = 0; 2 * phase <= phases; phase++) {
		fillRows(rows, taps, phase, phases, prototype, stretch);
	}
	return { sourceRate, outputRate, taps, phases, isExact, rows };
}

/** Row `phase`, scaled to a gain of exactly 1 at 0 Hz so that rows agree on a constant signal, and the row
 * that mirrors it. */
function fillRows(
	rows: Float32Array,
	taps: number,
	phase: number,
	phases: number,
	prototype: Prototype,
	stretch: number,
): void {
	const half = (prototype.taps * stretch) / 2;
	const exact = new Float64Array(taps);
	let sum = 0;
	for (let tap = 0; tap < taps; tap++) {
		exact[tap] = cosineSum(prototype.cosines, (tap - (taps / 2 - 1) - phase / phases) / half);
		sum += exact[tap]!;
	}
	const mirrored = (phases - phase) * taps + taps - 1;
	for (let tap = 0; tap < taps; tap++) {
		rows[phase * taps + tap] = exact[tap]! / sum;
		rows[mirrored - tap] = exact[tap]! / sum;
	}
}

/** Σ c_k cos(π k x); 0 outside |x| <= 1. Two of Clenshaw's recurrences side by side, of the even k and of the
 * odd ones: neither waits for the other. */
function cosineSum(cosines: Float64Array, x: number): number {
	if (x * x > 1) {
		return 0;
	}
	const cos = Math.cos(Math.PI * x);
	const twice = 4 * cos * cos - 2;
	let even = 0;
	let evenAfter = 0;
	let odd = 0;
	let oddAfter = 0;
	for (let k = cosines.length - 2; k >= 0; k -= 2) {
		const evenSum = cosines[k]! + twice * even - evenAfter;
		const oddSum = cosines[k + 1]! + twice * odd - oddAfter;
		evenAfter = even;
		oddAfter = odd;
		even = evenSum;
		odd = oddSum;
	}
	return even - (twice / 2) * evenAfter + cos * (odd - oddAfter);
}

/** In the units of the fit, 1 / (2T), half the source rate is `taps` / 2. At frequency u in these units,
 * cosine k has the response sinc(u - k) + sinc(u + k), but for the factor T. */
function fitPrototype({ taps, pass, stop }: Band): Prototype {
	const end = (pass * taps) / 2;
	const begin = (stop * taps) / 2;
	// Even, for cosineSum.
	const count = 2 * Math.ceil((begin + EXTRA_COSINES) / 2);
	const equations = Array.from({ length: count }, () => new Float64Array(count + 1));
	for (let u = end; u > -GRID; u -= GRID) {
		addEquation(equations, Math.max(0, u), 1, 1);
	}
	for (let u = begin; u < STOP_SPAN * begin; u += GRID) {
		addEquation(equations, u, STOP_WEIGHT * (u / begin) ** 4, 0);
	}
	return { taps, cosines: solve(equations) };
}

/** Adds one frequency to the normal equations, of which the upper triangle and the right side are kept. */
function addEquation(
	equations: readonly Float64Array[],
	u: number,
	weight: number,
	wanted: number,
): void {
	const count = equations.length;
	const response = responses(u, count);
	for (let i = 0; i < count; i++) {
		const row = equations[i]!;
		const factor = weight * response[i]!;
		for (let k = i; k < count; k++) {
			row[k]! += factor * response[k]!;
		}
		row[count]! += factor * wanted;
	}
}

/** sinc(u - k) + sinc(u + k) of all k < count, by one sine: sin(π (u ± k)) = (-1)^k sin(π u). */
function responses(u: number, count: number): Float64Array {
	const numerator = (2 * u * Math.sin(Math.PI * u)) / Math.PI;
	const all = new Float64Array(count);
	for (let k = 0; k < count; k++) {
		const denominator = (u - k) * (u + k);
		const limit = k === 0 ? 2 : 1;
		const sign = k % 2 === 0 ? 1 : -1;
		all[k] = Math.abs(denominator) < 1e-9 ? limit : (sign * numerator) / denominator;
	}
	return all;
}

/** Gaussian elimination in the upper triangle; the normal equations are symmetric and positive definite, so
 * what is below mirrors what is above, and no pivoting is needed. */
function solve(equations: readonly Float64Array[]): Float64Array {
	const count = equations.length;
	for (let i = 0; i < count; i++) {
		const pivot = equations[i]!;
		for (let r = i + 1; r < count; r++) {
			const row = equations[r]!;
			const factor = pivot[r]! / pivot[i]!;
			for (let k = r; k <= count; k++) {
				row[k]! -= factor * pivot[k]!;
			}
		}
	}
	const solution = new Float64Array(count);
	for (let i = count - 1; i >= 0; i--) {
		const row = equations[i]!;
		let sum = row[count]!;
		for (let k = i + 1; k < count; k++) {
			sum -= row[k]! * solution[k]!;
		}
		solution[i] = sum / row[i]!;
	}
	return solution;
}

export function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
