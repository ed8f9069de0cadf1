// Frames of another server in the order of their sequence, each once. After a lost connection the repeated ones
// come behind the first live ones, which wait here for them.
import { FRAME_REPEATED, RESTART_DISTANCE, type Frame } from '../../core/frame.js';

/** How long live frames wait for repeats that do not come, ms, and how many. */
const MAX_HOLD_MS = 2000;
const MAX_HELD = 512;

/** A frame as it came, and what it holds. */
export interface ReceivedFrame {
	readonly message: Uint8Array;
	readonly frame: Frame;
}

/** Brings one framed stream into order. */
export class UpstreamOrder {
	readonly #pass: (message: Uint8Array, frame: Frame) => void;
	/** Sequence of the next frame; null before the first. */
	#next: number | null = null;
	readonly #held: ReceivedFrame[] = [];
	#heldSince: number | null = null;
	/** Sequence from which on frames come live, though a relay may have had them as repeats. */
	#firstLive = 0;
	/** Repeats still to come; null until the server says how many. */
	#repeatsLeft: number | null = null;
	#lost = 0;
	#duplicated = 0;
	#repeated = 0;

	constructor(pass: (message: Uint8Array, frame: Frame) => void) {
		this.#pass = pass;
	}

	get next(): number | null {
		return this.#next;
	}

	/** Frames that never came. */
	get lost(): number {
		return this.#lost;
	}

	/** Frames that had come before. */
	get duplicated(): number {
		return this.#duplicated;
	}

	/** Gaps filled by repeats, frames. */
	get repeated(): number {
		return this.#repeated;
	}

	/** Another stream begins, with whatever sequence. */
	restart(): void {
		this.release();
		this.#next = null;
	}

	/** A repeat was asked for at `now`, ms: live frames wait. */
	hold(now: number, firstLive: number): void {
		this.#heldSince = now;
		this.#firstLive = firstLive;
		this.#repeatsLeft = null;
	}

	/** Repeats that did not come can be asked for again, of a connection that has just opened. */
	keepWaiting(now: number): void {
		if (this.#heldSince !== null) {
			this.hold(now, this.#firstLive);
		}
	}

	/** The server repeats `frames` frames. */
	expect(frames: number): void {
		this.#repeatsLeft = frames;
		this.#releaseWhenComplete();
	}

	accept(message: Uint8Array, frame: Frame): void {
		if (this.#heldSince === null) {
			this.#place(message, frame);
		} else if (
			(frame.flags & FRAME_REPEATED) === 0 ||
			((frame.sequence - this.#firstLive) | 0) >= 0
		) {
			this.#held.push({ message, frame });
			if (this.#held.length > MAX_HELD) {
				this.release();
			}
		} else {
			this.#repeated++;
			this.#place(message, frame);
			if (this.#repeatsLeft !== null) {
				this.#repeatsLeft--;
				this.#releaseWhenComplete();
			}
		}
	}

	/** Gives up on repeats that do not come. */
	tick(now: number): void {
		if (this.#heldSince !== null && now - this.#heldSince > MAX_HOLD_MS) {
			this.release();
		}
	}

	/** What waits goes on. */
	release(): void {
		this.#heldSince = null;
		for (const { message, frame } of this.#held.splice(0)) {
			this.#place(message, frame);
		}
	}

	#releaseWhenComplete(): void {
		if (this.#repeatsLeft === 0) {
			this.release();
		}
	}

	#place(message: Uint8Array, frame: Frame): void {
		const distance = this.#next === null ? 0 : (frame.sequence - this.#next) | 0;
		const ahead = Math.abs(distance) > RESTART_DISTANCE ? 0 : distance;
		if (ahead < 0) {
			this.#duplicated++;
			return;
		}
		this.#lost += ahead;
		this.#next = (frame.sequence + 1) >>> 0;
		this.#pass(message, frame);
	}
}
