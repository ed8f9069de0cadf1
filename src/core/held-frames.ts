// Frames that came before their turn, in order, and no more than memory bears.
import type { Frame } from './frame.js';

const MOST = 4096;
const MOST_BYTES = 16 * 2 ** 20;

export interface HeldFrame<F extends Frame> {
	readonly frame: F;
	/** Milliseconds: when it no longer waits for one before it that may merely be slower. */
	readonly until: number;
	/** By the sender's own word it does not continue the frame before it. */
	readonly isMarked: boolean;
}

export class HeldFrames<F extends Frame> {
	readonly #frames: HeldFrame<F>[] = [];
	#bytes = 0;

	get first(): HeldFrame<F> | undefined {
		return this.#frames[0];
	}

	get isEmpty(): boolean {
		return this.#frames.length === 0;
	}

	/** True when the first must go. */
	get isTooMuch(): boolean {
		return this.#frames.length > MOST || this.#bytes > MOST_BYTES;
	}

	/** @returns where: `last` of all, `between` others, or nowhere, being a `duplicate` */
	insert(held: HeldFrame<F>): 'last' | 'between' | 'duplicate' {
		const { sequence, pcm } = held.frame;
		// Most come in order: from the end.
		let at = this.#frames.length;
		let ahead = 1;
		for (; at > 0; at--) {
			ahead = (sequence - this.#frames[at - 1]!.frame.sequence) | 0;
			if (ahead >= 0) {
				break;
			}
		}
		if (ahead === 0) {
			return 'duplicate';
		}
		this.#frames.splice(at, 0, held);
		this.#bytes += pcm.byteLength;
		return at === this.#frames.length - 1 ? 'last' : 'between';
	}

	takeFirst(): void {
		this.#bytes -= this.#frames.shift()!.frame.pcm.byteLength;
	}
}
