// What is sent in the benchmark: mono at 16 kHz, long enough for a trace, kept under test/output so that
// the next run need not make it again.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { music, speech, tone } from '../../support/signals.js';
import type { SignalKind } from './run.js';
import { spokenText } from './spoken-text.js';

/** Hz. */
export const SIGNAL_RATE = 16_000;

const CACHE = new URL('../../output/underrun-signals/', import.meta.url);
/** To be raised when the making of a signal changes. */
const VERSION = 1;
/** −3 dBFS. */
const PEAK = 10 ** (-3 / 20);
/** −6 dBFS, 997 Hz: shares no factor with the sample rate. */
const TONE = { frequency: 997, amplitude: 10 ** (-6 / 20) };
/** Seconds of music with one root, beat and set of harmonies. */
const PIECE_SECONDS = 15;
/** Pieces until they come again: to make one takes a second. */
const PIECES = 8;

/** Those this process has made or read, by file name. */
const signals = new Map<string, Float32Array>();

/** Not to be written to. @param seconds how long at least; the same array for the same arguments. */
export function testSignal(kind: SignalKind, seconds: number, seed: number): Float32Array {
	const name = `${kind}-${seconds}s-seed${seed}-v${VERSION}.f32`;
	const signal =
		signals.get(name) ?? cached(name) ?? keep(name, Float32Array.from(make(kind, seconds, seed)));
	signals.set(name, signal);
	return signal;
}

function make(kind: SignalKind, seconds: number, seed: number): ArrayLike<number> {
	const span = { sampleRate: SIGNAL_RATE, seconds };
	switch (kind) {
		case 'tone':
			return tone(span, TONE.frequency, TONE.amplitude);
		case 'music':
			return pieces(seconds, seed);
		case 'speech':
			return spokenText({ ...span, peak: PEAK, seed }) ?? speech(span, PEAK, seed);
	}
}

/** Music of several pieces, each cut off when its time is over, on a beat or not, as a radio does. */
function pieces(seconds: number, seed: number): Float64Array {
	const span = { sampleRate: SIGNAL_RATE, seconds: PIECE_SECONDS };
	const count = Math.min(PIECES, Math.ceil(seconds / PIECE_SECONDS));
	const made = Array.from({ length: count }, (_, i) => faded(music(span, PEAK, 1000 * seed + i)));
	const all = new Float64Array(Math.round(SIGNAL_RATE * seconds));
	for (let start = 0, i = 0; start < all.length; i++) {
		const piece = made[i % count]!;
		all.set(piece.subarray(0, all.length - start), start);
		start += piece.length;
	}
	return all;
}

/** Fades of 10 ms at both ends: a cut is a click, and clicks are counted. */
function faded(signal: Float64Array): Float64Array {
	const length = 0.01 * SIGNAL_RATE;
	return signal.map(
		(value, i) => value * Math.min(1, i / length, (signal.length - 1 - i) / length),
	);
}

function cached(name: string): Float32Array | null {
	try {
		const bytes = readFileSync(new URL(name, CACHE));
		return new Float32Array(new Uint8Array(bytes).buffer);
	} catch {
		return null;
	}
}

function keep(name: string, signal: Float32Array): Float32Array {
	mkdirSync(CACHE, { recursive: true });
	// Renamed in one step, so that two runs at a time never read half a file.
	const half = new URL(`${name}.${process.pid}`, CACHE);
	writeFileSync(half, new Uint8Array(signal.buffer));
	renameSync(half, new URL(name, CACHE));
	return signal;
}
