import { describe, expect, it, vi } from 'vitest';
import { Loudness, volumeOf } from '../../../src/element/loudness.js';
import { PcmPlayer } from '../../../src/index.js';

vi.mock(
	'../../../src/receiver-handle.js',
	async () => (await import('../main/fake-receiver.js')).receiverModule,
);

describe('volumeOf', () => {
	it.each([
		[0.5, 0.5],
		['0.5', 0.5],
		[' 1 ', 1],
		[null, 1],
		[undefined, 1],
	])('%j: %d', (given, expected) => {
		expect(volumeOf(given)).toBe(expected);
	});

	it.each([
		[1.1, 'got 1.1.'],
		[NaN, 'got NaN.'],
		['', "got ''."],
		['50%', "got '50%'."],
	])('refuses %j', (given, message) => {
		expect(() => volumeOf(given)).toThrow(RangeError);
		expect(() => volumeOf(given)).toThrow(message);
	});
});

describe('loudness', () => {
	it('is told to a player, each change once', () => {
		const player = new PcmPlayer(null, { format: { sampleRate: 48_000 } });
		const seen: unknown[] = [];
		player.addEventListener('volumechange', () => seen.push([player.volume, player.muted]));
		const loudness = new Loudness();
		loudness.tune(player);
		expect(seen).toEqual([]);
		expect([loudness.change(0.5, true), loudness.change(0.5, true)]).toEqual([true, false]);
		loudness.tune(player);
		loudness.tune(player);
		expect(seen).toEqual([
			[1, true],
			[0.5, true],
		]);
	});
});
