// Decides when sound may begin and what is surplus. It sees levels only, reads no clock and touches no
// sample. Owner: the audio thread.
import type { PlayoutMode } from '../src/core/playout-messages.js';

/** Seconds over which the lowest level counts as what is never needed. Longer than the blocks of any
 * sender met (AAC over RTSP: up to 0.7 s), so that a burst is not taken for surplus. */
const SURPLUS_WINDOW = 1;

/** Seconds of surplus that are worth a skip: below it the gain is not worth the seam. */
const SURPLUS_MARGIN = 0.04;

/** A stream that stopped short of the target delay is still heard: after this many seconds, or times the
 * target delay if that is longer, and if there is more than a fade in and a fade out take. Stalls are
 * shorter as a rule: what they left over is not to be heard in the middle of them. */
const PATIENCE_SECONDS = 1;
const PATIENCE_DELAYS = 3;
const LEAST_SOUND = 0.01;

/** A level that no ring reaches, sample frames. */
const NO_LEVEL = 0x3fffffff;

/** Arguments and results are whole sample frames: a fraction that crosses a call which is not inlined is an
 * allocation. Levels are at the media's rate, elapsed time at the output's. */
export class PlayoutController {
	readonly #mode: PlayoutMode;
	/** Seconds. */
	readonly #targetDelay: number;
	/** Hz. */
	readonly #outputRate: number;
	/** How long the present silence has lasted with samples at hand. */
	#waited = 0;
	/** Lowest level in this half of the window and the one before. */
	#lowest = NO_LEVEL;
	#lowestBefore = NO_LEVEL;
	#windowAge = 0;

	/** @param targetDelay seconds @param outputRate Hz */
	constructor(mode: PlayoutMode, targetDelay: number, outputRate: number) {
		this.#mode = mode;
		this.#targetDelay = targetDelay;
		this.#outputRate = outputRate;
	}

	/** A silence begins. */
	startWaiting(): void {
		this.#waited = 0;
	}

	/** True when sound may begin, after `elapsed` more of silence. `isWhole`: nothing will be added to the
	 * level, so there is nothing to wait for. */
	mayStart(level: number, mediaRate: number, elapsed: number, isWhole: boolean): boolean {
		if (level <= 0) {
			return false;
		}
		this.#waited += elapsed;
		const patience = Math.max(PATIENCE_SECONDS, PATIENCE_DELAYS * this.#targetDelay);
		const isPatienceOver =
			this.#waited >= patience * this.#outputRate && level >= LEAST_SOUND * mediaRate;
		return isWhole || isPatienceOver || level >= this.#targetDelay * mediaRate;
	}

	/** Sound begins: what was measured before it says nothing. */
	startMeasuring(): void {
		this.#lowest = NO_LEVEL;
		this.#lowestBefore = NO_LEVEL;
		this.#windowAge = 0;
	}

	/** Sample frames to skip now, 0 for none; called `elapsed` after the last call. */
	surplus(level: number, mediaRate: number, elapsed: number): number {
		this.#lowest = Math.min(this.#lowest, level);
		this.#windowAge += elapsed;
		if (this.#mode === 'complete' || this.#windowAge < (SURPLUS_WINDOW / 2) * this.#outputRate) {
			return 0;
		}
		const isWholeWindow = this.#lowestBefore !== NO_LEVEL;
		const surplus =
			(Math.min(this.#lowest, this.#lowestBefore) - this.#targetDelay * mediaRate) | 0;
		this.#lowestBefore = this.#lowest;
		this.#lowest = NO_LEVEL;
		this.#windowAge = 0;
		return isWholeWindow && surplus > SURPLUS_MARGIN * mediaRate ? surplus : 0;
	}
}
