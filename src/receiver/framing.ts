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

const NOTHING: Framed = { frame: null, isEnd: false, fault: null };

export class Framing {
	readonly #declared: Protocol;
	readonly #raw: RawFraming;
	readonly #order = new WireOrder();
	#protocol: Protocol;
	/** A message was dropped: what comes next does not continue what came before it. */
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
		const framed =
			this.#protocol === 'framed' ? this.#acceptFrame(message) : this.#acceptRaw(message);
		return framed.frame === null ? framed : this.#check(framed, framed.frame);
	}

	#acceptRaw(message: Uint8Array): Framed {
		return { frame: this.#raw.accept(message), isEnd: false, fault: null };
	}

	#acceptFrame(message: Uint8Array): Framed {
		const frame = parseFrame(message);
		if (typeof frame === 'string') {
			return this.#reject(`a frame with ${frame}`);
		}
		const place = this.#order.place(frame);
		const isEnd = (frame.flags & FRAME_END_OF_STREAM) !== 0;
		if (place === 'drop' || frame.sampleFrames === 0) {
			return { frame: null, isEnd: isEnd && place !== 'drop', fault: null };
		}
		const { format, pcm, pts } = frame;
		return { frame: { format, pcm, pts, isSplice: place === 'splice' }, isEnd, fault: null };
	}

	#check(framed: Framed, frame: MediaFrame): Framed {
		if (!isAudible(frame)) {
			return this.#reject('float samples that are no audio (NaN, infinity, or beyond ±8)');
		}
		const isSplice = frame.isSplice || this.#isBroken;
		this.#isBroken = false;
		return { ...framed, frame: { ...frame, isSplice } };
	}

	#reject(fault: string): Framed {
		this.#malformed++;
		this.#isBroken = true;
		return { frame: null, isEnd: false, fault };
	}
}
