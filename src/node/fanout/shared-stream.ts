// What all listeners of a stream share, as one of them sees it.
import type { Clock } from '../clock.js';
import type { History } from './history.js';
import type { Listener } from './listener.js';

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
