import { describe, expect, it } from 'vitest';
import { GuessBrake } from '../../../src/node/access/guess-brake.js';
import { VirtualClock } from '../../support/virtual-clock.js';

function brakeOf(perAddress: number, perUser: number) {
	const clock = new VirtualClock();
	const brake = new GuessBrake(perAddress, perUser, clock);
	const fail = (address: string, user: string): number | null => {
		const delayMs = brake.begin(address, user);
		if (delayMs !== null) {
			brake.end(address, user, true);
		}
		return delayMs;
	};
	return { clock, brake, fail };
}

describe('GuessBrake', () => {
	it('refuses an address that has failed too often, for a minute, whatever the names', () => {
		const { clock, brake, fail } = brakeOf(3, 100);
		['a', 'b', 'c'].forEach((user) => fail('here', user));
		expect([brake.refusalOf('here', 'd'), brake.refusalOf('there', 'd')]).toEqual([60, 0]);
		clock.advance(60_000);
		expect(brake.refusalOf('here', 'd')).toBe(0);
	});

	it('refuses a name only from where it failed', () => {
		const { brake, fail } = brakeOf(100, 2);
		fail('attacker', 'alice');
		fail('attacker', 'alice');
		expect(brake.refusalOf('attacker', 'alice')).toBe(300);
		expect(brake.refusalOf('attacker', 'bob')).toBe(0);
		expect(brake.refusalOf('home', 'alice')).toBe(0);
	});

	it.each([
		['have failed', 'fail'],
		['are under way', 'begin'],
	] as const)('lets logins with a name take turns that many %s with, one a second', (_, kind) => {
		const { clock, brake, fail } = brakeOf(100, 5);
		const guess = kind === 'fail' ? fail : brake.begin.bind(brake);
		const delays = Array.from({ length: 18 }, (_, i) => guess(`10.0.0.${i}`, 'alice'));
		expect(delays.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
		expect(delays.slice(6, 16)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((s) => 1000 * s));
		expect(delays.slice(16)).toEqual([null, null]);
		expect(fail('10.0.1.1', 'bob')).toBe(0);
		clock.advance(5000);
		expect(fail('home', 'alice')).toBe(6000);
		clock.advance(300_000);
		expect(fail('home', 'alice')).toBe(0);
	});

	it('has room for what may fail at an address and with a name there, and no more at once', () => {
		const { brake, fail } = brakeOf(4, 2);
		brake.begin('here', 'alice');
		fail('here', 'alice');
		expect([brake.hasRoom('here', 'alice'), brake.hasRoom('here', 'bob')]).toEqual([false, true]);
		expect(brake.refusalOf('here', 'alice')).toBe(0);
		['bob', 'carol'].forEach((user) => brake.begin('here', user));
		expect(brake.hasRoom('here', 'dave')).toBe(false);
		brake.end('here', 'alice', false);
		expect([brake.hasRoom('here', 'alice'), brake.hasRoom('here', 'dave')]).toEqual([true, true]);
	});

	it('slows nobody where the name has logged in before', () => {
		const { brake, fail } = brakeOf(100, 5);
		brake.begin('home', 'alice');
		brake.end('home', 'alice', false);
		brake.remember('home', 'alice');
		for (let i = 0; i < 50; i++) {
			fail(`10.0.0.${i}`, 'alice');
		}
		expect(fail('elsewhere', 'alice')).toBe(null);
		expect([brake.refusalOf('home', 'alice'), brake.begin('home', 'alice')]).toEqual([0, 0]);
	});

	it('does not count what did not fail, and not what was not let begin', () => {
		const { brake, fail } = brakeOf(2, 2);
		for (let i = 0; i < 10; i++) {
			brake.begin('here', 'alice');
			brake.end('here', 'alice', false);
		}
		expect([brake.refusalOf('here', 'alice'), fail('here', 'alice')]).toEqual([0, 0]);
		for (let i = 0; i < 20; i++) {
			fail(`10.0.0.${i}`, 'alice');
		}
		expect(fail('new', 'alice')).toBe(null);
		expect([brake.refusalOf('new', 'alice'), brake.hasRoom('new', 'alice')]).toEqual([0, true]);
	});

	it('is bounded: 30 000 names and places push out the oldest', () => {
		const { brake, fail } = brakeOf(1, 1);
		fail('first', 'first');
		for (let i = 0; i < 30_000; i++) {
			fail(`address ${i}`, `name ${i}`);
			brake.remember(`address ${i}`, `name ${i}`);
		}
		expect(brake.refusalOf('first', 'first')).toBe(0);
		expect(brake.refusalOf('address 29999', 'name 29999')).toBe(300);
	});
});
