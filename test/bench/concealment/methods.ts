// The ways to fill a gap, each in place. All blend into the signal again over the 5 ms after the gap.
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { Concealer } from '../../../worklet/concealer.js';

/** Seconds of the blend, and of the fade out before silence. */
const BLEND = 0.005;
/** Seconds of the block that plain repetition repeats. */
const BLOCK = 0.02;
/** Sample frames of a render call. */
const QUANTUM = 128;

/** Fills `signal[from … to - 1]` and blends on from `to`; what lies there is the original. */
export type Method = (signal: Float32Array, from: number, to: number, sampleRate: number) => void;

export const METHODS = { silence, repetition, concealer } satisfies Record<string, Method>;
export type MethodName = keyof typeof METHODS;

/** The last 5 ms fade out, then zeros: kinder than any player that learns of the gap too late. */
function silence(signal: Float32Array, from: number, to: number, sampleRate: number): void {
	const length = Math.round(BLEND * sampleRate);
	for (let i = 0; i < length; i++) {
		signal[from - length + i]! *= fall((i + 0.5) / length);
	}
	blend(signal, new Float32Array(to - from + length), from, to);
}

/** The last 20 ms over and over, at full level. */
function repetition(signal: Float32Array, from: number, to: number, sampleRate: number): void {
	const block = Math.round(BLOCK * sampleRate);
	const length = to - from + Math.round(BLEND * sampleRate);
	const made = Float32Array.from({ length }, (_, i) => signal[from - block + (i % block)]!);
	blend(signal, made, from, to);
}

function concealer(signal: Float32Array, from: number, to: number, sampleRate: number): void {
	const made = new Float32Array(to - from + Math.round(BLEND * sampleRate));
	const concealer = new Concealer(1, sampleRate);
	const history = Math.min(from, concealer.historyFrames);
	concealer.begin(ringOf([signal.subarray(from - history, from)], sampleRate), history, history);
	for (let at = 0; at < made.length; at += QUANTUM) {
		concealer.pull([made], at, Math.min(QUANTUM, made.length - at));
	}
	blend(signal, made, from, to);
}

/** A ring that holds `planes` from index 0 on. @param sampleRate Hz */
export function ringOf(planes: readonly Float32Array[], sampleRate: number): RingReader {
	const frames = planes[0]!.length;
	const layout = ringLayout(planes.length, sampleRate, (frames + 1) / sampleRate);
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	new RingWriter(memory).write(planes, 0, frames);
	return new RingReader(memory);
}

function blend(signal: Float32Array, made: Float32Array, from: number, to: number): void {
	signal.set(made.subarray(0, to - from), from);
	const length = made.length - (to - from);
	for (let i = 0; i < length; i++) {
		const weight = fall((i + 0.5) / length);
		signal[to + i] = weight * made[to - from + i]! + (1 - weight) * signal[to + i]!;
	}
}

function fall(place: number): number {
	return 0.5 + 0.5 * Math.cos(Math.PI * place);
}
