// The playout controller: which operation leads the delay to its target, and how hard.
import { describe, expect, it } from 'vitest';
import type {
	LatencyProfile,
	PlayoutContent,
	PlayoutMode,
} from '../../../src/core/playout-messages.js';
import { PlayoutController } from '../../../worklet/playout-controller.js';
import { gaussian, random } from '../../support/random.js';

/** Microseconds of a render call: 128 sample frames at 48 kHz. */
const STEP = 2_667;

/** Microseconds of media that come at a time. */
const PIECE = 20_000;
const TARGET = 60_000;
/** Microseconds: from here on delay is led by stretching, and no longer (documented hysteresis). */
const STRETCH_FROM = 7_000;
const STRETCH_TO = 1_000;

function controller(
	mode: PlayoutMode = 'live',
	profile: LatencyProfile = 'balanced',
	content: PlayoutContent = 'auto',
): PlayoutController {
	return new PlayoutController({ mode, profile, content, minDelay: 0, maxDelay: 2 });
}

/** One decision on media that is due. @returns the playback rate */
function rateAt(one: PlayoutController, error: number): number {
	one.decide(TARGET + error, 0, PIECE, TARGET, STEP, false);
	return one.rate;
}

describe('PlayoutController.rate', () => {
	it('stays within 750 and 1200 whatever it sees', () => {
		const next = random(1);
		for (const mode of ['live', 'complete'] as const) {
			for (const profile of ['live', 'balanced', 'smooth'] as const) {
				const one = controller(mode, profile);
				for (let i = 0; i < 20_000; i++) {
					const level = Math.floor(5e6 * next() ** 4);
					const overdue = Math.floor(7e6 * (next() - 0.5) ** 3);
					one.decide(level, overdue, PIECE, Math.floor(2e6 * next() ** 3), STEP, next() < 0.3);
					const isSound =
						Number.isInteger(one.rate) && one.rate >= 750 && one.rate <= 1200 && one.skip >= 0;
					expect(isSound, `rate ${one.rate}, skip ${one.skip}`).toBe(true);
				}
			}
		}
	});

	it('is the own pace near the target', () => {
		const one = controller();
		for (let error = -STRETCH_FROM; error <= STRETCH_FROM; error += 500) {
			expect(rateAt(one, error)).toBe(1000);
		}
	});

	it('plays faster above the target, the more so the further', () => {
		const rates = [9_000, 15_000, 20_000, 25_000, 30_000].map((error) =>
			rateAt(controller(), error),
		);
		expect(rates).toEqual([...rates].sort((a, b) => a - b));
		expect(rates[0]).toBeGreaterThan(1000);
		expect(rates.at(-1)).toBeGreaterThanOrEqual(1150);
		expect(rateAt(controller(), 300_000)).toBe(rates.at(-1));
	});

	it('plays slower below the target, the more so the further', () => {
		const rates = [-9_000, -15_000, -20_000, -25_000, -30_000].map((error) =>
			rateAt(controller(), error),
		);
		expect(rates).toEqual([...rates].sort((a, b) => b - a));
		expect(rates[0]).toBeLessThan(1000);
		expect(rates.at(-1)).toBeLessThanOrEqual(800);
		expect(rateAt(controller(), -300_000)).toBe(rates.at(-1));
	});

	it.each([1, -1])('goes on stretching until the target is reached (direction %i)', (sign) => {
		const one = controller();
		expect(rateAt(one, sign * 20_000)).not.toBe(1000);
		expect(rateAt(one, sign * (STRETCH_FROM - 1_000))).not.toBe(1000);
		expect(rateAt(one, sign * (STRETCH_TO + 500))).not.toBe(1000);
		expect(rateAt(one, sign * (STRETCH_TO - 500))).toBe(1000);
		// And does not begin again before the error is large again.
		expect(rateAt(one, sign * (STRETCH_FROM - 1_000))).toBe(1000);
	});

	it('slows down when what is overdue threatens to outlast what waits', () => {
		const one = controller();
		one.decide(30_000, 30_000, PIECE, TARGET, STEP, true);
		expect(one.rate).toBeLessThanOrEqual(800);
		one.decide(30_000, 30_000, PIECE, TARGET, STEP, false);
		expect(one.rate).toBe(1000);
	});

	it('does not play faster for what is overdue: it counts on what is there', () => {
		const one = controller();
		one.decide(30_000, 300_000, PIECE, TARGET, STEP, false);
		expect(one.rate).toBeLessThanOrEqual(1000);
		expect(one.skip).toBe(0);
	});

	it('never asks for a stretch longer than the way to the target', () => {
		const one = controller();
		for (const error of [9_000, 20_000, 60_000]) {
			rateAt(one, error);
			expect(one.mostStretch).toBeLessThanOrEqual(error);
			expect(one.mostStretch).toBeGreaterThan(0);
		}
	});

	it('begins at the own pace after a silence', () => {
		const one = controller();
		expect(rateAt(one, 50_000)).not.toBe(1000);
		one.startWaiting();
		expect(one.rate).toBe(1000);
	});
});

describe('PlayoutController.skip', () => {
	/** Microseconds above the target from which on it skips. */
	function threshold(profile: LatencyProfile): number {
		for (let error = 10_000; error < 10e6; error += 10_000) {
			const one = controller('live', profile);
			rateAt(one, error);
			if (one.skip > 0) {
				// To the target, and no further.
				expect(one.skip).toBe(error);
				return error;
			}
		}
		return Infinity;
	}

	it('waits longest where smooth playout is wanted', () => {
		const [live, balanced, smooth] = (['live', 'balanced', 'smooth'] as const).map(threshold);
		// A live stream is not a second behind for longer than a moment.
		expect(live).toBeGreaterThan(150_000);
		expect(live).toBeLessThan(1e6);
		expect(balanced).toBeGreaterThan(live!);
		expect(smooth).toBeGreaterThan(balanced!);
		expect(smooth).toBeLessThan(4.1e6);
	});

	it('is asked for once: not after the error is gone', () => {
		const one = controller('live', 'live');
		rateAt(one, 2e6);
		expect(one.skip).toBeGreaterThan(0);
		rateAt(one, 0);
		expect(one.skip).toBe(0);
	});
});

describe('PlayoutController in complete mode', () => {
	it('plays at the own pace, exactly, whatever waits', () => {
		const next = random(5);
		const one = controller('complete');
		for (let i = 0; i < 20_000; i++) {
			const level = Math.floor(30e6 * next());
			one.decide(level, Math.floor(4e6 * (next() - 0.5)), PIECE, TARGET, STEP, next() < 0.5);
			expect(one.rate === 1000 && one.drift === 0 && one.skip === 0).toBe(true);
		}
	});
});

interface Plant {
	/** Parts per million by which the media's clock is faster. */
	readonly ppm: number;
	readonly seconds: number;
	/** Microseconds, at the start. */
	readonly error?: number;
	/** Microseconds of noise in what is measured, standard deviation. */
	readonly noise?: number;
}

interface Course {
	/** Microseconds and parts per 10⁹ at each call. */
	readonly errors: readonly number[];
	readonly drifts: readonly number[];
}

/** A level that follows from what the controller does, as if nothing else happened. */
function follow(one: PlayoutController, { ppm, seconds, error = 0, noise = 0 }: Plant): Course {
	const normal = gaussian(random(11));
	const errors: number[] = [];
	const drifts: number[] = [];
	let excess = error;
	for (let time = 0; time < seconds * 1e6; time += STEP) {
		one.decide(Math.round(TARGET + excess + noise * normal()), 0, PIECE, TARGET, STEP, false);
		const pace = one.rate / 1000 - 1 + one.drift * 1e-9;
		excess += (ppm * 1e-6 - pace) * STEP;
		errors.push(excess);
		drifts.push(one.drift);
	}
	return { errors, drifts };
}

function peak(values: readonly number[]): number {
	return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The last `seconds` of a course. */
function tail(values: readonly number[], seconds: number): readonly number[] {
	return values.slice(-Math.round((seconds * 1e6) / STEP));
}

describe('PlayoutController.drift', () => {
	it.each([-300, -100, 100, 300])('settles at the drift of the source: %i ppm', (ppm) => {
		const { errors, drifts } = follow(controller(), { ppm, seconds: 240 });
		// Within a minute; the lesser drift takes longer to be noticed.
		expect(peak(errors)).toBeLessThan(6_000);
		expect(peak(tail(errors, 120))).toBeLessThan(1_000);
		expect(peak(tail(errors, 60))).toBeLessThan(100);
		for (const drift of tail(drifts, 60)) {
			expect(Math.abs(drift - ppm * 1000)).toBeLessThan(10_000);
		}
	});

	it('has no limit cycle, with noise in the error either', () => {
		// 1.5 ms: none of it so great that it is stretched.
		const { errors } = follow(controller(), { ppm: 200, seconds: 600, noise: 1_500 });
		expect(peak(tail(errors, 300))).toBeLessThan(500);
	});

	it('bends the pitch by less than 0.1 % for 5 ms of noise in the error', () => {
		const one = controller('live', 'balanced', 'speech');
		const { drifts } = follow(one, { ppm: 200, seconds: 600, noise: 5_000 });
		expect(peak(tail(drifts, 300).map((drift) => drift - 200_000))).toBeLessThan(1_000_000);
	});

	it('leaves an exact copy alone while the error is small', () => {
		const { drifts } = follow(controller(), { ppm: 0, seconds: 120, error: 2_500 });
		expect(peak(drifts)).toBe(0);
	});

	it.each([
		['auto', 1_000_000],
		['music', 1_000_000],
		['speech', 5_000_000],
	] as const)('never bends the pitch of %s further than %i in 10⁹', (content, limit) => {
		const one = controller('live', 'balanced', content);
		// A source that is 1 % fast: not to be followed without stretching.
		const { drifts } = follow(one, { ppm: 10_000, seconds: 60 });
		expect(peak(drifts)).toBeLessThanOrEqual(limit);
		expect(peak(follow(one, { ppm: -10_000, seconds: 60 }).drifts)).toBeLessThanOrEqual(limit);
	});

	it('changes pitch by 0.05 % in a second at most', () => {
		const one = controller('live', 'balanced', 'speech');
		const { drifts } = follow(one, { ppm: 3_000, seconds: 60, error: 7_000 });
		const steps = drifts.map((drift, i) => drift - (drifts[i - 1] ?? 0));
		expect(peak(steps)).toBeLessThanOrEqual(500_000 * STEP * 1e-6 + 1);
	});

	it('recovers from its limit without overshooting by more than a stretch', () => {
		const one = controller();
		follow(one, { ppm: 950, seconds: 120 });
		const { errors } = follow(one, { ppm: 0, seconds: 240 });
		expect(peak(tail(errors, 60))).toBeLessThan(1_000);
	});

	it('is frozen while media is overdue', () => {
		const one = controller();
		follow(one, { ppm: 300, seconds: 120 });
		const { drift } = one;
		for (let late = 0; late < 2_000_000; late += STEP) {
			one.decide(Math.max(0, TARGET - late), late, PIECE, TARGET, STEP, false);
		}
		expect(one.drift).toBe(drift);
	});
});

describe('PlayoutController at the start and after an underrun', () => {
	it('lets sound begin once the target waits, not before', () => {
		const one = controller();
		expect(one.mayStart(0, 0, TARGET, STEP, true)).toBe(false);
		expect(one.mayStart(20_000, 0, TARGET, STEP, false)).toBe(false);
		expect(one.mayStart(60_000, -20_000, TARGET, STEP, false)).toBe(false);
		expect(one.mayStart(40_000, 20_000, TARGET, STEP, false)).toBe(true);
		expect(one.mayStart(TARGET, 0, TARGET, STEP, false)).toBe(true);
	});

	it('does not wait for more than there is', () => {
		expect(controller().mayStart(1_000, 0, TARGET, STEP, true)).toBe(true);
		expect(controller().mayResume(1_000, TARGET, STEP, false, true)).toBe(true);
	});

	it('lets what waits be heard after a second, though it is less than was wanted', () => {
		const start = controller();
		const resume = controller();
		let calls = 0;
		while (!start.mayStart(5_000, 0, TARGET, STEP, false)) {
			calls++;
		}
		expect(Math.abs(calls * STEP - TARGET - 1e6)).toBeLessThan(2 * STEP);
		calls = 0;
		while (!resume.mayResume(5_000, TARGET, STEP, true, false)) {
			calls++;
		}
		// Once it is silent, its first sample waits as long as any other.
		expect(Math.abs(calls * STEP - TARGET)).toBeLessThan(2 * STEP);
	});

	it('is less patient while concealment still sounds', () => {
		const one = controller();
		expect(one.mayResume(5_000, 200_000, STEP, false, false)).toBe(false);
		expect(one.mayResume(15_000, 200_000, STEP, true, false)).toBe(false);
		expect(one.mayResume(15_000, 200_000, STEP, false, false)).toBe(true);
		expect(one.mayResume(60_000, 200_000, STEP, true, false)).toBe(true);
	});
});
