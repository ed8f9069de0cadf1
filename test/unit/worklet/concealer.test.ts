// Concealment: the sound goes on where the signal ended, never clicks, never grows, and fades.
import { describe, expect, it } from 'vitest';
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { Concealer } from '../../../worklet/concealer.js';
import { findClicks } from '../../support/click-detector.js';
import {
	constant,
	music,
	pinkNoise,
	scale,
	speech,
	square,
	tone,
	tones,
	whiteNoise,
} from '../../support/signals.js';

const RATE = 48_000;
/** Seconds of signal before the gap. */
const BEFORE = 0.1;
/** Seconds to either side of the end that are searched for clicks: a frame of the detector's. */
const JUDGED = 0.02;
/** Seconds of what it is cut from. */
const SOURCE = 0.4;
/** Seconds after which it must be silent. */
const FADED = 0.12;

/** Milliseconds: finding clicks takes its time at high rates. */
const SLOW = 60_000;

interface Options {
	/** Hz. @default RATE */
	readonly sampleRate?: number;
	/** Sample frames handed to `begin`. @default all that it wants */
	readonly history?: number;
	/** Sample frames of each pull, in turn. @default 128 */
	readonly cuts?: readonly number[];
	/** Seconds of sound. @default 0.14 */
	readonly seconds?: number;
}

/** What follows `planes`, one plane per channel. */
function goOn(planes: readonly Float64Array[], options: Options = {}): Float32Array[] {
	const { sampleRate = RATE, cuts = [128], seconds = 0.14 } = options;
	const concealer = new Concealer(planes.length, sampleRate);
	const length = planes[0]!.length;
	const layout = ringLayout(planes.length, sampleRate, length / sampleRate + 0.01);
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	new RingWriter(memory).write(
		planes.map((plane) => Float32Array.from(plane)),
		0,
		length,
	);
	const history = options.history ?? Math.min(length, concealer.historyFrames);
	concealer.begin(new RingReader(memory), length, history);
	const frames = Math.round(seconds * sampleRate);
	const out = planes.map(() => new Float32Array(frames).fill(9));
	for (let at = 0, call = 0; at < frames; call++) {
		const count = Math.min(cuts[call % cuts.length]!, frames - at);
		concealer.pull(out, at, count);
		at += count;
	}
	expect(concealer.isSilent).toBe(seconds >= FADED);
	return out;
}

function peak(signal: ArrayLike<number>): number {
	return Array.from(signal).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

function rms(signal: Float32Array): number {
	return Math.sqrt(signal.reduce((sum, value) => sum + value * value, 0) / signal.length);
}

function joined(before: Float64Array, after: Float32Array): Float32Array {
	return Float32Array.from([...before, ...after]);
}

/** Clicks from the end of the signal to 2 ms after it. */
function clicksAtOnset(before: Float64Array, after: Float32Array, sampleRate = RATE): number[] {
	const frames = Math.round(JUDGED * sampleRate);
	const heard = joined(before.subarray(-frames), after.subarray(0, frames));
	return findClicks(heard, sampleRate).filter(
		(index) => index >= frames && index - frames <= 0.002 * sampleRate,
	);
}

const SOUNDS: readonly [string, (seed: number, sampleRate: number) => Float64Array][] = [
	['speech', (seed, sampleRate) => cut(speech(span(sampleRate, SOURCE), 0.5, seed), seed)],
	['music', (seed, sampleRate) => cut(music(span(sampleRate, SOURCE), 0.5, seed), seed)],
	['a tone', (seed, sampleRate) => tone(span(sampleRate), 150 + 313 * seed, 0.5, seed)],
	['tones', (seed, sampleRate) => tones(span(sampleRate), [220, 277.2, 329.6, 880], 0.5, seed)],
	['white noise', (seed, sampleRate) => whiteNoise(span(sampleRate), 0.1, seed)],
	['pink noise', (seed, sampleRate) => pinkNoise(span(sampleRate), 0.1, seed)],
];

function span(sampleRate: number, seconds = BEFORE): { sampleRate: number; seconds: number } {
	return { sampleRate, seconds };
}

/** BEFORE seconds from somewhere in a signal of SOURCE seconds. */
function cut(signal: Float64Array, seed: number): Float64Array {
	const start = Math.round(signal.length * ((seed * 0.137) % 0.7));
	return signal.slice(start, start + Math.round((signal.length * BEFORE) / SOURCE));
}

describe('the onset', () => {
	it.each(SOUNDS)(
		'of %s has no click',
		(_, make) => {
			for (let seed = 1; seed <= 12; seed++) {
				const before = make(seed, RATE);
				const [after] = goOn([before]);
				expect(clicksAtOnset(before, after!), `seed ${seed}`).toEqual([]);
			}
		},
		SLOW,
	);

	it('is where the detector finds a hard cut', () => {
		const before = tone(span(RATE), 440, 0.5, Math.PI / 4);
		expect(clicksAtOnset(before, new Float32Array(6000))).not.toEqual([]);
	});

	it.each([1, 2, 3, 7, 20, 60, 130, 300, 700])('has no click after %i sample frames', (history) => {
		const before = tone(span(RATE), 440, 0.5, 1);
		const [after] = goOn([before], { history });
		// 440 Hz changes by at most 0.029 per sample; a decay over 2 ms by at most 0.006.
		expect(Math.abs(after![0]! - before.at(-1)!)).toBeLessThan(0.035);
		expect(peak(after!)).toBeLessThanOrEqual(0.53);
	});

	it('is silence when there is no history', () => {
		const concealer = new Concealer(2, RATE);
		const [left, right] = goOn([tone(span(RATE), 440), tone(span(RATE), 550)], {
			history: 0,
			seconds: FADED,
		});
		expect(peak(left!) + peak(right!)).toBe(0);
		expect(concealer.isSilent).toBe(true);
	});
});

describe('a steady sound', () => {
	it.each([97, 440, 1000, 3333.3, 9876])('goes on as the same sine at %d Hz', (frequency) => {
		const whole = tone({ sampleRate: RATE, seconds: 0.12 }, frequency);
		const from = BEFORE * RATE;
		const [after] = goOn([whole.slice(0, from)], { seconds: 0.02 });
		const error = after!.map((value, i) => value - whole[from + i]!);
		expect(rms(error)).toBeLessThan(0.05 * rms(after!));
	});

	it('goes on as the same chord', () => {
		const whole = tones({ sampleRate: RATE, seconds: 0.12 }, [196, 247, 294, 392, 784], 0.5, 3);
		const from = BEFORE * RATE;
		const [after] = goOn([whole.slice(0, from)], { seconds: 0.02 });
		const error = after!.map((value, i) => value - whole[from + i]!);
		expect(rms(error)).toBeLessThan(0.25 * rms(after!));
	});

	it('keeps its level for 20 ms, is 12 dB down at 60 ms and silent at 120 ms', () => {
		const [after] = goOn([tone(span(RATE), 1000)]);
		const level = (from: number) =>
			20 * Math.log10(rms(after!.subarray(from * RATE, (from + 0.001) * RATE)) / rms(full));
		const full = Float32Array.from(tone(span(RATE), 1000));
		expect(level(0)).toBeCloseTo(0, 0);
		expect(level(0.019)).toBeCloseTo(0, 0);
		expect(level(0.0595)).toBeCloseTo(-12, 0);
		expect(peak(after!.subarray(FADED * RATE))).toBe(0);
		expect(peak(after!.subarray(0.115 * RATE, FADED * RATE))).toBeGreaterThan(0);
	});

	it('of noise keeps its level and does not buzz', () => {
		for (let seed = 1; seed <= 6; seed++) {
			const [after] = goOn([whiteNoise(span(RATE), 0.1, seed)], { seconds: 0.02 });
			expect(20 * Math.log10(rms(after!) / 0.1)).toBeCloseTo(0, -0.5);
			expect(highestAutocorrelation(after!, 0.0025 * RATE)).toBeLessThan(0.75);
		}
	});
});

/** Normalised, of lags from `shortest` to half of the signal. */
function highestAutocorrelation(signal: Float32Array, shortest: number): number {
	let highest = 0;
	for (let lag = shortest; lag < signal.length / 2; lag++) {
		let sum = 0;
		let early = 0;
		let late = 0;
		for (let i = lag; i < signal.length; i++) {
			sum += signal[i]! * signal[i - lag]!;
			early += signal[i - lag]! ** 2;
			late += signal[i]! ** 2;
		}
		highest = Math.max(highest, sum / Math.sqrt(early * late));
	}
	return highest;
}

describe('the level', () => {
	it.each(SOUNDS)('of %s is never above what was heard', (_, make) => {
		for (let seed = 1; seed <= 12; seed++) {
			const before = make(seed, RATE);
			const [after] = goOn([before]);
			expect(peak(after!)).toBeLessThanOrEqual(1.0501 * peak(before));
		}
	});

	it.each([8_000, 11_025, 16_000, 22_050, 44_100, 96_000, 192_000])(
		'and the onset hold at %i Hz',
		(sampleRate) => {
			// Without noise, which takes the detector long and is the same at every rate.
			for (const [name, make] of SOUNDS.slice(0, 4)) {
				const before = make(2, sampleRate);
				const [after] = goOn([before], { sampleRate });
				// At 8 kHz the detector takes the pulses of a voice for clicks.
				if (findClicks(Float32Array.from(before), sampleRate).length === 0) {
					expect(clicksAtOnset(before, after!, sampleRate), name).toEqual([]);
				}
				expect(peak(after!)).toBeLessThanOrEqual(1.0501 * peak(before));
			}
		},
		SLOW,
	);

	it.each<[string, Float64Array]>([
		['a full-scale square', square(span(RATE), 440, 1)],
		['direct current', constant(span(RATE), 1)],
		['denormals', whiteNoise(span(RATE), 1e-40, 1)],
		['the largest numbers', whiteNoise(span(RATE), 1e37, 1)],
		['one pulse', constant(span(RATE), 0).fill(1, 4790, 4791)],
		['alternating signs', square(span(RATE), RATE / 2, 1)],
		['silence', constant(span(RATE), 0)],
	])('of %s stays finite and below what was heard', (_, before) => {
		const [after] = goOn([before]);
		expect(after!.every((value) => Number.isFinite(value))).toBe(true);
		expect(peak(after!)).toBeLessThanOrEqual(1.0501 * peak(Float32Array.from(before)));
		expect(peak(after!.subarray(FADED * RATE))).toBe(0);
	});

	it('survives what is not a number', () => {
		const before = speech(span(RATE), 0.5, 1);
		before[4000] = NaN;
		before[4100] = Infinity;
		const [after] = goOn([before]);
		expect(peak(after!)).toBeLessThan(0.53);
	});
});

describe('channels', () => {
	it('keep their image', () => {
		const before = cut(music(span(RATE, SOURCE), 0.5, 4), 3);
		const [left, right] = goOn([before, scale(before, -0.5)]);
		expect(peak(left!)).toBeGreaterThan(0.1);
		expect(peak(left!.map((value, i) => value + 2 * right![i]!))).toBeLessThan(1e-6);
	});

	it('keep their own waveforms', () => {
		const before = [440, 660].map((frequency) => tone(span(RATE), frequency));
		const wanted = [440, 660].map((frequency) => tone(span(RATE, 0.12), frequency).slice(4800));
		goOn(before, { seconds: 0.02 }).forEach((after, channel) => {
			const error = after.map((value, i) => value - wanted[channel]![i]!);
			expect(rms(error)).toBeLessThan(0.1 * rms(after));
		});
	});

	it('may be eight, one of them silent', () => {
		const planes = Array.from({ length: 8 }, (_, channel) =>
			channel === 5 ? constant(span(RATE), 0) : whiteNoise(span(RATE), 0.1, channel + 1),
		);
		const after = goOn(planes);
		expect(peak(after[5]!)).toBe(0);
		expect(peak(after[6]!)).toBeGreaterThan(0.1);
	});
});

describe('pulls', () => {
	it.each([[[1]], [[7, 500, 33]], [[6720]], [[128, 127, 129]]])(
		'of %j sample frames give the same samples',
		(cuts) => {
			for (const [, make] of SOUNDS) {
				const before = [make(1, RATE), make(2, RATE)];
				expect(goOn(before, { cuts })).toEqual(goOn(before));
			}
		},
	);

	it('after a second begin are those of a new concealer', () => {
		const concealer = new Concealer(1, RATE);
		const pull = () => {
			const before = Float32Array.from(speech(span(RATE), 0.5, 1));
			const layout = ringLayout(1, RATE, 0.1);
			const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
			new RingWriter(memory).write([before], 0, before.length);
			concealer.begin(new RingReader(memory), before.length, concealer.historyFrames);
			const out = new Float32Array(1000);
			concealer.pull([out], 0, 1000);
			return out;
		};
		expect(pull()).toEqual(pull());
	});
});
