// Raw PCM that arrives on a Node stream by its own clock (standard input, a socket, another process), passed
// on byte for byte as it comes.
import type { Readable } from 'node:stream';
import type { StreamFormat } from '../../core/stream-format.js';
import { plainBytes } from './plain-bytes.js';
import { streamFormat, type SourceFormat } from './source-format.js';
import type { LiveSource } from './source.js';

/** Live raw PCM from a Node stream. */
export class StreamSource implements LiveSource {
	readonly kind = 'live';
	readonly format: StreamFormat;
	readonly #open: () => Readable;
	#stream: Readable | null = null;
	#closed = false;

	/**
	 * @param stream raw interleaved PCM of `format`; a function is called at `start()`, so that nothing
	 * piles up before.
	 * @throws TypeError or RangeError for a format that no stream can have.
	 */
	constructor(stream: Readable | (() => Readable), format: SourceFormat) {
		this.format = streamFormat(format);
		this.#open = typeof stream === 'function' ? stream : () => stream;
	}

	/** @throws Error when called twice or after `close()`. */
	start(onPcm: (bytes: Uint8Array) => void, onEnd: (error?: Error) => void): void {
		if (this.#stream !== null || this.#closed) {
			throw new Error('Expected a source that has not been started or closed.');
		}
		const stream = this.#open();
		this.#stream = stream;
		let ended = false;
		const end = (error?: Error): void => {
			if (!ended && !this.#closed) {
				ended = true;
				onEnd(error);
			}
		};
		stream.on('error', end);
		stream.on('end', () => end());
		stream.on('close', () => end());
		stream.on('data', (bytes: Buffer) => {
			if (!this.#closed) {
				onPcm(plainBytes(bytes));
			}
		});
	}

	/** Destroys the stream. */
	close(): void {
		this.#closed = true;
		this.#stream?.destroy();
	}
}
