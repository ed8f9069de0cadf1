// The stalls of the recent past, one by one: when each began, and how late it made the media. Owner: the audio
// thread; allocates in its constructor only.

/** Episodes remembered. */
const EPISODES = 24;

export class StallEpisodes {
	/** Oldest first, `count` of them: onset, microseconds on the owner's clock; lateness at the foot of the
	 * climb, and at its peak, microseconds. */
	readonly onsets = new Float64Array(EPISODES);
	readonly feet = new Int32Array(EPISODES);
	readonly peaks = new Int32Array(EPISODES);
	#count = 0;

	get count(): number {
		return this.#count;
	}

	/** Begins an episode. @returns its number: the owner enters the onset, which is no whole number, in
	 * `onsets` itself */
	open(foot: number, lateness: number): number {
		if (this.#count === EPISODES) {
			this.onsets.copyWithin(0, 1);
			this.feet.copyWithin(0, 1);
			this.peaks.copyWithin(0, 1);
			this.#count--;
		}
		const episode = this.#count++;
		this.feet[episode] = foot;
		this.peaks[episode] = lateness;
		return episode;
	}

	/** The newest has become `lateness` late. */
	raise(lateness: number): void {
		const newest = this.#count - 1;
		this.peaks[newest] = Math.max(this.peaks[newest]!, lateness);
	}

	/** Forgets the newest. */
	dismiss(): void {
		this.#count--;
	}

	/** Episodes since `horizon`, milliseconds. */
	since(horizon: number): number {
		let count = 0;
		for (let episode = 0; episode < this.#count; episode++) {
			count += this.onsets[episode]! >= horizon * 1000 ? 1 : 0;
		}
		return count;
	}

	/** The episode `back` periods before the newest, give or take `tolerance`; -1: there is none. */
	near(back: number, period: number, tolerance: number): number {
		const at = this.onsets[this.#count - 1]! - back * period;
		for (let episode = 0; episode < this.#count; episode++) {
			if (Math.abs(this.onsets[episode]! - at) <= tolerance) {
				return episode;
			}
		}
		return -1;
	}
}
