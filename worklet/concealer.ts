// Goes on with a signal that ended: what is heard while nothing is there to play. The excitation that a
// linear predictor finds in the last period, or in stretches of the recent past when nothing repeats, drives
// that predictor on from the last samples. The predictor remembers what was heard, so that the sound goes
// on without a seam; the excitation keeps it alive. Then it fades. Owner: the audio thread; nothing
// allocates but the constructor.
import type { RingReader } from '../src/core/ring-reader.js';
import { LinearPredictor } from './linear-predictor.js';
import { PeriodFinder } from './period-finder.js';

/** Seconds after the end of the signal: full level until the first, DIP_GAIN at the second, silence from
 * the third on. Speech keeps its sound about this long; longer, a voice becomes a buzz. */
const FULL_UNTIL = 0.02;
const DIP_AT = 0.06;
const SILENT_FROM = 0.12;
/** -12 dB. */
const DIP_GAIN = 10 ** (-12 / 20);

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

/** Similarity of one period to the next below which the excitation is all noise, and above which it is all
 * periodic. By distance alone the excitation would be all periodic; noise, which has 0.25 to 0.3 by chance,
 * would then buzz. */
const NOISE_BELOW = 0.1;
const PERIODIC_ABOVE = 0.5;

/** Seconds of a stretch of noise; the next begins anywhere else. */
const NOISE_SECONDS = 0.006;

/** Times the peak of what was heard. */
const LIMIT = 1.05;

/** Seconds in which a reduction of the level by the limit is taken back to a third. */
const RECOVERY_SECONDS = 0.05;

/** Seconds in which a signal too short to predict falls to a third. */
const DECAY_SECONDS = 0.002;

/** Sample frames made at a time. */
const BLOCK = 128;

export class Concealer {
	/** Sample frames of history `begin` wants at most. */
	readonly historyFrames: number;
	readonly #channels: number;
	/** Sample frames. */
	readonly #fullFrames: number;
	readonly #dipFrames: number;
	readonly #silentFrames: number;
	readonly #fitFrames: number;
	readonly #decayFrames: number;
	readonly #mostNoiseFrames: number;
	readonly #maxOrder: number;
	readonly #recovery: number;
	readonly #predictor: LinearPredictor;
	readonly #period: PeriodFinder;
	/** The past of each channel, which ends where the planes end. */
	readonly #history: readonly Float32Array[];
	/** The last `#maxOrder` samples of each channel and the block being made, before any gain. */
	readonly #tails: readonly Float64Array[];
	/** Sums of the channels of even and of odd number, each added the way round that cancels nothing:
	 * what predictor and period are found in. */
	readonly #even: Float64Array;
	readonly #odd: Float64Array;
	/** Highest sample of each channel allowed. */
	readonly #limits: Float64Array;
	/** Of each sample frame of the block: where in the history its excitation is, and its gain. */
	readonly #periodicAt = new Int32Array(BLOCK);
	readonly #noiseAt = new Int32Array(BLOCK);
	readonly #gains = new Float64Array(BLOCK);
	/** Weights of the periodic and of the noise excitation; their powers add up to 1. */
	readonly #weights = new Float64Array(2);
	/** Gain by the limit. */
	readonly #reduction = new Float64Array(1);
	/** Sample frames of history there are. */
	#held = 0;
	/** Sample frames since the signal ended. */
	#elapsed: number;
	/** Sample frames; 0 when there is no excitation. */
	#lag = 0;
	#phase = 0;
	#noiseFrames = 0;
	#noiseLeft = 0;
	#noisePlace = 0;
	#seed = 0;

	/** @param sampleRate Hz, of the media. */
	constructor(channels: number, sampleRate: number) {
		this.#channels = channels;
		this.#fullFrames = Math.round(FULL_UNTIL * sampleRate);
		this.#dipFrames = Math.round(DIP_AT * sampleRate);
		this.#silentFrames = Math.round(SILENT_FROM * sampleRate);
		this.#decayFrames = Math.ceil(DECAY_SECONDS * sampleRate);
		this.#mostNoiseFrames = Math.ceil(NOISE_SECONDS * sampleRate);
		this.#recovery = 1 / (RECOVERY_SECONDS * sampleRate);
		this.#fitFrames = Math.min(MOST_FIT_FRAMES, Math.round(FIT_SECONDS * sampleRate));
		const affordable = (HIGHEST_ORDER * HIGHEST_ORDER_RATE) / (channels * sampleRate);
		this.#maxOrder = Math.max(LOWEST_ORDER, Math.min(HIGHEST_ORDER, Math.floor(affordable)));
		this.#predictor = new LinearPredictor(this.#maxOrder);
		this.#period = new PeriodFinder(sampleRate);
		const frames = Math.max(this.#period.frames, this.#fitFrames) + this.#maxOrder;
		this.historyFrames = frames;
		const tail = this.#maxOrder + BLOCK;
		this.#history = Array.from({ length: channels }, () => new Float32Array(frames));
		this.#tails = Array.from({ length: channels }, () => new Float64Array(tail));
		this.#even = new Float64Array(frames);
		this.#odd = new Float64Array(frames);
		this.#limits = new Float64Array(channels);
		this.#elapsed = this.#silentFrames;
	}

	/** True once it has faded to silence. */
	get isSilent(): boolean {
		return this.#elapsed >= this.#silentFrames;
	}

	/** The signal ends at ring index `position`; the `history` sample frames before it are in the ring. */
	begin(reader: RingReader, position: number, history: number): void {
		this.#held = Math.max(0, Math.min(history, this.historyFrames));
		if (this.#held === 0) {
			this.#elapsed = this.#silentFrames;
			return;
		}
		this.#elapsed = 0;
		this.#even.fill(0);
		this.#odd.fill(0);
		for (let channel = 0; channel < this.#channels; channel++) {
			this.#load(reader, channel, position);
			this.#mixDown(channel);
		}
		this.#fitPredictor();
		this.#findExcitation();
	}

	/** Fills `planes[…][offset … offset + count - 1]` with the next sample frames, silence once faded. The
	 * same samples come however the calls are cut. */
	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		const end = offset + count;
		let at = offset;
		while (at < end && !this.isSilent) {
			const block = Math.min(BLOCK, end - at, this.#silentFrames - this.#elapsed);
			this.#locateExcitation(block);
			this.#shapeLevel(block);
			for (let channel = 0; channel < this.#channels; channel++) {
				this.#predict(channel, block);
			}
			this.#limitLevel(block);
			for (let channel = 0; channel < this.#channels; channel++) {
				this.#emit(channel, planes[channel]!, at, block);
			}
			this.#elapsed += block;
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
		let peak = 0;
		for (let i = start; i < plane.length; i++) {
			const size = Math.abs(plane[i]!);
			if (size < Infinity) {
				peak = size > peak ? size : peak;
			} else {
				// Not a number, or infinite: it would never fade.
				plane[i] = 0;
			}
		}
		this.#limits[channel] = LIMIT * peak;
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
		this.#reduction[0] = 1;
	}

	#findExcitation(): void {
		const usable = this.#held - this.#predictor.order;
		this.#period.search(this.#even, this.#odd, this.historyFrames, usable);
		this.#lag = this.#period.lag;
		this.#phase = 0;
		this.#noiseFrames = Math.min(this.#mostNoiseFrames, usable >> 1);
		this.#noiseLeft = 0;
		this.#seed = 1;
		const similarity = this.#period.strength[0]!;
		const place = (similarity - NOISE_BELOW) / (PERIODIC_ABOVE - NOISE_BELOW);
		const periodic = Math.min(1, Math.max(0, place));
		this.#weights[0] = Math.sqrt(periodic);
		this.#weights[1] = Math.sqrt(1 - periodic);
	}

	#locateExcitation(count: number): void {
		if (this.#lag === 0) {
			return;
		}
		const end = this.historyFrames;
		const choices = this.#held - this.#predictor.order - this.#noiseFrames;
		for (let i = 0; i < count; i++) {
			this.#periodicAt[i] = end - this.#lag + this.#phase;
			this.#phase = this.#phase + 1 < this.#lag ? this.#phase + 1 : 0;
			if (this.#noiseLeft === 0) {
				// Numerical Recipes' "quick and dirty" generator; its high bits are good enough.
				this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0;
				this.#noisePlace = end - this.#noiseFrames - ((this.#seed >>> 8) % choices);
				this.#noiseLeft = this.#noiseFrames;
			}
			this.#noiseAt[i] = this.#noisePlace++;
			this.#noiseLeft--;
		}
	}

	#shapeLevel(count: number): void {
		for (let i = 0, at = this.#elapsed; i < count; i++, at++) {
			if (at < this.#fullFrames) {
				this.#gains[i] = 1;
			} else if (at < this.#dipFrames) {
				const place = (at - this.#fullFrames) / (this.#dipFrames - this.#fullFrames);
				this.#gains[i] = DIP_GAIN + (1 - DIP_GAIN) * (0.5 + 0.5 * Math.cos(Math.PI * place));
			} else {
				const place = (at - this.#dipFrames) / (this.#silentFrames - this.#dipFrames);
				this.#gains[i] = DIP_GAIN * (0.5 + 0.5 * Math.cos(Math.PI * place));
			}
		}
	}

	/** Excitation and prediction in one sum: what the past would be changed by is the difference between
	 * what follows it and what followed there. */
	#predict(channel: number, count: number): void {
		const history = this.#history[channel]!;
		const tail = this.#tails[channel]!;
		const a = this.#predictor.coefficients;
		const order = this.#predictor.order;
		const periodic = this.#lag > 0 ? this.#weights[0]! : 0;
		const noise = this.#lag > 0 ? this.#weights[1]! : 0;
		for (let i = 0, at = this.#maxOrder; i < count; i++, at++) {
			const p = this.#periodicAt[i]!;
			const q = this.#noiseAt[i]!;
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

	/** One gain for all channels, which falls at once and recovers slowly. Outside the predictor: a
	 * limit inside it would bend every tone. */
	#limitLevel(count: number): void {
		let reduction = this.#reduction[0]!;
		for (let i = 0, at = this.#maxOrder; i < count; i++, at++) {
			reduction += (1 - reduction) * this.#recovery;
			for (let channel = 0; channel < this.#channels; channel++) {
				const size = Math.abs(this.#tails[channel]![at]!);
				const limit = this.#limits[channel]!;
				if (size * reduction > limit) {
					reduction = limit / size;
				}
			}
			this.#gains[i] = this.#gains[i]! * reduction;
		}
		this.#reduction[0] = reduction;
	}

	#emit(channel: number, plane: Float32Array, offset: number, count: number): void {
		const tail = this.#tails[channel]!;
		for (let i = 0, at = this.#maxOrder; i < count; i++, at++) {
			plane[offset + i] = this.#gains[i]! * tail[at]!;
		}
		tail.copyWithin(0, count, count + this.#maxOrder);
	}
}
