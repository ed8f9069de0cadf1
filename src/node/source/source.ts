// Where PCM comes from. A paced source has no clock of its own: the sender's clock pulls it. A live source
// has one (a microphone, a camera, another process) and pushes as its bytes arrive.
import type { StreamFormat } from '../../core/stream-format.js';

/** Samples on demand: a generator or a file. */
export interface PacedSource {
	readonly kind: 'paced';
	readonly format: StreamFormat;
	/**
	 * The next `sampleFrames` sample frames, interleaved. Fewer only before the end; an empty array means
	 * nothing is there yet, and the sender asks again one frame later; null means ended, for good. The
	 * bytes are the caller's: a source never writes to them again. What goes wrong is thrown, once.
	 */
	read(sampleFrames: number): Uint8Array | null;
	/** Lets go of files and processes. Idempotent. */
	close(): void;
}

/** Samples when they happen. */
export interface LiveSource {
	readonly kind: 'live';
	readonly format: StreamFormat;
	/**
	 * Starts the flow, at most once.
	 * @param onPcm gets the next bytes of one interleaved stream, of any length, which may end in
	 * mid-sample; the bytes are the receiver's from then on.
	 * @param onEnd is called once, last; with an error when the source failed. Not called after `close()`.
	 */
	start(onPcm: (bytes: Uint8Array) => void, onEnd: (error?: Error) => void): void;
	/** Stops the flow: no call of `onPcm` or `onEnd` follows. Idempotent. */
	close(): void;
}

/** Anything a `PacedSender` can play; `kind` says whose clock drives it. */
export type PcmSource = PacedSource | LiveSource;
