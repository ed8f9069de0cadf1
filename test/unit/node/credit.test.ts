import { describe, expect, it } from 'vitest';
import { Credit } from '../../../src/node/fanout/credit.js';
import { seededRandom } from '../../../src/node/source/seeded-random.js';

describe('Credit', () => {
	it('knows what is under way, whatever is sent and acknowledged, across the wrap (seeds 1 to 50)', () => {
		for (let seed = 1; seed <= 50; seed++) {
			const random = seededRandom(seed);
			const credit = new Credit();
			let underWay: { sequence: number; length: number }[] = [];
			let sequence = 0xffff_ff80;
			for (let step = 0; step < 1000; step++) {
				if (random() < 0.8) {
					const length = Math.floor(random() * 1000);
					credit.spend(sequence, length);
					underWay.push({ sequence, length });
					sequence = (sequence + 1 + (random() < 0.1 ? 7 : 0)) >>> 0;
				} else {
					const back = Math.floor(random() * 300);
					const acked = (sequence - back) >>> 0;
					const left = underWay.filter((frame) => ((acked - frame.sequence) | 0) < 0);
					expect(credit.acknowledge(acked)).toBe(left.length < underWay.length);
					underWay = left;
				}
				expect(credit.sampleFrames).toBe(underWay.reduce((sum, { length }) => sum + length, 0));
			}
		}
	});

	it('has room for one frame always, and for no more than its limit', () => {
		const credit = new Credit();
		expect(credit.hasRoom(500, 100)).toBe(true);
		credit.spend(0, 60);
		expect([credit.hasRoom(40, 100), credit.hasRoom(41, 100)]).toEqual([true, false]);
		credit.acknowledge(0);
		for (let sequence = 1; sequence <= 1024; sequence++) {
			expect(credit.hasRoom(0, 100)).toBe(true);
			credit.spend(sequence, 0);
		}
		expect(credit.hasRoom(0, 100)).toBe(false);
	});
});
