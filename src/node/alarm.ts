// One thing to do later: setting it anew replaces what it was set for.
import type { Clock, Timer } from './clock.js';

/** A timer that can be set again. */
export class Alarm {
	readonly #clock: Clock;
	#timer: Timer | null = null;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Calls `act` once, `delayMs` from now, and no more what it was set for before. */
	set(delayMs: number, act: () => void): void {
		this.clear();
		this.#timer = this.#clock.setTimer(() => {
			this.#timer = null;
			act();
		}, delayMs);
	}

	/** Idempotent. */
	clear(): void {
		if (this.#timer !== null) {
			this.#clock.clearTimer(this.#timer);
			this.#timer = null;
		}
	}
}
