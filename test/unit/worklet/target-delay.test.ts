// The wanted playout delay: from the stalls of the past and the next expected one, within the caller's bounds.
import { describe, expect, it } from 'vitest';
import type { LatencyProfile } from '../../../src/core/playout-messages.js';
import { Lateness } from '../../../worklet/lateness.js';
import { TargetDelay, type TargetDelayOptions } from '../../../worklet/target-delay.js';
import { lognormal, poissonTimes } from '../../bench/underrun/distributions.js';
import { modelTrace } from '../../bench/underrun/network-models.js';
import { random } from '../../support/random.js';

const RATE = 48_000;
const QUANTUM = 128;
/** Seconds and sample frames of a message. */
const FRAME = 0.02;
const FRAME_LENGTH = 960;
/** Microseconds allowed beyond what was measured: two render calls, documented slack included. */
const SLACK = 8_000;

interface Run {
	readonly target: TargetDelay;
	/** By render call: seconds, and microseconds wanted. */
	readonly values: readonly { readonly at: number; readonly value: number }[];
}

/** A target delay that sees messages arrive. @param arrivals seconds, of every message */
function run(arrivals: Iterable<number>, options: Partial<TargetDelayOptions> = {}): Run {
	const lateness = new Lateness(RATE, RATE);
	const target = new TargetDelay({ profile: 'balanced', minDelay: 0, maxDelay: 2, ...options });
	const values: { at: number; value: number }[] = [];
	let calls = 0;
	let clock = 0;
	let count = 0;
	const step = () => {
		const now = Math.floor(((calls * QUANTUM) / RATE) * 1e6);
		const verdict = lateness.observe(count * FRAME_LENGTH, now - clock);
		target.observe(lateness, verdict, now - clock);
		lateness.advance(QUANTUM);
		values.push({ at: now * 1e-6, value: target.value });
		clock = now;
		count = 0;
		calls++;
	};
	for (const at of arrivals) {
		while ((calls * QUANTUM) / RATE < at) {
			step();
		}
		count++;
	}
	step();
	return { target, values };
}

/** Arrivals over a network that holds back all that is sent in a stall. */
function arrivals(
	seconds: number,
	stalls: readonly { readonly at: number; readonly length: number }[] = [],
): number[] {
	let last = 0;
	return Array.from({ length: Math.round(seconds / FRAME) }, (_, k) => {
		const sent = k * FRAME;
		const stall = stalls.find(({ at, length }) => sent >= at && sent < at + length);
		last = Math.max(last, stall ? stall.at + stall.length + (sent - stall.at) / 20 : sent);
		return last;
	});
}

function randomStalls(seed: number, rate: number, seconds: number) {
	const next = random(seed);
	return poissonTimes(next, 1 / rate, seconds).map((at) => ({
		at,
		length: Math.min(1, lognormal(next, 0.15, 0.6)),
	}));
}

function mean({ values }: Run, from = 0): number {
	const part = values.filter(({ at }) => at >= from);
	return part.reduce((sum, { value }) => sum + value, 0) / part.length;
}

function highest({ values }: Run, from: number): number {
	return values.reduce((most, { at, value }) => (at >= from ? Math.max(most, value) : most), 0);
}

describe('TargetDelay', () => {
	it('wants 25 ms for the first second, and next to nothing on a perfect network after', () => {
		const { values } = run(arrivals(20));
		const first = values.filter(({ at }) => at < 0.9);
		expect(first.every(({ value }) => value >= 25_000 && value <= 30_000)).toBe(true);
		const after = values.filter(({ at }) => at > 1.1);
		expect(after.every(({ value }) => value <= SLACK)).toBe(true);
	});

	it('counts the first seconds from the first media on', () => {
		const { values } = run(arrivals(10).map((at) => at + 10));
		const first = values.filter(({ at }) => at < 10.9);
		expect(first.every(({ value }) => value >= 25_000)).toBe(true);
	});

	it.each([1, 2, 3, 4])('orders the profiles: live, balanced, smooth (seed %i)', (seed) => {
		const trace = arrivals(120, randomStalls(seed, 0.15, 120));
		const profiles: readonly LatencyProfile[] = ['live', 'balanced', 'smooth'];
		const runs = profiles.map((profile) => run(trace, { profile }));
		const [live, balanced, smooth] = runs.map((one) => mean(one, 10));
		expect(live).toBeLessThanOrEqual(balanced!);
		expect(balanced).toBeLessThanOrEqual(smooth!);
		expect(live).toBeLessThan(smooth!);
	});

	it('stays within its bounds, whatever the network does', () => {
		const stalls = randomStalls(7, 0.5, 120);
		for (const [minDelay, maxDelay] of [
			[0.05, 0.1],
			[0, 0.02],
			[0.3, 2],
		] as const) {
			const { values } = run(arrivals(120, stalls), { minDelay, maxDelay });
			const all = values.map(({ value }) => value);
			expect(Math.min(...all)).toBeGreaterThanOrEqual(minDelay * 1e6);
			expect(Math.max(...all)).toBeLessThanOrEqual(maxDelay * 1e6);
		}
	});

	it('is fixed when the bounds are equal', () => {
		const { values } = run(arrivals(60, randomStalls(8, 0.5, 60)), {
			minDelay: 0.123,
			maxDelay: 0.123,
		});
		expect(new Set(values.map(({ value }) => value))).toEqual(new Set([123_000]));
	});

	it('is the most it may be, where stalls are longer than that', () => {
		const stalls = Array.from({ length: 30 }, (_, k) => ({ at: 4 * k + 3 + (k % 3), length: 0.5 }));
		const result = run(arrivals(122, stalls), { maxDelay: 0.2 });
		expect(result.values.at(-1)!.value).toBe(200_000);
	});

	it('adds what playout itself takes', () => {
		const target = new TargetDelay({ profile: 'balanced', minDelay: 0, maxDelay: 2 });
		const lateness = new Lateness(RATE, RATE);
		lateness.observe(FRAME_LENGTH, 0);
		target.observe(lateness, 'none', 3_100_000);
		const before = target.value;
		target.setLookAhead(5_000);
		expect(target.value).toBe(before + 5_000);
		expect(before).toBeLessThan(SLACK);
	});

	it.each([0, 1])(
		'is not raised by pauses of the sender of 5 s (%i of the network besides)',
		(n) => {
			const trace = arrivals(120, n === 0 ? [] : [{ at: 3, length: 0.15 }]);
			// A pause after every ten seconds of media.
			const paused = trace.map((at, k) => at + 5 * Math.floor((k * FRAME) / 10));
			const result = run(paused);
			expect(highest(result, 20)).toBeLessThanOrEqual(highest(run(trace), 20) + SLACK);
			expect(result.target.stallPeriod).toBe(0);
		},
	);

	it('is not raised by the seeded pauses of a sender on a wired network', () => {
		const { arrivalMs } = modelTrace('sender-pauses', 4, 200);
		const first = arrivalMs[0]!;
		const result = run(Array.from(arrivalMs, (at) => (at - first) / 1000));
		// Jitter of a wired network: Gamma of 2.5 ms, now and then 15 ms.
		expect(highest(result, 10)).toBeLessThan(40_000);
	});

	it('prepares for stalls that come every 11 s, and wants little between them', () => {
		const stalls = Array.from({ length: 16 }, (_, k) => ({ at: 11 * k + 5.5, length: 0.3 }));
		const result = run(arrivals(180, stalls));
		expect(Math.abs(result.target.stallPeriod - 11e6)).toBeLessThan(30_000);
		for (const { at: onset } of stalls.slice(6)) {
			const at = result.values.find((one) => one.at >= onset)!;
			expect(at.value).toBeGreaterThan(240_000);
		}
		const between = result.values.filter(({ at }) => at > 60 && ((at - 5.5) % 11) / 11 > 0.1);
		const calm = between.filter(({ at }) => ((at - 5.5) % 11) / 11 < 0.8);
		expect(Math.max(...calm.map(({ value }) => value))).toBeLessThan(60_000);
	});

	it('covers the blocks of a sender that sends five a second', () => {
		const blocks = Array.from(
			{ length: 3000 },
			(_, k) => 0.2 * Math.floor(k / 10) + (k % 10) * 0.003,
		);
		const { values } = run(blocks);
		// What comes first of a block waits for 180 ms; its frames come 27 ms apart at the most.
		expect(values.at(-1)!.value).toBeGreaterThan(140_000);
		expect(values.at(-1)!.value).toBeLessThan(200_000);
	});
});

describe('TargetDelay.isThreatened', () => {
	it('is not, when no stall ever went on beyond the delay', () => {
		const stalls = Array.from({ length: 30 }, (_, k) => ({ at: 3 * k + 2, length: 0.1 }));
		const { target } = run(arrivals(92, stalls));
		expect(target.isThreatened(20_000, 400_000)).toBe(false);
	});

	it('is, when most stalls did', () => {
		const stalls = Array.from({ length: 30 }, (_, k) => ({ at: 3 * k + 2, length: 0.5 }));
		const { target } = run(arrivals(92, stalls));
		expect(target.isThreatened(20_000, 100_000)).toBe(true);
	});
});
