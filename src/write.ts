// Samples from the page itself: any buffer or view as bytes, and the WritableStream around them.

/** A copy of the bytes, so that the caller keeps its buffer. @throws TypeError for anything else */
export function toBytes(samples: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
	if (samples instanceof ArrayBuffer) {
		return new Uint8Array(samples.slice(0));
	}
	if (ArrayBuffer.isView(samples)) {
		const copy = new Uint8Array(samples.byteLength);
		copy.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
		return copy;
	}
	throw new TypeError(`Expected an ArrayBuffer or a view of one, got ${typeof samples}.`);
}

export interface ByteSink {
	/** Resolves when more may come. */
	write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
	close(): Promise<void>;
	abort(): Promise<unknown>;
	/** No more comes: closed, aborted, or failed. */
	over(): void;
}

export function writableOf(sink: ByteSink): WritableStream<ArrayBuffer | ArrayBufferView> {
	let aborting: Promise<unknown> | undefined;
	return new WritableStream({
		start({ signal }) {
			// A stream tells of its abort only when the write or close under way is done.
			signal.addEventListener('abort', () => {
				sink.over();
				aborting = sink.abort();
			});
		},
		async write(samples) {
			try {
				await sink.write(toBytes(samples));
			} catch (error) {
				sink.over();
				throw error;
			}
		},
		close() {
			sink.over();
			return sink.close();
		},
		abort: () => aborting as Promise<void>,
	});
}
