// Amplitudes and phases of the time code's three tones in a few milliseconds of a recording, by least squares.
import { TONE_RATE, TONES } from './tone-code.js';

/** Samples on either side of the middle that are looked at: 4 ms, in which the tones are as good as orthogonal. */
export const REACH = 96;

export interface ToneFit {
	readonly amplitudes: readonly number[];
	/** Phases in the middle, cycles. */
	readonly cycles: readonly number[];
	/** How fast the tones run, 1 being as they were sent. */
	readonly rate: number;
	/** Power of what is left over, in parts of the power fitted. */
	readonly residual: number;
}

/** Residual from which on the tones are taken to be changing: in rate, as a resampler bends it, and in level. */
const STEADY = 1e-8;

/** Rates are looked at on a grid, so that little is left to the linear terms, and this far from 1 at most. */
const RATE_STEP = 0.001;
const MOST_BEND = 0.03;

const LENGTH = 2 * REACH + 1;

/** The tones around sample `middle`, which has REACH samples on either side. */
export function fitTones(plane: Float32Array, middle: number): ToneFit {
	const around = plane.subarray(middle - REACH, middle + REACH + 1);
	const steady = basis(1, false).fit(around);
	if (steady.residual < STEADY) {
		return steady;
	}
	const moving = basis(1, true).fit(around);
	const rate = Math.abs(moving.rate - 1) < MOST_BEND ? moving.rate : 1;
	return basis(Math.round(rate / RATE_STEP) * RATE_STEP, true).fit(around);
}

const bases = new Map<string, Basis>();

function basis(rate: number, isMoving: boolean): Basis {
	const key = `${rate} ${isMoving}`;
	const found = bases.get(key) ?? new Basis(rate, isMoving);
	bases.set(key, found);
	return found;
}

/** Sines and cosines at one rate; when `isMoving`, also both times time, which is how they change. */
class Basis {
	readonly #rate: number;
	readonly #isMoving: boolean;
	readonly #columns: readonly Float64Array[];
	/** What each sample adds to the factor of each column. */
	readonly #weights: readonly Float64Array[];

	constructor(rate: number, isMoving: boolean) {
		this.#rate = rate;
		this.#isMoving = isMoving;
		const waves = TONES.flatMap((frequency) => {
			const omega = (2 * Math.PI * frequency * rate) / TONE_RATE;
			return [column((n) => Math.sin(omega * n)), column((n) => Math.cos(omega * n))];
		});
		const slopes = waves.map((wave) => wave.map((value, i) => (value * (i - REACH)) / REACH));
		this.#columns = isMoving ? [...waves, ...slopes] : waves;
		const inverse = inverted(this.#columns.map((a) => this.#columns.map((b) => product(a, b))));
		this.#weights = inverse.map((row) =>
			column((_, i) => row.reduce((sum, factor, c) => sum + factor * this.#columns[c]![i]!, 0)),
		);
	}

	fit(around: Float32Array): ToneFit {
		const factors = this.#weights.map((weights) => product(weights, around));
		const amplitudes = TONES.map((_, tone) =>
			Math.hypot(factors[2 * tone]!, factors[2 * tone + 1]!),
		);
		const fitted = amplitudes.reduce((sum, amplitude) => sum + amplitude ** 2 / 2, 0);
		return {
			amplitudes,
			cycles: TONES.map(
				(_, tone) => Math.atan2(factors[2 * tone + 1]!, factors[2 * tone]!) / (2 * Math.PI),
			),
			rate: this.#isMoving ? this.#rate + bend(factors, amplitudes) : this.#rate,
			residual: fitted === 0 ? Infinity : this.#leftOver(around, factors) / fitted,
		};
	}

	/** Mean power of what the columns do not make up. */
	#leftOver(around: Float32Array, factors: readonly number[]): number {
		let power = 0;
		for (let i = 0; i < LENGTH; i++) {
			let left = around[i]!;
			for (let c = 0; c < factors.length; c++) {
				left -= factors[c]! * this.#columns[c]![i]!;
			}
			power += left * left;
		}
		return power / LENGTH;
	}
}

/** By how much faster than their basis the tones run, the stronger ones counting for more. */
function bend(factors: readonly number[], amplitudes: readonly number[]): number {
	const slopes = factors.slice(2 * TONES.length);
	let turned = 0;
	let expected = 0;
	TONES.forEach((frequency, tone) => {
		const [sin, cos] = [factors[2 * tone]!, factors[2 * tone + 1]!];
		turned += (sin * slopes[2 * tone + 1]! - cos * slopes[2 * tone]!) / REACH;
		expected += ((2 * Math.PI * frequency) / TONE_RATE) * amplitudes[tone]! ** 2;
	});
	return expected === 0 ? 0 : turned / expected;
}

function column(value: (fromMiddle: number, index: number) => number): Float64Array {
	return Float64Array.from({ length: LENGTH }, (_, i) => value(i - REACH, i));
}

function product(a: Float64Array, b: Float64Array | Float32Array): number {
	let sum = 0;
	for (let i = 0; i < LENGTH; i++) {
		sum += a[i]! * b[i]!;
	}
	return sum;
}

/** Inverse of a symmetric positive matrix: Gauss and Jordan, which needs no pivoting there. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
	const size = matrix.length;
	const rows = matrix.map((row, r) => [...row, ...row.map((_, c) => (c === r ? 1 : 0))]);
	for (let pivot = 0; pivot < size; pivot++) {
		const scale = rows[pivot]![pivot]!;
		rows[pivot] = rows[pivot]!.map((value) => value / scale);
		for (let r = 0; r < size; r++) {
			const factor = rows[r]![pivot]!;
			if (r !== pivot) {
				rows[r] = rows[r]!.map((value, c) => value - factor * rows[pivot]![c]!);
			}
		}
	}
	return rows.map((row) => row.slice(size));
}
