// What the network's stalls of the recent past say about the target delay. Owner: the audio thread.
//
// A player that plays late data late is thrown from its target T up to the height of each stall above it, and
// comes back at the catch-up rate. The envelope E follows that: it climbs with lateness and falls at
// `CATCH_UP`. With target T the delay is max(E, T), and what is concealed is the part of the climbs above T.
// So the mean cost per second, J(T) = mean of max(E, T) + price · climbed above T per second, has the slope
//   J'(T) = P(E < T) - price · (rate of climbs that pass T)
// and the target is where its sum is least. (Liang, Färber and Girod 2003, IEEE Trans. Multimedia 5(4), name
// the trade; NetEq's underrun optimizer is the case of one histogram and a fixed slope.)

/** Microseconds of a histogram bin, and bins: 2 s, above which a stall is an outage and no delay's business. */
const BIN = 1000;
const BINS = 2048;

/** Seconds over which the past fades, as 1/e. 30 to 60 differ by less than 1 % on any trace met. */
const MEMORY = 40;

/** How fast delay falls back after a stall, seconds per second: the fastest playback rate, less 1. */
const CATCH_UP = 0.175;

/** Part of a stall that the target must cover: while it lasts, what waits is played slower, at 0.75. */
export const COVERED_PART = 0.85;

/** Climbs a second that are no stall but the sender's or the network's usual way (a block every 200 ms):
 * they are covered whole. */
const USUAL = 0.5;

/** Microseconds between two evaluations. */
const INTERVAL = 100_000;

/** Seconds of calm taken to have gone before the start, which fade like all the past, and seconds that every past
 * is taken to have been longer: one stall in the first second is not one a second. Together 10, they cost 2 % less
 * J than 5 over the first 30 s (six traces and six models, 78 starts); 20 would cost 2 % more. */
const PRIOR_CALM = 5;
const ADDED_CALM = 5;

/** Weight of the stall that was not seen yet, beside one that was just seen. A whole one makes every wait of the
 * first seconds a threat: a stream that comes in blocks of 200 ms is then slowed down to 280 ms at first. */
const UNSEEN = 0.3;

/** The weight of the present grows instead of all the past shrinking; at this size all is scaled back. */
const MOST_WEIGHT = 2 ** 40;

export class StallLedger {
	/** Seconds of delay that a second of concealment is worth per second. */
	readonly #price: number;
	/** Weighted climbs through each bin, and seconds the envelope stood in it. */
	readonly #climbs = new Float64Array(BINS);
	readonly #stood = new Float64Array(BINS);
	/** Weighted arrivals by lateness, and how many were at least as late, by the last evaluation. */
	readonly #arrivals = new Float64Array(BINS);
	readonly #atLeast = new Float64Array(BINS);
	#last = 0;
	// Fields that hold fractions, or outgrow 31 bits, begin as fractions: V8 then keeps a double in place, and
	// assigning to it never allocates.
	#watched = 0.5;
	#weight = 0.5;
	#envelope = 0;
	/** The climb under way, microseconds. */
	#isClimbing = false;
	#climbFrom = 0;
	#isClimbForeseen = false;
	#sinceEvaluation = 0;
	#target = 0;

	/** @param price seconds; NetEq's own target implies 10 */
	constructor(price: number) {
		this.#price = price;
		this.#weight = 1;
		this.#watched = PRIOR_CALM;
		this.#stood[0] = PRIOR_CALM;
	}

	/** Microseconds. */
	get target(): number {
		return this.#target;
	}

	/** Microseconds: where the player would be had it no target. */
	get envelope(): number {
		return this.#envelope;
	}

	/** The same before the climb under way. */
	get foot(): number {
		return this.#isClimbing ? this.#climbFrom : this.#envelope;
	}

	/** @param lateness microseconds @param elapsed microseconds since the last call @param isInDoubt it may
	 * be the sender that pauses: nothing is entered yet @param isForeseen another is prepared for this stall */
	observe(lateness: number, elapsed: number, isInDoubt: boolean, isForeseen: boolean): void {
		if (lateness < this.#last) {
			const arrival = Math.min(BINS - 1, (this.#last / BIN) | 0);
			this.#arrivals[arrival] = this.#arrivals[arrival]! + this.#weight;
		}
		this.#last = lateness;
		if (lateness > this.#envelope) {
			if (!this.#isClimbing) {
				this.#isClimbing = true;
				this.#climbFrom = this.#envelope;
				this.#isClimbForeseen = false;
			}
			this.#isClimbForeseen ||= isForeseen;
			this.#envelope = lateness;
		} else if (!isInDoubt) {
			if (this.#isClimbing) {
				this.#isClimbing = false;
				if (!this.#isClimbForeseen) {
					this.#enter(this.#climbFrom, this.#envelope, this.#weight);
				}
			}
			this.#envelope = Math.max(0, this.#envelope - CATCH_UP * elapsed) | 0;
		}
		if (!isInDoubt) {
			const bin = Math.min(BINS - 1, (this.#envelope / BIN) | 0);
			this.#stood[bin] = this.#stood[bin]! + this.#weight * elapsed * 1e-6;
			this.#watched += this.#weight * elapsed * 1e-6;
			this.#pass(elapsed);
		}
	}

	/** The climb under way was no stall. */
	dismiss(): void {
		this.#last = 0;
		if (this.#isClimbing) {
			this.#isClimbing = false;
			this.#envelope = this.#climbFrom;
		}
	}

	/** Chance, in percent, that a stall that made the next sample `late` microseconds late goes on past
	 * `target`, microseconds: by what stalls did before, and `UNSEEN` of one that was not seen. Of that, the chance
	 * is late / target, as where stalls twice as long are half as frequent. */
	chanceBeyond(late: number, target: number): number {
		const reached = this.#atLeast[Math.min(BINS - 1, (late / BIN) | 0)]!;
		const passed = this.#atLeast[Math.min(BINS - 1, (target / BIN) | 0)]!;
		const unseen = UNSEEN * this.#weight;
		const share = target > late ? late / target : 1;
		return ((100 * (passed + unseen * share)) / (reached + unseen)) | 0;
	}

	/** Strikes out a climb of `age` milliseconds ago, from a foot to a lateness, microseconds: it will be foreseen
	 * from now on. */
	forget(foot: number, lateness: number, age: number): void {
		this.#enter(foot, lateness, -this.#weight * Math.exp(-age / 1000 / MEMORY));
	}

	#enter(from: number, to: number, weight: number): void {
		const last = Math.min(BINS - 1, (to / BIN) | 0);
		for (let bin = (from / BIN) | 0; bin <= last; bin++) {
			const low = Math.max(from, bin * BIN);
			const high = Math.min(to, (bin + 1) * BIN);
			const sum = this.#climbs[bin]! + (weight * (high - low)) / BIN;
			this.#climbs[bin] = Math.max(0, sum);
		}
	}

	#pass(elapsed: number): void {
		this.#sinceEvaluation += elapsed;
		if (this.#sinceEvaluation < INTERVAL) {
			return;
		}
		this.#weight *= Math.exp((this.#sinceEvaluation * 1e-6) / MEMORY);
		this.#sinceEvaluation = 0;
		if (this.#weight > MOST_WEIGHT) {
			this.#rescale();
		}
		this.#evaluate();
	}

	#rescale(): void {
		const factor = 1 / this.#weight;
		this.#weight = 1;
		this.#watched *= factor;
		for (let bin = 0; bin < BINS; bin++) {
			this.#climbs[bin] = this.#climbs[bin]! * factor;
			this.#stood[bin] = this.#stood[bin]! * factor;
			this.#arrivals[bin] = this.#arrivals[bin]! * factor;
		}
	}

	#evaluate(): void {
		const seconds = this.#watched + ADDED_CALM * this.#weight;
		const price = this.#price / seconds;
		const share = 1 / this.#watched;
		let below = 0;
		let cost = 0;
		const usual = USUAL * seconds;
		let least = 0;
		let height = 0;
		let usualHeight = 0;
		for (let bin = 0; bin < BINS; bin++) {
			below += this.#stood[bin]!;
			cost += COVERED_PART * below * share - this.#climbs[bin]! * price;
			if (cost < least) {
				least = cost;
				height = (bin + 1) * BIN;
			}
			if (this.#climbs[bin]! > usual) {
				usualHeight = (bin + 1) * BIN;
			}
		}
		let later = 0;
		for (let bin = BINS - 1; bin >= 0; bin--) {
			later += this.#arrivals[bin]!;
			this.#atLeast[bin] = later;
		}
		this.#target = Math.max(usualHeight, height * COVERED_PART) | 0;
	}
}
