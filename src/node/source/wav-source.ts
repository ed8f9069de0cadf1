// A WAVE file, whole in memory, played once or in an endless loop in its own format.
import { readFile } from 'node:fs/promises';
import { bytesPerSampleFrame, type StreamFormat } from '../../core/stream-format.js';
import type { PacedSource } from './source.js';
import { parseWav } from './wav-file.js';

/** How a `WavSource` plays. */
export interface WavOptions {
	/** Start again at the end, without a gap. @default false */
	readonly loop?: boolean;
}

/** Plays a WAVE file in the format it has. */
export class WavSource implements PacedSource {
	readonly kind = 'paced';
	readonly format: StreamFormat;
	readonly #pcm: Uint8Array;
	readonly #loop: boolean;
	readonly #stride: number;
	#byte = 0;
	#closed = false;

	/** @param bytes the whole file; not copied, so leave it unchanged.
	 * @throws WavError when it is no WAVE file this package plays. */
	constructor(bytes: Uint8Array, options: WavOptions = {}) {
		const { format, pcm } = parseWav(bytes);
		this.format = format;
		this.#pcm = pcm;
		this.#loop = options.loop ?? false;
		this.#stride = bytesPerSampleFrame(format);
	}

	/** Reads the file at `path`. Rejects with the file system's error or a `WavError`. */
	static async open(path: string, options: WavOptions = {}): Promise<WavSource> {
		return new WavSource(await readFile(path), options);
	}

	read(sampleFrames: number): Uint8Array | null {
		const wanted = sampleFrames * this.#stride;
		const left = this.#pcm.byteLength - this.#byte;
		if (this.#closed || this.#pcm.byteLength === 0) {
			return null;
		}
		if (wanted <= left || !this.#loop) {
			return left <= 0 ? null : this.#take(Math.min(wanted, left));
		}
		const pcm = new Uint8Array(wanted);
		for (let filled = 0; filled < wanted;) {
			this.#byte %= this.#pcm.byteLength;
			const part = this.#take(Math.min(wanted - filled, this.#pcm.byteLength - this.#byte));
			pcm.set(part, filled);
			filled += part.byteLength;
		}
		return pcm;
	}

	close(): void {
		this.#closed = true;
	}

	/** A plain Uint8Array even when the file came as a Buffer. */
	#take(byteLength: number): Uint8Array {
		const { buffer, byteOffset } = this.#pcm;
		const part = new Uint8Array(buffer, byteOffset + this.#byte, byteLength);
		this.#byte += byteLength;
		return part;
	}
}
