// Frames, and marks between them, that wait for room in the ring: frames as the bytes they came in. A live stream's is bounded by age, the
// oldest dropped; a complete one's holds all that was sent.
import { bytesPerSampleFrame } from '../core/stream-format.js';
import type { MediaFrame, WaitingMark } from './media-frame.js';

export class JitterBuffer {
	readonly #maxSeconds: number;
	readonly #entries: (MediaFrame | WaitingMark)[] = [];
	/** Sample frames of the oldest frame that are already taken. */
	#taken = 0;
	#seconds = 0;
	#discarded = 0;
	#hasLostSplice = false;

	/** @param maxSeconds of media; Infinity for a stream that must be played whole */
	constructor(maxSeconds: number) {
		this.#maxSeconds = maxSeconds;
	}

	/** Seconds of media that wait. */
	get seconds(): number {
		return this.#seconds;
	}

	/** Sample frames dropped for want of room. */
	get discarded(): number {
		return this.#discarded;
	}

	get isEmpty(): boolean {
		return this.#entries.length === 0;
	}

	insert(frame: MediaFrame): void {
		this.#entries.push(frame);
		this.#seconds += secondsOf(frame);
		const surplus = this.#seconds - this.#maxSeconds;
		if (surplus > 0) {
			this.#drop(surplus);
		}
	}

	insertMark(mark: WaitingMark): void {
		this.#entries.push(mark);
	}

	/** The oldest mark, or frame less what was taken of it; null: nothing waits. */
	peek(): MediaFrame | WaitingMark | null {
		const entry = this.#entries[0];
		if (entry === undefined || 'mark' in entry) {
			return entry ?? null;
		}
		return {
			format: entry.format,
			pcm: entry.pcm.subarray(this.#taken * bytesPerSampleFrame(entry.format)),
			pts: entry.pts + this.#taken,
			isSplice: this.#hasLostSplice || (this.#taken === 0 && entry.isSplice),
		};
	}

	/** Takes `sampleFrames` from the front of the oldest frame, at most what is left of it. */
	take(sampleFrames: number): void {
		this.#hasLostSplice = false;
		this.#remove(this.#entries[0] as MediaFrame, sampleFrames);
	}

	/** Takes the oldest entry, a mark. */
	takeMark(): void {
		this.#entries.shift();
	}

	/** Drops every frame and mark. */
	clear(): void {
		for (const entry of this.#entries) {
			this.#discarded += 'mark' in entry ? 0 : sampleFramesOf(entry);
		}
		this.#discarded -= this.#taken;
		this.#entries.length = 0;
		this.#taken = 0;
		this.#seconds = 0;
		this.#hasLostSplice = true;
	}

	/** Drops `seconds` from the front, up to the first mark. */
	#drop(seconds: number): void {
		let left = seconds;
		for (let frame = this.#entries[0]; left > 0; frame = this.#entries[0]) {
			if (frame === undefined || 'mark' in frame) {
				return;
			}
			const whole = sampleFramesOf(frame) - this.#taken;
			const count = Math.min(whole, Math.ceil(left * frame.format.sampleRate));
			left -= count / frame.format.sampleRate;
			this.#discarded += count;
			this.#remove(frame, count);
			this.#hasLostSplice = true;
		}
	}

	#remove(frame: MediaFrame, sampleFrames: number): void {
		this.#taken += sampleFrames;
		this.#seconds = Math.max(0, this.#seconds - sampleFrames / frame.format.sampleRate);
		if (this.#taken >= sampleFramesOf(frame)) {
			this.#entries.shift();
			this.#taken = 0;
		}
	}
}

function sampleFramesOf(frame: MediaFrame): number {
	return frame.pcm.byteLength / bytesPerSampleFrame(frame.format);
}

function secondsOf(frame: MediaFrame): number {
	return sampleFramesOf(frame) / frame.format.sampleRate;
}
