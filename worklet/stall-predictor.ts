// Stalls that come back like clockwork: a Wi-Fi radio that leaves to scan other channels every 11 s, a phone's
// radio timer. Once the period is sure, the delay is raised shortly before each and let go after it, instead
// of being paid for all the time. Owner: the audio thread; allocates in its constructor only.
import { StallEpisodes } from './stall-episodes.js';
import { COVERED_PART, type StallLedger } from './stall-ledger.js';

/** Microseconds of lateness that make an episode, and below which it is over. */
const EPISODE = 36_000;
const EPISODE_END = EPISODE / 2;

/** Microseconds for which episodes are remembered. */
const MEMORY = 80e6;

/** Periods looked for, microseconds. Shorter ones are the target's business. */
const SHORTEST_PERIOD = 2e6;
const LONGEST_PERIOD = 20e6;

/** Microseconds an episode may be off its time. Scans were seen to keep it within 30 ms. */
const TOLERANCE = 60_000;

/** Multiples of a period looked back at; hits it takes; how much less likely than chance, as -ln p. */
const LOOK_BACK = 6;
const LEAST_HITS = 3;
const LEAST_SIGNIFICANCE = 14;

/** Times it may fail to come before the period is given up. */
const MOST_MISSES = 3;

/** Seconds per second at which delay is raised towards an expected stall: leaves room above the slowest
 * playback rate, 0.75. */
const RAMP = 0.2;

/** Part of the episodes that the raised delay covers. */
const DEPTH_QUANTILE = 0.9;

/** Microseconds that delay stays up past the tolerance for an episode that does not come. */
const PATIENCE = 60_000;

export class StallPredictor {
	readonly #ledger: StallLedger;
	readonly #episodes = new StallEpisodes();
	readonly #sorted = new Int32Array(LOOK_BACK + 1);
	/** Microseconds. Fractions at first: V8 then keeps a double in place, and assigning to it never allocates. */
	#now = 0.5;
	#period = 0.5;
	#expected = 0.5;
	#depth = 0.5;
	#misses = 0;
	#isOpen = false;
	#isMatch = false;
	/** Of the candidate under test. */
	#significance = 0.5;
	#span = 0.5;

	/** @param ledger what is foreseen is struck out of it */
	constructor(ledger: StallLedger) {
		this.#ledger = ledger;
		this.#now = 0;
		this.#period = 0;
		this.#expected = 0;
	}

	/** Microseconds; 0: no period is known. */
	get period(): number {
		return this.#period | 0;
	}

	/** Microseconds of delay to be prepared for the next expected stall now; may be below 0. */
	get target(): number {
		if (this.#period === 0) {
			return 0;
		}
		if (this.#isOpen && this.#isMatch) {
			return this.#depth | 0;
		}
		const lead = this.#expected - TOLERANCE - this.#now;
		return (this.#depth - RAMP * Math.max(0, lead)) | 0;
	}

	/** True while the stall under way, or one that may begin now, is an expected one. */
	get isForeseen(): boolean {
		const isNear = this.#period > 0 && Math.abs(this.#now - this.#expected) <= TOLERANCE + PATIENCE;
		return isNear || (this.#isOpen && this.#isMatch);
	}

	/** @param lateness microseconds @param elapsed microseconds since the last call */
	observe(lateness: number, elapsed: number): void {
		this.#now += elapsed;
		if (!this.#isOpen && lateness > EPISODE) {
			this.#open(lateness);
		} else if (this.#isOpen) {
			this.#episodes.raise(lateness);
			if (lateness < EPISODE_END) {
				this.#isOpen = false;
				this.#close();
			}
		}
		if (this.#period > 0 && this.#now > this.#expected + TOLERANCE + PATIENCE) {
			this.#misses++;
			this.#expected += this.#period;
			this.#period = this.#misses >= MOST_MISSES ? 0 : this.#period;
		}
	}

	/** The episode under way was no stall. */
	dismiss(): void {
		if (this.#isOpen) {
			this.#isOpen = false;
			this.#episodes.dismiss();
		}
	}

	#open(lateness: number): void {
		const onset = this.#now - lateness;
		const episode = this.#episodes.open(this.#ledger.foot, lateness);
		this.#episodes.onsets[episode] = onset;
		this.#isOpen = true;
		this.#isMatch = this.#period > 0 && Math.abs(onset - this.#expected) <= TOLERANCE;
		if (this.#isMatch) {
			this.#misses = 0;
			this.#expected = onset + this.#period;
		}
	}

	#close(): void {
		if (this.#period > 0) {
			if (this.#isMatch) {
				this.#refit(false);
			}
			return;
		}
		const { onsets, count } = this.#episodes;
		const newest = onsets[count - 1]!;
		let best = LEAST_SIGNIFICANCE;
		for (let episode = count - 2; episode >= 0; episode--) {
			const candidate = newest - onsets[episode]!;
			if (candidate > LONGEST_PERIOD) {
				break;
			}
			if (candidate >= SHORTEST_PERIOD) {
				this.#test(episode);
				if (this.#significance > best) {
					best = this.#significance;
					this.#period = this.#span;
				}
			}
		}
		if (this.#period > 0) {
			this.#misses = 0;
			this.#refit(true);
			this.#expected = newest + this.#period;
		}
	}

	/** How surely the time from `episode` to the newest is a period: into #significance and #span. */
	#test(episode: number): void {
		const { onsets, count } = this.#episodes;
		const newest = onsets[count - 1]!;
		const period = newest - onsets[episode]!;
		const horizon = Math.max(0, this.#now - MEMORY);
		let hits = 0;
		let misses = 0;
		for (let back = 1; back <= LOOK_BACK && newest - back * period >= horizon; back++) {
			const hit = this.#episodes.near(back, period | 0, TOLERANCE);
			if (hit >= 0) {
				hits++;
				this.#span = (newest - onsets[hit]!) / back;
			} else {
				misses++;
			}
		}
		const recent = this.#episodes.since((horizon / 1000) | 0);
		const byChance = (2 * TOLERANCE * recent) / (this.#now - horizon);
		const isPeriod = hits >= LEAST_HITS && misses <= ((hits / LEAST_HITS) | 0);
		this.#significance = isPeriod ? -hits * Math.log(Math.min(1, byChance)) : 0;
	}

	/** Depth and a finer period from the episodes that keep it. @param isNew they leave the ledger */
	#refit(isNew: boolean): void {
		const { onsets, feet, peaks } = this.#episodes;
		const last = this.#episodes.count - 1;
		let count = 0;
		let span = this.#period;
		for (let back = 0; back <= LOOK_BACK; back++) {
			const hit = back === 0 ? last : this.#episodes.near(back, this.#period | 0, TOLERANCE);
			if (hit < 0) {
				continue;
			}
			this.#sorted[count] = peaks[hit]!;
			count++;
			if (isNew) {
				const age = (this.#now - onsets[hit]!) / 1000;
				this.#ledger.forget(feet[hit]!, peaks[hit]!, age | 0);
			}
			span = back > 0 ? (onsets[last]! - onsets[hit]!) / back : span;
		}
		this.#period = span;
		this.#sort(count);
		const peak = this.#sorted[Math.min(count - 1, (count * DEPTH_QUANTILE) | 0)]!;
		this.#depth = COVERED_PART * peak;
	}

	/** Insertion sort: at most seven. */
	#sort(count: number): void {
		for (let i = 1; i < count; i++) {
			const value = this.#sorted[i]!;
			let place = i;
			for (; place > 0 && this.#sorted[place - 1]! > value; place--) {
				this.#sorted[place] = this.#sorted[place - 1]!;
			}
			this.#sorted[place] = value;
		}
	}
}
