// Puts the frames of one framed stream in order, whichever connections they come by, and however often: each is given
// once, in its turn. Where one is missing, those after it are held for a while if it may still come. Time is the
// caller's.
import { FRAME_REPEATED, RESTART_DISTANCE, type Frame } from '../core/frame.js';
import { HeldFrames } from './held-frames.js';

/** Milliseconds that frames are held for one before them that may merely be slower. */
const REORDER_WAIT = 60;

/** Milliseconds that frames are held for repeats: of a live stream in all, of a complete one without progress. */
const LIVE_RESUME_WAIT = 1000;
const COMPLETE_RESUME_WAIT = 3000;

/** Sequence numbers whose fate is remembered: a power of two, so that they wrap with u32. */
const REMEMBERED = 16_384;
const UNKNOWN = 0;
const CAME = 1;
const LOST = 2;

/** How a frame came. */
export interface Arrival {
	/** Milliseconds. */
	readonly at: number;
	/** True when it does not continue the frame before it by the sender's own word. */
	readonly isMarked: boolean;
	/** True when frames missing before it may still come: by another connection, or out of order. */
	readonly mayBeFilled: boolean;
}

export class Sequencer {
	readonly #isComplete: boolean;
	readonly #give: (frame: Frame, isSplice: boolean) => void;
	/** All of them after #next. */
	readonly #held = new HeldFrames();
	readonly #fates = new Uint8Array(REMEMBERED);
	#isFirst = true;
	#next = 0;
	#nextPts = 0;
	/** Latest capture time of the frames given: not that of the last, for the sender's clock may step back, and what
	 * comes again from before would look new. */
	#captureTime = 0;
	/** Repeats are awaited of the frames before `end`, until `deadline` (ms). */
	#resume: { readonly end: number; deadline: number } | null = null;
	#lost = 0;
	#duplicated = 0;
	#recovered = 0;
	#late = 0;

	/** @param isComplete every frame counts, however late @param give called in order, each frame once; `isSplice`: it
	 * does not continue the one before */
	constructor(isComplete: boolean, give: (frame: Frame, isSplice: boolean) => void) {
		this.#isComplete = isComplete;
		this.#give = give;
	}

	/** Frames that never came. */
	get lost(): number {
		return this.#lost;
	}

	/** Frames that came again. */
	get duplicated(): number {
		return this.#duplicated;
	}

	/** Frames that came after later ones, or as repeats, in time to be given. */
	get recovered(): number {
		return this.#recovered;
	}

	/** Frames that came after their turn. */
	get late(): number {
		return this.#late;
	}

	/** First that is missing; null: none came yet. */
	get next(): number | null {
		return this.#isFirst ? null : this.#next;
	}

	/** Milliseconds: when `expire` will have to give up on what is missing; null: nothing is held. */
	get deadline(): number | null {
		const { first } = this.#held;
		if (first === undefined) {
			return null;
		}
		return this.#resume?.deadline ?? first.at + REORDER_WAIT;
	}

	/** Another stream, or the same begun anew: whatever comes first is given, as a splice. */
	restart(): void {
		this.release();
		this.#isFirst = true;
	}

	accept(frame: Frame, arrival: Arrival): void {
		if (!this.#isFirst && this.#isRestart(frame)) {
			this.restart();
		}
		if (this.#isFirst) {
			this.#fates.fill(UNKNOWN);
			this.#next = frame.sequence;
		}
		const ahead = this.#ahead(frame.sequence);
		if (ahead < 0) {
			this.#drop(frame.sequence);
		} else if (ahead > 0 && this.#mustWait(arrival)) {
			this.#hold(frame, arrival);
		} else {
			this.#skipTo(frame.sequence);
			this.#noteRecovery(frame, arrival.at, !this.#held.isEmpty);
			this.#pass(frame, arrival.isMarked);
			this.#drain();
		}
	}

	/** Repeats of what is missing were asked for; how many there will be is still to be told. */
	awaitRepeats(now: number): void {
		const end = (this.#next + RESTART_DISTANCE) >>> 0;
		this.#resume = { end, deadline: now + this.#resumeWait };
	}

	/** `count` frames from `first` on are on their way; what is missing before them is lost. */
	expectRepeats(first: number, count: number, now: number): void {
		if (this.#resume === null) {
			return;
		}
		if (count === 0 || Math.abs(this.#ahead(first)) > RESTART_DISTANCE) {
			this.#resume = null;
			return;
		}
		this.#resume = { end: (first + count) >>> 0, deadline: now + this.#resumeWait };
		while (
			!this.#held.isEmpty &&
			this.#ahead(this.#held.first!.frame.sequence) <= this.#ahead(first)
		) {
			this.#giveUp();
		}
		if (this.#ahead(first) > 0) {
			this.#skipTo(first);
		}
		this.#drain();
	}

	/** None will come: the connection they were asked of is lost. */
	forgetRepeats(): void {
		this.#resume = null;
	}

	/** They may be asked for again, of a connection that has just opened. */
	keepWaiting(now: number): void {
		if (this.#resume !== null && this.#isComplete) {
			this.#resume.deadline = now + this.#resumeWait;
		}
	}

	/** Gives up on what is missing for longer than it may. */
	expire(now: number): void {
		for (let { deadline } = this; deadline !== null && deadline <= now; { deadline } = this) {
			this.#resume = null;
			this.#giveUp();
		}
	}

	/** Gives all that is held. */
	release(): void {
		this.#resume = null;
		while (!this.#held.isEmpty) {
			this.#giveUp();
		}
	}

	get #resumeWait(): number {
		return this.#isComplete ? COMPLETE_RESUME_WAIT : LIVE_RESUME_WAIT;
	}

	/** How far after the next one; below 0: before it. Wraps with u32. */
	#ahead(sequence: number): number {
		return (sequence - this.#next) | 0;
	}

	/** Sequence, pts and capture time tell of one stream, or of two. */
	#isRestart(frame: Frame): boolean {
		const ahead = this.#ahead(frame.sequence);
		if (Math.abs(ahead) > RESTART_DISTANCE) {
			return true;
		}
		if (ahead > 0) {
			return frame.pts < this.#nextPts;
		}
		const isLater =
			(frame.sampleFrames > 0 && frame.pts >= this.#nextPts) ||
			(this.#captureTime > 0 && frame.captureTime > this.#captureTime);
		return ahead < 0 && isLater && !isRepeated(frame);
	}

	/** Whether a frame after the next one is to be held. */
	#mustWait({ mayBeFilled }: Arrival): boolean {
		return mayBeFilled || this.#resume !== null || !this.#held.isEmpty;
	}

	#hold(frame: Frame, { at, isMarked }: Arrival): void {
		const place = this.#held.insert({ frame, at, isMarked });
		if (place === 'duplicate') {
			this.#duplicated++;
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
			this.#recovered++;
			if (this.#resume !== null && this.#isComplete) {
				this.#resume.deadline = now + COMPLETE_RESUME_WAIT;
			}
		}
	}

	/** What is before the first held is lost. */
	#giveUp(): void {
		this.#skipTo(this.#held.first!.frame.sequence);
		this.#drain();
	}

	#skipTo(sequence: number): void {
		for (; this.#next !== sequence; this.#next = (this.#next + 1) >>> 0) {
			this.#fates[this.#next % REMEMBERED] = LOST;
			this.#lost++;
		}
	}

	/** Gives what is held, as far as it is in order. */
	#drain(): void {
		for (let { first } = this.#held; first?.frame.sequence === this.#next; { first } = this.#held) {
			this.#held.takeFirst();
			this.#pass(first.frame, first.isMarked);
		}
		if (this.#resume !== null && this.#ahead(this.#resume.end) <= 0) {
			this.#resume = null;
		}
	}

	#pass(frame: Frame, isMarked: boolean): void {
		const isSplice = this.#isFirst || isMarked || frame.pts !== this.#nextPts;
		this.#captureTime = this.#isFirst
			? frame.captureTime
			: Math.max(this.#captureTime, frame.captureTime);
		this.#isFirst = false;
		this.#fates[frame.sequence % REMEMBERED] = CAME;
		this.#next = (frame.sequence + 1) >>> 0;
		this.#nextPts = frame.pts + frame.sampleFrames;
		this.#give(frame, isSplice);
	}

	/** A frame whose turn is over. */
	#drop(sequence: number): void {
		const fate = this.#fates[sequence % REMEMBERED];
		this.#fates[sequence % REMEMBERED] = CAME;
		if (fate === CAME) {
			this.#duplicated++;
			return;
		}
		this.#late++;
		// It came after all.
		this.#lost -= fate === LOST ? 1 : 0;
	}
}

function isRepeated(frame: Frame): boolean {
	return (frame.flags & FRAME_REPEATED) !== 0;
}
