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
		return spare < 0 ? 0 : ((spare + 1 - this.#fraction) / this.#step) | 0;
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
		const whole = (travelled + PHASE_SLACK) | 0;
		this.#tap += whole;
		this.#fraction = Math.max(0, travelled - whole);
	}

	/** Moves what is still spanned to the front and takes what `count` outputs need. */
	#refill(source: Splicer, filter: SincFilter, count: number): void {
		const last = this.#tap + ((this.#fraction + (count - 1) * this.#step + PHASE_SLACK) | 0);
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
		const step = this.#step;
		let position = this.#fraction;
		for (let i = 0; i < count; i++) {
			const whole = (position + PHASE_SLACK) | 0;
			const row = (((position - whole) * phases + 0.5) | 0) * taps;
			const start = this.#tap + whole;
			// Four sums side by side: one would wait for each addition to end before the next begins.
			let a = 0;
			let b = 0;
			let c = 0;
			let d = 0;
			for (let tap = 0; tap < taps; tap += 4) {
				a += rows[row + tap]! * from[start + tap]!;
				b += rows[row + tap + 1]! * from[start + tap + 1]!;
				c += rows[row + tap + 2]! * from[start + tap + 2]!;
				d += rows[row + tap + 3]! * from[start + tap + 3]!;
			}
			to[offset + i] = a + b + (c + d);
			position += step;
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
		const step = this.#step;
		let position = this.#fraction;
		for (let i = 0; i < count; i++) {
			const whole = (position + PHASE_SLACK) | 0;
			const phase = Math.max(0, position - whole) * phases;
			const below = (phase | 0) * taps;
			const above = below + taps;
			const start = this.#tap + whole;
			let a = 0;
			let b = 0;
			let c = 0;
			let d = 0;
			for (let tap = 0; tap < taps; tap += 2) {
				const x = from[start + tap]!;
				const y = from[start + tap + 1]!;
				a += rows[below + tap]! * x;
				b += rows[above + tap]! * x;
				c += rows[below + tap + 1]! * y;
				d += rows[above + tap + 1]! * y;
			}
			to[offset + i] = a + c + (b + d - a - c) * (phase - (phase | 0));
			position += step;
		}
	}
}

/** A position this near below a whole one is that one: sums of 1/3 must not fall short of 1. Far below a
 * phase, far above the rounding of a day of sums. */
const PHASE_SLACK = 1e-7;
