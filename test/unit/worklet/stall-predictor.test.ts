// Stalls that come back like clockwork are foreseen, others are not.
import { describe, expect, it } from 'vitest';
import { COVERED_PART, StallLedger } from '../../../worklet/stall-ledger.js';
import { StallPredictor } from '../../../worklet/stall-predictor.js';
import { exponential, lognormal, poissonTimes } from '../../bench/underrun/distributions.js';
import { random } from '../../support/random.js';

/** Microseconds between two calls, fine and coarse. */
const STEP = 2_667;
const COARSE = 25_000;
const PRICE = 12;
/** Microseconds by which the time of a stall is known in advance: the documented tolerance. */
const TOLERANCE = 60_000;

interface Stall {
	/** Seconds, of its onset. */
	readonly at: number;
	/** Microseconds. */
	readonly length: number;
}

/** Predictor and ledger as a target delay has them, on a virtual clock. */
class Bench {
	readonly ledger = new StallLedger(PRICE);
	readonly predictor = new StallPredictor(this.ledger);
	readonly #step: number;
	readonly #hasLedger: boolean;
	#calls = 0;

	/** @param hasLedger false: the ledger, which takes its time, sees nothing */
	constructor(step = STEP, hasLedger = true) {
		this.#step = step;
		this.#hasLedger = hasLedger;
	}

	/** Seconds. */
	get now(): number {
		return (this.#calls * this.#step) / 1e6;
	}

	/** @param stalls by onset, those before now ignored @param until seconds @param look after each call */
	run(
		stalls: readonly Stall[],
		until: number,
		look: (now: number) => void = () => undefined,
	): void {
		let next = 0;
		while (this.now < until) {
			const time = this.now * 1e6;
			while (next < stalls.length && stalls[next]!.at * 1e6 + stalls[next]!.length <= time) {
				next++;
			}
			const late = next < stalls.length ? Math.max(0, time - stalls[next]!.at * 1e6) | 0 : 0;
			this.predictor.observe(late, this.#step);
			if (this.#hasLedger) {
				this.ledger.observe(late, this.#step, false, this.predictor.isForeseen);
			}
			this.#calls++;
			look(this.now);
		}
	}
}

function every(period: number, count: number, length = 300_000, first = 5): Stall[] {
	return Array.from({ length: count }, (_, k) => ({ at: first + k * period, length }));
}

/** Microseconds that are prepared for at the onset of each stall. */
function prepared(bench: Bench, stalls: readonly Stall[]): number[] {
	return stalls.map(({ at, length }) => {
		bench.run(stalls, at);
		const { target } = bench.predictor;
		bench.run(stalls, at + length / 1e6 + 0.1);
		return target;
	});
}

describe('StallPredictor', () => {
	it('knows no period before there were stalls', () => {
		const bench = new Bench();
		bench.run([], 60, () => {
			const { period, target, isForeseen } = bench.predictor;
			expect([period, target, isForeseen]).toEqual([0, 0, false]);
		});
	});

	it('foresees stalls of 300 ms every 11 s within a minute', () => {
		const bench = new Bench();
		const stalls = every(11, 12);
		const targets = prepared(bench, stalls);
		expect(Math.abs(bench.predictor.period - 11e6)).toBeLessThan(20_000);
		for (const target of targets.slice(5)) {
			expect(target).toBeGreaterThanOrEqual(COVERED_PART * 290_000);
			expect(target).toBeLessThanOrEqual(300_000);
		}
	});

	it('raises the delay shortly before each and lets go of it after', () => {
		const bench = new Bench();
		const stalls = every(11, 12);
		bench.run(stalls, 5 + 6 * 11 + 1);
		const raised: number[] = [];
		let last = 0;
		bench.run(stalls, 5 + 11 * 11, (now) => {
			const { target } = bench.predictor;
			const phase = (((now - 5) % 11) + 11) % 11;
			if (target > 0) {
				raised.push(phase);
			}
			// Never raised faster than playback can follow; it is let go of at once.
			expect(target - last).toBeLessThanOrEqual(0.25 * STEP + 20_000);
			last = target;
		});
		// 255 ms at 0.2 s a second take 1.3 s; the stall itself, and what lateness is left of it, 0.4 s.
		expect(raised.some((phase) => phase > 0.5 && phase < 9.5)).toBe(false);
		expect(raised.length * STEP).toBeLessThan(5 * 2e6);
	});

	it('takes what it foresees out of the ledger', () => {
		const bench = new Bench();
		const stalls = every(11, 12);
		bench.run(stalls, 5 + 4 * 11 + 10);
		expect(bench.predictor.period).toBeGreaterThan(0);
		bench.run(stalls, 5 + 6 * 11 + 5);
		// What stays may be what was below the height at which an episode begins.
		expect(bench.ledger.target).toBeLessThan(10_000);
	});

	it.each([1, 2, 3, 4])('foresees stalls that are off by up to 30 ms (seed %i)', (seed) => {
		const next = random(seed);
		const stalls = every(11, 20).map(({ at }) => ({
			at: at + 0.06 * (next() - 0.5),
			length: 1000 * lognormal(next, 300, 0.2),
		}));
		const targets = prepared(new Bench(), stalls);
		const late = targets.slice(6);
		// At least eleven of fourteen, and those for most of their height.
		expect(late.filter((target) => target > 200_000).length).toBeGreaterThanOrEqual(11);
	});

	it.each([2.5, 5, 11, 19])('foresees stalls every %f s', (period) => {
		const bench = new Bench();
		const targets = prepared(bench, every(period, 9));
		expect(Math.abs(bench.predictor.period - period * 1e6)).toBeLessThan(30_000);
		expect(targets.at(-1)).toBeGreaterThan(COVERED_PART * 290_000);
	});

	it('still foresees them when one of them fails to come', () => {
		const stalls = every(11, 14).filter((_, k) => k !== 8 && k !== 11);
		const targets = prepared(new Bench(), stalls);
		expect(targets.slice(6).every((target) => target > 200_000)).toBe(true);
	});

	it('lets go of what it raised for a stall that does not come', () => {
		const bench = new Bench();
		const stalls = every(11, 7);
		bench.run(stalls, 5 + 7 * 11);
		expect(bench.predictor.target).toBeGreaterThan(200_000);
		bench.run(stalls, 5 + 7 * 11 + 0.2);
		expect(bench.predictor.target).toBeLessThanOrEqual(0);
		expect(bench.predictor.isForeseen).toBe(false);
	});

	it('gives up a period that failed to come three times', () => {
		const bench = new Bench();
		const stalls = every(11, 7);
		const last = 5 + 6 * 11;
		bench.run(stalls, last + 2 * 11 + 1);
		expect(bench.predictor.period).toBeGreaterThan(0);
		bench.run(stalls, last + 3 * 11 + 1);
		expect(bench.predictor.period).toBe(0);
		expect(bench.predictor.target).toBe(0);
		bench.run(stalls, last + 100, () => {
			expect(bench.predictor.isForeseen).toBe(false);
		});
	});

	it('learns another period after the first', () => {
		const bench = new Bench();
		const change = 5 + 7 * 11;
		const stalls = [...every(11, 7), ...every(7, 20, 200_000, change)];
		// Three misses of the first, and five of the second.
		bench.run(stalls, change + 3 * 11 + 6 * 7);
		expect(Math.abs(bench.predictor.period - 7e6)).toBeLessThan(30_000);
	});

	it('takes back an episode that was no stall', () => {
		const bench = new Bench();
		// A sender that pauses every 11 s, each pause dismissed.
		for (let round = 0; round < 12; round++) {
			const end = 5 + 11 * round;
			bench.run([{ at: end - 1, length: 1e6 }], end - STEP / 1e6);
			bench.predictor.dismiss();
			bench.ledger.dismiss();
			bench.run([], end + 1);
			expect(bench.predictor.period).toBe(0);
		}
	});

	it('says when a stall is foreseen, and when not', () => {
		const bench = new Bench();
		const stalls = every(11, 12);
		bench.run(stalls, 5 + 6 * 11 + 1);
		bench.run(stalls, 5 + 10 * 11 - 1, (now) => {
			const phase = (now - 5) % 11;
			const isStalled = phase > STEP / 1e6 && phase < 0.3;
			const isFar = phase > 0.3 + 0.2 && phase < 11 - 0.2;
			if (isStalled || isFar) {
				expect(bench.predictor.isForeseen, `${phase} s after the onset`).toBe(isStalled);
			}
		});
	});
});

describe('StallPredictor of stalls at random', () => {
	/** Periods found in half an hour of stalls that come `rate` times a second. */
	function falsePeriods(rate: number, seed: number): number {
		const next = random(seed);
		const bench = new Bench(COARSE, false);
		const stalls = poissonTimes(next, 1 / rate, 1800).map((at) => ({
			at,
			length: Math.min(1.5e6, 1000 * lognormal(next, 120, 0.6)),
		}));
		let count = 0;
		let before = 0;
		bench.run(stalls, 1800, () => {
			const { period } = bench.predictor;
			count += before === 0 && period > 0 ? 1 : 0;
			before = period;
		});
		return count;
	}

	// A period by chance once in two hours costs a second of delay each.
	it.each([0.1, 0.2, 0.3, 0.4, 0.5])('finds hardly any period at %f a second', (rate) => {
		let count = 0;
		for (let seed = 0; seed < 20; seed++) {
			count += falsePeriods(rate, 100 * rate + seed);
		}
		expect(count, 'in ten hours').toBeLessThanOrEqual(5);
	});

	it('never takes what is close by for expected while no period is known', () => {
		const next = random(3);
		const bench = new Bench(COARSE);
		const stalls: Stall[] = [];
		for (let at = 3; at < 300; at += 1 + exponential(next, 9)) {
			stalls.push({ at, length: 150_000 });
		}
		bench.run(stalls, 300, () => {
			const { period, isForeseen, target } = bench.predictor;
			expect(period > 0 || (!isForeseen && target === 0)).toBe(true);
		});
	});
});

describe('StallPredictor over hours', () => {
	it('keeps a period for three hours though each stall drifts within its tolerance', () => {
		const next = random(5);
		const bench = new Bench(COARSE);
		const stalls = every(11, 980).map(({ at, length }) => ({
			at: at + 0.03 * (next() - 0.5),
			length,
		}));
		bench.run(stalls, 120);
		let lost = 0;
		bench.run(stalls, 5 + 980 * 11 - 11, () => {
			lost += bench.predictor.period === 0 ? 1 : 0;
		});
		expect(lost).toBe(0);
		expect(Math.abs(bench.predictor.period - 11e6)).toBeLessThan(TOLERANCE / 2);
	});
});
