// The stall ledger: its target is where delay and concealment together cost least.
import { describe, expect, it } from 'vitest';
import { COVERED_PART, StallLedger } from '../../../worklet/stall-ledger.js';
import { exponential, lognormal } from '../../bench/underrun/distributions.js';
import { random } from '../../support/random.js';

/** Microseconds between two calls: 128 sample frames at 48 kHz. */
const STEP = 2667;
/** Seconds of delay a second of concealment is worth. */
const PRICE = 12;
/** Seconds: what the documentation says. */
const MEMORY = 40;
/** Calm taken to have gone before the start is not told: a part of the price at most, after two minutes. */
const LEAST_PRICE = 0.8 * PRICE;

/** Lateness goes up with time to `peak` and back to 0 at once: a stall and its burst. */
interface Stall {
	/** Seconds, of the moment it is over. */
	readonly at: number;
	/** Microseconds. */
	readonly peak: number;
}

/** Lateness at each call. */
function series(stalls: readonly Stall[], seconds: number): Int32Array {
	const late = new Int32Array(Math.ceil((seconds * 1e6) / STEP));
	for (const { at, peak } of stalls) {
		const end = Math.floor((at * 1e6) / STEP);
		for (let i = end; i >= 0 && peak - (end - i) * STEP > 0; i--) {
			late[i] = Math.max(late[i] ?? 0, peak - (end - i) * STEP);
		}
	}
	return late;
}

function feed(ledger: StallLedger, late: Int32Array): void {
	let isSound = true;
	for (const lateness of late) {
		ledger.observe(lateness, STEP, false, false);
		isSound &&= Number.isInteger(ledger.target) && ledger.target >= 0;
	}
	expect(isSound, 'the target is whole and 0 or more').toBe(true);
}

function calm(ledger: StallLedger, seconds: number): void {
	feed(ledger, series([], seconds));
}

/** Seconds per second at which the envelope falls. */
function measuredCatchUp(): number {
	const ledger = new StallLedger(PRICE);
	feed(ledger, series([{ at: 1, peak: 500_000 }], 1));
	const top = ledger.envelope;
	calm(ledger, 1);
	return (top - ledger.envelope) / 1e6;
}

/** Mean cost per second, in microseconds of delay, of covering stalls up to each millisecond. */
function costs(late: Int32Array, price: number, catchUp: number): Float64Array {
	const bins = 2048;
	const cost = new Float64Array(bins);
	const stood = new Float64Array(bins);
	const climbed = new Float64Array(bins);
	let envelope = 0;
	let watched = 0;
	for (let i = 0; i < late.length; i++) {
		const weight = Math.exp(-((late.length - i) * STEP * 1e-6) / MEMORY);
		const before = envelope;
		envelope = Math.max(late[i]!, envelope - catchUp * STEP, 0);
		for (let bin = Math.floor(before / 1000); bin * 1000 < envelope && bin < bins; bin++) {
			const part = Math.min(envelope, (bin + 1) * 1000) - Math.max(before, bin * 1000);
			climbed[bin] = climbed[bin]! + weight * Math.max(0, part);
		}
		const bin = Math.min(bins - 1, Math.floor(envelope / 1000));
		stood[bin] = stood[bin]! + weight * STEP * 1e-6;
		watched += weight * STEP * 1e-6;
	}
	for (let target = 0; target < bins; target++) {
		let sum = 0;
		for (let bin = 0; bin < bins; bin++) {
			sum += (COVERED_PART * Math.max(bin, target) * 1000 * stood[bin]!) / watched;
			sum += bin >= target ? (price * climbed[bin]!) / watched : 0;
		}
		cost[target] = sum;
	}
	return cost;
}

function least(cost: Float64Array): number {
	return cost.reduce((best, value, bin) => (value < cost[best]! ? bin : best), 0);
}

describe('StallLedger', () => {
	it('wants no delay where nothing was ever late', () => {
		const ledger = new StallLedger(PRICE);
		expect(ledger.target).toBe(0);
		calm(ledger, 60);
		expect(ledger.target).toBe(0);
		expect(ledger.envelope).toBe(0);
	});

	it.each(Array.from({ length: 12 }, (_, seed) => seed))(
		'finds the least cost of random stalls (seed %i)',
		(seed) => {
			// From one in half a minute to one in two seconds.
			const rate = 0.03 * 1.3 ** seed;
			const next = random(seed);
			const stalls: Stall[] = [];
			for (let at = 1; at < 119; at += exponential(next, 1 / rate)) {
				stalls.push({ at, peak: Math.min(1.5e6, 1000 * lognormal(next, 120, 0.8)) });
			}
			const late = series(stalls, 120);
			const ledger = new StallLedger(PRICE);
			feed(ledger, late);
			const catchUp = measuredCatchUp();
			const found = ledger.target / COVERED_PART / 1000;
			const low = least(costs(late, LEAST_PRICE, catchUp));
			const high = least(costs(late, PRICE, catchUp));
			// Two bins to either side.
			expect(found, `least at ${low} to ${high} ms`).toBeGreaterThanOrEqual(low - 2);
			expect(found, `least at ${low} to ${high} ms`).toBeLessThanOrEqual(high + 2);
		},
	);

	it('follows its envelope: up with lateness, down as fast as playback catches up', () => {
		const ledger = new StallLedger(PRICE);
		feed(ledger, series([{ at: 2, peak: 300_000 }], 2.001));
		expect(ledger.envelope).toBeGreaterThan(295_000);
		// A sixth to a fifth of the time: the fastest playback rate is 1.2.
		const catchUp = measuredCatchUp();
		expect(catchUp).toBeGreaterThan(0.16);
		expect(catchUp).toBeLessThan(0.205);
		calm(ledger, 1);
		const fallen = 300_000 - 1e6 * catchUp;
		expect(Math.abs(ledger.envelope - fallen)).toBeLessThan(2_000 + STEP);
		calm(ledger, 1);
		expect(ledger.envelope).toBe(0);
	});

	it('covers most of a stall that comes often, and none that comes once an hour', () => {
		const often = new StallLedger(PRICE);
		const stalls = Array.from({ length: 20 }, (_, k) => ({ at: 3 * k + 2, peak: 150_000 }));
		feed(often, series(stalls, 60));
		expect(Math.abs(often.target - COVERED_PART * 150_000)).toBeLessThan(8_000);
		const once = new StallLedger(PRICE);
		calm(once, 300);
		feed(once, series([{ at: 1, peak: 150_000 }], 60));
		expect(once.target).toBeLessThan(5_000);
	});

	it('does not take a stall in the first second for one a second', () => {
		const ledger = new StallLedger(PRICE / 12);
		feed(ledger, series([{ at: 0.8, peak: 200_000 }], 1));
		// One in the three seconds so far and before; at this price it takes one in 0.85.
		expect(ledger.target).toBeLessThan(10_000);
	});

	it('covers whole what comes more than every other second', () => {
		const ledger = new StallLedger(PRICE);
		// Blocks of 200 ms, of which 150 ms are waited for.
		const stalls = Array.from({ length: 145 }, (_, k) => ({ at: 0.2 * k + 0.9, peak: 150_000 }));
		feed(ledger, series(stalls, 30));
		expect(Math.abs(ledger.target - 150_000)).toBeLessThanOrEqual(STEP + 1_000);
	});

	it('wants no less where concealment is dearer', () => {
		const next = random(31);
		const stalls = Array.from({ length: 24 }, (_, k) => ({
			at: 5 * k + 4 * next(),
			peak: 1000 * lognormal(next, 120, 0.8),
		}));
		const late = series(stalls, 122);
		const targets = [1, 2, 5, 12, 35, 100].map((price) => {
			const ledger = new StallLedger(price);
			feed(ledger, late);
			return ledger.target;
		});
		expect(targets).toEqual([...targets].sort((a, b) => a - b));
		expect(targets.at(-1)).toBeGreaterThan(targets[0]!);
	});

	it('forgets: two minutes after the last stall its target is next to none', () => {
		const ledger = new StallLedger(PRICE);
		const stalls = Array.from({ length: 20 }, (_, k) => ({ at: 3 * k + 2, peak: 150_000 }));
		feed(ledger, series(stalls, 60));
		const before = ledger.target;
		calm(ledger, 30);
		expect(ledger.target).toBeLessThanOrEqual(before);
		calm(ledger, 130);
		expect(ledger.target).toBeLessThan(10_000);
	});

	it('is the same after six hours as after a minute: weights do not overflow', () => {
		const fresh = new StallLedger(PRICE);
		const old = new StallLedger(PRICE);
		// A tenth of a second at a time: 540 times the memory, far beyond a scaling back.
		for (let i = 0; i < 6 * 36_000; i++) {
			old.observe(0, 100_000, false, false);
		}
		const stalls = Array.from({ length: 50 }, (_, k) => ({ at: 4 * k + 2, peak: 150_000 }));
		const late = series(stalls, 200);
		feed(fresh, late);
		feed(old, late);
		expect(Math.abs(fresh.target - old.target)).toBeLessThanOrEqual(2_000);
		expect(old.chanceBeyond(50_000, 120_000)).toBe(fresh.chanceBeyond(50_000, 120_000));
	});
});

describe('StallLedger in doubt', () => {
	/** A gap of `peak` microseconds, in doubt beyond 80 ms and for 0.2 s after it. */
	function gap(ledger: StallLedger, peak: number): void {
		for (let late = 0; late < peak; late += STEP) {
			ledger.observe(late, STEP, late > 80_000, false);
		}
		for (let time = 0; time < 200_000; time += STEP) {
			ledger.observe(0, STEP, true, false);
		}
	}

	it('enters a climb only once it is known to be a stall', () => {
		const ledger = new StallLedger(PRICE);
		calm(ledger, 3);
		for (let round = 0; round < 5; round++) {
			const before = ledger.target;
			gap(ledger, 300_000);
			expect(ledger.target).toBe(before);
			calm(ledger, 2);
		}
		expect(ledger.target).toBeGreaterThan(200_000);
	});

	it('enters nothing of a climb that is dismissed', () => {
		const ledger = new StallLedger(PRICE);
		calm(ledger, 3);
		for (let round = 0; round < 10; round++) {
			gap(ledger, 1_500_000);
			ledger.dismiss();
			expect(ledger.envelope).toBe(0);
			calm(ledger, 2);
			expect(ledger.target).toBe(0);
		}
	});

	it('goes back to the envelope of an earlier stall at a dismissal', () => {
		const ledger = new StallLedger(PRICE);
		feed(ledger, series([{ at: 2, peak: 400_000 }], 2.2));
		const { envelope } = ledger;
		gap(ledger, 1_500_000);
		ledger.dismiss();
		expect(ledger.envelope).toBeGreaterThan(envelope - 1_700_000 * 0.2);
		expect(ledger.envelope).toBeLessThanOrEqual(envelope);
	});

	it('does nothing at a dismissal when no climb is under way', () => {
		const ledger = new StallLedger(PRICE);
		feed(ledger, series([{ at: 2, peak: 400_000 }], 2.2));
		const { envelope, target } = ledger;
		ledger.dismiss();
		expect(ledger.envelope).toBe(envelope);
		expect(ledger.target).toBe(target);
	});

	it('enters nothing that was foreseen', () => {
		const ledger = new StallLedger(PRICE);
		calm(ledger, 3);
		for (let round = 0; round < 10; round++) {
			for (let late = 0; late < 300_000; late += STEP) {
				ledger.observe(late, STEP, false, late < 30_000);
			}
			calm(ledger, 2);
		}
		expect(ledger.target).toBe(0);
	});
});

describe('StallLedger.forget', () => {
	it('undoes a stall of the past', () => {
		const ledger = new StallLedger(PRICE);
		calm(ledger, 1);
		feed(ledger, series([{ at: 1, peak: 300_000 }], 3));
		expect(ledger.target).toBeGreaterThan(100_000);
		ledger.forget(0, 300_000, 2_000);
		// A part of a hundred, of the time between onset and end, may stay.
		calm(ledger, 1);
		expect(ledger.target).toBeLessThanOrEqual(2_000);
	});

	it('never leaves less than nothing', () => {
		const ledger = new StallLedger(PRICE);
		feed(ledger, series([{ at: 1, peak: 300_000 }], 3));
		for (let i = 0; i < 10; i++) {
			ledger.forget(0, 1_900_000, 0);
			calm(ledger, 1);
			expect(ledger.target).toBe(0);
		}
		const often = [2, 4, 6, 8].map((at) => ({ at, peak: 300_000 }));
		feed(ledger, series(often, 9));
		expect(ledger.target).toBeGreaterThan(200_000);
	});
});

describe('StallLedger of outages', () => {
	it('bears what is longer than it can tell apart', () => {
		const ledger = new StallLedger(PRICE);
		const outages = [2.047e6, 2.048e6, 2.1e6, 10e6, 60e6];
		for (const peak of outages) {
			for (let late = 0; late < peak; late += 100_000) {
				ledger.observe(late, 100_000, false, false);
			}
			ledger.observe(peak, STEP, false, false);
			calm(ledger, 5);
			expect(Number.isInteger(ledger.target)).toBe(true);
			expect(ledger.target).toBeLessThanOrEqual(2_048_000);
			expect(ledger.envelope).toBeLessThanOrEqual(60e6);
			ledger.forget(2.1e6, peak, 1000);
			expect(ledger.chanceBeyond(peak, peak)).toBeGreaterThanOrEqual(0);
		}
		calm(ledger, 400);
		expect(ledger.target).toBe(0);
		const stalls = Array.from({ length: 20 }, (_, k) => ({ at: 3 * k + 2, peak: 150_000 }));
		feed(ledger, series(stalls, 60));
		expect(Math.abs(ledger.target - COVERED_PART * 150_000)).toBeLessThan(8_000);
	});
});

describe('StallLedger.chanceBeyond', () => {
	const next = random(77);
	const stalls = Array.from({ length: 30 }, (_, k) => ({
		at: 4 * k + 2,
		peak: 1000 * lognormal(next, 120, 0.8),
	}));
	const ledger = new StallLedger(PRICE);
	feed(ledger, series(stalls, 122));
	const places = Array.from({ length: 60 }, (_, i) => i * 20_000);

	it('is a percentage', () => {
		for (const late of places) {
			for (const target of places.filter((place) => place >= late)) {
				const chance = ledger.chanceBeyond(late, target);
				expect(Number.isInteger(chance) && chance >= 0 && chance <= 100).toBe(true);
			}
		}
	});

	it('falls with the target, and grows with what is late already', () => {
		for (const [i, place] of places.entries()) {
			const byTarget = places.slice(i).map((target) => ledger.chanceBeyond(place, target));
			expect(byTarget).toEqual([...byTarget].sort((a, b) => b - a));
			const byLate = places.slice(0, i + 1).map((late) => ledger.chanceBeyond(late, place));
			expect(byLate).toEqual([...byLate].sort((a, b) => a - b));
		}
	});

	it('is even while nothing was seen', () => {
		expect(new StallLedger(PRICE).chanceBeyond(50_000, 100_000)).toBe(50);
	});
});
