// One channel of a block of bytes, read in one sample format: what `CodingCost` weighs. Values are
// numbers on a grid of even steps; f32 steps differ along the signal and are given per section.
import { bytesPerSample, type ByteOrder, type SampleFormat } from '../core/stream-format.js';

/** How bytes are read as samples. `byteOrder` means nothing where a sample is one byte. */
export interface Reading {
	readonly sampleFormat: SampleFormat;
	readonly byteOrder: ByteOrder;
}

/** A block is weighed in this many parts, because the level of sound changes within it. */
export const SECTIONS = 4;

/** Above it a number is no sample of a float stream, whose full scale is 1: 36 dB of headroom. */
const MAX_FLOAT = 64;
/** Bins of the histogram of full scale. */
const FLAT_BINS = 16;
/** Chi-squared of 15 degrees of freedom exceeds this in 5 of 10 000 blocks of uniform noise. */
const FLAT_CHI_SQUARED = 40;
/** A tone of less than this peak is not told from noise. */
const SINE_MIN_STEPS = 16;
/** float32 has 24 bits of mantissa. */
const FLOAT_PRECISION = 2 ** -24;
/** Fewer different values, as in a tone of period 4, are a sine in any byte order. */
const SINE_MIN_VALUES = 5;
/** Resonances nearer to 0 (a quarter of the sample rate) or to ±2 (constant) tell nothing. */
const SINE_MIN_RESONANCE = 0.05;
const SINE_MAX_RESONANCE = 1.99999;
/** Two signals taking turns: neighbours differ this much more than next but one. */
const TURNS_RATIO = 4;
/** Each sample twice: every other step is this much smaller than all. */
const HELD_RATIO = 8;

type ReadSample = (view: DataView, byte: number, isLittle: boolean) => number;

/** G.711 codes stay companded, as signed magnitudes: companding is monotonic, so what was smooth
 * stays smooth, and every step is 1. */
const READ: Readonly<Record<SampleFormat, ReadSample>> = {
	u8: (view, byte) => view.getUint8(byte) - 128,
	s8: (view, byte) => view.getInt8(byte),
	mulaw: (view, byte) => signedMagnitude(view.getUint8(byte) ^ 0x7f),
	alaw: (view, byte) => signedMagnitude(view.getUint8(byte) ^ 0x55),
	s16: (view, byte, isLittle) => view.getInt16(byte, isLittle),
	s24: (view, byte, isLittle) =>
		isLittle
			? (view.getInt8(byte + 2) << 16) | view.getUint16(byte, true)
			: (view.getInt8(byte) << 16) | view.getUint16(byte + 1, false),
	s32: (view, byte, isLittle) => view.getInt32(byte, isLittle),
	f32: (view, byte, isLittle) => view.getFloat32(byte, isLittle),
};

/** ±½ to ±127½, positive where the high bit is set. */
function signedMagnitude(code: number): number {
	return (code & 0x80) === 0 ? -(code + 0.5) : code - 0x80 + 0.5;
}

export class SamplePlane {
	readonly samples: Float64Array;
	/** Bits of a sample in the stream: the most that one can cost. */
	readonly sampleBits: number;
	/** Steps differ from sample to sample. */
	readonly isFloat: boolean;
	/** Size of a step per section; the geometric mean where it varies. */
	readonly steps: Float64Array;
	/** False when it holds what no stream of that format does: NaN, infinity, vast numbers. */
	readonly isPossible: boolean;

	constructor(
		samples: Float64Array,
		sampleBits: number,
		steps: Float64Array = new Float64Array(SECTIONS).fill(1),
		isFloat = false,
		isPossible = true,
	) {
		this.samples = samples;
		this.sampleBits = sampleBits;
		this.steps = steps;
		this.isFloat = isFloat;
		this.isPossible = isPossible;
	}

	/** Bits without any coding but of the lowest bits, when they are zero throughout. */
	get rawBits(): number {
		const unusedBits = Math.log2(Math.max(1, Math.min(...this.steps)));
		return this.samples.length * (this.sampleBits - unusedBits);
	}

	/** First sample of a section; of section `SECTIONS`, the end. */
	sectionStart(section: number): number {
		return Math.floor((section * this.samples.length) / SECTIONS);
	}

	/** Other values on the same grid. */
	withSamples(samples: Float64Array): SamplePlane {
		return new SamplePlane(samples, this.sampleBits, this.steps, this.isFloat, this.isPossible);
	}

	get isConstant(): boolean {
		return this.samples.every((value) => value === this.samples[0]);
	}

	/** True of evenly distributed noise of full scale, as the low bytes of a wider sample are. Of
	 * integer formats only. */
	get isFlat(): boolean {
		const counts = new Float64Array(FLAT_BINS);
		const scale = FLAT_BINS / 2 ** this.sampleBits;
		for (const value of this.samples) {
			counts[Math.floor(value * scale) + FLAT_BINS / 2]!++;
		}
		const expected = this.samples.length / FLAT_BINS;
		const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
		return chiSquared < FLAT_CHI_SQUARED;
	}

	/** True of the high halves of two channels that take turns, as stereo of twice the width gives:
	 * two slow signals alternate, or every sample comes twice, or every other is always the
	 * same. */
	get isInterleaved(): boolean {
		const { samples } = this;
		const still = [true, true];
		const change = [0, 0];
		let sum = 0;
		let nextButOne = 0;
		for (let i = 2; i < samples.length; i++) {
			const value = samples[i]!;
			still[i & 1] &&= value === samples[i - 2];
			change[i & 1]! += Math.abs(value - samples[i - 1]!);
			sum += Math.abs(value + samples[i - 1]!);
			nextButOne += Math.abs(value - samples[i - 2]!);
		}
		const neighbours = change[0]! + change[1]!;
		return (
			still[0] !== still[1] ||
			HELD_RATIO * Math.min(change[0]!, change[1]!) < neighbours ||
			TURNS_RATIO * nextButOne < Math.min(neighbours, sum)
		);
	}

	/** c of the recurrence x[n] = c · x[n - 1] - x[n - 2] that fits best: 2 cos ω of a pure
	 * tone. */
	get resonance(): number {
		const { samples } = this;
		let product = 0;
		let power = 0;
		for (let i = 2; i < samples.length; i++) {
			product += (samples[i]! + samples[i - 2]!) * samples[i - 1]!;
			power += samples[i - 1]! * samples[i - 1]!;
		}
		return power === 0 ? 0 : Math.max(-2, Math.min(2, product / power));
	}

	/** x[n] - c · x[n - 1] + x[n - 2]; the first two are 0. */
	resonanceError(): Float64Array {
		const { samples, resonance } = this;
		const error = new Float64Array(samples.length);
		for (let i = 2; i < samples.length; i++) {
			error[i] = samples[i]! - resonance * samples[i - 1]! + samples[i - 2]!;
		}
		return error;
	}

	/** By how many steps it misses one pure tone; infinite where that tells nothing. */
	get sineError(): number {
		const resonance = Math.abs(this.resonance);
		const peak = largest(this.samples);
		const step = Math.max(...this.steps, this.isFloat ? peak * FLOAT_PRECISION : 0);
		const isTelling =
			this.isPossible &&
			resonance > SINE_MIN_RESONANCE &&
			resonance < SINE_MAX_RESONANCE &&
			peak >= SINE_MIN_STEPS * step &&
			new Set(this.samples).size >= SINE_MIN_VALUES;
		return isTelling ? largest(this.resonanceError()) / step : Infinity;
	}
}

function largest(values: Float64Array): number {
	return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

/** Reads one channel of `view`, which holds whole sample frames. */
export function readPlane(
	view: DataView,
	reading: Reading,
	channel: number,
	channels: number,
): SamplePlane {
	const bytes = bytesPerSample(reading.sampleFormat);
	const start = bytes * channel;
	const stride = bytes * channels;
	const isLittle = reading.byteOrder === 'little';
	const read = READ[reading.sampleFormat];
	const samples = new Float64Array(view.byteLength / stride);
	let ones = 0;
	for (let i = 0, byte = start; i < samples.length; i++, byte += stride) {
		samples[i] = read(view, byte, isLittle);
		ones |= samples[i]!;
	}
	if (reading.sampleFormat === 'f32') {
		return floatPlane(samples, (i) => view.getUint32(start + i * stride, isLittle));
	}
	const step = bytes === 1 || ones === 0 ? 1 : Math.abs(ones & -ones);
	return new SamplePlane(samples, 8 * bytes, new Float64Array(SECTIONS).fill(step));
}

/** The step of a float is its unit in the last place, or the grid that all values lie on if coarser
 * (float streams are often made from integers). */
function floatPlane(samples: Float64Array, wordOf: (index: number) => number): SamplePlane {
	const lastPlaces = new Float64Array(samples.length).fill(-Infinity);
	let grid = Infinity;
	for (let i = 0; i < samples.length; i++) {
		if (!(Math.abs(samples[i]!) <= MAX_FLOAT)) {
			return new SamplePlane(samples, 32, undefined, true, false);
		}
		if (samples[i] !== 0) {
			const word = wordOf(i);
			const exponent = (word >>> 23) & 0xff;
			const mantissa = (word & 0x7fffff) | (exponent === 0 ? 0 : 0x800000);
			lastPlaces[i] = Math.max(1, exponent) - 150;
			grid = Math.min(grid, lastPlaces[i]! + 31 - Math.clz32(mantissa & -mantissa));
		}
	}
	const plane = new SamplePlane(samples, 32, undefined, true);
	for (let section = 0; section < SECTIONS; section++) {
		const steps = lastPlaces.subarray(plane.sectionStart(section), plane.sectionStart(section + 1));
		const sum = steps.reduce((total, lastPlace) => total + Math.max(lastPlace, grid), 0);
		plane.steps[section] = grid === Infinity ? 1 : 2 ** (sum / steps.length);
	}
	return plane;
}
