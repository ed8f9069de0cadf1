// The frames of a listener that acknowledges: as many are under way as it has credit for, the rest waits in the stream's
// history, and what grows too old there is left out.
import { Credit } from './credit.js';
import type { Delivery } from './delivery.js';
import type { MediaFrame } from './media-frame.js';
import type { Departures } from './outlet.js';
import type { SharedStream } from './shared-stream.js';

/** What is under way to one listener, and what waits for it. */
export class CreditQueue {
	readonly #stream: SharedStream;
	readonly #delivery: Delivery;
	#credit = new Credit();
	/** History index of the next frame to send. */
	#nextIndex: number;

	constructor(stream: SharedStream, delivery: Delivery) {
		this.#stream = stream;
		this.#delivery = delivery;
		this.#nextIndex = stream.history.nextIndex;
	}

	/** What is under way will not be acknowledged: it is of another stream. */
	restart(): void {
		this.#credit = new Credit();
	}

	/** What waits is not wanted. */
	skip(): void {
		this.#nextIndex = this.#stream.history.nextIndex;
	}

	/** `frame` was just added to the history: sends it, lets it wait, or leaves others out. */
	offer(frame: MediaFrame, departures: Departures): void {
		if (this.#nextIndex === this.#stream.history.nextIndex - 1 && this.#hasRoom(frame)) {
			this.#nextIndex++;
			this.#credit.spend(frame.sequence, frame.sampleFrames);
			this.#delivery.depart(frame, departures);
		} else {
			this.sendWaiting(frame.at);
		}
	}

	/** All up to `sequence` arrived.
	 * @returns false when that is no news */
	acknowledge(sequence: number): boolean {
		return this.#credit.acknowledge(sequence);
	}

	/** What there is credit for; the rest waits on, up to `backlogMs`. */
	sendWaiting(now: number): void {
		const { history, limits } = this.#stream;
		this.#leaveOutForgotten();
		while (this.#nextIndex < history.nextIndex) {
			const frame = history.at(this.#nextIndex);
			if (this.#hasRoom(frame)) {
				this.#credit.spend(frame.sequence, frame.sampleFrames);
				this.#delivery.send(frame);
			} else if (now - frame.at > limits.backlogMs) {
				this.#delivery.leaveOut();
			} else {
				this.#delivery.stick(now);
				return;
			}
			this.#nextIndex++;
		}
	}

	/** What fits into the socket, whatever the credit. */
	flush(): void {
		const { history } = this.#stream;
		this.#leaveOutForgotten();
		while (this.#nextIndex < history.nextIndex && this.#delivery.hasRoom) {
			this.#delivery.send(history.at(this.#nextIndex++));
		}
	}

	#leaveOutForgotten(): void {
		for (; this.#nextIndex < this.#stream.history.oldestIndex; this.#nextIndex++) {
			this.#delivery.leaveOut();
		}
	}

	#hasRoom({ sampleFrames }: MediaFrame): boolean {
		const { creditSampleFrames } = this.#stream.limits;
		return this.#credit.hasRoom(sampleFrames, creditSampleFrames) && this.#delivery.hasRoom;
	}
}
