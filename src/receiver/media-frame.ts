import type { MarkKind } from '../core/ring-layout.js';
import type { StreamFormat } from '../core/stream-format.js';

/** A stretch of media on its way to the ring, whatever the wire it came by. */
export interface MediaFrame {
	readonly format: StreamFormat;
	/** Interleaved, whole sample frames; a view of the message it came in. */
	readonly pcm: Uint8Array;
	/** Media position of its first sample frame. */
	readonly pts: number;
	/** True when it does not continue what came before. */
	readonly isSplice: boolean;
}

/** A mark that waits its turn behind the frames that came before it. */
export interface WaitingMark {
	readonly mark: Exclude<MarkKind, 'splice'>;
	readonly id: number;
}
