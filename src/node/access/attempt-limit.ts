// How often somebody may fail: so many times in a window that begins with the first. What is counted is bounded too:
// with more keys than fit, those that fail now push out those that failed longest ago.
import { systemClock, type Clock } from '../clock.js';

interface Failures {
	count: number;
	readonly since: number;
}

/** Most keys counted. */
export const MAX_KEYS = 10_000;

/** Counts failures by key: an address, a user. */
export class AttemptLimit {
	readonly #max: number;
	readonly #windowMs: number;
	readonly #clock: Clock;
	readonly #failures = new Map<string, Failures>();

	/** @param max failures per window, 1 or more. @param windowMs above 0. */
	constructor(max: number, windowMs: number, clock: Clock = systemClock) {
		this.#max = max;
		this.#windowMs = windowMs;
		this.#clock = clock;
	}

	/** Seconds until `key` may try again, rounded up; 0: now. */
	waitOf(key: string): number {
		const failures = this.#present(key);
		return failures === undefined || failures.count < this.#max
			? 0
			: Math.ceil((failures.since + this.#windowMs - this.#clock.now()) / 1000);
	}

	/** Counts a failure of `key`. To be called when an attempt begins and taken back when it succeeds, so that many at
	 * once do not all pass. */
	add(key: string): void {
		const { count, since } = this.#present(key) ?? { count: 0, since: this.#clock.now() };
		this.#failures.delete(key);
		if (this.#failures.size >= MAX_KEYS) {
			const [oldest] = this.#failures.keys();
			this.#failures.delete(oldest!);
		}
		this.#failures.set(key, { count: count + 1, since });
	}

	/** Takes one failure of `key` back. */
	takeBack(key: string): void {
		const failures = this.#failures.get(key);
		if (failures !== undefined && --failures.count <= 0) {
			this.#failures.delete(key);
		}
	}

	#present(key: string): Failures | undefined {
		const failures = this.#failures.get(key);
		if (failures !== undefined && this.#clock.now() - failures.since >= this.#windowMs) {
			this.#failures.delete(key);
			return undefined;
		}
		return failures;
	}
}
