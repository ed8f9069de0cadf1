// Work that is dear is done a few at a time; the rest waits in a queue that is bounded too.

/** Gives turns in the order they were asked for. */
export class Turns {
	readonly #atOnce: number;
	readonly #maxWaiting: number;
	readonly #waiting: (() => void)[] = [];
	#taken = 0;

	/** @param atOnce turns that may be taken together. @param maxWaiting of those who wait for one. */
	constructor(atOnce: number, maxWaiting: number) {
		this.#atOnce = atOnce;
		this.#maxWaiting = maxWaiting;
	}

	/** Does `work` when its turn has come. @returns null at once when too many wait */
	take<T>(work: () => Promise<T>): Promise<T> | null {
		return this.#taken >= this.#atOnce && this.#waiting.length >= this.#maxWaiting
			? null
			: this.#run(work);
	}

	async #run<T>(work: () => Promise<T>): Promise<T> {
		if (this.#taken >= this.#atOnce) {
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		} else {
			this.#taken++;
		}
		try {
			return await work();
		} finally {
			this.#pass();
		}
	}

	/** The turn goes to whoever waits longest. */
	#pass(): void {
		const next = this.#waiting.shift();
		if (next === undefined) {
			this.#taken--;
		} else {
			next();
		}
	}
}
