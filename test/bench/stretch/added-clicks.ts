// Clicks that a seam has made: what the click detector finds in a seam and not in the original.
import { findClicks } from '../../support/click-detector.js';

/** The predictor of the detector is fitted to frames of 40 ms: where they begin decides about the doubtful
 * ones among the natural edges (glottal pulses, plucks), so the original is tried at this many offsets. */
const OFFSETS = 40;

const FRAME_SECONDS = 0.04;
const NEAR_SECONDS = 0.005;

export interface Seam {
	/** First sample frame of the output that is not a plain copy. */
	readonly at: number;
	/** Sample frames of the crossfade. */
	readonly length: number;
	/** Sample frames of the original where the two sides begin. */
	readonly from: number;
	readonly to: number;
}

/** Indexes of clicks in `output` that its seams account for. */
export function addedClicks(
	output: Float32Array,
	original: Float32Array,
	sampleRate: number,
	seams: readonly Seam[],
): number[] {
	const near = NEAR_SECONDS * sampleRate;
	const inSeams = findClicks(output, sampleRate).flatMap((click) => {
		const seam = seams.find(({ at, length }) => click >= at && click < at + length + 16);
		return seam === undefined ? [] : [{ click, seam }];
	});
	if (inSeams.length === 0) {
		return [];
	}
	const natural = naturalClicks(original, sampleRate);
	return inSeams
		.filter(({ click, seam }) =>
			[seam.from, seam.to].every((side) =>
				natural.every((other) => Math.abs(side + click - seam.at - other) > near),
			),
		)
		.map(({ click }) => click);
}

function naturalClicks(original: Float32Array, sampleRate: number): number[] {
	const step = Math.round((FRAME_SECONDS * sampleRate) / OFFSETS);
	return Array.from({ length: OFFSETS }, (_, i) =>
		findClicks(original.subarray(i * step), sampleRate).map((click) => click + i * step),
	).flat();
}
