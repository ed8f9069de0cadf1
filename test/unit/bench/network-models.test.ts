import { describe, expect, it } from 'vitest';
import { deliver } from '../../bench/underrun/delivery.js';
import { exponential, gamma, lognormal } from '../../bench/underrun/distributions.js';
import { MODELS, modelTrace, type ModelName } from '../../bench/underrun/network-models.js';
import { tcpLossDelays } from '../../bench/underrun/tcp-loss.js';
import { captureTimes, pauseAfter, relativeDelays } from '../../bench/underrun/trace.js';
import { random } from '../../support/random.js';

const NAMES = Object.keys(MODELS) as ModelName[];

function gaps(times: Float64Array): number[] {
	return [...times.subarray(1)].map((at, k) => at - times[k]!);
}

/** Frames that come more than `ms` after the one before. */
function stallCount(name: ModelName, seed: number, ms: number): number {
	return gaps(modelTrace(name, seed).arrivalMs).filter((gap) => gap > ms).length;
}

describe.each(NAMES)('the model %s', (name) => {
	it('gives the same trace for the same seed', () => {
		expect(modelTrace(name, 5, 30)).toEqual(modelTrace(name, 5, 30));
	});

	it('delivers in order, nothing before it was captured, and counts most of it', () => {
		const trace = modelTrace(name, 4);
		const captured = captureTimes(trace);
		expect(gaps(trace.arrivalMs).every((gap) => gap >= 0)).toBe(true);
		expect(trace.arrivalMs.every((at, k) => Number.isFinite(at) && at >= captured[k]!)).toBe(true);
		expect(captured.length).toBeGreaterThan(0.6 * 14_500);
		expect(trace.skipFirstFrames).toBe(450);
	});

	it('takes a frame duration', () => {
		const trace = modelTrace(name, 2, 10, 10);
		expect(trace.frameMs).toBe(10);
		expect(trace.arrivalMs.length).toBe(1000);
	});
});

describe('the models', () => {
	const worst = (name: ModelName, seed: number): number =>
		Math.max(...relativeDelays(modelTrace(name, seed)));

	it.each(NAMES.filter((name) => !['perfect', 'single-stall'].includes(name)))(
		'differ between seeds: %s',
		(name) => {
			expect(modelTrace(name, 2, 30).arrivalMs).not.toEqual(modelTrace(name, 3, 30).arrivalMs);
		},
	);

	it('of good networks have no stall', () => {
		expect(worst('perfect', 2)).toBeCloseTo(0, 9);
		for (const name of ['wired', 'drift+100', 'drift-100'] as const) {
			expect(worst(name, 3)).toBeGreaterThan(8);
			expect(worst(name, 3)).toBeLessThan(25);
		}
	});

	it('of drift capture at another rate', () => {
		expect(modelTrace('drift+100', 2, 290).capturedMs!.at(-1)).toBeCloseTo(289_980 - 29, 1);
		expect(modelTrace('drift-100', 2, 290).capturedMs!.at(-1)).toBeCloseTo(289_980 + 29, 1);
	});

	it('of stalls hold frames for as long as they say, and release them at once', () => {
		const { arrivalMs } = modelTrace('single-stall', 2);
		expect(gaps(arrivalMs).filter((gap) => gap > 20.001)).toHaveLength(1);
		expect(worst('single-stall', 2)).toBeCloseTo(300, -1);
		expect(gaps(arrivalMs).filter((gap) => gap === 0).length).toBeGreaterThanOrEqual(13);
		expect(stallCount('periodic-stall', 2, 200)).toBe(26);
	});

	it('of Wi-Fi scan in both halves, and not with every seed', () => {
		for (const seed of [2, 3]) {
			expect(stallCount('wifi-scans', seed, 130)).toBeGreaterThan(20);
		}
		for (const seed of [8, 9]) {
			expect(stallCount('wifi-scans', seed, 200)).toBe(0);
		}
	});

	it('of mobile links come back at the rate of the link', () => {
		const spacing = gaps(modelTrace('lte', 2).arrivalMs);
		const first = spacing.findIndex((gap) => gap > 100);
		expect(first).toBeGreaterThan(0);
		expect(Math.min(...spacing.slice(first))).toBeGreaterThan(20 / 6 - 0.001);
	});

	it('of lost segments stall for a round trip and more', () => {
		for (const seed of [2, 3]) {
			expect(worst('tcp-loss-40', seed)).toBeCloseTo(275, -1);
			expect(worst('tcp-loss-160', seed)).toBeCloseTo(545, -1);
		}
	});

	it('of a sender of blocks bring ten frames at once', () => {
		const delays = relativeDelays(modelTrace('bursty-200', 2));
		expect(delays[0]! - delays[9]!).toBeGreaterThan(150);
		expect(gaps(modelTrace('bursty-200', 2).arrivalMs).filter((gap) => gap > 150)).toHaveLength(
			14_500 / 10 - 1,
		);
	});

	it('of a sender that pauses have no media meanwhile', () => {
		const { capturedMs, frameMs } = modelTrace('sender-pauses', 4);
		const pauses = [...capturedMs!.keys()]
			.map((k) => pauseAfter(capturedMs!, frameMs, k))
			.filter((ms) => ms > 0);
		expect(pauses.length).toBeGreaterThanOrEqual(6);
		expect(Math.min(...pauses)).toBeGreaterThan(980);
		expect(Math.max(...pauses)).toBeLessThan(8001);
		expect(worst('sender-pauses', 4)).toBeLessThan(300);
	});

	it('of changing routes have steps of 30 ms that last', () => {
		const delays = relativeDelays(modelTrace('route-steps', 2));
		const floors = Array.from({ length: 58 }, (_, i) =>
			Math.min(...delays.subarray(250 * i, 250 * (i + 1))),
		);
		expect(Math.max(...floors) - Math.min(...floors)).toBeGreaterThan(29);
		expect(Math.max(...floors) - Math.min(...floors)).toBeLessThan(182);
	});
});

describe('delivery', () => {
	const sent = Float64Array.of(0, 20, 40, 60, 80, 100, 120);
	const path = { delayMs: () => 5, frameMs: 20 };

	it('holds what would arrive in a stall', () => {
		const stalls = [{ atMs: 30, lengthMs: 50 }];
		expect([...deliver(sent, { ...path, stalls })]).toEqual([5, 25, 80, 80, 85, 105, 125]);
	});

	it('drains at the rate of the link', () => {
		const stalls = [{ atMs: 30, lengthMs: 50, drainFactor: 4 }];
		expect([...deliver(sent, { ...path, stalls })]).toEqual([5, 25, 80, 85, 90, 105, 125]);
	});

	it('lets stalls follow on each other, and begin in each other', () => {
		const stalls = [
			{ atMs: 78, lengthMs: 20 },
			{ atMs: 30, lengthMs: 50 },
			{ atMs: 35, lengthMs: 5 },
		];
		expect([...deliver(sent, { ...path, stalls })]).toEqual([5, 25, 98, 98, 98, 105, 125]);
	});

	it('keeps the order', () => {
		const delays = [0, 90, 0, 0, 0, 0, 0].values();
		const delayMs = (): number => delays.next().value ?? 0;
		expect([...deliver(sent, { ...path, delayMs })]).toEqual([0, 110, 110, 110, 110, 110, 120]);
	});
});

describe('lost segments', () => {
	const COUNT = 100_000;
	const delaysOf = (rttMs: number): Float64Array =>
		tcpLossDelays(COUNT, { uniform: random(1), lossRate: 0.01, rttMs, frameMs: 20 });
	const kinds = (rttMs: number): number[] => [...new Set(delaysOf(rttMs))].sort((a, b) => a - b);

	it('cost a gap and 5/4 round trips, or a timeout more', () => {
		expect(kinds(160)).toEqual([0, 220, 540]);
		expect(kinds(40)).toEqual([0, 70, 270]);
	});

	it('come in bursts, and lose three repeats of ten', () => {
		const delays = delaysOf(40);
		const late = [...delays.keys()].filter((k) => delays[k]! > 0);
		// Of two segments either begins a burst, of which three of ten go on: within the frame, or, from the
		// second segment, in the next.
		const following = late.filter((k) => k > 0 && delays[k - 1]! > 0).length;
		expect((late.length - following) / COUNT).toBeGreaterThan(0.018);
		expect((late.length - following) / COUNT).toBeLessThan(0.021);
		expect(following / late.length).toBeGreaterThan(0.15);
		expect(following / late.length).toBeLessThan(0.3);
		const timeouts = late.filter((k) => delays[k]! > 70).length;
		expect(timeouts / late.length).toBeGreaterThan(0.3);
		expect(timeouts / late.length).toBeLessThan(0.37);
	});
});

describe('distributions', () => {
	const draw = (one: (uniform: () => number) => number): number[] => {
		const uniform = random(3);
		return Array.from({ length: 40_000 }, () => one(uniform)).sort((a, b) => a - b);
	};
	const mean = (values: readonly number[]): number =>
		values.reduce((sum, value) => sum + value, 0) / values.length;
	const variance = (values: readonly number[]): number => {
		const middle = mean(values);
		return mean(values.map((value) => (value - middle) ** 2));
	};

	it.each([1.2, 2.5])('Gamma of shape %d has its mean and variance', (shape) => {
		const values = draw((uniform) => gamma(uniform, shape, 3));
		expect(mean(values) / (3 * shape)).toBeCloseTo(1, 1);
		expect(variance(values) / (9 * shape) / 10).toBeCloseTo(0.1, 2);
	});

	it('the exponential has its mean and median', () => {
		const values = draw((uniform) => exponential(uniform, 25));
		expect(mean(values) / 25).toBeCloseTo(1, 1);
		expect(values[20_000]! / 25).toBeCloseTo(Math.LN2, 1);
	});

	it('the lognormal has its median and spread', () => {
		const values = draw((uniform) => lognormal(uniform, 300, 0.35));
		expect(values[20_000]! / 300).toBeCloseTo(1, 1);
		expect(Math.sqrt(variance(values.map(Math.log)))).toBeCloseTo(0.35, 2);
	});
});
