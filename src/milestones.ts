// Promises for moments of the playout that are known only by looking at its report: a flush carried out, an
// end played.

/** Where playback stood. */
export interface PlayedPosition {
	/** Media seconds heard. */
	readonly currentTime: number;
	/** The same in sample frames of the stream. */
	readonly sampleFrames: number;
}

interface Milestone {
	readonly id: number;
	readonly reach: (position: PlayedPosition) => void;
}

/** Ids grow; reaching one reaches all before it. */
export class Milestones {
	#last = 0;
	#waiting: Milestone[] = [];

	/** @returns an id for the playout, and a promise that it was reached. */
	add(): { id: number; reached: Promise<PlayedPosition> } {
		this.#last++;
		const id = this.#last;
		const reached = new Promise<PlayedPosition>((reach) => {
			this.#waiting.push({ id, reach });
		});
		return { id, reached };
	}

	/** Id of the newest; 0 before the first. */
	get last(): number {
		return this.#last;
	}

	get isWaiting(): boolean {
		return this.#waiting.length > 0;
	}

	reach(id: number, position: PlayedPosition): void {
		const reached = this.#waiting.filter((milestone) => milestone.id <= id);
		this.#waiting = this.#waiting.filter((milestone) => milestone.id > id);
		for (const milestone of reached) {
			milestone.reach(position);
		}
	}

	/** Everything waited for will not come otherwise: a flush took it, or the player closed. */
	reachAll(position: PlayedPosition): void {
		this.reach(Infinity, position);
	}
}
