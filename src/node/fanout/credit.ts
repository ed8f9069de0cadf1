// What a listener was sent and has not acknowledged: the only measure of how far it is behind, since a socket's
// own count sees nothing of what the operating system and the network hold, often many seconds.

/** A listener that gets pieces this many times unacknowledged gets no more, however short they are. */
const MOST_FRAMES = 1024;

/** The frames under way to one listener. */
export class Credit {
	/** A circle of frames, grown by doubling: of each the sequence and the sample frames. */
	#circle = new Uint32Array(2 * 64);
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
		if (2 * this.#frames === this.#circle.length) {
			this.#grow();
		}
		const place = this.#place(this.#frames);
		this.#circle[place] = sequence;
		this.#circle[place + 1] = sampleFrames;
		this.#frames++;
		this.#sampleFrames += sampleFrames;
	}

	/** All up to `sequence` arrived.
	 * @returns false when that is no news. */
	acknowledge(sequence: number): boolean {
		const before = this.#frames;
		while (this.#frames > 0 && ((sequence - this.#circle[this.#place(0)]!) | 0) >= 0) {
			this.#sampleFrames -= this.#circle[this.#place(0) + 1]!;
			this.#first = (this.#first + 1) & (this.#circle.length / 2 - 1);
			this.#frames--;
		}
		return this.#frames < before;
	}

	/** Place in the circle of the frame that is `frame` after the first. */
	#place(frame: number): number {
		return (2 * (this.#first + frame)) & (this.#circle.length - 1);
	}

	#grow(): void {
		const circle = new Uint32Array(2 * this.#circle.length);
		for (let frame = 0; frame < this.#frames; frame++) {
			const place = this.#place(frame);
			circle.set(this.#circle.subarray(place, place + 2), 2 * frame);
		}
		this.#circle = circle;
		this.#first = 0;
	}
}
