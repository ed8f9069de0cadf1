// The signal that does not end: exact while there is some, made up where there is none, and all of it counted.
import { describe, expect, it } from 'vitest';
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { Splicer } from '../../../worklet/splicer.js';
import { UnbrokenSource } from '../../../worklet/unbroken-source.js';
import { findClicks } from '../../support/click-detector.js';
import { random } from '../../support/random.js';
import { tones, whiteNoise } from '../../support/signals.js';

const RATE = 48_000;
/** Sample frames of a usual pull. */
const BLOCK = 128;
/** Sample frames of the crossfade back: 5 ms; twice as much must wait for it. */
const RETURN = 240;
/** Sample frames after which concealment is silent for certain: 0.12 s. */
const FADED = 5_760;

interface Rig {
	readonly writer: RingWriter;
	readonly splicer: Splicer;
	readonly source: UnbrokenSource;
	/** First channel of `count` sample frames, pulled by `cuts` in turn. */
	readonly pull: (count: number, cuts?: readonly number[]) => Float32Array;
	/** To every channel. @returns sample frames that fitted */
	readonly write: (signal: ArrayLike<number>) => number;
}

function rig(channels = 1, rate = RATE): Rig {
	const layout = ringLayout(channels, rate, 2);
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	const reader = new RingReader(memory);
	const writer = new RingWriter(memory);
	const splicer = new Splicer(reader);
	const source = new UnbrokenSource(reader, splicer);
	return {
		writer,
		splicer,
		source,
		pull: (count, cuts = [BLOCK]) => {
			const planes = Array.from({ length: channels }, () => new Float32Array(count).fill(9));
			for (let done = 0, cut = 0; done < count; cut++) {
				const step = Math.min(cuts[cut % cuts.length]!, count - done);
				source.pull(planes, done, step);
				done += step;
			}
			return planes[0]!;
		},
		write: (signal) => {
			const samples = Float32Array.from(signal);
			const planes = Array.from({ length: channels }, () => samples);
			return writer.write(planes, 0, samples.length);
		},
	};
}

/** A steady sound. */
const SOUND = tones({ sampleRate: RATE, seconds: 3 }, [220, 440, 660], 0.5, 1);

function rms(signal: Float32Array): number {
	return Math.sqrt(signal.reduce((sum, value) => sum + value * value, 0) / signal.length);
}

function joined(...parts: readonly Float32Array[]): Float32Array {
	return Float32Array.from(parts.flatMap((part) => Array.from(part)));
}

describe('UnbrokenSource while there is a signal', () => {
	it.each([[[128]], [[1, 127, 960]], [[4800]]])('copies it exactly, in pulls of %j', (cuts) => {
		const { pull, write, source } = rig();
		const noise = Float32Array.from(whiteNoise({ sampleRate: RATE, seconds: 1 }, 0.3, 4));
		write(noise);
		expect(pull(noise.length, cuts)).toEqual(noise);
		expect(source.isConcealing).toBe(false);
		expect([source.concealed, source.silent, source.events]).toEqual([0, 0, 0]);
	});

	it('is endless as long as more may come', () => {
		const { source, write } = rig();
		expect(source.isEndless).toBe(true);
		write(SOUND.subarray(0, 1000));
		expect(source.available).toBeGreaterThan(RATE * 3600);
	});
});

describe('UnbrokenSource where the signal ends', () => {
	it.each([0, 1, 64, 127])('goes on from its last sample, %i into a pull', (extra) => {
		const { pull, write, source } = rig();
		const length = 100 * BLOCK + extra;
		write(SOUND.subarray(0, length));
		const heard = pull(104 * BLOCK);
		expect(heard.subarray(0, length)).toEqual(Float32Array.from(SOUND.subarray(0, length)));
		expect(source.isConcealing).toBe(true);
		expect(source.events).toBe(1);
		expect(source.concealed).toBe(104 * BLOCK - length);
		expect(findClicks(heard, RATE)).toEqual([]);
		// The sound itself goes on: it does not fall silent within the first 10 ms.
		expect(rms(heard.subarray(length))).toBeGreaterThan(0.5 * rms(heard.subarray(0, length)));
	});

	it('is silent after 0.12 s, and counts that silence', () => {
		const { pull, write, source } = rig();
		write(SOUND.subarray(0, 9_600));
		pull(9_600);
		pull(FADED);
		expect(source.isSilent).toBe(true);
		const { silent, concealed } = source;
		expect(concealed).toBe(FADED);
		expect(pull(9_600).every((sample) => sample === 0)).toBe(true);
		expect(source.silent - silent).toBe(9_600);
		expect(source.concealed - concealed).toBe(9_600);
		expect(source.silent).toBeLessThanOrEqual(source.concealed);
		expect(source.events).toBe(1);
	});

	it('does not go back by itself, whatever comes', () => {
		const { pull, write, source } = rig();
		write(SOUND.subarray(0, 9_600));
		pull(9_600 + BLOCK);
		write(SOUND.subarray(9_600, 19_200));
		pull(BLOCK);
		expect(source.isConcealing).toBe(true);
		expect(source.concealed).toBe(2 * BLOCK);
	});

	it('makes something up, and nothing unsound, before there ever was a signal', () => {
		const { pull, source } = rig(2);
		const heard = pull(FADED);
		expect(heard.every((sample) => sample === 0)).toBe(true);
		expect(source.concealed).toBe(FADED);
	});
});

describe('UnbrokenSource.resume', () => {
	it('waits for a crossfade of signal', () => {
		const { pull, write, source } = rig();
		write(SOUND.subarray(0, 9_600));
		pull(9_600 + BLOCK);
		expect(source.resume(0)).toBe(false);
		write(SOUND.subarray(9_600, 9_600 + RETURN - 1));
		expect(source.resume(0)).toBe(false);
		expect(source.isConcealing).toBe(true);
		write(SOUND.subarray(9_600 + RETURN - 1, 9_600 + RETURN));
		expect(source.resume(0)).toBe(true);
		expect(source.isConcealing).toBe(false);
	});

	it.each([64, 500, 1000, 2000, 5000, 9000])('is without a click after %i sample frames', (gap) => {
		const { pull, write, source, splicer } = rig();
		write(SOUND.subarray(0, 9_600));
		const before = pull(9_600 + gap);
		write(SOUND.subarray(9_600, 28_800));
		expect(source.resume(0)).toBe(true);
		expect(splicer.discarded).toBe(0);
		const after = pull(19_200 - BLOCK);
		const heard = joined(before, after);
		const clicks = findClicks(heard, RATE).filter((at) => at > 1000 && at < heard.length - 1000);
		expect(clicks).toEqual([]);
		// From the crossfade's end on, it is the signal, none of it left out.
		const signal = Float32Array.from(SOUND.subarray(9_600 + RETURN, 28_800 - BLOCK));
		expect(after.subarray(RETURN)).toEqual(signal);
		expect(source.concealed).toBe(gap);
	});

	it('leaves out what it may to go on alike, and that is counted', () => {
		const { pull, write, source, splicer } = rig();
		write(SOUND.subarray(0, 9_600));
		pull(9_600 + 700);
		write(SOUND.subarray(9_600, 28_800));
		expect(source.resume(300)).toBe(true);
		const { discarded } = splicer;
		expect(discarded).toBeLessThanOrEqual(300);
		const after = pull(9_600);
		const start = 9_600 + discarded + RETURN;
		expect(after.subarray(RETURN)).toEqual(
			Float32Array.from(SOUND.subarray(start, start + 9_600 - RETURN)),
		);
	});

	it.each([240, 241, 300, 400, 479, 480])(
		'passes a passage of %i sample frames before a splice',
		(length) => {
			const { pull, write, source, writer } = rig();
			write(SOUND.subarray(0, 9_600));
			pull(9_600 + 1_000);
			writer.mark('splice', 10_560);
			write(SOUND.subarray(10_560, 10_560 + length));
			writer.mark('splice', 12_000);
			write(SOUND.subarray(12_000, 24_000));
			expect(source.resume(0)).toBe(true);
			pull(4_800);
			expect(source.isConcealing).toBe(false);
			expect(source.events).toBe(1);
		},
	);

	it('leaves concealment as it was where it is refused', () => {
		const { pull, write, source } = rig();
		write(SOUND.subarray(0, 9_600));
		pull(9_600 + 200);
		const twin = rig();
		twin.write(SOUND.subarray(0, 9_600));
		twin.pull(9_600 + 200);
		for (let i = 0; i < 5; i++) {
			expect(source.resume(0)).toBe(false);
			expect(pull(BLOCK)).toEqual(twin.pull(BLOCK));
		}
	});
});

describe('UnbrokenSource at a stop', () => {
	it('has just what is left, once nothing will be added', () => {
		const { write, source, pull } = rig();
		write(SOUND.subarray(0, 1_000));
		source.setStopping(true);
		expect(source.isEndless).toBe(false);
		expect(source.available).toBe(1_000);
		pull(600);
		expect(source.available).toBe(400);
		pull(400);
		expect(source.available).toBe(0);
		expect([source.concealed, source.events]).toEqual([0, 0]);
	});

	it('is endless again when more may come after all', () => {
		const { write, source } = rig();
		write(SOUND.subarray(0, 1_000));
		source.setStopping(true);
		source.setStopping(false);
		expect(source.isEndless).toBe(true);
	});

	it('ends at the mark though more waits behind it', () => {
		const { write, source, writer } = rig();
		write(SOUND.subarray(0, 1_000));
		writer.mark('end', 1_000, 1);
		write(SOUND.subarray(1_000, 2_000));
		source.setStopping(true);
		expect(source.available).toBe(1_000);
	});

	it('conceals nothing any more after a restart from silence', () => {
		const { write, source, pull } = rig();
		pull(FADED);
		expect(source.isConcealing).toBe(true);
		write(SOUND.subarray(0, 1_000));
		source.restart();
		expect(pull(1_000)).toEqual(Float32Array.from(SOUND.subarray(0, 1_000)));
		expect(source.concealed).toBe(FADED);
	});
});

describe('UnbrokenSource over many underruns', () => {
	it.each([1, 2, 3])('counts every sample frame: heard = pulled − made up (seed %i)', (seed) => {
		const next = random(seed);
		const { pull, write, source, splicer } = rig(2);
		let written = 0;
		let pulled = 0;
		let events = 0;
		for (let round = 0; round < 1_000; round++) {
			const count = Math.floor(next() * 2_000);
			written += write(SOUND.subarray(written % 100_000, (written % 100_000) + count));
			const isBack = !source.isConcealing || source.resume(Math.floor(next() * 400));
			const wanted = Math.floor(next() * 2_000);
			const heard = pull(wanted, [1 + Math.floor(next() * 300)]);
			expect(heard.every((sample) => Math.abs(sample) <= 1.5)).toBe(true);
			events += isBack && source.isConcealing ? 1 : 0;
			pulled += wanted;
			const played = written - splicer.available - splicer.discarded;
			expect(pulled - source.concealed).toBe(played);
			expect(source.events).toBe(events);
		}
	});
});
