// How many bits a lossless coder needs for a block of bytes in one reading. What linear prediction
// leaves of each channel counts as Laplace distributed, as in FLAC (RFC 9639, section 9.2). The
// declared reading is weighed generously: it may also be coded in ways that suit sound made of few
// values, jumps or repetition, which prediction misjudges.
import { predict } from './linear-prediction.js';
import { readPlane, SamplePlane, SECTIONS, type Reading } from './sample-plane.js';

/** Order of FLAC's fixed predictors, at most (RFC 9639, section 9.2.5). Order 4 rarely gains. */
const MAX_FIXED_ORDER = 3;
/** Own past samples that least squares predicts from: up to four tones at once, eight if
 * generous. */
const LAGS = 12;
const GENEROUS_LAGS = 20;
/** A Laplace distribution of mean magnitude m takes log2(2e · m) bits (its differential
 * entropy). */
const LAPLACE = 2 * Math.E;
/** Bits that tell the mean magnitude of one section. */
const SCALE_BITS = 6;
/** Signals made by repeating samples 2, 3 or 6 times differ in these many phases. */
const PHASES = 6;
/** A residual above so many mean magnitudes may be told apart from the others. */
const OUTLIER = 3;
/** Repetition counts when fewer than 1 of so many samples differ from the period before. */
const REPEAT_MISSES = 8;

export class CodingCost {
	/** Bits when predicted by fixed low-order predictors only, which suit natural sound: it has
	 * more low than high frequencies. */
	readonly natural: number;
	readonly #planes: readonly SamplePlane[];
	/** The same, channel by channel. */
	readonly #naturals: readonly number[];
	readonly #isGenerous: boolean;
	#bits: number | null = null;

	/** @param view whole sample frames. */
	constructor(view: DataView, reading: Reading, channels: number, isGenerous: boolean) {
		this.#isGenerous = isGenerous;
		this.#planes = Array.from({ length: channels }, (_, channel) =>
			readPlane(view, reading, channel, channels),
		);
		this.#naturals = this.#planes.map((plane, channel) =>
			plane.isPossible
				? Math.min(plane.rawBits, naturalBits(plane, this.#planes[channel - 1], isGenerous))
				: plane.rawBits,
		);
		this.natural = sum(this.#naturals);
	}

	/** Bits of the cheapest coding known; computed when first asked for. */
	get bits(): number {
		this.#bits ??= sum(this.#planes.map((plane, channel) => this.#channelBits(plane, channel)));
		return this.#bits;
	}

	#channelBits(plane: SamplePlane, channel: number): number {
		const natural = this.#naturals[channel]!;
		if (!plane.isPossible || plane.isConstant) {
			return natural;
		}
		const { length } = this.#planes;
		const other = length > 1 ? this.#planes[(channel + length - 1) % length]! : null;
		const predicted = predictedBits(plane, other, channel > 0 ? 0 : 1, this.#isGenerous);
		const artificial = this.#isGenerous ? artificialBits(plane) : Infinity;
		return Math.min(natural, predicted, artificial);
	}

	/** True when every channel that moves is interleaved of two. */
	get isInterleaved(): boolean {
		const moving = this.#planes.filter((plane) => !plane.isConstant);
		return moving.length > 0 && moving.every((plane) => plane.isInterleaved);
	}

	/** By how many steps the channels that move miss one pure tone each. */
	get sineError(): number {
		const errors = this.#planes
			.filter((plane) => !plane.isConstant)
			.map((plane) => plane.sineError);
		return errors.length === 0 ? Infinity : Math.max(...errors);
	}
}

function sum(values: readonly number[] | Float64Array): number {
	let total = 0;
	for (const value of values) {
		total += value;
	}
	return total;
}

/** @param before the channel before, where there is one. */
function naturalBits(
	plane: SamplePlane,
	before: SamplePlane | undefined,
	isGenerous: boolean,
): number {
	const { samples } = plane;
	let best = Math.min(
		fixedBits(plane, isGenerous),
		residualBits(plane, plane.resonanceError(), isGenerous) + 2 * plane.sampleBits,
	);
	if (before !== undefined) {
		const side = samples.map((value, i) => value - before.samples[i]!);
		best = Math.min(best, fixedBits(plane.withSamples(side), isGenerous));
	}
	if (before !== undefined && isGenerous) {
		const middle = samples.map((value, i) => value + before.samples[i]!);
		best = Math.min(best, fixedBits(plane.withSamples(middle), true));
	}
	return isGenerous ? Math.min(best, magnitudeBits(plane)) : best;
}

/** As magnitudes with signs, about their mean or below their peak: for loud companded or clipped
 * sound, whose values lie in two heaps far apart. */
function magnitudeBits(plane: SamplePlane): number {
	const even = plane.isFloat ? companded(plane) : plane;
	const magnitudes = even.samples.map(Math.abs);
	const mean = sum(magnitudes) / magnitudes.length;
	const peak = magnitudes.reduce((a, b) => Math.max(a, b));
	const centred = even.withSamples(magnitudes.map((value) => value - mean));
	const belowPeak = magnitudes.map((value) => peak - value);
	const signBits = magnitudes.length;
	const bits = Math.min(
		fixedBits(centred, true) + signBits,
		// Its distribution is one-sided, which saves what the signs cost.
		residualBits(even, belowPeak, true),
		plane.isFloat ? fixedBits(even, true) : Infinity,
	);
	return bits + plane.sampleBits;
}

/** Floats as the integers that their bits are, with a sign: nearly logarithmic, in even steps. */
function companded(plane: SamplePlane): SamplePlane {
	const words = new Int32Array(Float32Array.from(plane.samples, Math.abs).buffer);
	return new SamplePlane(
		plane.samples.map((value, i) => (value < 0 ? -words[i]! : words[i]!)),
		plane.sampleBits,
	);
}

function fixedBits(plane: SamplePlane, isGenerous: boolean): number {
	const residual = plane.samples.slice();
	let best = residualBits(plane, residual, isGenerous);
	for (let order = 1; order <= MAX_FIXED_ORDER; order++) {
		for (let i = residual.length - 1; i >= order; i--) {
			residual[i]! -= residual[i - 1]!;
		}
		residual[order - 1] = 0;
		const bits = residualBits(plane, residual, isGenerous) + order * plane.sampleBits;
		best = Math.min(best, bits);
	}
	return best;
}

function residualBits(plane: SamplePlane, residual: Float64Array, isGenerous: boolean): number {
	let bits = 0;
	for (let section = 0; section < SECTIONS; section++) {
		const part = residual.subarray(plane.sectionStart(section), plane.sectionStart(section + 1));
		const step = plane.steps[section]!;
		const mean = meanMagnitude(part, 0, 1);
		let best = SCALE_BITS + laplaceBits(mean, step, part.length);
		if (isGenerous && best > part.length) {
			best = Math.min(
				best,
				phasedBits(part, step),
				outlierBits(part, step, mean, plane.sampleBits),
			);
		}
		bits += best;
	}
	return bits;
}

/** @returns bits of `count` values. */
function laplaceBits(meanMagnitude: number, step: number, count: number): number {
	return count * Math.log2(1 + (LAPLACE * meanMagnitude) / step);
}

function meanMagnitude(values: Float64Array, start: number, stride: number): number {
	let sum = 0;
	for (let i = start; i < values.length; i += stride) {
		sum += Math.abs(values[i]!);
	}
	return sum / Math.ceil((values.length - start) / stride);
}

/** Each of `PHASES` phases with a scale of its own: for samples that were repeated. */
function phasedBits(values: Float64Array, step: number): number {
	let bits = PHASES * SCALE_BITS;
	for (let phase = 0; phase < PHASES; phase++) {
		const mean = meanMagnitude(values, phase, PHASES);
		bits += laplaceBits(mean, step, Math.ceil((values.length - phase) / PHASES));
	}
	return bits;
}

/** Rare large values apart from the others, uncoded: for square waves, clicks and saw teeth. */
function outlierBits(values: Float64Array, step: number, mean: number, sampleBits: number): number {
	let outliers = 0;
	let sum = 0;
	for (const value of values) {
		const magnitude = Math.abs(value);
		if (magnitude > OUTLIER * mean) {
			outliers++;
		} else {
			sum += magnitude;
		}
	}
	const others = values.length - outliers;
	return (
		SCALE_BITS +
		choiceBits(outliers, values.length) +
		outliers * sampleBits +
		laplaceBits(sum / others, step, others)
	);
}

/** Bits that tell which `chosen` of `count` are meant. */
function choiceBits(chosen: number, count: number): number {
	const others = count - chosen;
	return chosen === 0 || others === 0
		? 0
		: chosen * Math.log2(count / chosen) + others * Math.log2(count / others);
}

/** The codings of sound that no microphone hears. */
function artificialBits(plane: SamplePlane): number {
	let best = Math.min(paletteBits(plane), repeatBits(plane));
	for (let lowBits = 8; lowBits < plane.sampleBits && !plane.isFloat; lowBits += 8) {
		best = Math.min(best, splitBits(plane, 2 ** lowBits));
	}
	return best;
}

/** As indices into the list of values that occur: order-0 entropy and the list. */
function paletteBits({ samples, sampleBits }: SamplePlane): number {
	const sorted = samples.slice().sort();
	let bits = 0;
	for (let from = 0, to = 0; from < sorted.length; from = to) {
		while (to < sorted.length && sorted[to] === sorted[from]) {
			to++;
		}
		bits += (to - from) * Math.log2(sorted.length / (to - from)) + sampleBits;
	}
	return bits;
}

/** As one period and what differs from it after: the best period up to a third of the block. */
function repeatBits({ samples, sampleBits }: SamplePlane): number {
	let best = Infinity;
	for (let lag = 1; 3 * lag <= samples.length; lag++) {
		const count = samples.length - lag;
		const most = count / REPEAT_MISSES;
		let misses = 0;
		for (let i = lag; i < samples.length && misses < most; i++) {
			if (samples[i] !== samples[i - lag]) {
				misses++;
			}
		}
		if (misses < most) {
			best = Math.min(best, (lag + misses) * sampleBits + choiceBits(misses, count));
		}
	}
	return best;
}

/** As a coarse signal and few fine values: content of less resolution, dithered or offset. */
function splitBits(plane: SamplePlane, unit: number): number {
	const high = plane.samples.map((value) => Math.round(value / unit));
	const low = plane.samples.map((value, i) => value - high[i]! * unit);
	const coarse = plane.withSamples(high.map((value) => value * plane.steps[0]!));
	return fixedBits(coarse, true) + paletteBits(plane.withSamples(low));
}

/** What is left by least-squares prediction, its weights included. Infinite when nothing moves. */
function predictedBits(
	plane: SamplePlane,
	other: SamplePlane | null,
	otherLag: number,
	isGenerous: boolean,
): number {
	const { samples } = plane;
	const lags = isGenerous ? GENEROUS_LAGS : LAGS;
	const prediction = predict(samples, lags, other?.samples ?? null, otherLag, plane.steps[0]!);
	if (prediction === null) {
		return Infinity;
	}
	const weightBits = 0.5 * prediction.weights * Math.log2(samples.length);
	const warmUpBits = (lags / samples.length) * residualBits(plane, samples, false);
	return residualBits(plane, prediction.residual, isGenerous) + weightBits + warmUpBits;
}
