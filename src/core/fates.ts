// What became of the latest frames by their sequence, and how many there were of each fate.

/** Sequence numbers whose fate is remembered: a power of two, so that they wrap with u32. */
const REMEMBERED = 16_384;
const UNKNOWN = 0;
const CAME = 1;
const LOST = 2;

export class Fates {
	readonly #fates = new Uint8Array(REMEMBERED);
	#missed = 0;
	/** Of the missed, those that came after all. */
	#found = 0;
	#duplicated = 0;
	#recovered = 0;
	#late = 0;

	/** Frames that were not there in their turn; only grows. */
	get missed(): number {
		return this.#missed;
	}

	/** Frames that never came. */
	get lost(): number {
		return this.#missed - this.#found;
	}

	/** Frames that came again. */
	get duplicated(): number {
		return this.#duplicated;
	}

	/** Frames that came after later ones, or as repeats, in time to be given. */
	get recovered(): number {
		return this.#recovered;
	}

	/** Frames that came after their turn. */
	get late(): number {
		return this.#late;
	}

	/** Sequence numbers mean other frames from now on. */
	restart(): void {
		this.#fates.fill(UNKNOWN);
	}

	noteGiven(sequence: number): void {
		this.#fates[sequence % REMEMBERED] = CAME;
	}

	noteLost(sequence: number): void {
		this.#fates[sequence % REMEMBERED] = LOST;
		this.#missed++;
	}

	/** It waits already. */
	noteDuplicate(): void {
		this.#duplicated++;
	}

	noteRecovered(): void {
		this.#recovered++;
	}

	/** It comes when its turn is over: again, or late. */
	noteBelated(sequence: number): void {
		const fate = this.#fates[sequence % REMEMBERED];
		this.#fates[sequence % REMEMBERED] = CAME;
		if (fate === CAME) {
			this.#duplicated++;
			return;
		}
		this.#late++;
		if (fate === LOST) {
			this.#found++;
		}
	}
}
