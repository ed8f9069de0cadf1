// Bytes of any length in, pieces of whole sample frames out, none longer than one frame; a sample frame
// that is cut off waits for the rest. Order and bytes are kept exactly.

/** Cuts one stream of bytes into frames. */
export class FrameCutter {
	readonly #stride: number;
	readonly #maxBytes: number;
	#rest = new Uint8Array(0);

	/** @param stride bytes of a sample frame. @param maxSampleFrames longest piece, 1 or more. */
	constructor(stride: number, maxSampleFrames: number) {
		this.#stride = stride;
		this.#maxBytes = stride * maxSampleFrames;
	}

	/** The pieces that `bytes` complete: views where it can, a copy where a rest comes first. */
	cut(bytes: Uint8Array): Uint8Array[] {
		const stream = this.#rest.byteLength === 0 ? bytes : joined(this.#rest, bytes);
		const whole = stream.byteLength - (stream.byteLength % this.#stride);
		const pieces: Uint8Array[] = [];
		for (let byte = 0; byte < whole; byte += this.#maxBytes) {
			pieces.push(stream.subarray(byte, Math.min(byte + this.#maxBytes, whole)));
		}
		this.#rest = stream.slice(whole);
		return pieces;
	}
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(first.byteLength + second.byteLength);
	bytes.set(first);
	bytes.set(second, first.byteLength);
	return bytes;
}
