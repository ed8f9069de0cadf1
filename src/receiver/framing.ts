// Binary messages of one connection in, media or frames out, by whichever protocol the stream speaks.
import { looksFramed, parseFrame, type Frame } from '../core/frame.js';
import type { Protocol } from '../core/receiver-messages.js';
import type { StreamFormat } from '../core/stream-format.js';
import { isAudible } from './float-check.js';
import type { MediaFrame } from './media-frame.js';
import { RawFraming } from './raw-framing.js';

/** What one message gave: the next of a raw stream, a frame whose turn is still to be found, or why the message was
 * dropped; null: nothing yet. */
export type Framed =
	| { readonly kind: 'raw'; readonly frame: MediaFrame }
	| { readonly kind: 'frame'; readonly frame: Frame }
	| { readonly kind: 'fault'; readonly fault: string }
	| null;

const NO_AUDIO = 'float samples that are no audio (NaN, infinity, or beyond ±8)';

/** Frames in a row of a version or format unknown here, after which the stream is taken for one that this player
 * cannot play. */
const MOST_UNKNOWN = 50;

/** What a later version of the protocol would look like. */
const UNKNOWN: ReadonlySet<string> = new Set(['unknown version', 'unknown sample format']);

export class Framing {
	readonly #declared: Protocol;
	readonly #raw: RawFraming;
	#protocol: Protocol;
	/** A raw message was dropped: what comes next does not continue what came before it. Frames tell that by
	 * their sequence and pts. */
	#isBroken = false;
	#packets = 0;
	#bytes = 0;
	#malformed = 0;
	#unknownInARow = 0;

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

	get packets(): number {
		return this.#packets;
	}

	get bytes(): number {
		return this.#bytes;
	}

	get malformed(): number {
		return this.#malformed;
	}

	/** Why this player cannot play the stream; null: it can, or nothing speaks against it yet. */
	get objection(): string | null {
		return this.#unknownInARow < MOST_UNKNOWN
			? null
			: `Expected frames of steadypcm.v1, got ${MOST_UNKNOWN} of a version or format unknown here.`;
	}

	/** A new connection.
	 * @param isFramed null: not said, as declared */
	restart(isFramed: boolean | null): void {
		this.#protocol = isFramed === null ? this.#declared : isFramed ? 'framed' : 'raw';
		this.#unknownInARow = 0;
		this.#raw.restart();
	}

	/** What comes next is another stream's: it begins with a whole sample. */
	cut(): void {
		this.#raw.cut();
	}

	/** A text of the protocol's own that is none. */
	noteMalformed(): void {
		this.#malformed++;
	}

	accept(message: Uint8Array): Framed {
		this.#packets++;
		this.#bytes += message.byteLength;
		if (message.byteLength === 0) {
			return null;
		}
		if (this.#protocol === 'auto') {
			this.#protocol = looksFramed(message) ? 'framed' : 'raw';
		}
		return this.#protocol === 'framed' ? this.#acceptFrame(message) : this.#acceptRaw(message);
	}

	#acceptRaw(message: Uint8Array): Framed {
		const frame = this.#raw.accept(message);
		if (frame === null) {
			return null;
		}
		if (!isAudible(frame)) {
			this.#isBroken = true;
			return this.#reject(NO_AUDIO);
		}
		const isSplice = frame.isSplice || this.#isBroken;
		this.#isBroken = false;
		return { kind: 'raw', frame: { ...frame, isSplice } };
	}

	#acceptFrame(message: Uint8Array): Framed {
		const frame = parseFrame(message);
		if (typeof frame === 'string') {
			this.#unknownInARow = UNKNOWN.has(frame) ? this.#unknownInARow + 1 : 0;
			return this.#reject(`a frame with ${frame}`);
		}
		this.#unknownInARow = 0;
		// Before its turn is found: the same frame may come again, intact.
		return isAudible(frame) ? { kind: 'frame', frame } : this.#reject(NO_AUDIO);
	}

	#reject(fault: string): Framed {
		this.#malformed++;
		return { kind: 'fault', fault };
	}
}
