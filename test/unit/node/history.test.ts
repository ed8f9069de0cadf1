import { describe, expect, it } from 'vitest';
import type { StreamFormat } from '../../../src/core/stream-format.js';
import { History } from '../../../src/node/fanout/history.js';
import { MediaFrame } from '../../../src/node/fanout/media-frame.js';
import { seededRandom } from '../../../src/node/source/seeded-random.js';

const FORMAT: StreamFormat = {
	sampleRate: 8000,
	sampleFormat: 'u8',
	channels: 1,
	byteOrder: 'little',
};

function frame(sequence: number, sampleFrames: number): MediaFrame {
	const header = { flags: 0, sequence, pts: 0, captureTime: 0 };
	return new MediaFrame(new Uint8Array(sampleFrames), FORMAT, header, 0);
}

describe('History', () => {
	it('keeps the newest frames and finds them by sequence, across gaps and the wrap (seeds 1 to 20)', () => {
		for (let seed = 1; seed <= 20; seed++) {
			const random = seededRandom(seed);
			const history = new History(5000);
			const all: MediaFrame[] = [];
			let sequence = 0xffff_ff00;
			for (let step = 0; step < 600; step++) {
				const next = frame(sequence, 1 + Math.floor(random() * 100));
				history.push(next);
				all.push(next);
				sequence = (sequence + 1 + (random() < 0.1 ? Math.floor(random() * 50) : 0)) >>> 0;
			}
			expect(history.nextIndex).toBe(600);
			const kept = all.slice(history.oldestIndex);
			const length = kept.reduce((sum, { sampleFrames }) => sum + sampleFrames, 0);
			expect(length).toBe(history.sampleFrames);
			expect(length).toBeLessThanOrEqual(5000);
			expect(length + all[history.oldestIndex - 1]!.sampleFrames).toBeGreaterThan(5000);
			kept.forEach((one, i) => {
				expect(history.at(history.oldestIndex + i)).toBe(one);
				expect(history.indexFrom(one.sequence)).toBe(history.oldestIndex + i);
			});
			expect(history.indexFrom(all[0]!.sequence)).toBe(history.oldestIndex);
			expect(history.indexFrom(sequence)).toBe(600);
		}
	});

	it('forgets what was before a sender that began anew', () => {
		const history = new History(5000);
		[500, 501, 502, 100, 101].forEach((sequence) => history.push(frame(sequence, 10)));
		expect([history.oldestIndex, history.nextIndex, history.sampleFrames]).toEqual([3, 5, 20]);
		expect([100, 101, 102].map((sequence) => history.indexFrom(sequence))).toEqual([3, 4, 5]);
	});

	it('says from where on its frames hold so much', () => {
		const history = new History(1000);
		[10, 20, 30, 40].forEach((length, i) => history.push(frame(i, length)));
		expect([0, 39, 40, 69, 70, 99, 100, 1000].map((length) => history.indexOfLast(length))).toEqual(
			[4, 4, 3, 3, 2, 1, 0, 0],
		);
	});

	it('keeps the newest frame however long, and 8192 however short', () => {
		const history = new History(10);
		history.push(frame(0, 500));
		expect([history.oldestIndex, history.nextIndex]).toEqual([0, 1]);
		for (let i = 1; i < 10_000; i++) {
			history.push(frame(i, 0));
		}
		expect(history.nextIndex - history.oldestIndex).toBe(8192);
	});

	it('forgets all at a restart, and its indices go on', () => {
		const history = new History(1000);
		history.push(frame(0, 10));
		history.restart(20);
		expect([history.oldestIndex, history.nextIndex, history.sampleFrames]).toEqual([1, 1, 0]);
		[20, 10].forEach((length, i) => history.push(frame(i, length)));
		expect(history.oldestIndex).toBe(2);
	});
});
