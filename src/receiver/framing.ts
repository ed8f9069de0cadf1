// Binary messages in, media frames out, by whichever protocol the stream speaks.
import { FRAME_END_OF_STREAM, looksFramed, parseFrame } from '../core/frame.js';
import type { Protocol } from '../core/receiver-messages.js';
import type { StreamFormat } from '../core/stream-format.js';
import { isAudible } from './float-check.js';
import type { MediaFrame } from './media-frame.js';
import { RawFraming } from './raw-framing.js';
import { WireOrder } from './wire-order.js';

/** What one message gave. */
export interface Framed {
	readonly frame: MediaFrame | null;
	/** The stream says that it ends here. */
	readonly isEnd: boolean;
	/** Why the message, or part of it, was dropped. */
	readonly fault: string | null;
}

const NO_AUDIO = 'float samples that are no audio (NaN, infinity, or beyond ±8)';

const NOTHING: Framed = { frame: null, isEnd: false, fault: null };

export class Framing {
	readonly #declared: Protocol;
	readonly #raw: RawFraming;
	readonly #order = new WireOrder();
	#protocol: Protocol;
	/** A raw message was dropped: what comes next does not continue what came before it. Frames tell that by
	 * their sequence and pts. */
	#isBroken = false;
	#malformed = 0;

	/** @param format of a raw stream */
	constructor(protocol: Protocol, format: StreamFormat) {
		this.#declared = protocol;
		this.#protocol = protocol;
		this.#raw = new RawFraming(format);
	}

	/** 'auto' until the first message shows which. */
	get protocol(): Protocol {
		return this.#protocol;
	}

	get malformed(): number {
		return this.#malformed;
	}

	get lost(): number {
		return this.#order.lost;
	}

	get duplicated(): number {
		return this.#order.duplicated;
	}

	/** A new connection; `isFramed` when its subprotocol says so. */
	restart(isFramed: boolean): void {
		this.#protocol = isFramed ? 'framed' : this.#declared;
		this.#raw.restart();
		this.#order.restart();
	}

	accept(message: Uint8Array): Framed {
		if (message.byteLength === 0) {
			return NOTHING;
		}
		if (this.#protocol === 'auto') {
			this.#protocol = looksFramed(message) ? 'framed' : 'raw';
		}
		return this.#protocol === 'framed' ? this.#acceptFrame(message) : this.#acceptRaw(message);
	}

	#acceptRaw(message: Uint8Array): Framed {
		const frame = this.#raw.accept(message);
		if (frame === null) {
			return NOTHING;
		}
		return isAudible(frame) ? this.#pass(frame, false) : this.#reject(NO_AUDIO);
	}

	#acceptFrame(message: Uint8Array): Framed {
		const frame = parseFrame(message);
		if (typeof frame === 'string') {
			return this.#reject(`a frame with ${frame}`);
		}
		// Before its place is taken: the same frame may come again, intact.
		if (!isAudible(frame)) {
			return this.#reject(NO_AUDIO);
		}
		const place = this.#order.place(frame);
		const isEnd = (frame.flags & FRAME_END_OF_STREAM) !== 0;
		if (place === 'drop' || frame.sampleFrames === 0) {
			return { frame: null, isEnd: isEnd && place !== 'drop', fault: null };
		}
		const { format, pcm, pts } = frame;
		return this.#pass({ format, pcm, pts, isSplice: place === 'splice' }, isEnd);
	}

	#pass(frame: MediaFrame, isEnd: boolean): Framed {
		const isSplice = frame.isSplice || this.#isBroken;
		this.#isBroken = false;
		return { frame: { ...frame, isSplice }, isEnd, fault: null };
	}

	#reject(fault: string): Framed {
		this.#malformed++;
		this.#isBroken = this.#protocol === 'raw';
		return { frame: null, isEnd: false, fault };
	}
}
