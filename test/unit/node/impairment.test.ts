import { describe, expect, it } from 'vitest';
import { Impairment, type ImpairmentOptions } from '../../../src/node/fanout/impairment.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { FakeSocket } from './fake-socket.js';

const BINARY = { binary: true, compress: false };

/** Sends one numbered byte every 20 ms for `ms`; what arrived, when. */
function run(options: ImpairmentOptions, ms: number, during?: (impairment: Impairment) => void) {
	const clock = new VirtualClock();
	const socket = new FakeSocket(clock);
	const impairment = new Impairment(socket, { ...options, clock });
	for (let at = 0; at < ms; at += 20) {
		impairment.send(Uint8Array.of((at / 20) & 0xff), BINARY);
		if (at === 100) {
			during?.(impairment);
		}
		clock.advance(20);
	}
	clock.advance(10_000);
	return { socket, impairment, clock, order: socket.binary.map(([byte]) => byte) };
}

describe('Impairment', () => {
	it('passes everything on at once when nothing is set', () => {
		const { socket } = run({}, 100);
		expect(socket.times).toEqual([0, 20, 40, 60, 80]);
		expect(socket.sent[0]!.options).toEqual(BINARY);
	});

	it('delays by a fixed time', () => {
		expect(run({ delayMs: 50 }, 60).socket.times).toEqual([50, 70, 90]);
	});

	it('never reorders, whatever the jitter, and repeats exactly for a seed', () => {
		const first = run({ jitterMs: 60, seed: 5 }, 5000);
		expect(first.order).toEqual(Array.from({ length: 250 }, (_, i) => i));
		expect(first.socket.times).toEqual(run({ jitterMs: 60, seed: 5 }, 5000).socket.times);
		expect(first.socket.times).not.toEqual(run({ jitterMs: 60, seed: 6 }, 5000).socket.times);
	});

	it('draws the jitter from an exponential distribution of the given mean (seed 1)', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock);
		const impairment = new Impairment(socket, { jitterMs: 10, clock });
		for (let i = 0; i < 2000; i++) {
			impairment.send(Uint8Array.of(0), BINARY);
			clock.advance(1000);
		}
		const delays = socket.times.map((at, i) => at - 1000 * i);
		expect(delays.reduce((a, b) => a + b) / 2000).toBeCloseTo(10, 0);
		expect(delays.filter((delay) => delay > 10).length / 2000).toBeCloseTo(Math.exp(-1), 1);
	});

	it('holds everything in a periodic stall and then releases it as a burst', () => {
		const { socket } = run({ stallEveryMs: 1000, stallMs: 150 }, 2400);
		const expected = Array.from({ length: 120 }, (_, i) => {
			const at = 20 * i;
			const inStall = at >= 1000 && at % 1000 < 150;
			return inStall ? Math.floor(at / 1000) * 1000 + 150 : at;
		});
		expect(socket.times).toEqual(expected);
	});

	it('holds messages that already wait when a stall comes', () => {
		const { socket } = run({ delayMs: 30 }, 200, (impairment) => impairment.stallNow(200));
		expect(socket.times).toEqual([30, 50, 70, 90, 300, 300, 300, 300, 300, 300]);
	});

	it('takes new settings at run time', () => {
		const { socket } = run({}, 200, (impairment) => impairment.set({ delayMs: 40 }));
		expect(socket.times).toEqual([0, 20, 40, 60, 80, 100, 160, 180, 200, 220]);
	});

	it('shows the held bytes beyond those an operating system hides', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock);
		const impairment = new Impairment(socket, { delayMs: 10, unseenBytes: 150, clock });
		impairment.send(new Uint8Array(100), BINARY);
		impairment.send('é'.repeat(30), { ...BINARY, binary: false });
		expect(impairment.bufferedAmount).toBe(10);
		socket.bufferedAmount = 5;
		impairment.set({ unseenBytes: 0 });
		expect(impairment.bufferedAmount).toBe(165);
		clock.advance(10);
		expect(impairment.bufferedAmount).toBe(5);
	});

	it('closes after what waits, terminates at once', () => {
		const clock = new VirtualClock();
		const closed = new FakeSocket(clock);
		const impairment = new Impairment(closed, { delayMs: 10, clock });
		impairment.send(Uint8Array.of(1), BINARY);
		impairment.close(1000, 'done');
		expect([impairment.readyState, closed.closed]).toEqual([2, null]);
		clock.advance(10);
		expect([closed.binary.length, closed.closed?.code]).toEqual([1, 1000]);

		const gone = new FakeSocket(clock);
		const other = new Impairment(gone, { delayMs: 10, clock });
		other.send(Uint8Array.of(1), BINARY);
		other.terminate();
		clock.advance(100);
		expect([gone.binary.length, gone.terminated, clock.pending]).toEqual([0, true, 0]);
	});

	it('passes on at once what the listener says, and what its socket is', () => {
		const clock = new VirtualClock();
		const socket = new FakeSocket(clock, 'steadypcm.v1');
		const impairment = new Impairment(socket, { delayMs: 500, clock });
		const heard: [string, boolean][] = [];
		const hear = (message: Uint8Array, isBinary: boolean): void => {
			heard.push([Buffer.from(message).toString(), isBinary]);
		};
		impairment.on('message', hear);
		socket.say('now');
		impairment.off('message', hear);
		socket.say('too late');
		expect(heard).toEqual([['now', false]]);
		expect([impairment.protocol, impairment.response]).toEqual(['steadypcm.v1', undefined]);
	});

	it('refuses settings outside their ranges', () => {
		const socket = new FakeSocket(new VirtualClock());
		expect(() => new Impairment(socket, { delayMs: -1 })).toThrow(
			'Expected delayMs to be a number from 0',
		);
		expect(() => new Impairment(socket).stallNow(NaN)).toThrow(RangeError);
	});
});
