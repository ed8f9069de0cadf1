// Where in the source each output sample frame lies: the nominal ratio of the rates, and the drift on top
// of it. While there has been no drift, positions are exact fractions of integers; after that they are
// doubles, whose rounding adds up to less than a millionth of a sample frame a day. Owner: the audio
// thread; allocates in its constructor only. Methods take and return integers: a double is an allocation
// where the call is not inlined.
import { greatestCommonDivisor, type SincFilter } from '../src/core/sinc-filter.js';

/** Output sample frames over which the ratio moves to a new drift, in a straight line. */
const RAMP_FRAMES = 128;

/** Largest drift either way, parts per 10⁹: 1 %. */
export const MAX_DRIFT_PPB = 10_000_000;

/** Source sample frames by which `reach` may be too large, never too small: far above the rounding of a
 * render call's sums, far below a row of the filter. */
const SLACK = 1e-9;

export class SourceClock {
	/** Of each output of the last `run`: index of its first tap, first coefficient of the row at or below
	 * it, and how far in [0, 1) it is towards the next row. */
	readonly starts: Int32Array;
	readonly rows: Int32Array;
	readonly weights: Float64Array;
	readonly #filter: SincFilter;
	/** Source sample frames per output sample frame are numerator / denominator, in lowest terms. */
	readonly #numerator: number;
	readonly #denominator: number;
	#isExact = false;
	/** Of the next output, while exact: its position past a source sample frame, in 1 / denominator. */
	#phase = 0;
	/** Otherwise: the same, in sample frames, [0, 1). This and the fields below begin as fractions: V8 then
	 * keeps a double in place, and assigning to it never allocates. */
	#fraction = 0.5;
	#driftPpb = 0;
	/** Source sample frames per output sample frame: now, and once the ramp is over. */
	#step = 0.5;
	#target = 0.5;
	/** What #step grows by per output while the ramp lasts. */
	#slope = 0.5;
	/** Outputs until the ramp begins, then outputs until it is over. */
	#hold = 0;
	#ramp = 0;

	/** @param maxFrames most output sample frames of one `run` */
	constructor(filter: SincFilter, maxFrames: number) {
		const { sourceRate, outputRate } = filter;
		const divisor = greatestCommonDivisor(sourceRate, outputRate);
		this.#numerator = sourceRate / divisor;
		this.#denominator = outputRate / divisor;
		this.#filter = filter;
		this.starts = new Int32Array(maxFrames);
		this.rows = new Int32Array(maxFrames);
		this.weights = new Float64Array(maxFrames);
		this.#target = this.#numerator / this.#denominator;
		this.reset();
	}

	/** True while every output falls on a row: all weights are 0. */
	get isExact(): boolean {
		return this.#isExact;
	}

	/** Parts per 10⁹. */
	get driftPpb(): number {
		return this.#driftPpb;
	}

	/** The next output falls on a source sample frame; the drift set last holds at once. */
	reset(): void {
		this.#isExact = this.#filter.isExact && this.#driftPpb === 0;
		this.#phase = 0;
		this.#fraction = 0;
		this.#step = this.#target;
		this.#hold = 0;
		this.#ramp = 0;
	}

	/** As `reset`, but the nominal ratio holds for `hold` outputs more before the ramp to the drift. */
	begin(hold: number): void {
		this.reset();
		this.#isExact = false;
		this.#step = this.#numerator / this.#denominator;
		this.#startRamp();
		this.#hold = hold;
	}

	/** Source sample frames per output become nominal · (1 + ppb · 10⁻⁹). @param ppb an integer */
	setDrift(ppb: number): void {
		if (ppb === this.#driftPpb) {
			return;
		}
		if (this.#isExact) {
			this.#isExact = false;
			this.#fraction = this.#phase / this.#denominator;
			this.#step = this.#target;
		}
		this.#driftPpb = ppb;
		this.#target = (this.#numerator / this.#denominator) * (1 + ppb * 1e-9);
		this.#startRamp();
	}

	/** Source sample frames from the first tap of the next output to that of the one `outputs` after it. */
	reach(outputs: number): number {
		if (this.#isExact) {
			return ((this.#phase + outputs * this.#numerator) / this.#denominator) | 0;
		}
		const held = Math.min(outputs, this.#hold);
		const ramped = Math.min(outputs - held, this.#ramp);
		const travelled =
			(held + ramped) * this.#step +
			(this.#slope * ramped * (ramped + 1)) / 2 +
			(outputs - held - ramped) * this.#target;
		return (this.#fraction + travelled + SLACK) | 0;
	}

	/** Most outputs whose first taps lie within `sourceFrames` of that of the next output: the largest n for
	 * which reach(n - 1) <= sourceFrames. */
	within(sourceFrames: number): number {
		if (sourceFrames < 0) {
			return 0;
		}
		let outputs = 1 + ((sourceFrames / this.#target) | 0);
		while (outputs > 0 && this.reach(outputs - 1) > sourceFrames) {
			outputs--;
		}
		while (this.reach(outputs) <= sourceFrames) {
			outputs++;
		}
		return outputs;
	}

	/** Places the next `count` outputs, the first of them at tap `start`. @returns the first tap of the one
	 * after them */
	run(start: number, count: number): number {
		return this.#isExact ? this.#runExact(start, count) : this.#runDrifting(start, count);
	}

	#runExact(start: number, count: number): number {
		const whole = (this.#numerator / this.#denominator) | 0;
		const part = this.#numerator - whole * this.#denominator;
		const stride = (this.#filter.phases / this.#denominator) * this.#filter.taps;
		let tap = start;
		let phase = this.#phase;
		for (let i = 0; i < count; i++) {
			this.starts[i] = tap;
			this.rows[i] = phase * stride;
			tap += whole;
			phase += part;
			if (phase >= this.#denominator) {
				phase -= this.#denominator;
				tap++;
			}
		}
		this.#phase = phase;
		return tap;
	}

	#runDrifting(start: number, count: number): number {
		const { phases, taps } = this.#filter;
		let tap = start;
		let fraction = this.#fraction;
		for (let i = 0; i < count; i++) {
			const position = fraction * phases;
			const row = position | 0;
			this.starts[i] = tap;
			this.rows[i] = row * taps;
			this.weights[i] = position - row;
			if (this.#hold > 0) {
				this.#hold--;
			} else if (this.#ramp > 0) {
				this.#ramp--;
				this.#step = this.#ramp > 0 ? this.#step + this.#slope : this.#target;
			}
			fraction += this.#step;
			const whole = fraction | 0;
			tap += whole;
			fraction -= whole;
		}
		this.#fraction = fraction;
		return tap;
	}

	#startRamp(): void {
		this.#ramp = RAMP_FRAMES;
		this.#slope = (this.#target - this.#step) / RAMP_FRAMES;
	}
}
