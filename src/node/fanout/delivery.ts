// What goes into one listener's socket: its frames, as long as there is room, and how many went and did not. The first
// one after a gap says so. A socket that takes nothing for too long is reported.
import { FRAME_HEADER_BYTES } from '../../core/frame.js';
import {
	AFTER_GAP,
	FRAMED,
	RAW,
	REPEATED,
	type FrameForm,
	type MediaFrame,
} from './media-frame.js';
import type { Departures, Outlet } from './outlet.js';
import type { SharedStream } from './shared-stream.js';

/** What a listener was sent. All counters only grow. */
export interface ListenerCounts {
	/** Frames handed to the socket live. */
	readonly framesSent: number;
	/** Frames left out because the listener was too far behind. */
	readonly framesDropped: number;
	/** Frames sent once more after a lost connection. */
	readonly framesRepeated: number;
	/** Bytes of the frames sent, headers included. */
	readonly bytesSent: number;
	/** Texts of the protocol's own types that do not hold what they must. */
	readonly malformedTexts: number;
}

/** One listener's frames. */
export class Delivery {
	readonly #outlet: Outlet;
	readonly #framed: boolean;
	readonly #stream: SharedStream;
	readonly #onStuck: () => void;
	#framesSent = 0;
	#framesDropped = 0;
	#framesRepeated = 0;
	#bytesSent = 0;
	#isAfterGap = false;
	/** Since when nothing could be sent, ms; null while it can. */
	#stuckSince: number | null = null;

	/** @param framed false: the samples alone @param onStuck called when nothing could be sent for `cutAfterMs` */
	constructor(outlet: Outlet, framed: boolean, stream: SharedStream, onStuck: () => void) {
		this.#outlet = outlet;
		this.#framed = framed;
		this.#stream = stream;
		this.#onStuck = onStuck;
	}

	get framesSent(): number {
		return this.#framesSent;
	}

	get framesDropped(): number {
		return this.#framesDropped;
	}

	get framesRepeated(): number {
		return this.#framesRepeated;
	}

	get bytesSent(): number {
		return this.#bytesSent;
	}

	/** Bytes that wait in this process. */
	get bufferedAmount(): number {
		return this.#outlet.bufferedAmount;
	}

	/** Bytes up to which a further frame may be added. */
	get maxBuffered(): number {
		return this.#stream.limits.backlogBytes + (this.#framed ? FRAME_HEADER_BYTES : 0);
	}

	get hasRoom(): boolean {
		return this.#outlet.bufferedAmount <= this.maxBuffered;
	}

	send(frame: MediaFrame): void {
		this.#outlet.send(frame, this.#count(frame));
	}

	/** The same, where it may wait for `departures.leave()`. */
	depart(frame: MediaFrame, departures: Departures): void {
		this.#outlet.depart(frame, this.#count(frame), departures);
	}

	repeat(frame: MediaFrame): void {
		this.unstick();
		this.#framesRepeated++;
		this.#bytesSent += frame.byteLength(REPEATED);
		this.#outlet.send(frame, REPEATED);
	}

	/** The next frame does not go. */
	leaveOut(): void {
		this.#framesDropped++;
		this.#isAfterGap = true;
	}

	/** Something waits and could not go. */
	stick(now: number): void {
		this.#stuckSince ??= now;
		if (now - this.#stuckSince >= this.#stream.limits.cutAfterMs) {
			this.#onStuck();
		}
	}

	/** The listener moves, or nothing waits for it any more. */
	unstick(): void {
		this.#stuckSince = null;
	}

	/** `frame` goes now. @returns the form it goes in. */
	#count(frame: MediaFrame): FrameForm {
		const form = !this.#framed ? RAW : this.#isAfterGap ? AFTER_GAP : FRAMED;
		this.#isAfterGap = false;
		this.#stuckSince = null;
		this.#framesSent++;
		this.#bytesSent += frame.byteLength(form);
		return form;
	}
}
