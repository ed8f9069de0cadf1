// What a listener was sent and has not acknowledged: the only measure of how far it is behind, since a socket's
// own count sees nothing of what the operating system and the network hold, often many seconds.

/** A listener that gets pieces this many times unacknowledged gets no more, however short they are. */
const MOST_FRAMES = 1024;

/** The frames under way to one listener. */
export class Credit {
	/** A circle of sequences and lengths, grown by doubling. */
	#sequences = new Uint32Array(64);
	#lengths = new Uint32Array(64);
	#first = 0;
	#frames = 0;
	#sampleFrames = 0;

	/** Sample frames under way. */
	get sampleFrames(): number {
		return this.#sampleFrames;
	}

	/** Room for a frame of `sampleFrames` within `limit`. One frame may always be under way. */
	hasRoom(sampleFrames: number, limit: number): boolean {
		return (
			this.#frames === 0 ||
			(this.#sampleFrames + sampleFrames <= limit && this.#frames < MOST_FRAMES)
		);
	}

	/** The frame was sent. */
	spend(sequence: number, sampleFrames: number): void {
		if (this.#frames === this.#sequences.length) {
			this.#grow();
		}
		const place = (this.#first + this.#frames) & (this.#sequences.length - 1);
		this.#sequences[place] = sequence;
		this.#lengths[place] = sampleFrames;
		this.#frames++;
		this.#sampleFrames += sampleFrames;
	}

	/** All up to `sequence` arrived.
	 * @returns false when that is no news. */
	acknowledge(sequence: number): boolean {
		const before = this.#frames;
		while (this.#frames > 0 && ((sequence - this.#sequences[this.#first]!) | 0) >= 0) {
			this.#sampleFrames -= this.#lengths[this.#first]!;
			this.#first = (this.#first + 1) & (this.#sequences.length - 1);
			this.#frames--;
		}
		return this.#frames < before;
	}

	#grow(): void {
		const size = this.#sequences.length;
		const sequences = new Uint32Array(2 * size);
		const lengths = new Uint32Array(2 * size);
		for (let frame = 0; frame < this.#frames; frame++) {
			const place = (this.#first + frame) & (size - 1);
			sequences[frame] = this.#sequences[place]!;
			lengths[frame] = this.#lengths[place]!;
		}
		this.#sequences = sequences;
		this.#lengths = lengths;
		this.#first = 0;
	}
}
