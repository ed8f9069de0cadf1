// Notices that the system slept, or the whole thread did: a timer of a second took longer by the clock. A step of the
// wall clock looks the same, so that nothing audible may follow.
import type { Environment, Timer } from './environment.js';

/** Milliseconds. */
const INTERVAL = 1000;

/** Milliseconds a timer may be late without that: more than any load of the machine explains. */
const TOLERANCE = 3000;

export class SleepWatch {
	readonly #environment: Environment;
	readonly #slept: () => void;
	#timer: Timer;
	#wall: number;
	#now: number;

	constructor(environment: Environment, slept: () => void) {
		this.#environment = environment;
		this.#slept = slept;
		this.#wall = environment.wallNow();
		this.#now = environment.now();
		this.#timer = environment.setTimer(this.#look, INTERVAL);
	}

	close(): void {
		this.#environment.clearTimer(this.#timer);
	}

	readonly #look = (): void => {
		const wall = this.#environment.wallNow();
		const now = this.#environment.now();
		// Some systems stop the monotonic clock while they sleep, some do not.
		const late = Math.max(wall - this.#wall, now - this.#now) - INTERVAL;
		this.#wall = wall;
		this.#now = now;
		this.#timer = this.#environment.setTimer(this.#look, INTERVAL);
		if (late > TOLERANCE) {
			this.#slept();
		}
	};
}
