// Puts the frames of a framed stream in order: says which to play, which to drop, and where media is
// missing. Over one TCP connection frames come in order, but a sender may drop some, or send some twice.
import { FRAME_DISCONTINUITY, type Frame } from '../core/frame.js';

/** Sequence numbers further off than this are a sender that began anew, not losses: 100 s of 10 ms. */
const RESTART_DISTANCE = 10_000;

export class WireOrder {
	#nextSequence = 0;
	#nextPts = 0;
	#isFirst = true;
	#lost = 0;
	#duplicated = 0;

	/** Frames that never came. */
	get lost(): number {
		return this.#lost;
	}

	/** Frames that came again, or after their turn. */
	get duplicated(): number {
		return this.#duplicated;
	}

	/** @returns whether to `drop` the frame, or play it as a `splice` or as what `follows`. */
	place(frame: Frame): 'drop' | 'splice' | 'follows' {
		const ahead = (frame.sequence - this.#nextSequence) | 0;
		const isRestart = this.#isFirst || Math.abs(ahead) > RESTART_DISTANCE;
		if (!isRestart && ahead < 0) {
			this.#duplicated++;
			return 'drop';
		}
		if (!isRestart) {
			this.#lost += ahead;
		}
		const isMarked = (frame.flags & FRAME_DISCONTINUITY) !== 0;
		const follows = !isRestart && !isMarked && frame.pts === this.#nextPts;
		this.#isFirst = false;
		this.#nextSequence = (frame.sequence + 1) >>> 0;
		this.#nextPts = frame.pts + frame.sampleFrames;
		return follows ? 'follows' : 'splice';
	}

	/** A new connection: whatever comes first is accepted, as a splice. */
	restart(): void {
		this.#isFirst = true;
	}
}
