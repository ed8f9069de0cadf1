// Repeats that were asked for and are still to come: how many, and until when they are waited for.

/** Milliseconds: of a live stream in all, of a complete one without progress. */
const LIVE_WAIT = 1000;
const COMPLETE_WAIT = 3000;

export class AwaitedRepeats {
	readonly #isComplete: boolean;
	#deadline: number | null = null;
	/** Infinity until the server tells. */
	#left = Infinity;

	constructor(isComplete: boolean) {
		this.#isComplete = isComplete;
	}

	/** Milliseconds; null: none are awaited. */
	get deadline(): number | null {
		return this.#deadline;
	}

	/** They are on their way. @param count Infinity: the server has not answered yet */
	expect(count: number, now: number): void {
		this.#left = count;
		this.#deadline = count === 0 ? null : now + (this.#isComplete ? COMPLETE_WAIT : LIVE_WAIT);
	}

	/** There is progress, or hope of it. */
	prolong(now: number): void {
		if (this.#deadline !== null && this.#isComplete) {
			this.#deadline = now + COMPLETE_WAIT;
		}
	}

	/** One of them came. */
	noteOne(): void {
		this.#left--;
		if (this.#left <= 0) {
			this.forget();
		}
	}

	/** None will come. */
	forget(): void {
		this.#deadline = null;
	}
}
