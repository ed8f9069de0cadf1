// Who has come and is not let in: has shown no token yet, or one that is being looked at, or was refused and takes its
// leave. None of them takes a listener's place. When there are too many, one of the address that has most of them goes,
// so that an address crowds out nobody but itself.

interface Guest {
	readonly address: string;
	readonly crowdOut: () => void;
}

/** Holds connections until they are let in or gone. */
export class WaitingRoom {
	readonly #max: number;
	/** By address, each address's in the order they came. */
	readonly #guests = new Map<string, Set<Guest>>();
	#size = 0;

	/** @param max guests at once, 1 or more. */
	constructor(max: number) {
		this.#max = max;
	}

	get size(): number {
		return this.#size;
	}

	/**
	 * @param address what guests are counted by
	 * @param crowdOut called, once left, when the room is needed for others
	 * @returns a function to call when it has left; again without effect
	 */
	enter(address: string, crowdOut: () => void): () => void {
		const guest = { address, crowdOut };
		const ofAddress = this.#guests.get(address) ?? new Set();
		this.#guests.set(address, ofAddress.add(guest));
		this.#size++;
		if (this.#size > this.#max) {
			const [oldest] = this.#largest();
			this.#leave(oldest!);
			oldest!.crowdOut();
		}
		return () => this.#leave(guest);
	}

	#largest(): ReadonlySet<Guest> {
		let largest: ReadonlySet<Guest> = new Set();
		for (const ofAddress of this.#guests.values()) {
			largest = ofAddress.size > largest.size ? ofAddress : largest;
		}
		return largest;
	}

	#leave(guest: Guest): void {
		const ofAddress = this.#guests.get(guest.address);
		if (ofAddress?.delete(guest) === true) {
			this.#size--;
			if (ofAddress.size === 0) {
				this.#guests.delete(guest.address);
			}
		}
	}
}
