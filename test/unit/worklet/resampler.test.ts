import { designSincFilter } from '../../../src/core/sinc-filter.js';
import { describe, expect, it } from 'vitest';
import { Resampler, type SampleSource } from '../../../worklet/resampler.js';
import { findSineClicks } from '../../support/click-detector.js';
import { firstDifference, greatestDifference } from '../../support/difference.js';
import { random } from '../../support/random.js';
import { uniformNoise } from '../../support/signals.js';
import { energyAboveDb, thdPlusNoiseDb } from '../../support/spectrum.js';

const MINUS_1_DB = 10 ** (-1 / 20);
const BLOCK = 128;
/** Outputs of a crossfade from copy to filter, and of a change of the drift. */
const BLEND = 128;
const RAMP = 128;

/** A signal that has come up to `written`. */
class ArraySource implements SampleSource {
	pulled = 0;
	written: number;
	readonly #signal: Float32Array;

	constructor(signal: Float32Array, written = signal.length) {
		this.#signal = signal;
		this.written = written;
	}

	get available(): number {
		return this.written - this.pulled;
	}

	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		if (count < 0 || count > this.available) {
			throw new RangeError(`Expected 0 to ${this.available} sample frames, got ${count}.`);
		}
		const taken = this.#signal.subarray(this.pulled, this.pulled + count);
		planes.forEach((plane, channel) => {
			plane.set(channel === 0 ? taken : taken.map((x) => -x), offset);
		});
		this.pulled += count;
	}
}

function sine(seconds: number, rate: number, frequency: number): Float32Array {
	return Float32Array.from(
		{ length: Math.round(seconds * rate) },
		(_, i) => MINUS_1_DB * Math.sin((2 * Math.PI * frequency * i) / rate),
	);
}

function noise(frames: number, seed: number): Float32Array {
	return Float32Array.from(uniformNoise({ sampleRate: frames, seconds: 1 }, 0.5, seed));
}

/** All that can be made of `signal`, in blocks; `drift` is asked before each for parts per 10⁹. */
function convert(
	signal: Float32Array,
	sourceRate: number,
	outputRate: number,
	drift: (outputs: number) => number = () => 0,
): Float32Array {
	const source = new ArraySource(signal);
	const resampler = new Resampler(1, designSincFilter(sourceRate, outputRate), BLOCK);
	const out = new Float32Array(Math.ceil((signal.length * outputRate * 1.02) / sourceRate) + 1000);
	let made = 0;
	for (let count = BLOCK; count === BLOCK; made += count) {
		resampler.setDrift(drift(made));
		count = Math.min(BLOCK, resampler.producible(source.available, true));
		resampler.render(source, [out], made, count);
	}
	return out.slice(0, made);
}

/** Less the ends. */
function settled(signal: Float32Array, rate: number): Float32Array {
	return signal.slice(0.1 * rate, signal.length - 0.1 * rate);
}

/** The worst of all windows of 50 ms. */
function worstThdN(signal: Float32Array, rate: number, frequency: number): number {
	let worst = -Infinity;
	for (let from = 0; from + 0.05 * rate <= signal.length; from += 0.05 * rate) {
		const window = signal.slice(from, from + 0.05 * rate);
		worst = Math.max(worst, thdPlusNoiseDb(window, rate, frequency));
	}
	return worst;
}

/** Of each output, in source sample frames, when the drift goes in a straight line from drift(i) to
 * drift(i + BLOCK) over every block, the first time from 0. `hasBlend`: it starts a blend late. */
function positions(
	length: number,
	ratio: number,
	hasBlend: boolean,
	drift: (output: number) => number,
): Float64Array {
	const all = new Float64Array(length);
	let ppb = 0;
	for (let i = 0; i + 1 < length; i++) {
		const begin = i - (i % BLOCK);
		if (!hasBlend || i >= BLEND) {
			ppb += (drift(begin + BLOCK) - ppb) / (BLOCK - (i % BLOCK));
		}
		all[i + 1] = all[i]! + ratio * (1 + ppb * 1e-9);
	}
	return all;
}

/** What is not the 997 Hz tone at these positions of its source, in dB of it, ends left out. Gain and phase
 * are fitted: the first is the filter's, the second must be small. */
function errorAtDb(heard: Float32Array, places: Float64Array, sourceRate: number): number {
	const omega = (2 * Math.PI * 997) / sourceRate;
	const inner = Array.from(heard.keys()).slice(5000, -5000);
	let ss = 0;
	let cc = 0;
	let sc = 0;
	let hs = 0;
	let hc = 0;
	for (const i of inner) {
		const sin = Math.sin(omega * places[i]!);
		const cos = Math.cos(omega * places[i]!);
		ss += sin * sin;
		cc += cos * cos;
		sc += sin * cos;
		hs += heard[i]! * sin;
		hc += heard[i]! * cos;
	}
	const a = (hs * cc - hc * sc) / (ss * cc - sc * sc);
	const b = (hc * ss - hs * sc) / (ss * cc - sc * sc);
	expect(Math.abs(b / a)).toBeLessThan(1e-5);
	const error = inner.reduce((sum, i) => {
		const tone = a * Math.sin(omega * places[i]!) + b * Math.cos(omega * places[i]!);
		return sum + (heard[i]! - tone) ** 2;
	}, 0);
	return 10 * Math.log10(error / (a * a * ss));
}

describe('Resampler quality', () => {
	it.each([
		[16_000, 48_000, -130],
		[44_100, 48_000, -130],
		[48_000, 44_100, -130],
		[8_000, 48_000, -130],
		[96_000, 48_000, -130],
		[384_000, 44_100, -130],
		[11_025, 48_000, -130],
		[12_345, 48_000, -130],
		[44_101, 48_000, -130],
	])('has THD+N of 997 Hz at -1 dBFS from %i to %i Hz below %i dB', (from, to, limit) => {
		const thdN = worstThdN(settled(convert(sine(1, from, 997), from, to), to), to, 997);
		console.log(`${from} -> ${to} Hz: THD+N ${thdN.toFixed(1)} dB`);
		expect(thdN).toBeLessThan(limit);
	});

	it.each([100_000, -100_000])('keeps it below -130 dB from 16 to 48 kHz at %i ppb', (ppb) => {
		const heard = convert(sine(2, 16_000, 997), 16_000, 48_000, () => ppb);
		const thdN = worstThdN(settled(heard, 48_000), 48_000, 997);
		console.log(`16000 -> 48000 Hz, ${ppb} ppb: THD+N ${thdN.toFixed(1)} dB`);
		expect(thdN).toBeLessThan(-130);
	});

	it('keeps it below -110 dB while the drift moves by 100 ppm, as fast as a sine fit bears', () => {
		// 2 ppm a second: what a straight sine leaves of that pitch over a window is -119 dB.
		const heard = convert(
			sine(50, 16_000, 997),
			16_000,
			48_000,
			(i) => Math.round(i / 24) - 50_000,
		);
		for (let second = 1; second < 49; second += 6) {
			const thdN = worstThdN(heard.slice(second * 48_000, (second + 0.2) * 48_000), 48_000, 997);
			console.log(`drift at ${second} s: THD+N ${thdN.toFixed(1)} dB`);
			expect(thdN).toBeLessThan(-110);
		}
	});

	it.each([
		[16_000, 48_000],
		[44_100, 48_000],
		[48_000, 48_000],
		[48_000, 16_000],
	])('is nowhere else but where the ratio says while that wanders, %i to %i Hz', (from, to) => {
		const drift = (i: number): number => Math.round(100_000 * Math.sin(i / to));
		const heard = convert(sine(3, from, 997), from, to, (i) => drift(i + BLOCK));
		const error = errorAtDb(heard, positions(heard.length, from / to, from === to, drift), from);
		console.log(`${from} -> ${to} Hz, wandering: all but the tone ${error.toFixed(1)} dB`);
		expect(error).toBeLessThan(-120);
	});

	it.each([0, 100_000])('leaves no image above 8.5 kHz, 16 to 48 kHz, drift %i ppb', (ppb) => {
		for (const frequency of [997, 4000, 6000, 7000, 7490]) {
			const heard = convert(sine(2, 16_000, frequency), 16_000, 48_000, () => ppb);
			const image = energyAboveDb(settled(heard, 48_000), 48_000, 8500);
			console.log(`${frequency} Hz, ${ppb} ppb: energy above 8.5 kHz ${image.toFixed(1)} dB`);
			expect(image).toBeLessThan(-115);
		}
	});

	it.each([
		[16_000, 48_000, 7000],
		[44_100, 48_000, 18_300],
		[48_000, 16_000, 7000],
		[48_000, 44_100, 18_300],
	])('passes all from %i to %i Hz up to %i Hz within 0.05 dB', (from, to, highest) => {
		for (let part = 1; part <= 16; part++) {
			const frequency = (highest * part) / 16;
			const heard = settled(convert(sine(0.5, from, frequency), from, to), to);
			const power = heard.reduce((sum, x) => sum + x * x, 0) / heard.length;
			expect(Math.abs(10 * Math.log10((2 * power) / MINUS_1_DB ** 2))).toBeLessThan(0.05);
		}
	});

	it('has a gain of 1 at 0 Hz in every position', () => {
		const heard = convert(new Float32Array(16_000).fill(0.5), 16_000, 48_000, () => 5_000_000);
		expect(greatestDifference(settled(heard, 48_000), () => 0.5)).toBeLessThan(1e-6);
	});
});

describe('Resampler at equal rates', () => {
	it('copies exactly, without looking ahead, in blocks of any size', () => {
		const signal = noise(20_000, 1);
		const source = new ArraySource(signal, 0);
		const resampler = new Resampler(2, designSincFilter(48_000, 48_000), BLOCK);
		const out = [new Float32Array(20_000), new Float32Array(20_000)];
		const uniform = random(2);
		for (let made = 0; made < 20_000;) {
			const count = Math.min(20_000 - made, Math.floor(uniform() * (BLOCK + 1)));
			source.written = made + count;
			expect(resampler.needed(count)).toBe(count);
			expect(resampler.producible(source.available, false)).toBe(count);
			resampler.render(source, out, made, count);
			expect(resampler.held).toBe(0);
			made += count;
		}
		expect(firstDifference(out[0]!, signal)).toBe(-1);
		expect(
			firstDifference(
				out[1]!,
				signal.map((x) => -x),
			),
		).toBe(-1);
	});

	it.each([997, 5000, 15_000])('goes over to the filter without a jump in time, %i Hz', (hz) => {
		const signal = sine(1, 48_000, hz);
		// From 4 blocks on, of 1 ppm: the output may come a microsecond late by the end, not more.
		const heard = convert(signal, 48_000, 48_000, (i) => (i < 512 ? 0 : 1000));
		const step = (2 * Math.PI * hz) / 48_000;
		let position = 512;
		const error = greatestDifference(heard.subarray(512, 40_000), (i) => {
			const exact = MINUS_1_DB * Math.sin(step * position);
			const ramped = Math.max(0, Math.min(1, (i + 1 - BLEND) / RAMP));
			position += 1 + 1e-6 * ramped;
			return exact;
		});
		expect(error).toBeLessThan(0.003);
		expect(heard.slice(0, 512)).toEqual(signal.slice(0, 512));
	});

	it('has heard what came before when it goes over', () => {
		const signal = new Float32Array(4800).fill(0.5);
		const heard = convert(signal, 48_000, 48_000, (i) => (i < 512 ? 0 : 100_000));
		expect(greatestDifference(heard.subarray(0, 4700), () => 0.5)).toBeLessThan(1e-6);
	});

	it('takes the top of the band, which the filter does not pass, away little by little', () => {
		const signal = sine(0.1, 48_000, 23_000);
		const heard = convert(signal, 48_000, 48_000, (i) => (i < 512 ? 0 : 1));
		for (let i = 0; i < BLEND; i++) {
			const change = Math.abs(heard[512 + i]! - signal[512 + i]!);
			expect(change).toBeLessThan((i + 1) / BLEND);
		}
		const after = heard.slice(512 + BLEND, 1024).map(Math.abs);
		expect(Math.max(...after)).toBeLessThan(0.7);
	});

	it('goes over without a click at the largest drift, in blocks of any size', () => {
		for (const ppb of [-10_000_000, 10_000_000]) {
			const source = new ArraySource(sine(1, 48_000, 997));
			const resampler = new Resampler(1, designSincFilter(48_000, 48_000), BLOCK);
			const out = new Float32Array(40_000);
			const uniform = random(3);
			for (let made = 0; made < 40_000;) {
				const count = Math.min(40_000 - made, 1 + Math.floor(uniform() * 20));
				resampler.setDrift(made < 1000 ? 0 : made < 20_000 ? ppb : -ppb);
				resampler.render(source, [out], made, count);
				made += count;
			}
			// 1.2 times the sharpest bend of the sine itself.
			expect(findSineClicks(out, 48_000, 997, MINUS_1_DB / 2.5)).toEqual([]);
		}
	});

	it('goes on copying until there is enough to look ahead, and until reset with none', () => {
		const signal = noise(10_000, 4);
		const source = new ArraySource(signal, 0);
		const resampler = new Resampler(1, designSincFilter(48_000, 48_000), BLOCK);
		const out = new Float32Array(10_000);
		resampler.setDrift(50_000);
		for (let made = 0; made < 2560; made += BLOCK) {
			source.written = made + BLOCK + 15;
			resampler.render(source, [out], made, BLOCK);
			expect(resampler.held).toBe(0);
		}
		expect(out.slice(0, 2560)).toEqual(signal.slice(0, 2560));
		source.written = 2560 + BLOCK + 16;
		resampler.render(source, [out], 2560, BLOCK);
		expect(resampler.held).toBe(16);
	});

	it('stays in the filter until a reset, which copies again if there is no drift by then', () => {
		const source = new ArraySource(noise(10_000, 5));
		const resampler = new Resampler(1, designSincFilter(48_000, 48_000), BLOCK);
		const out = new Float32Array(BLOCK);
		resampler.setDrift(50_000);
		resampler.render(source, [out], 0, BLOCK);
		resampler.setDrift(0);
		resampler.render(source, [out], 0, BLOCK);
		expect(resampler.held).toBeGreaterThan(0);
		resampler.reset();
		resampler.render(source, [out], 0, BLOCK);
		expect(resampler.held).toBe(0);
		resampler.setDrift(50_000);
		resampler.reset();
		expect(resampler.producible(20, false)).toBeLessThan(20);
	});
});

/** Never runs out. */
class EndlessSource implements SampleSource {
	readonly available = 1_000_000;
	pulled = 0;

	pull(_planes: readonly Float32Array[], _offset: number, count: number): void {
		this.pulled += count;
	}
}

const RATES = [
	[16_000, 48_000],
	[44_100, 48_000],
	[48_000, 48_000],
	[44_101, 48_000],
	[48_000, 16_000],
] as const;

describe('Resampler accounting', () => {
	it.each(RATES)('takes just the sum of the ratios over a minute, %i to %i Hz', (from, to) => {
		const uniform = random(from);
		const resampler = new Resampler(1, designSincFilter(from, to), BLOCK);
		const source = new EndlessSource();
		const out = [new Float32Array(BLOCK)];
		const blocks = Math.floor((60 * to) / BLOCK);
		let before = 1;
		let drifts = 0;
		resampler.setDrift(before);
		resampler.reset();
		for (let block = 0; block < blocks; block++) {
			const ppb = Math.round((2 * uniform() - 1) * 10_000_000);
			resampler.setDrift(ppb);
			resampler.render(source, out, 0, BLOCK);
			// Ramps take one block: Σ from j = 1 to RAMP of before + (ppb - before) j / RAMP.
			drifts += RAMP * before + ((ppb - before) * (RAMP + 1)) / 2;
			before = ppb;
		}
		const position = (from / to) * (blocks * BLOCK + drifts * 1e-9);
		expect(source.pulled - resampler.held).toBeGreaterThan(position - 1);
		expect(source.pulled - resampler.held).toBeLessThan(position + 1);
	});

	it('is exact for good while there is no drift', () => {
		const resampler = new Resampler(1, designSincFilter(44_100, 48_000), BLOCK);
		const source = new EndlessSource();
		for (let block = 0; block < 375 * 60; block++) {
			resampler.render(source, [new Float32Array(BLOCK)], 0, BLOCK);
		}
		expect(source.pulled - resampler.held).toBe(44_100 * 60);
	});

	it.each(RATES)('makes what it calls producible, needs what it says, %i to %i Hz', (from, to) => {
		for (let seed = 1; seed <= 20; seed++) {
			const uniform = random(seed);
			const source = new ArraySource(noise(20_000, seed), 0);
			const resampler = new Resampler(2, designSincFilter(from, to), BLOCK);
			const out = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
			while (source.written < 20_000) {
				source.written = Math.min(20_000, source.written + Math.floor(uniform() * 200));
				if (uniform() < 0.2) {
					resampler.setDrift(Math.round((2 * uniform() - 1) * 10_000_000));
				}
				const most = resampler.producible(source.available, false);
				expect(resampler.needed(most)).toBeLessThanOrEqual(source.available);
				expect(resampler.needed(most + 1)).toBeGreaterThan(source.available);
				const count = Math.min(BLOCK, Math.ceil(most * (uniform() < 0.5 ? 1 : uniform())));
				resampler.render(source, out, 0, count); // Throws when it reads too much.
				expect(out[0]!.every((x, i) => -x === out[1]![i])).toBe(true);
			}
		}
	});

	it.each(RATES)('gives the same in blocks of any size, %i to %i Hz', (from, to) => {
		const signal = noise(16_000, 6);
		// Another drift every 5 blocks.
		const drift = (i: number): number =>
			i < 512 ? 0 : Math.round(9_000_000 * Math.cos(Math.floor(i / BLOCK / 5) * 2));
		const whole = convert(signal, from, to, drift);
		const source = new ArraySource(signal);
		const resampler = new Resampler(1, designSincFilter(from, to), BLOCK);
		const out = new Float32Array(whole.length);
		const uniform = random(7);
		for (let made = 0; made < whole.length;) {
			resampler.setDrift(drift(made));
			const rest = Math.min(whole.length - made, BLOCK - (made % BLOCK));
			const count = Math.min(rest, 1 + Math.floor(uniform() * BLOCK));
			expect(resampler.producible(source.available, true)).toBeGreaterThanOrEqual(count);
			resampler.render(source, [out], made, count);
			made += count;
		}
		expect(firstDifference(out, whole)).toBe(-1);
	});

	it.each(RATES)(
		'ends when the last source sample frame has been heard, %i to %i Hz',
		(from, to) => {
			for (const ppb of [0, 3_000_000]) {
				const made = convert(noise(5000, 8), from, to, () => ppb).length;
				const expected = (5000 * to) / from / (1 + ppb * 1e-9);
				expect(Math.abs(made - expected)).toBeLessThan(to / from + 1.5);
			}
		},
	);

	it('allocates nothing while it renders', () => {
		const resampler = new Resampler(2, designSincFilter(44_100, 48_000), BLOCK);
		const source = new EndlessSource();
		const out = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
		let least = Infinity;
		for (let round = 0; round < 20; round++) {
			globalThis.gc!();
			const before = process.memoryUsage().heapUsed;
			for (let block = 0; block < 2000; block++) {
				resampler.setDrift((block * 7919) % 10_000_000);
				const made = Math.min(BLOCK, resampler.producible(1000, false));
				resampler.render(source, out, 0, made);
				resampler.needed(BLOCK + resampler.held);
			}
			least = Math.min(least, process.memoryUsage().heapUsed - before);
		}
		// One boxed double a block would be 24 kB and more.
		expect(least).toBeLessThan(12_000);
	});
});
