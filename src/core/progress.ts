// How far a framed stream has been given, and whether a frame goes on from there.
import { FRAME_REPEATED, RESTART_DISTANCE, type Frame } from './frame.js';

export class Progress {
	#next: number | null = null;
	/** Of the next frame. */
	#pts = 0;
	/** Latest of the frames given: not that of the last, for the sender's clock may step back, and what comes again from
	 * before would look new. 0: unknown. */
	#captureTime = 0;

	/** Sequence of the next frame; null: whichever comes is the first. */
	get next(): number | null {
		return this.#next;
	}

	/** What comes next is the first. */
	restart(): void {
		this.#next = null;
		this.#captureTime = 0;
	}

	/** How far `sequence` is after the next one; below 0: before it. Wraps with u32. 0 for the first. */
	ahead(sequence: number): number {
		return (sequence - (this.#next ?? sequence)) | 0;
	}

	/** Whether a frame is of a sender that began anew: sequence, pts and capture time tell of one stream, or of two. */
	isBrokenBy(frame: Frame): boolean {
		const ahead = this.ahead(frame.sequence);
		if (Math.abs(ahead) > RESTART_DISTANCE) {
			return true;
		}
		if (ahead > 0) {
			return frame.pts < this.#pts;
		}
		const isLater =
			(frame.sampleFrames > 0 && frame.pts >= this.#pts) ||
			(this.#captureTime > 0 && frame.captureTime > this.#captureTime);
		return ahead < 0 && isLater && !isRepeated(frame);
	}

	/** The next frame, after the first, will not come. @returns its sequence */
	skip(): number {
		const skipped = this.#next!;
		this.#next = (skipped + 1) >>> 0;
		return skipped;
	}

	/** The next frame, or the first, is given. @returns whether its media continues what was given before */
	pass({ sequence, pts, sampleFrames, captureTime }: Frame): boolean {
		const isContinued = this.#next !== null && pts === this.#pts;
		this.#captureTime = Math.max(this.#captureTime, captureTime);
		this.#next = (sequence + 1) >>> 0;
		this.#pts = pts + sampleFrames;
		return isContinued;
	}
}

export function isRepeated({ flags }: Frame): boolean {
	return (flags & FRAME_REPEATED) !== 0;
}
