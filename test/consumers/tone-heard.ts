// What a recording of a tone holds: its frequency, its level, and what does not belong to it.
import { findSineClicks } from '../support/click-detector.js';
import { median } from '../support/median.js';
import { thdPlusNoiseDb } from '../support/spectrum.js';

export interface ToneHeard {
	/** Hz. */
	readonly frequency: number;
	/** Peak, dBFS. */
	readonly levelDb: number;
	/** How many. */
	readonly clicks: number;
	/** Power of all but the tone, dB of the tone's, in the usual 50 ms. */
	readonly noiseDb: number;
}

const BLOCK_SECONDS = 0.05;

/** @param expected Hz; what is heard is found within ±10 Hz of it, half a turn per block */
export function toneHeard(signal: Float32Array, sampleRate: number, expected: number): ToneHeard {
	const length = Math.round(BLOCK_SECONDS * sampleRate);
	const blocks = Array.from({ length: Math.floor(signal.length / length) }, (_, i) =>
		signal.subarray(i * length, (i + 1) * length),
	);
	const omega = (2 * Math.PI * expected) / sampleRate;
	const phases = blocks.map((block, i) => phaseOf(block, omega, i * length));
	const turns = phases.slice(1).map((phase, i) => wrapped(phase - phases[i]!));
	const power = median(blocks.map((block) => block.reduce((sum, x) => sum + x * x, 0) / length));
	return {
		frequency: expected + median(turns) / (2 * Math.PI * BLOCK_SECONDS),
		levelDb: 10 * Math.log10(2 * power),
		clicks: findSineClicks(signal, sampleRate, expected, Math.sqrt(2 * power)).length,
		noiseDb: median(blocks.map((block) => thdPlusNoiseDb(block, sampleRate, expected))),
	};
}

/** Radians, against a sine at `omega` that begins with sample 0 of the signal. */
function phaseOf(block: Float32Array, omega: number, start: number): number {
	let real = 0;
	let imaginary = 0;
	block.forEach((sample, i) => {
		real += sample * Math.cos(omega * (start + i));
		imaginary -= sample * Math.sin(omega * (start + i));
	});
	return Math.atan2(imaginary, real);
}

/** To ±π. */
function wrapped(angle: number): number {
	return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
