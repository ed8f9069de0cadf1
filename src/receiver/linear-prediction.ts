// Linear prediction of a signal from its past, and from another channel, by least squares over a
// block.

/** Keeps the normal equations solvable when the signal is a pure tone. Relative to their trace;
 * double precision has 1e-16. */
const REGULARIZATION = 1e-11;

interface Regressor {
	readonly values: Float64Array;
	readonly lag: number;
}

export interface Prediction {
	/** Signal less prediction; 0 for the first `lags` samples. */
	readonly residual: Float64Array;
	/** How many were fitted. */
	readonly weights: number;
}

/** Predicts from `lags` own samples, two of another channel and a constant; null when nothing
 * moves. @param otherLag 1 where the other channel's present sample comes later in the stream, else
 * 0. @param unit the size of small samples: the constant regressor. */
export function predict(
	samples: Float64Array,
	lags: number,
	other: Float64Array | null,
	otherLag: number,
	unit: number,
): Prediction | null {
	const regressors: Regressor[] = [];
	for (let lag = 1; lag <= lags; lag++) {
		regressors.push({ values: samples, lag });
	}
	if (other !== null) {
		regressors.push({ values: other, lag: otherLag }, { values: other, lag: otherLag + 1 });
	}
	regressors.push({ values: new Float64Array(samples.length).fill(unit), lag: 0 });
	const weights = leastSquares(samples, regressors, lags);
	if (weights === null) {
		return null;
	}
	const residual = samples.slice();
	for (const [index, { values, lag }] of regressors.entries()) {
		const weight = weights[index]!;
		for (let i = lags; i < residual.length; i++) {
			residual[i]! -= weight * values[i - lag]!;
		}
	}
	residual.fill(0, 0, lags);
	return { residual, weights: weights.length };
}

/** Weights of the regressors by the covariance method. The first `lags` are the target's own past,
 * so their products follow from each other. */
function leastSquares(
	target: Float64Array,
	regressors: readonly Regressor[],
	lags: number,
): Float64Array | null {
	const size = regressors.length;
	const last = target.length - 1;
	const matrix = regressors.map(() => new Float64Array(size));
	const right = Float64Array.from(regressors, (regressor) =>
		product({ values: target, lag: 0 }, regressor, lags),
	);
	let trace = 0;
	for (let row = 0; row < size; row++) {
		for (let column = 0; column <= row; column++) {
			const isShifted = column > 0 && row < lags;
			matrix[row]![column] = isShifted
				? matrix[row - 1]![column - 1]! +
					target[lags - 1 - row]! * target[lags - 1 - column]! -
					target[last - row]! * target[last - column]!
				: product(regressors[row]!, regressors[column]!, lags);
		}
		trace += matrix[row]![row]!;
	}
	matrix.forEach((row, index) => (row[index]! += REGULARIZATION * trace));
	return solve(matrix, right) ? right : null;
}

/** Sum of the products from sample `start` on. */
function product(a: Regressor, b: Regressor, start: number): number {
	const x = a.values;
	const y = b.values;
	const aLag = a.lag;
	const bLag = b.lag;
	let sum = 0;
	for (let i = start; i < x.length; i++) {
		sum += x[i - aLag]! * y[i - bLag]!;
	}
	return sum;
}

/** Solves matrix · x = right in place, by Cholesky's decomposition of the lower triangle.
 * @returns false when the matrix is not positive definite. */
function solve(matrix: readonly Float64Array[], right: Float64Array): boolean {
	const size = right.length;
	for (let row = 0; row < size; row++) {
		for (let column = 0; column <= row; column++) {
			let rest = matrix[row]![column]!;
			for (let k = 0; k < column; k++) {
				rest -= matrix[row]![k]! * matrix[column]![k]!;
			}
			if (row > column) {
				matrix[row]![column] = rest / matrix[column]![column]!;
			} else if (rest > 0) {
				matrix[row]![row] = Math.sqrt(rest);
			} else {
				return false;
			}
		}
	}
	substitute(matrix, right);
	return true;
}

/** Forward and backward substitution in the decomposed matrix. */
function substitute(matrix: readonly Float64Array[], right: Float64Array): void {
	const size = right.length;
	for (let row = 0; row < size; row++) {
		for (let k = 0; k < row; k++) {
			right[row]! -= matrix[row]![k]! * right[k]!;
		}
		right[row]! /= matrix[row]![row]!;
	}
	for (let row = size - 1; row >= 0; row--) {
		for (let k = row + 1; k < size; k++) {
			right[row]! -= matrix[k]![row]! * right[k]!;
		}
		right[row]! /= matrix[row]![row]!;
	}
}
