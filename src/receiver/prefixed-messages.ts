// Frames out of an endless run of bytes, cut anywhere: each comes after its length, a little-endian u32. A length of
// 0 is no frame, but a sign of life.
import { FRAME_END_OF_STREAM, FRAME_HEADER_BYTES } from '../core/frame.js';

const PREFIX_BYTES = 4;

/** Where a frame has its flags. */
const FLAGS_AT = 7;

/** Longest frame, bytes: 5 s at the highest rate of 2 channels. Anything longer is a lie, and would take that much
 * memory. */
export const LONGEST_MESSAGE = 16 * 2 ** 20;

export class PrefixedMessages {
	readonly #listener: { received(message: Uint8Array): void };
	readonly #prefix = new Uint8Array(PREFIX_BYTES);
	/** What is being filled: the prefix, or a message of the length it told. */
	#target = this.#prefix;
	#filled = 0;
	#isEnded = false;

	constructor(listener: { received(message: Uint8Array): void }) {
		this.#listener = listener;
	}

	/** True when the last frame said that it is the last. */
	get isEnded(): boolean {
		return this.#isEnded;
	}

	/** @returns false when a length cannot be true: where the next frame begins is not known any more. */
	accept(bytes: Uint8Array): boolean {
		for (let at = 0; at < bytes.length;) {
			const part = bytes.subarray(at, at + this.#target.length - this.#filled);
			this.#target.set(part, this.#filled);
			this.#filled += part.length;
			at += part.length;
			if (this.#filled === this.#target.length && !this.#finish()) {
				return false;
			}
		}
		return true;
	}

	/** The prefix, or a message, is whole. */
	#finish(): boolean {
		this.#filled = 0;
		if (this.#target !== this.#prefix) {
			const message = this.#target;
			this.#target = this.#prefix;
			this.#isEnded =
				message.length >= FRAME_HEADER_BYTES && (message[FLAGS_AT]! & FRAME_END_OF_STREAM) !== 0;
			this.#listener.received(message);
			return true;
		}
		const length = new DataView(this.#prefix.buffer).getUint32(0, true);
		if (length > LONGEST_MESSAGE) {
			// Counted as any message that is no frame.
			this.#listener.received(this.#prefix.slice());
			return false;
		}
		if (length > 0) {
			this.#target = new Uint8Array(length);
		}
		return true;
	}
}
