// The last seconds of a stream, kept once for all listeners: to repeat what a connection lost, and for those
// who are behind. A listener that waits is a read index into this, and costs nothing more.
import type { MediaFrame } from './media-frame.js';

/** Bounds what a source of very short frames can make it hold. */
const MOST_FRAMES = 8192;

/** The newest frames of a stream, by an index that counts them from the first, without wrapping. */
export class History {
	/** A circle, grown by doubling. */
	#frames: (MediaFrame | undefined)[] = new Array<undefined>(64);
	#maxSampleFrames: number;
	#oldestIndex = 0;
	#nextIndex = 0;
	#sampleFrames = 0;

	/** @param maxSampleFrames kept at most; the newest frame is kept in any case. */
	constructor(maxSampleFrames: number) {
		this.#maxSampleFrames = maxSampleFrames;
	}

	/** Index of the oldest frame kept; `nextIndex` when there is none. */
	get oldestIndex(): number {
		return this.#oldestIndex;
	}

	/** Index that the next frame will get. */
	get nextIndex(): number {
		return this.#nextIndex;
	}

	get sampleFrames(): number {
		return this.#sampleFrames;
	}

	/** A frame whose sequence does not come after the last is of a sender that began anew: what was before it is forgotten,
	 * for repeats are found by their sequence. */
	push(frame: MediaFrame): void {
		const last = this.#frames[(this.#nextIndex - 1) & (this.#frames.length - 1)];
		if (last !== undefined && ((frame.sequence - last.sequence) | 0) <= 0) {
			this.restart(this.#maxSampleFrames);
		}
		if (this.#nextIndex - this.#oldestIndex === this.#frames.length) {
			this.#grow();
		}
		this.#frames[this.#nextIndex & (this.#frames.length - 1)] = frame;
		this.#nextIndex++;
		this.#sampleFrames += frame.sampleFrames;
		while (this.#isOverfull()) {
			this.#forgetOldest();
		}
	}

	/** @param index from `oldestIndex` up to but without `nextIndex` */
	at(index: number): MediaFrame {
		return this.#frames[index & (this.#frames.length - 1)]!;
	}

	/** Index of the first frame kept whose sequence is `sequence` or after; `nextIndex` when none is. */
	indexFrom(sequence: number): number {
		let low = this.#oldestIndex;
		let high = this.#nextIndex;
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			if (((this.at(middle).sequence - sequence) | 0) >= 0) {
				high = middle;
			} else {
				low = middle + 1;
			}
		}
		return low;
	}

	/** Sample frames from index `start` up to but without `end`, all of it kept. */
	sampleFramesOf(start: number, end: number): number {
		let sum = 0;
		for (let index = start; index < end; index++) {
			sum += this.at(index).sampleFrames;
		}
		return sum;
	}

	/** Index from which on the frames kept hold `sampleFrames` at most. */
	indexOfLast(sampleFrames: number): number {
		let index = this.#nextIndex;
		let sum = 0;
		while (index > this.#oldestIndex) {
			sum += this.at(index - 1).sampleFrames;
			if (sum > sampleFrames) {
				break;
			}
			index--;
		}
		return index;
	}

	/** Forgets all; indices go on. */
	restart(maxSampleFrames: number): void {
		this.#maxSampleFrames = maxSampleFrames;
		while (this.#oldestIndex < this.#nextIndex) {
			this.#forgetOldest();
		}
	}

	#isOverfull(): boolean {
		const frames = this.#nextIndex - this.#oldestIndex;
		return frames > 1 && (this.#sampleFrames > this.#maxSampleFrames || frames > MOST_FRAMES);
	}

	#forgetOldest(): void {
		const place = this.#oldestIndex & (this.#frames.length - 1);
		this.#sampleFrames -= this.#frames[place]!.sampleFrames;
		this.#frames[place] = undefined;
		this.#oldestIndex++;
	}

	#grow(): void {
		const frames = new Array<MediaFrame | undefined>(2 * this.#frames.length);
		for (let index = this.#oldestIndex; index < this.#nextIndex; index++) {
			frames[index & (frames.length - 1)] = this.at(index);
		}
		this.#frames = frames;
	}
}
