// Raw PCM on a Node stream that can wait (a file, a program decoding one): pulled by the sender's clock, and
// by back-pressure never read far ahead.
import type { Readable } from 'node:stream';
import { bytesPerSampleFrame, type StreamFormat } from '../../core/stream-format.js';
import { plainBytes } from './plain-bytes.js';
import { streamFormat, type SourceFormat } from './source-format.js';
import type { PacedSource } from './source.js';

const NOTHING_YET = new Uint8Array(0);

/** Raw PCM from a Node stream that can wait. */
export class PacedStreamSource implements PacedSource {
	readonly kind = 'paced';
	readonly format: StreamFormat;
	readonly #stream: Readable;
	readonly #stride: number;
	#error: Error | null = null;
	#ended = false;

	/** @param stream raw interleaved PCM of `format`, such as `createReadStream('tone.s32')`; nobody else
	 * may read it.
	 * @throws TypeError or RangeError for a format that no stream can have. */
	constructor(stream: Readable, format: SourceFormat) {
		this.format = streamFormat(format);
		this.#stream = stream;
		this.#stride = bytesPerSampleFrame(this.format);
		stream.on('error', (error) => {
			this.#error = error;
		});
		stream.on('end', () => {
			this.#ended = true;
		});
		stream.on('close', () => {
			this.#ended = true;
		});
		stream.read(0); // starts filling its buffer
	}

	/** @throws the stream's error. A last part of a sample frame is left out. */
	read(sampleFrames: number): Uint8Array | null {
		const bytes = this.#ended
			? null
			: (this.#stream.read(sampleFrames * this.#stride) as Buffer | null);
		if (bytes !== null) {
			return plainBytes(bytes.subarray(0, bytes.byteLength - (bytes.byteLength % this.#stride)));
		}
		if (this.#error !== null) {
			throw this.#error;
		}
		return this.#ended ? null : NOTHING_YET;
	}

	/** Destroys the stream. */
	close(): void {
		this.#ended = true;
		this.#stream.destroy();
	}
}
