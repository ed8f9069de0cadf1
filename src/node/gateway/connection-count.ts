// How many connections there are, in all and of each address, and whether one more may come.

/** Why one more may not come. */
export type Crowd = 'address' | 'all';

/** Counts connections that are let in and leave again. */
export class ConnectionCount {
	readonly #max: number;
	readonly #maxPerAddress: number;
	readonly #ofAddress = new Map<string, number>();
	#all = 0;

	/** Both 1 or more. */
	constructor(max: number, maxPerAddress: number) {
		this.#max = max;
		this.#maxPerAddress = maxPerAddress;
	}

	get all(): number {
		return this.#all;
	}

	/** @returns a function to call once the connection is gone (again without effect), or why it may not come */
	enter(address: string): (() => void) | Crowd {
		const ofAddress = this.#ofAddress.get(address) ?? 0;
		if (ofAddress >= this.#maxPerAddress) {
			return 'address';
		}
		if (this.#all >= this.#max) {
			return 'all';
		}
		this.#all++;
		this.#ofAddress.set(address, ofAddress + 1);
		let isInside = true;
		return () => {
			if (isInside) {
				isInside = false;
				this.#leave(address);
			}
		};
	}

	#leave(address: string): void {
		this.#all--;
		const left = this.#ofAddress.get(address)! - 1;
		if (left === 0) {
			this.#ofAddress.delete(address);
		} else {
			this.#ofAddress.set(address, left);
		}
	}
}
