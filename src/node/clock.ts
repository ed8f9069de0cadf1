// Time, injected: what reads a clock or waits gets one of these, so that tests run on a virtual one.

/** What `setTimer` returns, for `clearTimer`. */
export type Timer = object | number;

/** A source of time and of wake-ups. */
export interface Clock {
	/** Monotonic, ms, from any origin. */
	now(): number;
	/** Wall clock, ms since the Unix epoch. */
	wallNow(): number;
	/** Calls `fire` once, `delayMs` from now or a little later. */
	setTimer(fire: () => void, delayMs: number): Timer;
	/** Without effect on a timer that has fired. */
	clearTimer(timer: Timer): void;
}

/** The process's own clock. */
export const systemClock: Clock = {
	now: () => performance.now(),
	wallNow: () => Date.now(),
	// setTimeout cuts off the fraction, which would wake up before the time.
	setTimer: (fire, delayMs) => setTimeout(fire, Math.ceil(delayMs)),
	clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
