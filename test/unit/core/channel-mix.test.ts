import { describe, expect, it } from 'vitest';
import { mixChannels } from '../../../src/core/channel-mix.js';

const planes = (...values: number[]): Float32Array<ArrayBuffer>[] =>
	values.map((value) => Float32Array.of(value));

function mixed(channels: number, ...values: number[]): number[] {
	return mixChannels(planes(...values), channels, 1).map((plane) => plane[0]!);
}

describe('mixChannels', () => {
	it('leaves equal layouts alone', () => {
		const stereo = planes(0.1, 0.2);
		expect(mixChannels(stereo, 2, 1)).toBe(stereo);
	});

	it('mixes by the Web Audio rules', () => {
		expect(mixed(2, 0.5)).toEqual([0.5, 0.5]);
		expect(mixed(1, 0.5, 0.25)).toEqual([0.375]);
		expect(mixed(2, 0.5, 0.25, 0.125, 0.0625)).toEqual([0.3125, 0.15625]);
		const [left, right] = mixed(2, 0.5, 0.25, 0.125, 1, 0.0625, 0);
		expect(left).toBeCloseTo(0.5 + Math.SQRT1_2 * (0.125 + 0.0625), 6);
		expect(right).toBeCloseTo(0.25 + Math.SQRT1_2 * 0.125, 6);
		expect(mixed(6, 0.5)).toEqual([0, 0, 0.5, 0, 0, 0]);
	});

	it('copies layouts without a name channel by channel, mono to both sides', () => {
		expect(mixed(2, 0.5, 0.25, 0.125)).toEqual([0.5, 0.25]);
		expect(mixed(3, 0.5)).toEqual([0.5, 0.5, 0]);
	});
});
