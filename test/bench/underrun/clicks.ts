// Clicks in what was heard that the signal itself does not have: plosives and drums are clicks to the detector
// as well. What is compared with is the same signal, played by the same engine over a network without jitter.
import { findClicks } from '../../support/click-detector.js';
import { OUTPUT_RATE, QUANTUM, type Played } from './recorder.js';
import { SIGNAL_RATE } from './signals.js';
import { play } from './simulator.js';

/** A click is the signal's own if it has one this near in media time, ms: a stretch blurs places by a pitch
 * period. */
const NEAR_MS = 25;

const references = new WeakMap<Float32Array, Float64Array>();

/** Counted from quantum `first` on. */
export function newClicks(played: Played, signal: Float32Array, first: number): number {
	const own = references.get(signal) ?? referenceClicks(signal);
	references.set(signal, own);
	const clicks = mediaTimes(played, first);
	return clicks.filter((at) => !own.some((place) => Math.abs(place - at) < NEAR_MS)).length;
}

/** Media times of the clicks in an undisturbed playout, ms. */
function referenceClicks(signal: Float32Array): Float64Array {
	const frameMs = 20;
	const frames = Math.floor((signal.length / SIGNAL_RATE) * (1000 / frameMs));
	const trace = {
		name: 'undisturbed',
		frameMs,
		skipFirstFrames: 0,
		arrivalMs: Float64Array.from({ length: frames }, (_, k) => k * frameMs),
	};
	const played = play(trace, signal, {
		content: 'auto',
		profile: 'balanced',
		minDelay: 0.05,
		maxDelay: 0.05,
	});
	return mediaTimes(played, 0);
}

function mediaTimes({ heard, positionMs }: Played, first: number): Float64Array {
	const from = Math.max(0, first) * QUANTUM;
	const clicks = findClicks(heard.subarray(from), OUTPUT_RATE);
	return Float64Array.from(clicks, (click) => {
		const at = from + click;
		const quantum = Math.floor(at / QUANTUM);
		return positionMs[quantum]! - (((quantum + 1) * QUANTUM - at) / OUTPUT_RATE) * 1000;
	});
}
