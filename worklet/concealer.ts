// Goes on with a signal that ended: what is heard while nothing is there to play. The excitation that a
// linear predictor finds in the last period, or in stretches of the recent past when nothing repeats, drives
// that predictor on from the last samples. The predictor remembers what was heard, so that the sound goes
// on without a seam; the excitation keeps it alive. Then it fades. Owner: the audio thread; allocates in its
// constructor only.
import type { RingReader } from '../src/core/ring-reader.js';
import { ConcealmentGain } from './concealment-gain.js';
import { Excitation } from './excitation.js';
import { LinearPredictor } from './linear-predictor.js';

/** Seconds the predictor is fitted to, sample frames at most, and its order at most. By log-spectral
 * distance over speech and music at 16 and 48 kHz (`npm run bench:concealment`), fits of 20 and 30 ms and
 * orders of 32 and 64 are within 0.2 dB; 128 fits the noise of speech at 16 kHz, 0.9 dB worse. */
const FIT_SECONDS = 0.03;
const MOST_FIT_FRAMES = 2048;
const HIGHEST_ORDER = 64;
const LOWEST_ORDER = 16;
/** Samples of a predictor's input for each coefficient, at least: fewer would fit noise. */
const FIT_PER_ORDER = 4;
/** Samples per second, of all channels, up to which the order is the highest: bounds the work. */
const HIGHEST_ORDER_RATE = 8 * 48_000;

/** Seconds in which a signal too short to predict falls to a third. */
const DECAY_SECONDS = 0.002;

/** Sample frames made at a time. */
const BLOCK = 128;

export class Concealer {
	/** Sample frames of history `begin` wants at most. */
	readonly historyFrames: number;
	readonly #channels: number;
	/** Sample frames. */
	readonly #fitFrames: number;
	readonly #decayFrames: number;
	readonly #maxOrder: number;
	readonly #predictor: LinearPredictor;
	readonly #excitation: Excitation;
	readonly #gain: ConcealmentGain;
	/** The past of each channel, which ends where the planes end. */
	readonly #history: readonly Float32Array[];
	/** The last `#maxOrder` samples of each channel and the block being made, before any gain. */
	readonly #tails: readonly Float64Array[];
	/** Sums of the channels of even and of odd number, each added the way round that cancels nothing:
	 * what predictor and period are found in. */
	readonly #even: Float64Array;
	readonly #odd: Float64Array;
	/** Sample frames of history there are. */
	#held = 0;

	/** @param sampleRate Hz, of the media. */
	constructor(channels: number, sampleRate: number) {
		this.#channels = channels;
		this.#decayFrames = Math.ceil(DECAY_SECONDS * sampleRate);
		this.#fitFrames = Math.min(MOST_FIT_FRAMES, Math.round(FIT_SECONDS * sampleRate));
		const affordable = (HIGHEST_ORDER * HIGHEST_ORDER_RATE) / (channels * sampleRate);
		this.#maxOrder = Math.max(LOWEST_ORDER, Math.min(HIGHEST_ORDER, Math.floor(affordable)));
		this.#predictor = new LinearPredictor(this.#maxOrder);
		this.#excitation = new Excitation(sampleRate, BLOCK);
		this.#gain = new ConcealmentGain(channels, sampleRate, BLOCK);
		const frames = Math.max(this.#excitation.frames, this.#fitFrames) + this.#maxOrder;
		this.historyFrames = frames;
		const tail = this.#maxOrder + BLOCK;
		this.#history = Array.from({ length: channels }, () => new Float32Array(frames));
		this.#tails = Array.from({ length: channels }, () => new Float64Array(tail));
		this.#even = new Float64Array(frames);
		this.#odd = new Float64Array(frames);
	}

	/** True once it has faded to silence. */
	get isSilent(): boolean {
		return this.#gain.remaining <= 0;
	}

	/** The signal ends at ring index `position`; the `history` sample frames before it are in the ring. */
	begin(reader: RingReader, position: number, history: number): void {
		this.#held = Math.max(0, Math.min(history, this.historyFrames));
		if (this.#held === 0) {
			this.#gain.mute();
			return;
		}
		this.#gain.begin();
		this.#even.fill(0);
		this.#odd.fill(0);
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#load(reader, channel, position);
			this.#mixDown(channel);
		}
		this.#fitPredictor();
		const usable = this.#held - this.#predictor.order;
		this.#excitation.find(this.#even, this.#odd, this.historyFrames, usable);
	}

	/** Fills `planes[…][offset … offset + count - 1]` with the next sample frames, silence once faded. The
	 * same samples come however the calls are cut. */
	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		const end = offset + count;
		let at = offset;
		while (at < end && !this.isSilent) {
			const block = Math.min(BLOCK, end - at, this.#gain.remaining);
			this.#excitation.locate(block);
			this.#gain.fade(block);
			for (let channel = 0; channel < this.#channels; channel++) {
				this.#predict(channel, block);
			}
			// Outside the predictor: a limit inside it would bend every tone.
			this.#gain.limit(this.#tails, this.#maxOrder, block);
			for (let channel = 0; channel < this.#channels; channel++) {
				this.#emit(channel, planes[channel]!, at, block);
			}
			at += block;
		}
		for (let channel = 0; channel < planes.length; channel++) {
			planes[channel]!.fill(0, at, end);
		}
	}

	#load(reader: RingReader, channel: number, position: number): void {
		const plane = this.#history[channel]!;
		const start = plane.length - this.#held;
		plane.fill(0, 0, start);
		reader.copy(channel, (position - this.#held) >>> 0, plane, start, this.#held);
		for (let i = start; i < plane.length; i++) {
			if (!Number.isFinite(plane[i])) {
				// It would never fade.
				plane[i] = 0;
			}
		}
		this.#gain.setLimit(channel, plane);
		const tail = this.#tails[channel]!;
		for (let i = 0, j = plane.length - this.#maxOrder; i < this.#maxOrder; i++, j++) {
			tail[i] = plane[j]!;
		}
	}

	#mixDown(channel: number): void {
		const sum = (channel & 1) === 0 ? this.#even : this.#odd;
		const plane = this.#history[channel]!;
		const start = plane.length - this.#held;
		let product = 0;
		for (let i = start; i < plane.length; i++) {
			product += sum[i]! * plane[i]!;
		}
		const sign = product < 0 ? -1 : 1;
		for (let i = start; i < plane.length; i++) {
			sum[i] = sum[i]! + sign * plane[i]!;
		}
	}

	#fitPredictor(): void {
		const count = Math.min(this.#held, this.#fitFrames);
		const order = Math.min(this.#maxOrder, (count / FIT_PER_ORDER) | 0);
		this.#predictor.fit(this.#even, this.#odd, this.historyFrames, count, order);
		if (this.#predictor.order === 0) {
			this.#predictor.setDecay(this.#decayFrames);
		}
	}

	/** Excitation and prediction in one sum: what the past would be changed by is the difference between
	 * what follows it and what followed there. */
	#predict(channel: number, count: number): void {
		const history = this.#history[channel]!;
		const tail = this.#tails[channel]!;
		const a = this.#predictor.coefficients;
		const order = this.#predictor.order;
		const { periodicAt, noiseAt, weights } = this.#excitation;
		const periodic = weights[0]!;
		const noise = weights[1]!;
		for (let i = 0, at = this.#maxOrder; i < count; i++, at++) {
			const p = periodicAt[i]!;
			const q = noiseAt[i]!;
			let value = 0;
			if (periodic === 0 && noise === 0) {
				for (let k = 1; k <= order; k++) {
					value -= a[k]! * tail[at - k]!;
				}
			} else if (noise === 0) {
				value = history[p]!;
				for (let k = 1; k <= order; k++) {
					value += a[k]! * (history[p - k]! - tail[at - k]!);
				}
			} else {
				value = periodic * history[p]! + noise * history[q]!;
				for (let k = 1; k <= order; k++) {
					const past = periodic * history[p - k]! + noise * history[q - k]!;
					value += a[k]! * (past - tail[at - k]!);
				}
			}
			tail[at] = value;
		}
	}

	#emit(channel: number, plane: Float32Array, offset: number, count: number): void {
		const tail = this.#tails[channel]!;
		const { gains } = this.#gain;
		for (let i = 0, at = this.#maxOrder; i < count; i++, at++) {
			plane[offset + i] = gains[i]! * tail[at]!;
		}
		tail.copyWithin(0, count, count + this.#maxOrder);
	}
}
