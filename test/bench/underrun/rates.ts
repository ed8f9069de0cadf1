// How fast media was played: over a second at a time, where all of it was the stream's own.
import type { Played } from './recorder.js';

/** Quanta of a window, 1 s: a stretch moves by up to 30 ms at a time, which is no rate yet. */
const WINDOW = 375;

/** A jump of the media position by more than this within a quantum is a skip, ms. */
const SKIP_MS = 60;

/** Least and greatest of media time per output time, from quantum `first` on. */
export function rates(
	{ timeline, positionMs }: Played,
	first: number,
): { readonly minRate: number; readonly maxRate: number } {
	const { timeMs, concealed } = timeline;
	let minRate = 1;
	let maxRate = 1;
	let clean = 0;
	for (let quantum = Math.max(1, first); quantum < timeMs.length; quantum++) {
		const step = positionMs[quantum]! - positionMs[quantum - 1]!;
		clean = concealed[quantum]! > 0 || Math.abs(step) > SKIP_MS ? 0 : clean + 1;
		if (clean > WINDOW) {
			const media = positionMs[quantum]! - positionMs[quantum - WINDOW]!;
			const rate = media / (timeMs[quantum]! - timeMs[quantum - WINDOW]!);
			minRate = Math.min(minRate, rate);
			maxRate = Math.max(maxRate, rate);
		}
	}
	return { minRate, maxRate };
}
