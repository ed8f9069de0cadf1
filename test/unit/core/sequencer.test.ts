import { describe, expect, it } from 'vitest';
import { FRAME_REPEATED, type Frame } from '../../../src/core/frame.js';
import { Sequencer } from '../../../src/core/sequencer.js';
import { random } from '../../support/random.js';

const FRAME = 960;
const FORMAT = {
	sampleRate: 48_000,
	sampleFormat: 's16',
	channels: 1,
	byteOrder: 'little',
} as const;

/** The `index`th frame of a stream whose first sequence is `first`. */
function frame(index: number, first = 0, changes: Partial<Frame> = {}): Frame {
	return {
		format: FORMAT,
		flags: 0,
		sequence: (first + index) >>> 0,
		pts: index * FRAME,
		captureTime: 1000 + index * 20,
		pcm: new Uint8Array(2 * FRAME),
		sampleFrames: FRAME,
		...changes,
	};
}

function sequencer(isComplete = false): {
	sequencer: Sequencer;
	given: number[];
	splices: number[];
	accept: (frame: Frame, at?: number, mayBeFilled?: boolean, isMarked?: boolean) => void;
} {
	const given: number[] = [];
	const splices: number[] = [];
	const made = new Sequencer(isComplete, ({ sequence }, isSplice) => {
		given.push(sequence);
		if (isSplice) {
			splices.push(sequence);
		}
	});
	return {
		sequencer: made,
		given,
		splices,
		accept: (one, at = 0, mayBeFilled = true, isMarked = false) =>
			made.accept(one, {
				at,
				mayBeFilled,
				isMarked,
				isRepeat: (one.flags & FRAME_REPEATED) !== 0,
			}),
	};
}

function range(from: number, to: number): number[] {
	return Array.from({ length: to - from }, (_, i) => (from + i) >>> 0);
}

describe('Sequencer', () => {
	it('gives what comes in order at once', () => {
		const { sequencer: order, given, splices, accept } = sequencer();
		for (let i = 0; i < 50; i++) {
			accept(frame(i, 7));
			expect(given).toHaveLength(i + 1);
		}
		expect(splices).toEqual([7]);
		expect(order.deadline).toBe(null);
	});

	it.each([0, 0xffff_fff0])('mends seeded disorder and duplicates, from sequence %d', (first) => {
		const next = random(5);
		const { sequencer: order, given, splices, accept } = sequencer();
		accept(frame(0, first));
		const arrivals = Array.from({ length: 500 }, (_, i) => i + 1)
			.flatMap((i) => (next() < 0.2 ? [i, i] : [i]))
			.map((i) => ({ i, at: i * 20 + 55 * next() }))
			.sort((a, b) => a.at - b.at);
		for (const { i, at } of arrivals) {
			order.expire(at);
			accept(frame(i, first), at);
		}
		expect(given).toEqual(range(first, first + 501));
		expect(splices).toEqual([first]);
		expect(order.fates.duplicated).toBe(arrivals.length - 500);
		expect(order.fates.recovered).toBeGreaterThan(100);
		expect(order.fates.lost + order.fates.late).toBe(0);
	});

	it('holds what follows a gap for 60 ms, then gives it as a splice', () => {
		const { sequencer: order, given, splices, accept } = sequencer();
		accept(frame(0));
		accept(frame(3), 100);
		accept(frame(4), 120);
		expect(order.deadline).toBe(160);
		order.expire(159.9);
		expect(given).toEqual([0]);
		order.expire(160);
		expect(given).toEqual([0, 3, 4]);
		expect(splices).toEqual([0, 3]);
		expect(order.fates.lost).toBe(2);
	});

	it('does not wait for what nobody will send', () => {
		const { sequencer: order, given, accept } = sequencer();
		accept(frame(0));
		accept(frame(2), 0, false);
		expect(given).toEqual([0, 2]);
		expect(order.fates.lost).toBe(1);
	});

	it('tells late from lost and duplicated', () => {
		const { sequencer: order, given, accept } = sequencer();
		accept(frame(0));
		accept(frame(3), 0, false);
		expect(order.fates.lost).toBe(2);
		accept(frame(1));
		accept(frame(1));
		accept(frame(0));
		expect(given).toEqual([0, 3]);
		expect({
			missed: order.fates.missed,
			lost: order.fates.lost,
			late: order.fates.late,
			duplicated: order.fates.duplicated,
		}).toEqual({
			missed: 2,
			lost: 1,
			late: 1,
			duplicated: 2,
		});
	});

	it('waits for repeats until all came, and says which were', () => {
		const { sequencer: order, given, splices, accept } = sequencer(true);
		accept(frame(0));
		order.repeats.expect(Infinity, 1000);
		accept(frame(100), 1100);
		order.expectRepeats(1, 99, 1200);
		for (let i = 1; i < 100; i++) {
			// Slowly: each within 3 s of the one before.
			order.expire(1200 + i * 2900);
			accept(frame(i, 0, { flags: FRAME_REPEATED }), 1200 + i * 2900);
		}
		expect(given).toEqual(range(0, 101));
		expect(splices).toEqual([0]);
		expect(order.fates.recovered).toBe(99);
		accept(frame(103), 400_000);
		expect(order.deadline).toBe(400_060);
	});

	it('gives up on repeats of a live stream after 1 s in all', () => {
		const { sequencer: order, given, accept } = sequencer();
		accept(frame(0));
		order.repeats.expect(Infinity, 1000);
		accept(frame(10), 1001);
		order.expectRepeats(5, 5, 1002);
		expect(order.fates.lost).toBe(4);
		accept(frame(5, 0, { flags: FRAME_REPEATED }), 1900);
		order.expire(2001);
		expect(given).toEqual([0, 5]);
		order.expire(2002);
		expect(given).toEqual([0, 5, 10]);
		expect(order.fates.lost).toBe(8);
	});

	it.each([true, false])(
		'gives up at once on what the history lacks within the repeats (complete: %s)',
		(isComplete) => {
			const { sequencer: order, given, splices, accept } = sequencer(isComplete);
			const repeat = (i: number): void =>
				accept(frame(i, 0, { flags: FRAME_REPEATED }), 1100, false);
			accept(frame(0));
			order.repeats.expect(Infinity, 1000);
			accept(frame(30), 1050, false);
			order.expectRepeats(1, 6, 1100);
			for (const i of [1, 2, 3]) {
				repeat(i);
			}
			repeat(8);
			expect(given).toEqual([0, 1, 2, 3, 8]);
			expect(order.fates.lost).toBe(4);
			accept(frame(31), 1100);
			repeat(20);
			expect(order.deadline).toBe(isComplete ? 4100 : 2100);
			repeat(21);
			// All that were told came: what is missing before the live ones will not.
			order.expire(1100);
			expect(given).toEqual([0, 1, 2, 3, 8, 20, 21, 30, 31]);
			expect(splices).toEqual([0, 8, 20, 30]);
			expect(order.fates.lost).toBe(4 + 11 + 8);
			expect(order.deadline).toBe(null);
		},
	);

	it('waits for another connection to bring what the history lacks within the repeats', () => {
		const { sequencer: order, given, splices, accept } = sequencer();
		accept(frame(0));
		order.repeats.expect(Infinity, 1000);
		order.expectRepeats(1, 2, 1000);
		accept(frame(1, 0, { flags: FRAME_REPEATED }), 1000);
		accept(frame(3, 0, { flags: FRAME_REPEATED }), 1000);
		expect(order.deadline).toBe(1060);
		accept(frame(2), 1050);
		expect(given).toEqual([0, 1, 2, 3]);
		expect(splices).toEqual([0]);
		expect(order.fates.lost).toBe(0);
	});

	it('counts what was announced and never came, once nothing will come', () => {
		const { sequencer: order, given, accept } = sequencer();
		accept(frame(0));
		order.announce(10);
		accept(frame(4), 0, true);
		order.release();
		order.release();
		expect(given).toEqual([0, 4]);
		expect(order.fates.lost).toBe(3 + 5);
		accept(frame(10), 0, false);
		order.release();
		expect(order.fates.lost).toBe(3 + 5);
	});

	it('holds a bounded number of frames', () => {
		const { sequencer: order, given, accept } = sequencer(true);
		accept(frame(0));
		order.repeats.expect(Infinity, 0);
		for (let i = 2; i < 9000; i++) {
			accept(frame(i), 1);
		}
		expect(given.length).toBeGreaterThan(9000 - 4096 - 10);
		const big = sequencer(true);
		big.accept(frame(0));
		big.sequencer.repeats.expect(Infinity, 0);
		const pcm = new Uint8Array(2 ** 20);
		for (let i = 2; i < 30; i++) {
			big.accept(frame(i, 0, { pcm }), 1);
		}
		expect(big.given.length).toBeGreaterThan(10);
		expect(order.fates.duplicated).toBe(0);
	});

	it.each([
		['far off in sequence', frame(0, 70_000)],
		['earlier in sequence, captured later', frame(2, 3, { captureTime: 9e9 })],
		['later in sequence, earlier in media', frame(0, 60)],
		['earlier in sequence, later in media', frame(900, -895)],
	])('begins anew with a frame %s, and loses nothing it held', (_, other) => {
		const { sequencer: order, given, splices, accept } = sequencer();
		for (const i of [...range(0, 50), 51]) {
			accept(frame(i));
		}
		accept(other);
		expect(given).toEqual([...range(0, 50), 51, other.sequence]);
		expect(splices).toEqual([0, 51, other.sequence]);
		expect(order.fates.lost).toBe(1);
		expect(order.fates.duplicated + order.fates.late).toBe(0);
	});

	it('takes a repeat for no restart, whatever its capture time', () => {
		const { sequencer: order, given, accept } = sequencer();
		range(0, 50).forEach((i) => accept(frame(i)));
		accept(frame(20, 0, { flags: FRAME_REPEATED, captureTime: 9e9 }));
		expect(given).toHaveLength(50);
		expect(order.fates.duplicated).toBe(1);
	});

	it('takes a duplicate for no restart when the sender’s clock stepped back between', () => {
		const { sequencer: order, given, splices, accept } = sequencer();
		const behind = { captureTime: 5 };
		for (const i of [0, 1, 2]) {
			accept(frame(i));
		}
		accept(frame(3, 0, behind));
		for (const i of [1, 2]) {
			accept(frame(i));
		}
		accept(frame(4, 0, behind));
		expect(given).toEqual(range(0, 5));
		expect(splices).toEqual([0]);
		expect(order.fates.duplicated).toBe(2);
	});

	it('accounts for each of 20 000 frames that a seeded network mangles', () => {
		const next = random(99);
		const { sequencer: order, given, accept } = sequencer();
		const first = 0xffff_e000;
		accept(frame(0, first));
		const arrivals: { i: number; at: number }[] = [];
		for (let i = 1; i < 20_000; i++) {
			const fate = next();
			if (fate > 0.05) {
				arrivals.push({ i, at: i * 20 + (fate > 0.9 ? 300 * next() : 30 * next()) });
			}
			if (fate > 0.97) {
				arrivals.push({ i, at: i * 20 + 400 * next() });
			}
		}
		arrivals.sort((a, b) => a.at - b.at);
		for (const { i, at } of arrivals) {
			order.expire(at);
			accept(frame(i, first), at);
		}
		order.release();
		expect(given).toEqual([...new Set(given)]);
		const indices = given.map((sequence) => (sequence - first) >>> 0);
		expect(indices).toEqual([...indices].sort((a, b) => a - b));
		const distinct = new Set(arrivals.map(({ i }) => i)).size;
		expect(given.length - 1 + order.fates.late).toBe(distinct);
		expect(order.fates.duplicated).toBe(arrivals.length - distinct);
		expect(order.fates.lost).toBe(indices.at(-1)! + 1 - given.length - order.fates.late);
		expect(order.fates.late).toBeGreaterThan(100);
		expect(order.fates.recovered).toBeGreaterThan(100);
	});
});
