// What no player without knowledge of the future can be asked to beat: bounds computed in hindsight from
// the arrivals alone. All delays are above the fastest frame of the whole trace; only frames after
// skipFirstFrames count.
import { captureTimes, pauseAfter, relativeDelays, type Trace } from './trace.js';

export interface FixedDelay {
	readonly delayMs: number;
	/** Of the media; what is concealed is also lost, and counted once. */
	readonly concealedPercent: number;
	/** delayMs + 100·concealedPercent. */
	readonly j: number;
}

export interface Clairvoyant {
	/** Of every counted frame. */
	readonly delayMs: Float64Array;
	readonly meanDelayMs: number;
	/** = meanDelayMs: it conceals nothing. */
	readonly j: number;
}

/** Delays of a fraction of late frames that the report shows. */
export const LATE_FRACTIONS = [0.001, 0.01, 0.02] as const;

/** The best that one delay for the whole trace can do if at most `lateFraction` (0 to 1) of the frames may
 * be late: the least such delay. Its timing is rigid: a frame that is late by L is concealed for
 * min(L, frameMs), the rest of it is heard in its place; the concealed part of it is never heard. */
export function fixedDelay(trace: Trace, lateFraction: number): FixedDelay {
	const delays = counted(trace);
	const sorted = delays.slice().sort();
	const rank = Math.ceil((1 - lateFraction) * sorted.length - 1e-9);
	const delayMs = sorted[Math.max(1, rank) - 1]!;
	const { frameMs } = trace;
	const concealedMs = delays.reduce(
		(sum, delay) => sum + Math.min(Math.max(0, delay - delayMs), frameMs),
		0,
	);
	const concealedPercent = (100 * concealedMs) / (frameMs * delays.length);
	return { delayMs, concealedPercent, j: delayMs + 100 * concealedPercent };
}

/** The least delay, at every frame, of a player that knows all arrivals, conceals nothing, and changes its
 * delay by playing faster or slower only:
 * D*_k = max_j [d_j − b·(s_j−s_k)⁺ − a·(s_k−s_j)⁺], in two passes, s being media time.
 * While the sender pauses the delay may fall at no cost, by as long as the pause is: the silence is just
 * shorter. It may not rise: that would be a longer silence.
 * @param a how much faster than real time it may play, @param b how much slower; both > 0. */
export function clairvoyant(trace: Trace, a = 0.2, b = 0.25): Clairvoyant {
	const { frameMs, skipFirstFrames } = trace;
	const captured = captureTimes(trace).subarray(skipFirstFrames);
	const delayMs = counted(trace);
	for (let k = delayMs.length - 2; k >= 0; k--) {
		delayMs[k] = Math.max(delayMs[k]!, delayMs[k + 1]! - b * frameMs);
	}
	for (let k = 1; k < delayMs.length; k++) {
		const fall = a * frameMs + pauseAfter(captured, frameMs, k - 1);
		delayMs[k] = Math.max(delayMs[k]!, delayMs[k - 1]! - fall);
	}
	const meanDelayMs = delayMs.reduce((sum, delay) => sum + delay, 0) / delayMs.length;
	return { delayMs, meanDelayMs, j: meanDelayMs };
}

function counted(trace: Trace): Float64Array {
	return relativeDelays(trace).slice(trace.skipFirstFrames);
}
