// Frames sent once more to a listener whose connection was lost: those between the last one it had and the first
// one that its new socket was sent. They never crowd out live frames, and cannot be asked for without end.
import type { ResumedText, ResumeText } from '../../core/protocol-text.js';
import type { Delivery } from './delivery.js';
import type { SharedStream } from './shared-stream.js';

/** What one socket is repeated. */
export class Repeats {
	readonly #stream: SharedStream;
	readonly #delivery: Delivery;
	/** Indices into the history: the next to send, and the first not to. */
	#index = 0;
	#end = 0;
	/** What was repeated and time had not made good by `#owedAt`, both ms. */
	#owed = 0;
	#owedAt = 0;

	constructor(stream: SharedStream, delivery: Delivery) {
		this.#stream = stream;
		this.#delivery = delivery;
	}

	/** Some is still to be sent. */
	get isPending(): boolean {
		return this.#index < this.#end;
	}

	/**
	 * Finds what can be repeated of what is asked for; nothing where the stream is another, and where it is more
	 * than time has made good since the last: so repeats at most double what a socket costs.
	 * @param end history index of the first frame that this socket was sent live
	 */
	plan({ stream, sequence, seconds }: ResumeText, end: number): ResumedText {
		const { history, limits, id, sampleRate } = this.#stream;
		const nothing: ResumedText = { type: 'resumed', stream: id, sequence, frames: 0 };
		if (stream !== id || limits.repeatMs === null) {
			return nothing;
		}
		const wanted = seconds === null ? 0 : history.indexOfLast(seconds * sampleRate);
		const start = Math.max(history.indexFrom(sequence), wanted);
		if (start >= end || !this.#mayOwe(start, end, limits.repeatMs)) {
			return nothing;
		}
		this.#index = start;
		this.#end = end;
		return { ...nothing, sequence: history.at(start).sequence, frames: end - start };
	}

	/** Whether the frames from `start` up to but without `end` may be repeated now; if so they will be. */
	#mayOwe(start: number, end: number, limitMs: number): boolean {
		const { history, clock, sampleRate } = this.#stream;
		const now = clock.now();
		const owed = Math.max(0, this.#owed - (now - this.#owedAt));
		const ms = (1000 * history.sampleFramesOf(start, end)) / sampleRate;
		// Frames without samples cost something too.
		const more = Math.max(ms, end - start);
		if (owed > 0 && owed + more > limitMs) {
			return false;
		}
		this.#owed = owed + more;
		this.#owedAt = now;
		return true;
	}

	/** Sends what fits into half the room, so that live frames find the other half; the history may forget the rest
	 * before there is room.
	 * @returns false when none did */
	send(): boolean {
		const { history } = this.#stream;
		const most = this.#delivery.maxBuffered / 2;
		const start = (this.#index = Math.max(this.#index, history.oldestIndex));
		while (this.#index < this.#end && this.#delivery.bufferedAmount <= most) {
			this.#delivery.repeat(history.at(this.#index++));
		}
		return this.#index > start;
	}
}
