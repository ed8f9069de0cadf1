// Messages of a raw stream in, media frames out. The messages are one endless run of interleaved bytes,
// cut anywhere: what ends in mid-sample is carried to the next. The sample count is the media clock.
import { bytesPerSampleFrame, type StreamFormat } from '../core/stream-format.js';
import type { MediaFrame } from './media-frame.js';

export class RawFraming {
	readonly #format: StreamFormat;
	readonly #stride: number;
	/** Bytes of a sample frame whose rest has not come. */
	#carry = new Uint8Array(0);
	#pts = 0;
	#isSplice = false;

	constructor(format: StreamFormat) {
		this.#format = format;
		this.#stride = bytesPerSampleFrame(format);
	}

	/** @returns null while there is no whole sample frame. */
	accept(bytes: Uint8Array): MediaFrame | null {
		const joined = this.#carry.byteLength === 0 ? bytes : concatenate(this.#carry, bytes);
		const whole = joined.byteLength - (joined.byteLength % this.#stride);
		this.#carry = joined.slice(whole);
		if (whole === 0) {
			return null;
		}
		const frame: MediaFrame = {
			format: this.#format,
			pcm: joined.subarray(0, whole),
			pts: this.#pts,
			isSplice: this.#isSplice,
		};
		this.#pts += whole / this.#stride;
		this.#isSplice = false;
		return frame;
	}

	/** What waits for its rest never gets it. */
	cut(): void {
		this.#carry = new Uint8Array(0);
	}

	/** A new connection: begins with a whole sample frame, and does not continue the one before. */
	restart(): void {
		this.cut();
		this.#isSplice = this.#pts > 0;
	}
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
	const joined = new Uint8Array(a.byteLength + b.byteLength);
	joined.set(a);
	joined.set(b, a.byteLength);
	return joined;
}
