// When each frame is due and how many sample frames it holds. Frame k is due at anchor + (k - anchor frame) ·
// interval: every time is computed from the anchor, so lateness never adds up. Pure: times come in.
import { inRange } from '../../core/validation.js';

/** How far a sender's clock may be off on purpose, ppm either way. */
export const MAX_RATE_PPM = 50_000;

/** The times and lengths of a stream's frames. */
export class FrameSchedule {
	readonly #frameMs: number;
	readonly #frameSampleFrames: number;
	#frame = 0;
	#anchorFrame = 0;
	#anchorAt: number;
	#ratePpm = 0;

	/** @param startAt when frame 0 is due, ms. `sampleRate` in Hz; a frame may last a fraction of a sample. */
	constructor(frameMs: number, sampleRate: number, startAt: number) {
		this.#frameMs = frameMs;
		this.#frameSampleFrames = (frameMs * sampleRate) / 1000;
		this.#anchorAt = startAt;
	}

	/** When the next frame is due, ms. */
	get dueAt(): number {
		return this.#anchorAt + (this.#frame - this.#anchorFrame) * this.#intervalMs;
	}

	/** Sample frames of the next frame: k frames together hold ⌊k · frame⌋ of them. */
	get sampleFrames(): number {
		const start = Math.floor(this.#frame * this.#frameSampleFrames);
		return Math.floor((this.#frame + 1) * this.#frameSampleFrames) - start;
	}

	get ratePpm(): number {
		return this.#ratePpm;
	}

	/** The next frame keeps its time; the interval after it changes.
	 * @throws RangeError outside ±50 000 ppm. */
	set ratePpm(ppm: number) {
		inRange('ratePpm', ppm, -MAX_RATE_PPM, MAX_RATE_PPM);
		this.reanchor(this.dueAt);
		this.#ratePpm = ppm;
	}

	/** The next frame has gone out. */
	advance(): void {
		this.#frame++;
	}

	/** The next frame could not be made: it is due one frame later, as are all after it. */
	postpone(): void {
		this.#anchorAt += this.#intervalMs;
	}

	/** The next frame is due at `at`, ms, and all after it follow. */
	reanchor(at: number): void {
		this.#anchorFrame = this.#frame;
		this.#anchorAt = at;
	}

	get #intervalMs(): number {
		return this.#frameMs / (1 + this.#ratePpm * 1e-6);
	}
}
