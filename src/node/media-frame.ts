// One frame on its way to every listener: encoded at most once per protocol, however many listen.
import { encodeFrame, FRAME_DISCONTINUITY, type FrameHeader } from '../core/frame.js';
import type { StreamFormat } from '../core/stream-format.js';
import { toWirePcm, wireFormat } from './wire-pcm.js';

/** A frame in every form that listeners want. */
export class MediaFrame {
	/** What raw listeners get: the samples in the source's own format; empty at the end of the stream. */
	readonly raw: Buffer;
	readonly #header: Omit<FrameHeader, 'format'>;
	readonly #source: StreamFormat;
	#framed: Uint8Array | null = null;
	#framedAfterGap: Uint8Array | null = null;

	/** @param pcm whole sample frames of `source`; not copied, so never written to again. */
	constructor(pcm: Uint8Array, source: StreamFormat, header: Omit<FrameHeader, 'format'>) {
		this.raw = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
		this.#source = source;
		this.#header = header;
	}

	/** What framed listeners get. */
	get framed(): Uint8Array {
		return (this.#framed ??= this.#encode(0));
	}

	/** What a framed listener gets who missed the frame before: marked as a discontinuity. */
	get framedAfterGap(): Uint8Array {
		return (this.#framedAfterGap ??= this.#encode(FRAME_DISCONTINUITY));
	}

	#encode(extraFlags: number): Uint8Array {
		const flags = this.#header.flags | extraFlags;
		const header = { ...this.#header, flags, format: wireFormat(this.#source) };
		return encodeFrame(header, toWirePcm(this.raw, this.#source));
	}
}
