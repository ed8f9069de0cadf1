// What is missing of the stream that is played: who is asked to repeat it, and how long it is waited for.
import { RESTART_DISTANCE } from '../core/frame.js';
import type { HelloText, ResumedText } from '../core/protocol-text.js';
import type { Sequencer } from '../core/sequencer.js';
import type { Environment, Timer } from './environment.js';
import type { Path } from './path.js';

/** Seconds of media wanted again beyond what the playout holds back: it may be behind its target, and goes on playing
 * while it waits. */
const MARGIN = 0.06;

export class Resumption {
	/** Of the playout, seconds, as last told. */
	targetDelay = 0;
	readonly #environment: Environment;
	readonly #sequencer: Sequencer;
	readonly #isComplete: boolean;
	/** Was asked last; null: nobody was, or the answer can no longer come. */
	#asked: Path | null = null;
	#timer: Timer | null = null;

	constructor(environment: Environment, sequencer: Sequencer, isComplete: boolean) {
		this.#environment = environment;
		this.#sequencer = sequencer;
		this.#isComplete = isComplete;
	}

	/** Whether the repeats that are awaited come by `path`. */
	isBy(path: Path): boolean {
		return path === this.#asked;
	}

	/** The stream goes on by `path`: asks for what was missed, as far as it is of use. If that is nothing, it is said too,
	 * for the stream may be over and the server wait for nothing but this. */
	greeted(path: Path, { next, oldest }: HelloText): void {
		const missed = (next - (this.#sequencer.next ?? next)) | 0;
		if (missed >= 0 && missed <= RESTART_DISTANCE) {
			this.#sequencer.announce(next);
			if (oldest !== next) {
				this.ask(path);
			}
		}
	}

	/** Asks for all from the first frame that is missing. */
	ask(path: Path): void {
		const { next } = this.#sequencer;
		if (next !== null) {
			this.#asked = path;
			this.#sequencer.repeats.expect(Infinity, this.#environment.now());
			path.resume(next, this.#isComplete ? null : this.targetDelay + MARGIN);
		}
	}

	resumed(path: Path, { sequence, frames }: ResumedText): void {
		if (this.isBy(path)) {
			this.#sequencer.expectRepeats(sequence, frames, this.#environment.now());
			this.settle();
		}
	}

	/** The first connection is open again, and may be asked. */
	opened(): void {
		this.#sequencer.repeats.prolong(this.#environment.now());
		this.settle();
	}

	/** @param goesOn another path brings the stream on; else the next to open is asked for the same again */
	lost(path: Path, goesOn: boolean): void {
		if (this.isBy(path)) {
			this.#asked = null;
			if (goesOn) {
				if (this.#isComplete) {
					// The other one may be behind, and brings it too.
					this.#sequencer.repeats.prolong(this.#environment.now());
				} else {
					this.#sequencer.repeats.forget();
				}
				this.settle();
			}
		}
		if (!goesOn && this.#isComplete) {
			// Nothing is given up while nothing can come, nor before the next to open could be asked.
			if (this.#sequencer.deadline !== null) {
				this.#sequencer.repeats.expect(Infinity, this.#environment.now());
			}
			this.stop();
		}
	}

	/** Nothing more will come. */
	end(): void {
		this.#sequencer.release();
		this.stop();
	}

	stop(): void {
		if (this.#timer !== null) {
			this.#environment.clearTimer(this.#timer);
			this.#timer = null;
		}
	}

	/** Lets go of what was held long enough, and looks again when the next has been. */
	readonly settle = (): void => {
		this.stop();
		const now = this.#environment.now();
		this.#sequencer.expire(now);
		const { deadline } = this.#sequencer;
		if (deadline !== null) {
			this.#timer = this.#environment.setTimer(this.settle, deadline - now);
		}
	};
}
