import { describe, expect, it } from 'vitest';
import { Splicer } from '../../../worklet/splicer.js';
import { TimeStretcher } from '../../../worklet/time-stretcher.js';
import { stretch, type Stretched } from '../../bench/stretch/media-loop.js';
import { music, speech, tone } from '../../support/signals.js';
import { thdPlusNoiseDb } from '../../support/spectrum.js';

const RATE = 48_000;
const BLOCK = 128;

function floats(signal: Float64Array): Float32Array {
	return Float32Array.from(signal);
}

function stretched(
	planes: readonly Float32Array[],
	permille: number,
	leastCorrelation: number,
): Stretched {
	return stretch(planes, { sampleRate: RATE, permille, leastCorrelation });
}

/** Media sample frames per output sample frame over each half second. */
function halfSecondRates({ positions }: Stretched): number[] {
	const blocks = Math.round((0.5 * RATE) / BLOCK);
	return Array.from(
		{ length: positions.length - blocks },
		(_, i) => (positions[i + blocks]! - positions[i]!) / (blocks * BLOCK),
	);
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A splicer that answers each jump with `lag`, and counts them. */
class FakeSplicer {
	readonly sampleRate = RATE;
	readonly isCrossfading = false;
	calls = 0;
	#lag: number;

	constructor(lag: number) {
		this.#lag = lag;
	}

	shorten(): number {
		this.calls++;
		return this.#lag;
	}

	lengthen(): number {
		return this.shorten();
	}

	set lag(lag: number) {
		this.#lag = lag;
	}
}

function fake(lag: number): { splicer: FakeSplicer; stretcher: TimeStretcher } {
	const splicer = new FakeSplicer(lag);
	return { splicer, stretcher: new TimeStretcher(splicer as unknown as Splicer) };
}

describe('TimeStretcher', () => {
	it('does nothing at the pace of the media', () => {
		const signal = floats(speech({ sampleRate: RATE, seconds: 1 }, 0.7, 1));
		const { planes, rate, seams } = stretched([signal], 1000, 0);
		expect([rate, seams.length]).toEqual([1, 0]);
		expect(planes[0]).toEqual(signal.subarray(0, planes[0]!.length));
	});

	it.each([750, 850, 950, 990, 1010, 1050, 1150, 1200])(
		'reaches %i permille on speech, and does not exceed it over half seconds',
		(permille) => {
			const signal = floats(speech({ sampleRate: RATE, seconds: 10 }, 0.7, 2));
			const made = stretched([signal], permille, 70);
			// What is refused at an onset is made up for only in part.
			expect(Math.abs(made.rate - permille / 1000)).toBeLessThan(0.02);
			// A jump is whole: a window may hold one more than its share, and what was owed.
			const excess = halfSecondRates(made).map(
				(rate) => (rate - permille / 1000) * Math.sign(permille - 1000),
			);
			expect(mean(excess)).toBeLessThan(0.005);
			expect(Math.max(...excess)).toBeLessThan((2 * 0.03) / 0.5 + 0.003);
		},
	);

	it('reaches what the correlation asked for allows on music', () => {
		const signal = floats(music({ sampleRate: RATE, seconds: 6 }, 0.7, 3));
		const rates = [0, 80, 95, 100].map((least) => stretched([signal], 850, least).rate);
		expect(rates[0]).toBeLessThan(0.858);
		expect(rates[1]).toBeGreaterThan(0.84);
		expect(rates[1]).toBeLessThan(rates[3]! + 1e-9);
	});

	it('jumps at once after a quiet time, then waits until it is due', () => {
		const { splicer, stretcher } = fake(960);
		stretcher.setRate(850);
		stretcher.advance(BLOCK);
		expect(splicer.calls).toBe(1);
		// 960 sample frames at 15 % are due after 6400.
		for (let frames = BLOCK; frames < 6200; frames += BLOCK) {
			stretcher.advance(BLOCK);
		}
		expect(splicer.calls).toBe(1);
		stretcher.advance(BLOCK);
		stretcher.advance(BLOCK);
		expect(splicer.calls).toBe(2);
	});

	it('cannot be made to jump more often by turning the rate back and forth', () => {
		const { splicer, stretcher } = fake(960);
		for (let turn = 0; turn < 1000; turn++) {
			stretcher.setRate([850, 1000, 1150][turn % 3]!);
			stretcher.advance(BLOCK);
		}
		// 128 000 sample frames at no more than 15 % are 19 200, or 20 jumps, either way.
		expect(splicer.calls).toBeLessThanOrEqual(2 * 21);
	});

	it('tries again a little later when refused, and makes up for one jump at most', () => {
		const { splicer, stretcher } = fake(0);
		stretcher.setRate(1150);
		for (let frames = 0; frames < RATE; frames += BLOCK) {
			stretcher.advance(BLOCK);
		}
		expect(splicer.calls).toBeGreaterThan(100);
		expect(splicer.calls).toBeLessThanOrEqual(200);
		splicer.calls = 0;
		splicer.lag = 480;
		stretcher.advance(240);
		for (let frames = 0; frames < 1280; frames += BLOCK) {
			stretcher.advance(BLOCK);
		}
		expect(splicer.calls).toBeLessThanOrEqual(5);
	});

	it.each([900, 1100])('keeps the pitch of a sine, and its purity, at %i permille', (permille) => {
		const signal = floats(tone({ sampleRate: RATE, seconds: 3 }, 997, 10 ** (-1 / 20)));
		const { planes } = stretched([signal], permille, 85);
		// The first jump back has hardly any history to choose from.
		for (let at = 9600; at + 2400 <= planes[0]!.length; at += 1200) {
			expect(thdPlusNoiseDb(planes[0]!.subarray(at, at + 2400), RATE, 997)).toBeLessThan(-60);
		}
	});

	it('keeps the channels together', () => {
		const left = floats(music({ sampleRate: RATE, seconds: 2 }, 0.7, 4));
		const right = left.map((value) => -0.5 * value);
		for (const permille of [850, 1150]) {
			const { planes, seams } = stretched([left, right], permille, 50);
			expect(seams.length).toBeGreaterThan(5);
			planes[0]!.forEach((value, i) => {
				if (Math.abs(planes[1]![i]! + 0.5 * value) > 1e-6) {
					expect.fail(`channels part at ${i}`);
				}
			});
		}
	});
});
