// One frame on its way to every listener: encoded at most once per form, however many listen.
import {
	encodeFrame,
	FRAME_DISCONTINUITY,
	FRAME_END_OF_STREAM,
	FRAME_HEADER_BYTES,
	FRAME_REPEATED,
	type Frame,
	type FrameHeader,
} from '../../core/frame.js';
import { bytesPerSampleFrame, type StreamFormat } from '../../core/stream-format.js';
import { BARE, enveloped, type Envelope } from './envelope.js';
import { toWirePcm, wireFormat } from './wire-pcm.js';

/** The samples alone, in the source's own format; empty at the end of the stream. */
export const RAW = 0;
/** A message of `steadypcm.v1`. */
export const FRAMED = 1;
/** The same for a listener who missed the frame before: marked as a discontinuity. */
export const AFTER_GAP = 2;
/** The same, sent again: marked as repeated. */
export const REPEATED = 3;

export type FrameForm = typeof RAW | typeof FRAMED | typeof AFTER_GAP | typeof REPEATED;

const ENVELOPES = 3;

const EXTRA_FLAGS = { [FRAMED]: 0, [AFTER_GAP]: FRAME_DISCONTINUITY, [REPEATED]: FRAME_REPEATED };

/** A frame in every form that listeners want. */
export class MediaFrame {
	/** u32. */
	readonly sequence: number;
	readonly sampleFrames: number;
	/** When it came, ms of the monotonic clock. */
	readonly at: number;
	readonly #pcm: Uint8Array;
	readonly #source: StreamFormat;
	readonly #header: Omit<FrameHeader, 'format'>;
	/** By form and envelope. */
	readonly #encodings: Buffer[] = [];

	/** @param pcm whole sample frames of `source`; not copied, so never written to again. */
	constructor(
		pcm: Uint8Array,
		source: StreamFormat,
		header: Omit<FrameHeader, 'format'>,
		at: number,
	) {
		this.sequence = header.sequence;
		this.sampleFrames = pcm.byteLength / bytesPerSampleFrame(source);
		this.at = at;
		this.#pcm = pcm;
		this.#source = source;
		this.#header = header;
	}

	/** A frame that came encoded, `message`, and goes on as it came. Neither is copied. */
	static received(message: Uint8Array, frame: Frame, at: number): MediaFrame {
		const media = new MediaFrame(frame.pcm, frame.format, frame, at);
		media.#encodings[FRAMED * ENVELOPES + BARE] = enveloped(message, BARE);
		return media;
	}

	/** The stream ends here. */
	get isEnd(): boolean {
		return (this.#header.flags & FRAME_END_OF_STREAM) !== 0;
	}

	/** Length of the message in `form`, without envelope. */
	byteLength(form: FrameForm): number {
		// Every wire sample is as long as the source's.
		return form === RAW ? this.#pcm.byteLength : this.#pcm.byteLength + FRAME_HEADER_BYTES;
	}

	/** The same array for all who ask for the same. */
	encoded(form: FrameForm, envelope: Envelope): Buffer {
		return (this.#encodings[form * ENVELOPES + envelope] ??=
			envelope === BARE ? this.#encode(form) : enveloped(this.encoded(form, BARE), envelope));
	}

	#encode(form: FrameForm): Buffer {
		if (form === RAW) {
			return enveloped(this.#pcm, BARE);
		}
		const flags = this.#header.flags | EXTRA_FLAGS[form];
		const header = { ...this.#header, flags, format: wireFormat(this.#source) };
		return enveloped(encodeFrame(header, toWirePcm(this.#pcm, this.#source)), BARE);
	}
}
