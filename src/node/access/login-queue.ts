// Logins that cannot begin yet, for as many of their address are under way as may still fail: they wait until one of
// those has ended, and look again.

/** Holds what waits, by address. */
export class LoginQueue {
	readonly #max: number;
	readonly #waiting = new Map<string, (() => void)[]>();
	#size = 0;

	/** @param max that may wait, of all addresses together. */
	constructor(max: number) {
		this.#max = max;
	}

	/** Resolves when a login of `address` has ended. @returns null at once when too many wait */
	ending(address: string): Promise<void> | null {
		if (this.#size >= this.#max) {
			return null;
		}
		this.#size++;
		const waiting = this.#waiting.get(address) ?? [];
		this.#waiting.set(address, waiting);
		return new Promise((resolve) => waiting.push(resolve));
	}

	/** A login of `address` has ended: all that wait look again, in the order they came. */
	ended(address: string): void {
		const waiting = this.#waiting.get(address) ?? [];
		this.#waiting.delete(address);
		this.#size -= waiting.length;
		waiting.forEach((lookAgain) => lookAgain());
	}
}
