// Puts the frames of one framed stream in order, whichever connections they come by, and however often: each is given
// once, in its turn. Where one is missing, those after it are held for a while if it may still come. Time is the
// caller's.
import { RESTART_DISTANCE, type Frame } from './frame.js';
import { AwaitedRepeats } from './awaited-repeats.js';
import { Fates } from './fates.js';
import { HeldFrames } from './held-frames.js';
import { isRepeated, Progress } from './progress.js';

/** Milliseconds that frames are held for one before them that may merely be slower. */
const REORDER_WAIT = 60;

/** How a frame came. */
export interface Arrival {
	/** Milliseconds. */
	readonly at: number;
	/** True when it does not continue the frame before it by the sender's own word. */
	readonly isMarked: boolean;
	/** True when frames missing before it may still come: by another connection, or out of order. */
	readonly mayBeFilled: boolean;
	/** True when it is one of the repeats that are awaited: no earlier one will follow. */
	readonly isRepeat: boolean;
}

/** `F`: a frame, and what its caller keeps with it. */
export class Sequencer<F extends Frame = Frame> {
	readonly fates = new Fates();
	/** Of what is missing. */
	readonly repeats: AwaitedRepeats;
	readonly #give: (frame: F, isSplice: boolean) => void;
	readonly #progress = new Progress();
	/** All of them after the next. */
	readonly #held = new HeldFrames<F>();
	/** First that was still to be sent when the server last told; null: it did not. */
	#announced: number | null = null;

	/** @param isComplete every frame counts, however late @param give called in order, each frame once; `isSplice`: it
	 * does not continue the one before */
	constructor(isComplete: boolean, give: (frame: F, isSplice: boolean) => void) {
		this.repeats = new AwaitedRepeats(isComplete);
		this.#give = give;
	}

	/** First that is missing; null: none came yet. */
	get next(): number | null {
		return this.#progress.next;
	}

	/** Milliseconds: when `expire` will have to give up on what is missing; null: nothing is held. */
	get deadline(): number | null {
		const { first } = this.#held;
		return first === undefined ? null : Math.max(first.until, this.repeats.deadline ?? 0);
	}

	/** Another stream, or the same begun anew: whatever comes first is given, as a splice. */
	restart(): void {
		this.release();
		this.#announced = null;
		this.#progress.restart();
		this.fates.restart();
	}

	accept(frame: F, arrival: Arrival): void {
		if (this.#progress.isBrokenBy(frame)) {
			this.restart();
		}
		if (!this.#mustWait(arrival)) {
			this.#giveUpBefore(frame.sequence);
		}
		const ahead = this.#progress.ahead(frame.sequence);
		if (ahead < 0) {
			this.fates.noteBelated(frame.sequence);
		} else if (ahead > 0) {
			this.#hold(frame, arrival);
		} else {
			this.#noteRecovery(frame, arrival.at, !this.#held.isEmpty);
			this.#pass(frame, arrival.isMarked);
			this.#drain();
		}
		if (arrival.isRepeat) {
			this.repeats.noteOne();
		}
	}

	/** Frames before `sequence` were sent: those that never come are lost, though none comes after them. */
	announce(sequence: number): void {
		this.#announced = sequence;
	}

	/** `count` frames from `first` on are on their way; what is missing before them is lost. */
	expectRepeats(first: number, count: number, now: number): void {
		if (this.repeats.deadline !== null) {
			const isPlausible = Math.abs(this.#progress.ahead(first)) <= RESTART_DISTANCE;
			const plausible = isPlausible ? count : 0;
			this.repeats.expect(plausible, now);
			if (plausible > 0) {
				this.#giveUpBefore(first);
			}
		}
	}

	/** Gives up on what is missing for longer than it may. */
	expire(now: number): void {
		for (let { deadline } = this; deadline !== null && deadline <= now; { deadline } = this) {
			this.repeats.forget();
			this.#giveUp();
		}
	}

	/** Gives all that is held; nothing else will come. */
	release(): void {
		this.repeats.forget();
		while (!this.#held.isEmpty) {
			this.#giveUp();
		}
		if (this.#announced !== null && this.#progress.ahead(this.#announced) <= RESTART_DISTANCE) {
			this.#skipTo(this.#announced);
		}
	}

	/** Whether what is missing before a frame may still come. */
	#mustWait({ mayBeFilled, isRepeat }: Arrival): boolean {
		const isMissingLess = this.repeats.deadline !== null || !this.#held.isEmpty;
		return mayBeFilled || (isMissingLess && !isRepeat);
	}

	#hold(frame: F, { at, isMarked, mayBeFilled }: Arrival): void {
		const until = mayBeFilled ? at + REORDER_WAIT : at;
		const place = this.#held.insert({ frame, until, isMarked });
		if (place === 'duplicate') {
			this.fates.noteDuplicate();
			return;
		}
		this.#noteRecovery(frame, at, place === 'between');
		while (this.#held.isTooMuch) {
			this.#giveUp();
		}
	}

	/** @param isOvertaken later ones came before it */
	#noteRecovery(frame: Frame, now: number, isOvertaken: boolean): void {
		if (isOvertaken || isRepeated(frame)) {
			this.fates.noteRecovered();
			this.repeats.prolong(now);
		}
	}

	/** What is before the first held is lost. */
	#giveUp(): void {
		this.#skipTo(this.#held.first!.frame.sequence);
		this.#drain();
	}

	/** What is missing before `sequence` is lost. */
	#giveUpBefore(sequence: number): void {
		for (let { first } = this.#held; first !== undefined; { first } = this.#held) {
			if (this.#progress.ahead(first.frame.sequence) > this.#progress.ahead(sequence)) {
				break;
			}
			this.#giveUp();
		}
		this.#skipTo(sequence);
	}

	/** Nothing where its turn is over. */
	#skipTo(sequence: number): void {
		while (this.#progress.ahead(sequence) > 0) {
			this.fates.noteLost(this.#progress.skip());
		}
	}

	/** Gives what is held, as far as it is in order. */
	#drain(): void {
		for (let { first } = this.#held; first?.frame.sequence === this.next; { first } = this.#held) {
			this.#held.takeFirst();
			this.#pass(first.frame, first.isMarked);
		}
	}

	#pass(frame: F, isMarked: boolean): void {
		this.fates.noteGiven(frame.sequence);
		const isContinued = this.#progress.pass(frame);
		this.#give(frame, isMarked || !isContinued);
	}
}
