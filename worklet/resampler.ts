// Source sample frames in, sample frames at the context's rate out, at a ratio that can follow the drift of
// the source's clock. Equal rates: an exact copy, no delay, until the first drift. Otherwise a polyphase
// low-pass that looks half its length ahead. Owner: the audio thread; allocates in its constructor only.
import type { SincFilter } from '../src/core/sinc-filter.js';
import { Convolution } from './convolution.js';
import { MAX_DRIFT_PPB, SourceClock } from './source-clock.js';

/** Planes of sample frames that are taken from the front. */
export interface SampleSource {
	/** Sample frames that can be pulled now. */
	readonly available: number;
	/** Fills `planes[…][offset … offset + count - 1]`; `count` at most `available`. */
	pull(planes: readonly Float32Array[], offset: number, count: number): void;
}

/** Output sample frames of the crossfade from copy to filter. Both are the same signal at the same time, but
 * for what the filter takes off the top of the band. */
const BLEND_FRAMES = 128;

export class Resampler {
	readonly #clock: SourceClock;
	readonly #convolution: Convolution;
	readonly #hasEqualRates: boolean;
	readonly #taps: number;
	/** Source sample frames the filter spans, one plane per channel; while copying, those before it. */
	readonly #history: readonly Float32Array[];
	#filled = 0;
	/** Index into #history of the first tap of the next output; that output is at or past tap taps/2 - 1. */
	#tap = 0;
	/** Silent sample frames put after the last of the source. */
	#padding = 0;
	#isCopying = false;
	/** Outputs left of the crossfade from copy to filter. */
	#blend = 0;

	/** @param maxFrames most output sample frames of one `render` */
	constructor(channels: number, filter: SincFilter, maxFrames: number) {
		const { sourceRate, outputRate } = filter;
		this.#clock = new SourceClock(filter, maxFrames);
		this.#convolution = new Convolution(filter, this.#clock);
		this.#hasEqualRates = sourceRate === outputRate;
		this.#taps = filter.taps;
		const fastest = (sourceRate / outputRate) * (1 + MAX_DRIFT_PPB * 1e-9);
		const length = filter.taps + Math.ceil(maxFrames * fastest) + 2;
		this.#history = Array.from({ length: channels }, () => new Float32Array(length));
		this.reset();
	}

	/** Source sample frames taken from the source and not yet heard. */
	get held(): number {
		return this.#isCopying ? 0 : Math.max(0, this.#filled - this.#tap - (this.#taps / 2 - 1));
	}

	/** Source sample frames the filter looks ahead. */
	get lookAhead(): number {
		return this.#taps / 2;
	}

	/** True while equal rates make it an exact copy, which does not look ahead. */
	get isCopying(): boolean {
		return this.#isCopying;
	}

	/** Forgets what came before: the next sample frame follows silence. The drift stays. */
	reset(): void {
		this.#clock.reset();
		this.#isCopying = this.#hasEqualRates && this.#clock.driftPpb === 0;
		this.#filled = this.#taps / 2 - 1;
		this.#tap = 0;
		this.#padding = 0;
		this.#blend = 0;
		for (let channel = 0; channel < this.#history.length; channel++) {
			this.#history[channel]!.fill(0);
		}
	}

	/** Source sample frames per output become nominal · (1 + ppb · 10⁻⁹), smoothly. @param ppb an integer
	 * within ±MAX_DRIFT_PPB */
	setDrift(ppb: number): void {
		this.#clock.setDrift(Math.max(-MAX_DRIFT_PPB, Math.min(MAX_DRIFT_PPB, ppb)) | 0);
	}

	/** Output sample frames that `sourceFrames` more would give. With `ended`, silence follows them. */
	producible(sourceFrames: number, ended: boolean): number {
		if (this.#isCopying) {
			return sourceFrames;
		}
		const tail = ended ? this.#taps / 2 - this.#padding : 0;
		return this.#clock.within(this.#filled + sourceFrames + tail - this.#tap - this.#taps);
	}

	/** Source sample frames that must be available to render `count` outputs now. */
	needed(count: number): number {
		const missing = this.#isCopying || count <= 0 ? count : this.#missing(count);
		return Math.max(0, missing);
	}

	/** Fills `planes[…][offset … offset + count - 1]`; `count` at most what is `producible`. */
	render(
		source: SampleSource,
		planes: readonly Float32Array[],
		offset: number,
		count: number,
	): void {
		if (count <= 0) {
			return;
		}
		if (this.#isCopying && !this.#leaveCopy(source, count)) {
			source.pull(planes, offset, count);
			this.#remember(planes, offset, count);
			return;
		}
		this.#refill(source, count);
		const isExact = this.#clock.isExact;
		this.#tap = this.#clock.run(this.#tap, count);
		this.#convolution.convolve(this.#history, planes, offset, count, isExact);
		if (this.#blend > 0) {
			this.#blendCopy(planes, offset, Math.min(count, this.#blend));
		}
	}

	/** On to the filter, once there is drift and enough to look ahead. @returns false: still copying */
	#leaveCopy(source: SampleSource, count: number): boolean {
		if (this.#clock.driftPpb === 0) {
			return false;
		}
		this.#clock.begin(BLEND_FRAMES);
		if (this.#missing(count) > source.available) {
			return false;
		}
		this.#isCopying = false;
		this.#blend = BLEND_FRAMES;
		return true;
	}

	/** Keeps what the filter would need before the next sample frame. */
	#remember(planes: readonly Float32Array[], offset: number, count: number): void {
		const span = this.#filled;
		const kept = Math.max(0, span - count);
		for (let channel = 0; channel < this.#history.length; channel++) {
			const history = this.#history[channel]!;
			const plane = planes[channel]!;
			history.copyWithin(0, span - kept, span);
			for (let i = kept; i < span; i++) {
				history[i] = plane[offset + count - span + i]!;
			}
		}
	}

	/** Source sample frames that `count` outputs, at least 1, need beyond those at hand. */
	#missing(count: number): number {
		return this.#tap + this.#clock.reach(count - 1) + this.#taps - this.#filled;
	}

	/** Moves what is still spanned to the front and takes what `count` outputs need. */
	#refill(source: SampleSource, count: number): void {
		const missing = this.#missing(count);
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

	/** The clock holds the nominal ratio meanwhile: each output is at a source sample frame. */
	#blendCopy(planes: readonly Float32Array[], offset: number, count: number): void {
		const starts = this.#clock.starts;
		const centre = this.#taps / 2 - 1;
		for (let channel = 0; channel < planes.length; channel++) {
			const plane = planes[channel]!;
			const history = this.#history[channel]!;
			for (let i = 0; i < count; i++) {
				const copied = history[starts[i]! + centre]!;
				const share = (this.#blend - i) / (BLEND_FRAMES + 1);
				plane[offset + i]! += share * (copied - plane[offset + i]!);
			}
		}
		this.#blend -= count;
	}
}
