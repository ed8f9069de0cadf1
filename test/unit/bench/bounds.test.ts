import { describe, expect, it } from 'vitest';
import { clairvoyant, fixedDelay } from '../../bench/underrun/bounds.js';
import type { Trace } from '../../bench/underrun/trace.js';
import { random } from '../../support/random.js';

/** Frames of 20 ms that arrive `lateMs` after the end of their capture, or so. */
function trace(lateMs: readonly number[], skipFirstFrames = 0): Trace {
	const arrivalMs = Float64Array.from(lateMs, (late, k) => 20 * k + late);
	return { name: 'hand', frameMs: 20, skipFirstFrames, arrivalMs };
}

// In order: the three late frames arrive together.
const STALL = trace([7, 7, 7, 57, 37, 17, 7]);

describe('a fixed delay', () => {
	it.each([
		{ late: 0, delayMs: 50, concealedMs: 0 },
		{ late: 0.15, delayMs: 30, concealedMs: 20 },
		// 40 ms late is a frame of 20 ms; 20 ms late is all of it, too.
		{ late: 0.3, delayMs: 10, concealedMs: 20 + 20 },
		// The one that is 10 ms late is half concealed.
		{ late: 0.45, delayMs: 0, concealedMs: 20 + 20 + 10 },
	])('of $delayMs ms leaves at most $late late', ({ late, delayMs, concealedMs }) => {
		const fixed = fixedDelay(STALL, late);
		expect(fixed.delayMs).toBeCloseTo(delayMs, 9);
		expect(fixed.concealedPercent).toBeCloseTo((100 * concealedMs) / 140, 9);
		expect(fixed.j).toBeCloseTo(delayMs + (10_000 * concealedMs) / 140, 6);
	});

	it('lets exactly the allowed fraction be late', () => {
		const late = Array.from({ length: 1000 }, (_, k) => (k % 100 === 50 ? 15 : 0));
		expect(fixedDelay(trace(late), 0.01).delayMs).toBe(0);
		expect(fixedDelay(trace(late), 0.009).delayMs).toBe(15);
	});

	it('does not count the first frames, but measures from the fastest of all', () => {
		const fixed = fixedDelay(trace([40, 0, 12, 12, 12, 12], 2), 0);
		expect(fixed.delayMs).toBe(12);
		expect(fixed.concealedPercent).toBe(0);
	});
});

describe('the clairvoyant bound', () => {
	it('rises before a stall and falls after it as fast as the rates allow', () => {
		const { delayMs, meanDelayMs, j } = clairvoyant(STALL);
		[35, 40, 45, 50, 46, 42, 38].forEach((wanted, k) => {
			expect(delayMs[k]).toBeCloseTo(wanted, 9);
		});
		expect(meanDelayMs).toBeCloseTo(296 / 7, 9);
		expect(j).toBe(meanDelayMs);
	});

	it('takes other rates', () => {
		const { delayMs } = clairvoyant(STALL, 0.5, 1);
		[0, 10, 30, 50, 40, 30, 20].forEach((wanted, k) => {
			expect(delayMs[k]).toBeCloseTo(wanted, 9);
		});
	});

	it('is the maximum over all frames that its formula says', () => {
		const uniform = random(7);
		const late = Array.from({ length: 200 }, () => 200 * uniform() ** 8);
		const base = Math.min(...late);
		const found = clairvoyant(trace(late), 0.1, 0.3).delayMs;
		late.forEach((_, k) => {
			const terms = late.map((d, j) => d - base - 20 * (j > k ? 0.3 * (j - k) : 0.1 * (k - j)));
			expect(found[k]).toBeCloseTo(Math.max(...terms), 6);
		});
	});

	it('ignores the frames before those counted', () => {
		expect(clairvoyant(trace([90, 0, 3, 3, 3], 2)).meanDelayMs).toBeCloseTo(3, 9);
	});

	it('may fall at once in a pause of the sender, by the pause, and not rise for free', () => {
		const capturedMs = Float64Array.of(0, 20, 40, 160, 180, 200);
		const arrivals = (late: readonly number[]): Trace => ({
			...trace(late),
			arrivalMs: capturedMs.map((at, k) => at + late[k]!),
			capturedMs,
		});
		expect([...clairvoyant(arrivals([0, 0, 90, 0, 0, 0])).delayMs]).toEqual([80, 85, 90, 0, 0, 0]);
		// The pause is 100 ms longer than a frame: of 150 ms, 46 remain.
		expect(clairvoyant(arrivals([0, 0, 150, 0, 0, 0])).delayMs[3]).toBeCloseTo(46, 9);
		expect(clairvoyant(arrivals([0, 0, 0, 60, 0, 0])).delayMs[2]).toBeCloseTo(55, 9);
	});
});
