// Random numbers of the distributions that the network models need, from uniform ones in [0, 1).
import { gaussian } from '../../support/random.js';

export type Uniform = () => number;

/** Exponential. @param mean > 0. */
export function exponential(uniform: Uniform, mean: number): number {
	return -mean * Math.log(1 - uniform());
}

/** Lognormal. @param sigma standard deviation of the logarithm. */
export function lognormal(uniform: Uniform, median: number, sigma: number): number {
	return median * Math.exp(sigma * gaussian(uniform)());
}

/** Between `low` and `high`, > 0, all ratios alike likely. */
export function logUniform(uniform: Uniform, low: number, high: number): number {
	return low * (high / low) ** uniform();
}

/** Gamma: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
 * @param shape ≥ 1. @param scale mean divided by shape. */
export function gamma(uniform: Uniform, shape: number, scale: number): number {
	const normal = gaussian(uniform);
	const d = shape - 1 / 3;
	const c = 1 / Math.sqrt(9 * d);
	for (;;) {
		const x = normal();
		const v = (1 + c * x) ** 3;
		if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
			return scale * d * v;
		}
	}
}

/** Times of a Poisson process in [0, end). @param mean between two of them. */
export function poissonTimes(uniform: Uniform, mean: number, end: number): number[] {
	const times: number[] = [];
	for (let at = exponential(uniform, mean); at < end; at += exponential(uniform, mean)) {
		times.push(at);
	}
	return times;
}
