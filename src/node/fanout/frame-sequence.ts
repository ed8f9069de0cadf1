// Where a stream is: the frames it makes are numbered here, and counted with those it passes on.
import type { Frame } from '../../core/frame.js';
import type { StreamFormat } from '../../core/stream-format.js';
import type { Clock } from '../clock.js';
import { MediaFrame } from './media-frame.js';

/** Sequence and pts of a stream's frames; both run on whatever becomes of the source. */
export class FrameSequence {
	readonly #clock: Clock;
	/** Of the next frame. */
	#sequence: number;
	#pts = 0;
	#frames = 0;
	#sampleFrames = 0;

	/** @param first sequence of the first frame, u32 */
	constructor(first: number, clock: Clock) {
		this.#sequence = first;
		this.#clock = clock;
	}

	/** Sequence of the next frame. */
	get next(): number {
		return this.#sequence;
	}

	/** Frames that went, and what they held. */
	get frames(): number {
		return this.#frames;
	}

	get sampleFrames(): number {
		return this.#sampleFrames;
	}

	/** Another stream begins. */
	restart(sequence: number): void {
		this.#sequence = sequence;
	}

	/** The next frame, of `pcm` in `format`. */
	make(pcm: Uint8Array, format: StreamFormat, captureTime: number, flags: number): MediaFrame {
		const header = { flags, sequence: this.#sequence, pts: this.#pts, captureTime };
		return new MediaFrame(pcm, format, header, this.#clock.now());
	}

	/** The next frame, as it came from another server. */
	follow(message: Uint8Array, frame: Frame): MediaFrame {
		this.#sequence = frame.sequence;
		this.#pts = frame.pts;
		return MediaFrame.received(message, frame, this.#clock.now());
	}

	/** The next frame goes. */
	advance({ sampleFrames }: MediaFrame): void {
		this.#sequence = (this.#sequence + 1) >>> 0;
		this.#pts += sampleFrames;
		this.#frames++;
		this.#sampleFrames += sampleFrames;
	}
}
