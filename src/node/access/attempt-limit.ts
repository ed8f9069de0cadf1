// How often somebody may fail: so many times in a window that begins with the first. What is counted is bounded too:
// with more keys than fit, those that fail now push out those that failed longest ago.
import { systemClock, type Clock } from '../clock.js';

interface Failures {
	readonly count: number;
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
	/** Attempts that have not ended. */
	readonly #underWay = new Map<string, number>();

	/** @param max failures per window, 1 or more. @param windowMs above 0. */
	constructor(max: number, windowMs: number, clock: Clock = systemClock) {
		this.#max = max;
		this.#windowMs = windowMs;
		this.#clock = clock;
	}

	/** Seconds until `key` may try again, rounded up; 0: it has not failed too often. */
	waitOf(key: string): number {
		const failures = this.#present(key);
		return failures === undefined || failures.count < this.#max
			? 0
			: Math.ceil((failures.since + this.#windowMs - this.#clock.now()) / 1000);
	}

	/** Whether `key` may begin another attempt: those under way may all fail. */
	hasRoom(key: string): boolean {
		const failures = this.#present(key)?.count ?? 0;
		return failures + (this.#underWay.get(key) ?? 0) < this.#max;
	}

	/** An attempt of `key` is under way until `end`. */
	begin(key: string): void {
		this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
	}

	end(key: string, hasFailed: boolean): void {
		const underWay = this.#underWay.get(key)! - 1;
		if (underWay > 0) {
			this.#underWay.set(key, underWay);
		} else {
			this.#underWay.delete(key);
		}
		if (hasFailed) {
			this.#fail(key);
		}
	}

	#fail(key: string): void {
		const { count, since } = this.#present(key) ?? { count: 0, since: this.#clock.now() };
		this.#failures.delete(key);
		if (this.#failures.size >= MAX_KEYS) {
			const [oldest] = this.#failures.keys();
			this.#failures.delete(oldest!);
		}
		this.#failures.set(key, { count: count + 1, since });
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
