// How fast a listener may talk. An ack every 100 ms and a time message every second are usual; a flood of messages, or
// of pings that each want an answer, is an attack.
import type { Clock } from '../clock.js';

const WINDOW_MS = 1000;

/** Counts one connection's messages by the second. */
export class MessageRate {
	readonly #max: number;
	readonly #clock: Clock;
	#since: number;
	#count = 0;

	/** @param max messages a second, 1 or more. */
	constructor(max: number, clock: Clock) {
		this.#max = max;
		this.#clock = clock;
		this.#since = clock.now();
	}

	/** One more has come. @returns false when that was too many */
	allows(): boolean {
		const now = this.#clock.now();
		if (now - this.#since >= WINDOW_MS) {
			this.#since = now;
			this.#count = 0;
		}
		return ++this.#count <= this.#max;
	}
}
