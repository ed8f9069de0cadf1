// Decides when sound may begin and what is surplus. It sees levels only, reads no clock and touches no
// sample. Owner: the audio thread.
import type { PlayoutMode } from '../src/core/playout-messages.js';

/** Seconds over which the lowest level counts as what is never needed. Longer than the blocks of any
 * sender met (AAC over RTSP: up to 0.7 s), so that a burst is not taken for surplus. */
const SURPLUS_WINDOW = 1;

/** Seconds of surplus that are worth a skip: below it the gain is not worth the seam. */
const SURPLUS_MARGIN = 0.04;

/** Times the target delay after which sound begins even if the level was never reached: a stream that
 * stopped short of it is still heard. */
const PATIENCE = 3;

export class PlayoutController {
	readonly #mode: PlayoutMode;
	readonly targetDelay: number;
	/** Seconds the present silence has lasted with samples at hand. */
	#waited = 0;
	/** Lowest level in this window half and the one before, seconds. */
	#lowest = Infinity;
	#lowestBefore = Infinity;
	#windowAge = 0;

	/** @param targetDelay seconds */
	constructor(mode: PlayoutMode, targetDelay: number) {
		this.#mode = mode;
		this.targetDelay = targetDelay;
	}

	/** A silence begins. */
	startWaiting(): void {
		this.#waited = 0;
	}

	/** True when sound may begin, after `elapsed` more seconds of silence. `isWhole`: nothing will be
	 * added to the level, so there is nothing to wait for. */
	mayStart(level: number, elapsed: number, isWhole: boolean): boolean {
		if (level <= 0) {
			return false;
		}
		this.#waited += elapsed;
		const isEnough = level >= this.targetDelay || this.#waited >= PATIENCE * this.targetDelay;
		return isWhole || isEnough;
	}

	/** Sound begins: what was measured before it says nothing. */
	startMeasuring(): void {
		this.#lowest = Infinity;
		this.#lowestBefore = Infinity;
		this.#windowAge = 0;
	}

	/** Seconds to skip now, 0 for none; to be called `elapsed` seconds after the last call. */
	surplus(level: number, elapsed: number): number {
		this.#lowest = Math.min(this.#lowest, level);
		this.#windowAge += elapsed;
		if (this.#mode === 'complete' || this.#windowAge < SURPLUS_WINDOW / 2) {
			return 0;
		}
		const surplus = Math.min(this.#lowest, this.#lowestBefore) - this.targetDelay;
		const isWholeWindow = this.#lowestBefore !== Infinity;
		this.#lowestBefore = this.#lowest;
		this.#lowest = Infinity;
		this.#windowAge = 0;
		return isWholeWindow && surplus > SURPLUS_MARGIN ? surplus : 0;
	}
}
