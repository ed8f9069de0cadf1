// Plays faster or slower than the media's own pace, at its own pitch: makes the splicer jump by short lags, as
// often as the set rate asks for. Owner: the audio thread; allocates in its constructor only.
import type { Splicer } from './splicer.js';

/** Permille: the media's own pace. */
const UNITY = 1000;

/** What refused jumps may leave for later ones to make up for, seconds: about one jump. So the rate is met
 * over half a second though onsets and consonants are not stretched. */
const ARREARS_SECONDS = 0.01;

/** After a refusal the sound has changed this much later. */
const RETRY_SECONDS = 0.005;

/** Pace, permille, at which the memory of the last jump fades while none is asked for: 0.2 s after one of
 * 20 ms, the next one may be made at once. */
const RECOVERY = 100;

/** More than any lag, sample frames. */
const ANY_LAG = 0x3fffffff;

const FASTER = 0;
const SLOWER = 1;

export class TimeStretcher {
	readonly #splicer: Splicer;
	/** Sample frames. */
	readonly #retry: number;
	/** Thousandths of a sample frame. */
	readonly #arrears: number;
	/** By direction: thousandths of a sample frame that are to be removed or inserted; below 0, that were so
	 * ahead of time. A jump is due from 0 on: the first one is made at once. */
	readonly #debts = new Int32Array(2);
	#rate = UNITY;
	#leastCorrelation = 0;
	#most = ANY_LAG;
	/** Sample frames to wait after a refusal. */
	#wait = 0;

	constructor(splicer: Splicer) {
		this.#splicer = splicer;
		this.#retry = Math.ceil(RETRY_SECONDS * splicer.sampleRate);
		this.#arrears = Math.ceil(ARREARS_SECONDS * splicer.sampleRate) * UNITY;
	}

	/** The pace wanted, 750 … 1200 permille of the media's own. */
	setRate(permille: number): void {
		this.#rate = permille;
	}

	/** Jumps whose two sides are less alike are not made. Percent; 0: none is refused. */
	setLeastCorrelation(percent: number): void {
		this.#leastCorrelation = percent;
	}

	/** No jump is to be longer than this, sample frames. */
	setMost(sampleFrames: number): void {
		this.#most = sampleFrames;
	}

	/** To be called before each pull of `count` sample frames. Jumps if one is due. */
	advance(count: number): void {
		const rate = this.#rate;
		this.#wait = Math.max(0, this.#wait - count);
		this.#accrue(FASTER, rate > UNITY ? (rate - UNITY) * count : 0, count);
		this.#accrue(SLOWER, rate < UNITY ? (UNITY - rate) * count : 0, count);
		if (rate === UNITY || this.#wait > 0 || this.#splicer.isCrossfading) {
			return;
		}
		const direction = rate > UNITY ? FASTER : SLOWER;
		if (this.#debts[direction]! >= 0) {
			this.#jump(direction);
		}
	}

	#accrue(direction: number, owed: number, count: number): void {
		const debt = this.#debts[direction]!;
		this.#debts[direction] =
			owed > 0 ? Math.min(this.#arrears, debt + owed) : Math.min(0, debt + RECOVERY * count);
	}

	#jump(direction: number): void {
		const lag =
			direction === FASTER
				? this.#splicer.shorten(this.#most, this.#leastCorrelation)
				: this.#splicer.lengthen(this.#most, this.#leastCorrelation);
		this.#debts[direction] = this.#debts[direction]! - UNITY * lag;
		if (lag === 0) {
			this.#wait = this.#retry;
		}
	}
}
