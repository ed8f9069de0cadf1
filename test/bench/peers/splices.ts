// Clicks in a recording of the time code: places where it does what no gently treated sum of its tones does.
import { TONE_RATE, TONES } from './tone-code.js';

/** Samples within which several hits are one click: 5 ms. */
const NEIGHBOURHOOD = 240;

/** An edge of this part of the tones' root mean square is a click: -26 dB, a step of 0.012 at full level, whose
 * spectrum above the tones nothing masks. A bend counts as the step that excites the predictor as much: a linear
 * fade to nothing of 1 ms is -31 dB, one of 3 ms -40 dB, a crossfade of 5 ms -39 dB at most, so neither counts: a
 * dip in level, such as a fade out and in again of 50 samples each, is told by the SNR. Quantised to 16 bits the
 * tones' own residual is -80 dB. */
const EDGE = 0.05;

/** Coefficients of the predictor that knows the tones: what it leaves of any sum of them is nothing, whatever
 * their levels and phases; Π (1 - 2 cos ωᵢ z⁻¹ + z⁻²). */
const PREDICTOR = TONES.map((frequency) => [
	1,
	-2 * Math.cos((2 * Math.PI * frequency) / TONE_RATE),
	1,
]).reduce(convolved, [1]);

/** The most it leaves of a step of 1. */
const STEP_RESPONSE = Math.max(
	...PREDICTOR.map((_, i) =>
		Math.abs(PREDICTOR.slice(0, i + 1).reduce((sum, value) => sum + value, 0)),
	),
);

/** Samples at which something clicks.
 * @param level root mean square of the tones as they are mostly heard */
export function findSplices(plane: Float32Array, level: number): number[] {
	const limit = EDGE * level * STEP_RESPONSE;
	const found: number[] = [];
	for (let i = PREDICTOR.length - 1; i < plane.length; i++) {
		let left = 0;
		for (let lag = 0; lag < PREDICTOR.length; lag++) {
			left += PREDICTOR[lag]! * plane[i - lag]!;
		}
		if (Math.abs(left) > limit && !(i - found.at(-1)! <= NEIGHBOURHOOD)) {
			found.push(i);
		}
	}
	return found;
}

function convolved(a: readonly number[], b: readonly number[]): number[] {
	const result = new Array<number>(a.length + b.length - 1).fill(0);
	a.forEach((x, i) => b.forEach((y, j) => (result[i + j]! += x * y)));
	return result;
}
