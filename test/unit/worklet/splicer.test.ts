import { describe, expect, it } from 'vitest';
import { RingMemory, ringByteLength, type RingLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { Splicer } from '../../../worklet/splicer.js';
import { addedClicks, type Seam } from '../../bench/stretch/added-clicks.js';
import { findSineClicks } from '../../support/click-detector.js';
import { firstDifference } from '../../support/difference.js';
import { random } from '../../support/random.js';
import { music, pinkNoise, speech, tone, tones } from '../../support/signals.js';

const RATE = 48_000;
const CROSSFADE = 240;

interface Ring {
	readonly writer: RingWriter;
	readonly splicer: Splicer;
	readonly capacity: number;
}

function ring(capacity = 131_072, channels = 1, sampleRate = RATE): Ring {
	const layout: RingLayout = { channels, capacity, sampleRate };
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	const writer = new RingWriter(memory);
	return { writer, splicer: new Splicer(new RingReader(memory)), capacity };
}

function position(splicer: Splicer): number {
	const to = new Float64Array(1);
	splicer.writePosition(to, 0, 0);
	return to[0]!;
}

function noise(length: number, seed: number): Float32Array {
	const next = random(seed);
	return Float32Array.from({ length }, () => next() * 2 - 1);
}

function sine(seconds: number, frequency: number): Float32Array {
	return Float32Array.from(tone({ sampleRate: RATE, seconds }, frequency));
}

function pull(splicer: Splicer, count: number): Float32Array {
	const plane = new Float32Array(count);
	splicer.pull([plane], 0, count);
	return plane;
}

describe('Splicer', () => {
	it('copies exactly when nothing is asked of it, and keeps no more than its history', () => {
		const { splicer, writer, capacity } = ring(16_384);
		const signal = noise(200_000, 1);
		const next = random(2);
		const heard = new Float32Array(signal.length);
		let written = 0;
		for (let read = 0; read < signal.length;) {
			written += writer.write([signal], written, Math.min(signal.length - written, 1000));
			const count = Math.min(splicer.available, Math.floor(next() * 400));
			splicer.pull([heard], read, count);
			read += count;
			expect(splicer.history).toBe(Math.min(read, splicer.historyFrames));
			expect(writer.writable).toBe(capacity - splicer.available - splicer.history);
		}
		expect(firstDifference(heard, signal)).toBe(-1);
		expect(position(splicer)).toBe(signal.length);
	});

	it('keeps 60 ms, and at most an eighth of a small ring', () => {
		expect(ring().splicer.historyFrames).toBe(2880);
		expect(ring(8192).splicer.historyFrames).toBe(1024);
	});

	it('does not go back in the ring, wherever it jumps back to', () => {
		const { splicer, writer } = ring(16_384);
		const signal = noise(16_384, 3);
		let last = writer.readIndex;
		for (let turn = 0; turn < 300; turn++) {
			writer.write([signal], 0, Math.min(500, writer.writable));
			splicer.lengthen(2000, 0);
			pull(splicer, Math.min(600, splicer.available));
			expect(writer.readIndex).toBeGreaterThanOrEqual(last);
			last = writer.readIndex;
		}
		expect(splicer.inserted).toBeGreaterThan(100_000);
	});

	it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
		'accounts for every sample frame over any sequence of jumps and marks, seed %i',
		(seed) => {
			accountForAll(seed);
		},
	);

	it('stretches over whatever it is told to, and no further', () => {
		const { splicer, writer } = ring();
		writer.write([sine(1, 100)], 0, RATE);
		pull(splicer, 4000);
		expect(splicer.shorten(100, 0)).toBe(0);
		const removed = splicer.shorten(600, 0);
		expect(removed).toBeGreaterThan(0);
		expect(removed).toBeLessThanOrEqual(600);
		expect(splicer.shorten(600, 0)).toBe(0);
		expect(splicer.lengthen(600, 0)).toBe(0);
		pull(splicer, 1000);
		// Periods of 480: two fit, and cost less per second than one.
		expect(splicer.lengthen(1100, 95)).toBe(960);
		expect(splicer.removed).toBe(removed);
		expect(splicer.inserted).toBe(960);
		expect(splicer.discarded).toBe(0);
	});

	it('does not stretch across a mark, nor while it holds', () => {
		for (const kind of ['splice', 'end', 'flush'] as const) {
			const { splicer, writer } = ring();
			writer.write([sine(0.1, 100)], 0, 4800);
			writer.mark(kind, 0, 1);
			writer.write([sine(0.1, 100)], 0, 4800);
			pull(splicer, 4300);
			expect(splicer.shorten(2000, 0)).toBe(0);
			expect(splicer.lengthen(2000, 0)).toBeGreaterThan(0);
			pull(splicer, 4800 - splicer.position - (kind === 'splice' ? CROSSFADE : 0) - 50);
			expect(splicer.lengthen(2000, 0)).toBe(0);
		}
		const { splicer, writer } = ring();
		writer.write([sine(1, 100)], 0, RATE);
		pull(splicer, 4000);
		splicer.hold();
		expect(splicer.shorten(2000, 0)).toBe(0);
		expect(splicer.lengthen(2000, 0)).toBe(0);
		splicer.resume();
		expect(splicer.lengthen(2000, 0)).toBeGreaterThan(0);
	});

	it('does not jump back over a splice', () => {
		const { splicer, writer } = ring();
		writer.write([noise(10_000, 4)], 0, 10_000);
		writer.mark('splice', 50_000);
		writer.write([noise(10_000, 5)], 0, 10_000);
		pull(splicer, 10_000 + 50);
		expect(position(splicer)).toBe(50_000 + CROSSFADE + 50);
		expect(splicer.history).toBe(CROSSFADE + 50);
		expect(splicer.lengthen(2000, 0)).toBeLessThanOrEqual(CROSSFADE + 50);
	});

	it('lengthens without a click when hardly anything is left', () => {
		for (const left of [100, 150, 200, 300, 500]) {
			const { splicer, writer } = ring();
			writer.write([sine(0.5, 440)], 0, 24_000);
			const begin = pull(splicer, 24_000 - left);
			const inserted = splicer.lengthen(2000, 80);
			expect(inserted).toBeGreaterThan(0);
			const end = pull(splicer, splicer.available);
			expect(end.length).toBe(left + inserted);
			const heard = Float32Array.from([...begin, ...end]);
			expect(findSineClicks(heard, RATE, 440, 0.5)).toEqual([]);
		}
	});

	it('refuses what is not alike, and onsets, unless anything is allowed', () => {
		const unlike = ring();
		unlike.writer.write([noise(RATE, 6)], 0, RATE);
		pull(unlike.splicer, 4000);
		expect(unlike.splicer.shorten(2000, 70)).toBe(0);
		expect(unlike.splicer.lengthen(2000, 70)).toBe(0);
		expect(unlike.splicer.shorten(2000, 0)).toBeGreaterThan(0);

		const struck = sine(0.5, 200).map((value, i) => value * (i < 5000 ? 0.3 : 1));
		const onset = ring();
		onset.writer.write([struck], 0, struck.length);
		pull(onset.splicer, 4500);
		expect(onset.splicer.shorten(2000, 50)).toBe(0);
		pull(onset.splicer, 2000);
		expect(onset.splicer.shorten(2000, 50)).toBeGreaterThan(0);
	});

	it('stretches silence and what is nearly silent, at any correlation', () => {
		for (const level of [0, 0.001]) {
			const { splicer, writer } = ring();
			writer.write([noise(RATE, 7).map((value) => value * level)], 0, RATE);
			pull(splicer, 4000);
			expect(splicer.shorten(2000, 100)).toBeGreaterThan(0);
			pull(splicer, 4000);
			expect(splicer.lengthen(2000, 100)).toBeGreaterThan(0);
			expect(pull(splicer, 4000).every(Number.isFinite)).toBe(true);
		}
	});

	it('lands a skip where the sound goes on alike, else where it is quiet', () => {
		const { splicer, writer } = ring();
		writer.write([sine(1, 200)], 0, RATE);
		const begin = pull(splicer, 4000);
		expect(splicer.skip(10_100)).toBe(true);
		expect(splicer.discarded % 240).toBe(0);
		expect(Math.abs(splicer.discarded - 10_100)).toBeLessThanOrEqual(480);
		expect(position(splicer)).toBe(4000 + splicer.discarded);
		const heard = Float32Array.from([...begin, ...pull(splicer, 4000)]);
		expect(findSineClicks(heard, RATE, 200, 0.5)).toEqual([]);

		const gap = ring();
		const signal = noise(RATE, 8);
		signal.fill(0, 14_300, 14_600);
		gap.writer.write([signal], 0, RATE);
		pull(gap.splicer, 4000);
		expect(gap.splicer.skip(10_000)).toBe(true);
		expect(position(gap.splicer)).toBeGreaterThan(14_280);
		expect(position(gap.splicer)).toBeLessThan(14_380);
	});

	it('goes on after sound from elsewhere, in step with it', () => {
		const { splicer, writer } = ring();
		writer.write([sine(0.5, 200)], 0, 24_000);
		const begin = pull(splicer, 24_000);
		const phase = 2 * Math.PI * 200 * 0.5;
		const made = Float32Array.from(
			{ length: 1000 + CROSSFADE },
			(_, i) => 0.5 * Math.sin(phase + (2 * Math.PI * 200 * i) / RATE),
		);
		writer.mark('splice', 100_000);
		writer.write([sine(0.5, 200).subarray(77)], 0, 20_000);
		splicer.outgoing[0]!.set(made.subarray(1000));
		expect(splicer.mayResume(CROSSFADE)).toBe(true);
		splicer.resumeFrom(CROSSFADE);
		expect((splicer.discarded + 77) % 240).toBe(1000 % 240);
		const heard = Float32Array.from([
			...begin,
			...made.subarray(0, 1000),
			...pull(splicer, splicer.available),
		]);
		expect(findSineClicks(heard, RATE, 200, 0.5)).toEqual([]);
		expect(position(splicer)).toBe(120_000);
	});

	it('does not click in anything it stretches, and a cut planted in a seam is found', () => {
		const span = { sampleRate: RATE, seconds: 1 };
		const signals: Record<string, Float64Array> = {
			speech: speech(span, 0.7, 11),
			music: music(span, 0.7, 12),
			tones: tones(span, [220, 277.2, 329.6, 1760], 0.7, 13),
			noise: pinkNoise(span, 0.1, 14),
		};
		for (const [name, signal] of Object.entries(signals)) {
			const original = Float32Array.from(signal);
			const { heard, seams } = jumpAround(original, 15, name === 'noise' ? 0 : 60);
			expect(addedClicks(heard, original, RATE, seams), name).toEqual([]);
			if (name === 'tones') {
				heard.copyWithin(seams[3]!.at + 100, seams[3]!.at + 211, seams[3]!.at + 5000);
				expect(addedClicks(heard, original, RATE, seams)).not.toEqual([]);
			}
		}
	}, 60_000);
});

/** All of `signal`, with a stretch either way every 60 ms or so. */
function jumpAround(
	signal: Float32Array,
	seed: number,
	least: number,
): { readonly heard: Float32Array; readonly seams: readonly Seam[] } {
	const { splicer, writer } = ring(262_144);
	writer.write([signal], 0, signal.length);
	const next = random(seed);
	const heard: number[] = [];
	const seams: Seam[] = [];
	while (splicer.available > 0) {
		const from = position(splicer);
		const lag = next() < 0.5 ? splicer.lengthen(2000, least) : splicer.shorten(2000, least);
		if (lag > 0) {
			seams.push({ at: heard.length, length: 600, from, to: position(splicer) });
		}
		heard.push(...pull(splicer, Math.min(splicer.available, Math.floor(700 + 3000 * next()))));
	}
	expect(seams.length).toBeGreaterThan(4);
	return { heard: Float32Array.from(heard), seams };
}

/** Random writes, marks, jumps and single pulls. The value of each sample tells its media position, so that
 * what is heard between crossfades proves where it came from. */
function accountForAll(seed: number): void {
	const { splicer, writer } = ring(32_768);
	const next = random(seed);
	const table = noise(700_000, seed);
	const out = [new Float32Array(1)];
	const start = splicer.position;
	const spliced = new Set<number>();
	let pts = 0;
	let pulled = 0;
	let removed = 0;
	let inserted = 0;
	let overlap = 0;
	for (let turn = 0; turn < 400; turn++) {
		if (next() < 0.15) {
			const kind = (['splice', 'splice', 'end', 'flush'] as const)[Math.floor(next() * 4)]!;
			pts += Math.floor(next() * 300);
			writer.mark(kind, pts, turn);
			spliced.add(pts);
		}
		pts += writer.write([table.subarray(pts)], 0, Math.floor(next() * 2000));
		const before = position(splicer);
		const dropped = splicer.discarded;
		const jump = next();
		if (jump < 0.2) {
			const lag = splicer.shorten(1500, 0);
			removed += lag;
			expect(position(splicer)).toBe(before + lag);
		} else if (jump < 0.5) {
			const lag = splicer.lengthen(1500, 0);
			inserted += lag;
			expect(position(splicer)).toBe(before - lag);
		} else if (jump < 0.55) {
			splicer.skip(Math.floor(500 + 3000 * next()));
			// Over a splice the media time moves by more than what is dropped.
			expect(position(splicer)).toBeGreaterThanOrEqual(before + splicer.discarded - dropped);
		}
		for (let i = Math.min(splicer.available, Math.floor(next() * 2200)); i > 0; i--) {
			overlap += pullOne();
		}
		if (splicer.available === 0 && splicer.stop !== 'starved') {
			splicer.passStop();
		}
	}
	expect([splicer.removed, splicer.inserted]).toEqual([removed, inserted]);
	expect(Math.min(removed, inserted, splicer.discarded, overlap)).toBeGreaterThan(0);
	expect(splicer.position - start).toBe(pulled + removed - inserted + splicer.discarded + overlap);

	/** @returns sample frames that a splice let sound together with others */
	function pullOne(): number {
		const from = position(splicer);
		const index = splicer.position;
		const dropped = splicer.discarded;
		const wasCrossfading = splicer.isCrossfading;
		splicer.pull(out, 0, 1);
		pulled++;
		const passed = (splicer.position - index) | 0;
		const both = passed - 1 - (splicer.discarded - dropped);
		if (position(splicer) !== from + 1 && !spliced.has(position(splicer) - 1)) {
			expect.fail(`position ${from} was followed by ${position(splicer)}`);
		}
		if (position(splicer) === from + 1 && !wasCrossfading && out[0]![0] !== table[from]) {
			expect.fail(`position ${from} sounded otherwise`);
		}
		if (both < 0 || both > CROSSFADE) {
			expect.fail(`${both} sample frames sounded together`);
		}
		return both;
	}
}
