// How the frames of one connection follow each other, by sequence and flags.
import { FRAME_DISCONTINUITY, FRAME_REPEATED, type Frame } from './frame.js';

/** What a connection knows of a frame's place, beyond its sequence. */
export interface Placement {
	/** By the sender's word it does not continue the frame before it. */
	readonly isMarked: boolean;
	/** What is missing before it will not come by this connection. */
	readonly isAfterGap: boolean;
	/** It was asked for: repeats come in order, between live frames. */
	readonly isRepeat: boolean;
}

export class Succession {
	/** Sequences of the frame that came last, and of the live one; null: none yet by this connection. */
	#last: number | null = null;
	#lastLive: number | null = null;
	/** Sequence from which on frames come live, though a relay may have had them as repeats; null: not known. */
	#firstLive: number | null = null;

	/** A new connection. */
	restart(): void {
		this.#last = this.#lastLive = this.#firstLive = null;
	}

	/** @param firstLive null: not known */
	goLive(firstLive: number | null): void {
		this.#firstLive = firstLive;
	}

	/** The next that came. A mark says that media is missing. Where frames are missing as well it means these, and they
	 * may come by another connection; where none are, and on repeats, it is the source's own. */
	place({ sequence, flags }: Frame): Placement {
		const before = (sequence - 1) >>> 0;
		const isFirst = this.#last === null;
		const isNext = before === this.#last || before === this.#lastLive;
		const isMarked = (flags & FRAME_DISCONTINUITY) !== 0;
		const isRepeat = (flags & FRAME_REPEATED) !== 0 && !this.#isLive(sequence);
		this.#last = sequence;
		if (!isRepeat) {
			this.#lastLive = sequence;
		}
		return {
			isMarked: isMarked && (isNext || isFirst || isRepeat),
			isAfterGap: isFirst || isRepeat || (isMarked && !isNext),
			isRepeat,
		};
	}

	#isLive(sequence: number): boolean {
		return this.#firstLive !== null && ((sequence - this.#firstLive) | 0) >= 0;
	}
}
