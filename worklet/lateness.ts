// How late media is on the audio thread's own clock: x = time - media time that has arrived, above its own
// minimum of the last seconds (the base: the network at its fastest, and both clocks). The clock is what has
// been rendered, so that device buffers, busy threads and clock drift are measured as playout meets them.
// Owner: the audio thread; whole numbers in and out, a fraction across a call would be an allocation.

/** The base is the minimum over this many blocks of this many microseconds: 4 s. Long beside a burst, short
 * beside clock drift (1.2 ms at 300 ppm). */
const BASE_BLOCKS = 16;
const BASE_BLOCK = 250_000;

/** Microseconds without media after which its return is judged: was it the network, or did the sender
 * pause? Shorter gaps are the network's for certain enough: they cost a pause of the sender little. */
const GAP = 80_000;

/** After a gap, media is watched for this long. A stalled network delivers what it held back; a sender that
 * paused goes on at its usual pace, so that lateness stays within `PAUSE_SLACK` or a tenth of the gap. */
const VERDICT_TIME = 200_000;
const PAUSE_SLACK = 10_000;

/** Microseconds in which the least media that came at a time is taken for the piece that comes at a time. From
 * then on it only shrinks, when nothing as large has come for the time of the base: of frames sent in a burst
 * some are seen together, some apart, and it must not matter which. */
const PIECE_TIME = 1_000_000;

/** Microseconds after which what comes at last is another stream for all that it matters: an outage. */
const LONGEST_STALL = 30_000_000;

/** Later than any. */
const MOST_LATE = 120_000_000;

/** Microseconds that the base may be off the anchor, so that all numbers stay small for ever. */
const FAR = 1_000_000;

/** What came out of a gap. `none`: nothing is decided in this call. */
export type Verdict = 'none' | 'stall' | 'pause';

export class Lateness {
	readonly #outputRate: number;
	readonly #mediaRate: number;
	/** Sample frames since the start, at either rate. These and #anchor begin as fractions: V8 then keeps a double
	 * in place, and assigning to it never allocates. */
	#rendered = 0.5;
	#arrived = 0.5;
	/** Microseconds: x of the first arrival, so that what follows is small. */
	#anchor = 0.5;
	#hasBase = false;
	/** Microseconds: least lateness of what was to follow an arrival, and the media that comes at a time. */
	#base = 0;
	#piece = 0;
	readonly #blockMinima = new Int32Array(BASE_BLOCKS);
	/** Most media that came at a time, by block. */
	readonly #blockGains = new Int32Array(BASE_BLOCKS);
	#block = 0;
	#blockAge = 0;
	/** Microseconds since the base is known. */
	#age = 0;
	/** Microseconds since media arrived. */
	#silence = 0;
	/** Lateness of what followed the first media after a gap, its least since, and the time since; 0: nothing is
	 * being judged. */
	#gap = 0;
	#leastSince = 0;
	#judged = 0;

	#lateness = 0;
	#overdue = 0;

	/** @param outputRate Hz of the clock @param mediaRate Hz of the media */
	constructor(outputRate: number, mediaRate: number) {
		this.#outputRate = outputRate;
		this.#mediaRate = mediaRate;
		this.#rendered = 0;
		this.#arrived = 0;
		this.restart();
	}

	/** Microseconds the next sample frame is late, or was at the moment it came; 0 or more. */
	get lateness(): number {
		return this.#lateness;
	}

	/** Microseconds the next sample frame is late now; below 0: not due yet. */
	get overdue(): number {
		return this.#overdue;
	}

	/** Microseconds of media that come at a time. */
	get piece(): number {
		return this.#piece;
	}

	/** False until the first media. */
	get isKnown(): boolean {
		return this.#hasBase;
	}

	/** True while it is undecided whether the network stalls or the sender pauses. */
	get isInDoubt(): boolean {
		return (this.#silence > GAP && this.#overdue > GAP) || this.#gap > 0;
	}

	/** Forgets the base: what comes next does not compare with what came before. */
	restart(): void {
		this.#hasBase = false;
		this.#silence = 0;
		this.#gap = 0;
		this.#lateness = 0;
		this.#overdue = 0;
	}

	/** Time passed: `sampleFrames` were rendered. */
	advance(sampleFrames: number): void {
		this.#rendered += sampleFrames;
	}

	/** Before a render call: `arrived` sample frames of media have come since the last. `elapsed`: microseconds
	 * since then. */
	observe(arrived: number, elapsed: number): Verdict {
		const now = (this.#rendered / this.#outputRate - this.#arrived / this.#mediaRate) * 1e6;
		if (!this.#hasBase) {
			if (arrived > 0) {
				this.#begin(now, ((arrived / this.#mediaRate) * 1e6) | 0);
			}
			this.#arrived += arrived;
			return 'none';
		}
		if (this.#silence > LONGEST_STALL) {
			this.restart();
			this.#arrived += arrived;
			return 'pause';
		}
		this.#age = Math.min(PIECE_TIME, this.#age + elapsed);
		const late = Math.min(MOST_LATE, now - this.#anchor) | 0;
		const gain = ((arrived / this.#mediaRate) * 1e6) | 0;
		this.#arrived += arrived;
		if (arrived > 0) {
			this.#note(late - gain, gain);
		}
		const verdict = this.#judge(late - gain, arrived, elapsed);
		this.#passTime(elapsed);
		const base = this.#anchor + this.#base + this.#piece;
		this.#lateness = Math.max(0, Math.min(MOST_LATE, now - base)) | 0;
		this.#overdue = Math.min(MOST_LATE, now - gain - base) | 0;
		return verdict;
	}

	#begin(now: number, gain: number): void {
		this.#hasBase = true;
		this.#anchor = now;
		this.#piece = gain;
		this.#blockGains.fill(gain);
		this.#age = 0;
		this.#rebase(-gain);
	}

	#rebase(base: number): void {
		this.#base = base;
		this.#blockMinima.fill(base);
		this.#block = 0;
		this.#blockAge = 0;
		this.#moveAnchor();
	}

	/** To the base. */
	#moveAnchor(): void {
		const shift = this.#base;
		this.#anchor += shift;
		this.#base = 0;
		for (let block = 0; block < BASE_BLOCKS; block++) {
			this.#blockMinima[block] = Math.min(MOST_LATE, this.#blockMinima[block]! - shift);
		}
	}

	/** @param rest lateness of what follows what came @param gain microseconds of media that came */
	#note(rest: number, gain: number): void {
		this.#base = Math.min(this.#base, rest);
		this.#blockMinima[this.#block] = Math.min(this.#blockMinima[this.#block]!, rest);
		this.#blockGains[this.#block] = Math.max(this.#blockGains[this.#block]!, gain);
		if (this.#age < PIECE_TIME) {
			this.#piece = Math.min(this.#piece, gain);
		}
	}

	/** The oldest block leaves the base. Not while nothing comes: what a gap leaves behind is no minimum. */
	#passTime(elapsed: number): void {
		if (this.isInDoubt) {
			return;
		}
		this.#blockAge += elapsed;
		if (this.#blockAge < BASE_BLOCK) {
			return;
		}
		this.#blockAge = 0;
		this.#block = (this.#block + 1) % BASE_BLOCKS;
		this.#blockMinima[this.#block] = MOST_LATE;
		this.#blockGains[this.#block] = 0;
		let base = MOST_LATE;
		let largest = 0;
		for (let block = 0; block < BASE_BLOCKS; block++) {
			base = Math.min(base, this.#blockMinima[block]!);
			largest = Math.max(largest, this.#blockGains[block]!);
		}
		this.#base = base;
		this.#piece = Math.min(this.#piece, largest);
		if (Math.abs(base) > FAR) {
			this.#moveAnchor();
		}
	}

	#judge(rest: number, arrived: number, elapsed: number): Verdict {
		if (arrived === 0) {
			this.#silence += elapsed;
		} else {
			const gap = rest - this.#base;
			if (this.#silence > GAP && this.#gap === 0 && gap > GAP) {
				this.#gap = gap;
				this.#leastSince = gap;
				this.#judged = 0;
			}
			this.#silence = 0;
			this.#leastSince = Math.min(this.#leastSince, gap);
		}
		if (this.#gap === 0) {
			return 'none';
		}
		this.#judged += elapsed;
		const isStall = this.#gap - this.#leastSince > Math.max(PAUSE_SLACK, this.#gap / 10);
		if (!isStall && this.#judged < VERDICT_TIME) {
			return 'none';
		}
		if (!isStall) {
			this.#rebase(this.#base + this.#leastSince);
		}
		this.#gap = 0;
		return isStall ? 'stall' : 'pause';
	}
}
