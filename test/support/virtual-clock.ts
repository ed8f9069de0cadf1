// Time that passes only when a test says so: timers fire in order of their time, each at its exact time.
import type { Clock } from '../../src/node/clock.js';

interface PendingTimer {
	readonly at: number;
	readonly order: number;
	readonly fire: () => void;
}

export class VirtualClock implements Clock {
	readonly #timers = new Set<PendingTimer>();
	readonly #wallOrigin: number;
	#now: number;
	#order = 0;

	/** @param now where the monotonic clock begins, ms. @param wallOrigin wall time of monotonic 0, ms. */
	constructor(now = 0, wallOrigin = 1_700_000_000_000) {
		this.#now = now;
		this.#wallOrigin = wallOrigin;
	}

	now(): number {
		return this.#now;
	}

	wallNow(): number {
		return this.#wallOrigin + this.#now;
	}

	setTimer(fire: () => void, delayMs: number): PendingTimer {
		return this.setTimerAt(fire, this.#now + Math.max(0, delayMs));
	}

	/** @param at monotonic, ms, not before now: where a sum of delays would round */
	setTimerAt(fire: () => void, at: number): PendingTimer {
		const timer = { at, order: this.#order++, fire };
		this.#timers.add(timer);
		return timer;
	}

	clearTimer(timer: object | number): void {
		this.#timers.delete(timer as PendingTimer);
	}

	/** Timers that wait. */
	get pending(): number {
		return this.#timers.size;
	}

	/** Lets `ms` pass, firing every timer on the way at its time. */
	advance(ms: number): void {
		this.advanceTo(this.#now + ms);
	}

	/** @param end monotonic, ms, not before now */
	advanceTo(end: number): void {
		for (let timer = this.#next(end); timer !== null; timer = this.#next(end)) {
			this.#timers.delete(timer);
			this.#now = Math.max(this.#now, timer.at);
			timer.fire();
		}
		this.#now = end;
	}

	/** Lets `ms` pass in which nothing runs, as a suspended process does; what is overdue fires after. */
	sleep(ms: number): void {
		this.#now += ms;
		this.advance(0);
	}

	#next(end: number): PendingTimer | null {
		let next: PendingTimer | null = null;
		for (const timer of this.#timers) {
			const sooner =
				next === null || timer.at < next.at || (timer.at === next.at && timer.order < next.order);
			if (timer.at <= end && sooner) {
				next = timer;
			}
		}
		return next;
	}
}
