// The gain of concealment, the same for all channels: the fade to silence, and the limit that keeps what is
// made up from growing louder than what was heard. Owner: the audio thread; allocates in its constructor only.

/** Seconds after the end of the signal: full level until the first, DIP_GAIN at the second, silence from
 * the third on. Speech keeps its sound about this long; longer, a voice becomes a buzz. */
const FULL_UNTIL = 0.02;
const DIP_AT = 0.06;
const SILENT_FROM = 0.12;
/** -12 dB. */
const DIP_GAIN = 10 ** (-12 / 20);

/** Times the peak of what was heard. */
const LIMIT = 1.05;

/** Seconds in which a reduction of the level by the limit is taken back to a third. */
const RECOVERY_SECONDS = 0.05;

export class ConcealmentGain {
	/** By sample frame of the block shaped last. */
	readonly gains: Float64Array;
	/** Sample frames. */
	readonly #fullFrames: number;
	readonly #dipFrames: number;
	readonly #silentFrames: number;
	readonly #recovery: number;
	/** Highest sample of each channel allowed. */
	readonly #limits: Float64Array;
	/** Gain by the limit. */
	readonly #reduction = new Float64Array(1);
	/** Sample frames since the signal ended. */
	#elapsed: number;

	/** @param sampleRate Hz @param block most sample frames shaped at a time */
	constructor(channels: number, sampleRate: number, block: number) {
		this.#fullFrames = Math.round(FULL_UNTIL * sampleRate);
		this.#dipFrames = Math.round(DIP_AT * sampleRate);
		this.#silentFrames = Math.round(SILENT_FROM * sampleRate);
		this.#recovery = 1 / (RECOVERY_SECONDS * sampleRate);
		this.gains = new Float64Array(block);
		this.#limits = new Float64Array(channels);
		this.#elapsed = this.#silentFrames;
	}

	/** Sample frames before silence. */
	get remaining(): number {
		return this.#silentFrames - this.#elapsed;
	}

	/** The signal ends now. */
	begin(): void {
		this.#elapsed = 0;
		this.#reduction[0] = 1;
	}

	/** Silence at once. */
	mute(): void {
		this.#elapsed = this.#silentFrames;
	}

	/** What was heard of a channel is in `plane`: finite numbers, or silence. */
	setLimit(channel: number, plane: Float32Array): void {
		let peak = 0;
		for (let i = 0; i < plane.length; i++) {
			peak = Math.max(peak, Math.abs(plane[i]!));
		}
		this.#limits[channel] = LIMIT * peak;
	}

	/** Enters the fade of the next `count` sample frames in `gains`. */
	fade(count: number): void {
		for (let i = 0, at = this.#elapsed; i < count; i++, at++) {
			if (at < this.#fullFrames) {
				this.gains[i] = 1;
			} else if (at < this.#dipFrames) {
				const place = (at - this.#fullFrames) / (this.#dipFrames - this.#fullFrames);
				this.gains[i] = DIP_GAIN + (1 - DIP_GAIN) * (0.5 + 0.5 * Math.cos(Math.PI * place));
			} else {
				const place = (at - this.#dipFrames) / (this.#silentFrames - this.#dipFrames);
				this.gains[i] = DIP_GAIN * (0.5 + 0.5 * Math.cos(Math.PI * place));
			}
		}
		this.#elapsed += count;
	}

	/** Reduces `gains` where `planes[…][offset … offset + count - 1]` would exceed the limit: one gain for all
	 * channels, which falls at once and recovers slowly. */
	limit(planes: readonly Float64Array[], offset: number, count: number): void {
		let reduction = this.#reduction[0]!;
		for (let i = 0, at = offset; i < count; i++, at++) {
			reduction += (1 - reduction) * this.#recovery;
			for (let channel = 0; channel < planes.length; channel++) {
				const size = Math.abs(planes[channel]![at]!);
				const limit = this.#limits[channel]!;
				if (size * reduction > limit) {
					reduction = limit / size;
				}
			}
			this.gains[i] = this.gains[i]! * reduction;
		}
		this.#reduction[0] = reduction;
	}
}
