import { describe, expect, it } from 'vitest';
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { LagSearch } from '../../../worklet/lag-search.js';
import { random } from '../../support/random.js';
import { pinkNoise, speech, tone } from '../../support/signals.js';

interface Searched {
	readonly search: LagSearch;
	readonly length: number;
	readonly span: number;
}

/** A search over 25 ms for 12 ms, in a ring that holds `planes`. */
function searchIn(planes: readonly Float32Array[], sampleRate: number): Searched {
	const layout = ringLayout(planes.length, sampleRate, 0.5);
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	new RingWriter(memory).write(planes, 0, planes[0]!.length);
	const length = Math.ceil(0.012 * sampleRate);
	const span = Math.ceil(0.025 * sampleRate);
	return { search: new LagSearch(new RingReader(memory), length, span), length, span };
}

function pink(sampleRate: number, seed: number): Float32Array {
	return Float32Array.from(pinkNoise({ sampleRate, seconds: 0.3 }, 0.1, seed));
}

/** Puts what is at the beginning of `plane` at `index` as well. */
function plant(plane: Float32Array, index: number, length: number): Float32Array {
	plane.copyWithin(index, 0, length);
	return plane;
}

describe('LagSearch', () => {
	it.each([8_000, 16_000, 44_100, 48_000, 96_000, 192_000])(
		'finds what was planted, to the sample, at %i Hz and 1, 2 and 8 channels',
		(sampleRate) => {
			const next = random(sampleRate);
			for (const channels of [1, 2, 8]) {
				const first = Math.ceil(0.015 * sampleRate);
				const at = Math.floor(next() * 0.025 * sampleRate);
				const planes = Array.from({ length: channels }, (_, channel) =>
					plant(pink(sampleRate, channel + 1), first + at, Math.ceil(0.013 * sampleRate)),
				);
				const { search, length, span } = searchIn(planes, sampleRate);
				search.loadFromRing(0, length);
				expect(search.find(first, span, 1, 0)).toBe(at);
				expect(search.correlation).toBe(100);
			}
		},
	);

	it('finds what only the second channel tells, and what the sum of channels cancels', () => {
		const sampleRate = 48_000;
		const told = plant(pink(sampleRate, 1), 1000, 700);
		for (const other of [new Float32Array(told.length), told.map((value) => -value)]) {
			const { search, length, span } = searchIn([other, told], sampleRate);
			search.loadFromRing(0, length);
			expect(search.find(700, span, 1, 0)).toBe(300);
			expect(search.correlation).toBe(100);
		}
	});

	it('weighs all channels by their energy', () => {
		const loud = plant(pink(48_000, 1), 1000, 700);
		const low = plant(pink(48_000, 2), 1400, 700).map((value) => 0.3 * value);
		const { search, length, span } = searchIn([low, loud], 48_000);
		search.loadFromRing(0, length);
		expect(search.find(700, span, 1, 0)).toBe(300);
		expect(search.correlation).toBeGreaterThan(85);
		expect(search.correlation).toBeLessThan(100);
	});

	it('prefers the heavier of places that are equally good', () => {
		const plane = Float32Array.from(tone({ sampleRate: 48_000, seconds: 0.3 }, 200));
		const { search, length } = searchIn([plane], 48_000);
		search.loadFromRing(0, length);
		expect(search.find(120, 1000, 120, 1)).toBe(840);
		expect(search.find(120, 1000, 1120, -1)).toBe(120);
	});

	it('tells how good the best place is, by a whole search at full rate', () => {
		const sampleRate = 16_000;
		const plane = Float32Array.from(speech({ sampleRate, seconds: 2 }, 0.7, 3));
		for (let at = 0; at + 2000 < plane.length; at += 700) {
			const part = plane.slice(at, at + 2000);
			const { search, length, span } = searchIn([part], sampleRate);
			search.loadFromRing(0, length);
			const found = search.find(80, span, 1, 0);
			const best = bestOf(part, length, 80, span);
			expect(search.correlation).toBeLessThanOrEqual(Math.max(0, best) + 1e-3);
			if (best > 50) {
				expect(search.correlation).toBeGreaterThan(Math.floor(best) - 5);
			}
			expect(found).toBeLessThanOrEqual(span);
		}
	});

	it('finds the quietest place', () => {
		const plane = pink(48_000, 5);
		plane.fill(0, 1200, 1200 + 600);
		const { search, length, span } = searchIn([plane], 48_000);
		search.loadFromRing(0, length);
		search.find(700, span, 1, 0);
		expect(Math.abs(search.quietest() - 500)).toBeLessThanOrEqual(24);
	});

	it('knows silence, and survives it on either side', () => {
		const plane = new Float32Array(9000);
		plane.fill(0.3, 3000);
		const { search, length, span } = searchIn([plane], 48_000);
		search.loadFromRing(0, length);
		search.find(600, span, 1, 0);
		expect(search.isQuiet).toBe(true);
		search.find(4000, span, 1, 0);
		expect(search.correlation).toBe(0);
		search.loadFromRing(4000, length);
		expect(search.isQuiet).toBe(false);
		search.find(600, span, 1, 0);
		expect(search.correlation).toBe(0);
	});

	it('takes a template that is in no ring', () => {
		const plane = pink(48_000, 6);
		const { search, length, span } = searchIn([plane], 48_000);
		search.load([plane.slice(1234)], length);
		expect(search.find(500, span, 1, 0)).toBe(734);
	});

	it('costs less than 0.4 ms for 48 kHz stereo, whatever the sound', () => {
		const sampleRate = 48_000;
		const span = { sampleRate, seconds: 0.3 };
		for (const plane of [pink(sampleRate, 7), Float32Array.from(tone(span, 2500))]) {
			const { search, length, span: width } = searchIn([plane, plane], sampleRate);
			let least = Infinity;
			for (let run = 0; run < 300; run++) {
				const begin = performance.now();
				search.loadFromRing(0, length);
				search.find(700, width, 700, 1);
				least = Math.min(least, performance.now() - begin);
			}
			expect(least).toBeLessThan(0.4);
		}
	});
});

/** Highest correlation, percent, by brute force. */
function bestOf(plane: Float32Array, length: number, first: number, span: number): number {
	let best = -Infinity;
	for (let offset = 0; offset <= span; offset++) {
		let ab = 0;
		let aa = 0;
		let bb = 0;
		for (let i = 0; i < length; i++) {
			const a = plane[i]!;
			const b = plane[first + offset + i]!;
			ab += a * b;
			aa += a * a;
			bb += b * b;
		}
		best = Math.max(best, (100 * ab) / Math.sqrt(aa * bb));
	}
	return best;
}
