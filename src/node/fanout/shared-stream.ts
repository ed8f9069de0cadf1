// What all listeners of a stream share, as one of them sees it.
import { bytesPerSampleFrame, type StreamFormat } from '../../core/stream-format.js';
import type { Clock } from '../clock.js';
import type { ResolvedFanoutOptions } from './fanout-options.js';
import type { History } from './history.js';
import type { Listener } from './listener.js';
import type { MediaFrame } from './media-frame.js';

/** How far behind a listener may be. */
export interface ListenerLimits {
	/** Bytes of PCM that may wait in the socket. */
	readonly backlogBytes: number;
	/** Age up to which a frame may wait, ms. */
	readonly backlogMs: number;
	/** Sample frames that may be unacknowledged. */
	readonly creditSampleFrames: number;
	/** Time without any movement until the cut, ms. */
	readonly cutAfterMs: number;
	/** PCM that may be repeated on one socket, ms, made good as time passes; null: nothing is repeated. */
	readonly repeatMs: number | null;
}

/** What the options come to for a stream of `format`. */
export function listenerLimits(
	{ backlogMs, creditMs, cutAfterMs, historyMs }: ResolvedFanoutOptions,
	format: StreamFormat,
): ListenerLimits {
	const { sampleRate } = format;
	return {
		backlogMs,
		backlogBytes: (backlogMs / 1000) * sampleRate * bytesPerSampleFrame(format),
		creditSampleFrames: (creditMs / 1000) * sampleRate,
		cutAfterMs,
		repeatMs: historyMs === 0 ? null : Math.max(historyMs, backlogMs, 1000),
	};
}

/** How a stream ends. */
export interface StreamEnd {
	/** WebSocket close code and reason. */
	readonly code: number;
	readonly reason: string;
	/** It is complete, not broken off: whose connection was lost may have repeated what it missed. */
	readonly isComplete: boolean;
	/** The end-of-stream frame for those who have not had it. */
	readonly frame: MediaFrame | null;
}

/** The stream side of a listener. */
export interface SharedStream {
	readonly clock: Clock;
	readonly history: History;
	readonly limits: ListenerLimits;
	/** Of this run of the stream. */
	readonly id: string;
	/** Hz. */
	readonly sampleRate: number;
	/** The socket closed. */
	leave(listener: Listener): void;
	/** The listener does not move. */
	cut(listener: Listener): void;
	/** The app's texts. */
	onText(listener: Listener, text: string): void;
}
