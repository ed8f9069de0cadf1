import { describe, expect, it } from 'vitest';
import { ClockSync } from '../../../src/receiver/clock-sync.js';
import { random } from '../../support/random.js';

const EPOCH = 1_700_000_000_000;

/** One exchange with a server `offset` ms ahead, `there` and `back` ms away. */
function exchange(clock: ClockSync, at: number, offset: number, there: number, back: number): void {
	const received = at + there;
	const answered = received + 3;
	clock.observe(at, received + offset, answered + offset, answered + back);
}

describe('ClockSync', () => {
	it('finds the offset, whatever both ways take and the server thinks', () => {
		const clock = new ClockSync();
		expect(clock.offset).toBe(null);
		exchange(clock, EPOCH, -5000, 40, 40);
		expect(clock.offset).toBeCloseTo(-5000, 3);
		expect(clock.roundTrip).toBeCloseTo(80, 3);
	});

	it('goes by the quickest of the last 8 exchanges', () => {
		const next = random(2);
		const clock = new ClockSync();
		for (let i = 0; i < 40; i++) {
			exchange(clock, EPOCH + i * 5000, 250, 2 - 30 * Math.log(1 - next()), 2 + next());
		}
		expect(Math.abs(clock.offset! - 250)).toBeLessThan(5);
		for (let i = 40; i < 48; i++) {
			exchange(clock, EPOCH + i * 5000, 900, 20, 20);
		}
		expect(clock.offset).toBeCloseTo(900, 3);
	});

	it('forgets what was measured before a clock was set, and nothing that only took longer', () => {
		const clock = new ClockSync();
		exchange(clock, EPOCH, 250, 2, 2);
		exchange(clock, EPOCH, 250, 300, 0);
		exchange(clock, EPOCH, 250, 0, 300);
		expect(clock.roundTrip).toBeCloseTo(4, 3);
		exchange(clock, EPOCH, 290, 20, 20);
		expect(clock.offset).toBeCloseTo(290, 3);
		expect(clock.roundTrip).toBeCloseTo(40, 3);
	});

	it('ignores an exchange in which a clock stepped, and forgets when told', () => {
		const clock = new ClockSync();
		clock.observe(EPOCH, EPOCH, EPOCH + 10_000, EPOCH + 10);
		clock.observe(EPOCH, EPOCH, EPOCH, EPOCH - 5000);
		expect(clock.offset).toBe(null);
		exchange(clock, EPOCH, 7, 1, 1);
		clock.restart();
		expect(clock.roundTrip).toBe(null);
	});
});
