// Frames sent once more to a listener whose connection was lost: those between the last one it had and the first
// one that its new socket was sent. They never crowd out live frames, and cannot be asked for without end.
import type { ResumedText, ResumeText } from '../../core/protocol-text.js';
import { REPEATED } from './media-frame.js';
import type { Outlet } from './outlet.js';
import type { SharedStream } from './shared-stream.js';

/** What one socket is repeated. */
export class Repeats {
	readonly #stream: SharedStream;
	readonly #outlet: Outlet;
	/** Indices into the history: the next to send, and the first not to. */
	#index = 0;
	#end = 0;
	#askedAt = -Infinity;

	constructor(stream: SharedStream, outlet: Outlet) {
		this.#stream = stream;
		this.#outlet = outlet;
	}

	/** Some is still to be sent. */
	get isPending(): boolean {
		return this.#index < this.#end;
	}

	/**
	 * Finds what can be repeated of what is asked for; nothing where the stream is another, and where the
	 * last request was less than the history's length ago: so repeats at most double what a socket costs.
	 * @param end history index of the first frame that this socket was sent live
	 */
	plan({ stream, sequence, seconds }: ResumeText, end: number): ResumedText {
		const { history, limits, id, clock, sampleRate } = this.#stream;
		const nothing: ResumedText = { type: 'resumed', stream: id, sequence, frames: 0 };
		const { repeatEveryMs } = limits;
		const now = clock.now();
		if (stream !== id || repeatEveryMs === null || now - this.#askedAt < repeatEveryMs) {
			return nothing;
		}
		this.#askedAt = now;
		const wanted = seconds === null ? 0 : history.indexOfLast(seconds * sampleRate);
		const start = Math.max(history.indexFrom(sequence), wanted);
		if (start >= end) {
			return nothing;
		}
		this.#index = start;
		this.#end = end;
		return { ...nothing, sequence: history.at(start).sequence, frames: end - start };
	}

	/** Sends what fits into `maxBuffered` bytes; the history may forget the rest before there is room.
	 * @returns how many frames, and their bytes. */
	send(maxBuffered: number): { readonly frames: number; readonly bytes: number } {
		const { history } = this.#stream;
		let frames = 0;
		let bytes = 0;
		this.#index = Math.max(this.#index, history.oldestIndex);
		while (this.#index < this.#end && this.#outlet.bufferedAmount <= maxBuffered) {
			const frame = history.at(this.#index++);
			this.#outlet.send(frame, REPEATED);
			frames++;
			bytes += frame.byteLength(REPEATED);
		}
		return { frames, bytes };
	}
}
