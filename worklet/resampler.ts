// Source sample frames in, sample frames at the context's rate out. Equal rates: an exact copy, no delay.
// Otherwise a windowed-sinc polyphase filter that looks half its length ahead. Owner: the audio thread;
// allocates in its constructor only.
import { designSincFilter, type SincFilter } from './sinc-filter.js';
import type { Splicer } from './splicer.js';

export class Resampler {
	/** Source sample frames per output sample frame. */
	readonly #step: number;
	/** null: equal rates. */
	readonly #filter: SincFilter | null;
	/** Source sample frames the filter spans, one plane per channel. */
	readonly #history: readonly Float32Array[];
	#filled = 0;
	/** Of the next output: `#tap` indexes #history, `#fraction` in [0, 1) is past tap taps/2 - 1. */
	#tap = 0;
	#fraction = 0;
	/** Silent sample frames put after the last of the source. */
	#padding = 0;

	/** @param maxFrames most output sample frames of one `render` */
	constructor(channels: number, sourceRate: number, outputRate: number, maxFrames: number) {
		this.#step = sourceRate / outputRate;
		this.#filter = sourceRate === outputRate ? null : designSincFilter(sourceRate, outputRate);
		const length =
			this.#filter === null ? 0 : this.#filter.taps + Math.ceil(maxFrames * this.#step) + 2;
		this.#history = Array.from({ length: channels }, () => new Float32Array(length));
		this.reset();
	}

	/** Source sample frames taken from the splicer and not yet heard. */
	get held(): number {
		return this.#filter === null
			? 0
			: Math.max(0, this.#filled - this.#tap - (this.#filter.taps / 2 - 1));
	}

	/** Forgets what came before: the next sample frame follows silence. */
	reset(): void {
		this.#filled = this.#filter === null ? 0 : this.#filter.taps / 2 - 1;
		this.#tap = 0;
		this.#fraction = 0;
		this.#padding = 0;
		for (let channel = 0; channel < this.#history.length; channel++) {
			this.#history[channel]!.fill(0);
		}
	}

	/** Output sample frames that `sourceFrames` more would give. With `ended`, silence follows them. */
	producible(sourceFrames: number, ended: boolean): number {
		if (this.#filter === null) {
			return sourceFrames;
		}
		const tail = ended ? this.#filter.taps / 2 - this.#padding : 0;
		const spare = this.#filled + sourceFrames + tail - this.#tap - this.#filter.taps;
		return spare < 0 ? 0 : Math.floor((spare + 1 - this.#fraction) / this.#step);
	}

	/** Fills `planes[…][offset … offset + count - 1]`; `count` at most what is `producible`. */
	render(source: Splicer, planes: readonly Float32Array[], offset: number, count: number): void {
		if (this.#filter === null) {
			source.pull(planes, offset, count);
			return;
		}
		this.#refill(source, this.#filter, count);
		for (let channel = 0; channel < planes.length; channel++) {
			if (this.#filter.isExact) {
				this.#convolveExact(this.#filter, this.#history[channel]!, planes[channel]!, offset, count);
			} else {
				this.#convolveBetween(
					this.#filter,
					this.#history[channel]!,
					planes[channel]!,
					offset,
					count,
				);
			}
		}
		const travelled = this.#fraction + count * this.#step;
		this.#tap += Math.floor(travelled + PHASE_SLACK);
		this.#fraction = Math.max(0, travelled - Math.floor(travelled + PHASE_SLACK));
	}

	/** Moves what is still spanned to the front and takes what `count` outputs need. */
	#refill(source: Splicer, filter: SincFilter, count: number): void {
		const last = this.#tap + Math.floor(this.#fraction + (count - 1) * this.#step + PHASE_SLACK);
		const missing = last + filter.taps - this.#filled;
		if (missing <= 0) {
			return;
		}
		for (let channel = 0; channel < this.#history.length; channel++) {
			this.#history[channel]!.copyWithin(0, this.#tap, this.#filled);
		}
		this.#filled -= this.#tap;
		this.#tap = 0;
		const taken = Math.min(missing, source.available);
		source.pull(this.#history, this.#filled, taken);
		for (let channel = 0; channel < this.#history.length; channel++) {
			this.#history[channel]!.fill(0, this.#filled + taken, this.#filled + missing);
		}
		this.#padding += missing - taken;
		this.#filled += missing;
	}

	/** Every output falls on a row of the filter. */
	#convolveExact(
		filter: SincFilter,
		from: Float32Array,
		to: Float32Array,
		offset: number,
		count: number,
	): void {
		const { taps, phases, rows } = filter;
		for (let i = 0; i < count; i++) {
			const position = this.#fraction + i * this.#step;
			const whole = Math.floor(position + PHASE_SLACK);
			const row = Math.round((position - whole) * phases) * taps;
			const start = this.#tap + whole;
			let sum = 0;
			for (let tap = 0; tap < taps; tap++) {
				sum += rows[row + tap]! * from[start + tap]!;
			}
			to[offset + i] = sum;
		}
	}

	/** Outputs fall between rows: linear interpolation of the two nearest. */
	#convolveBetween(
		filter: SincFilter,
		from: Float32Array,
		to: Float32Array,
		offset: number,
		count: number,
	): void {
		const { taps, phases, rows } = filter;
		for (let i = 0; i < count; i++) {
			const position = this.#fraction + i * this.#step;
			const whole = Math.floor(position + PHASE_SLACK);
			const phase = Math.max(0, position - whole) * phases;
			const row = Math.floor(phase);
			const low = row * taps;
			const high = low + taps;
			const start = this.#tap + whole;
			let below = 0;
			let above = 0;
			for (let tap = 0; tap < taps; tap++) {
				const x = from[start + tap]!;
				below += rows[low + tap]! * x;
				above += rows[high + tap]! * x;
			}
			to[offset + i] = below + (above - below) * (phase - row);
		}
	}
}

/** A position this near below a whole one is that one: sums of 1/3 must not fall short of 1. Far below a
 * phase, far above the rounding of a day of sums. */
const PHASE_SLACK = 1e-7;
