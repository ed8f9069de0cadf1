// Messages between the main thread and the receiver; types only.
import type { PlayoutMode } from './playout-messages.js';
import type { StreamFormat } from './stream-format.js';
import type { ThreadPort } from './thread-port.js';

export type Protocol = 'auto' | 'raw' | 'framed';

export interface ReceiverSetup {
	/** Absolute ws: or wss: URLs, tried in turn; none: samples are written by the page. */
	readonly urls: readonly string[];
	/** Subprotocols to offer. */
	readonly subprotocols: readonly string[];
	readonly protocol: Protocol;
	/** What a raw stream is declared to be. */
	readonly format: StreamFormat;
	/** Channels the ring holds; streams with others are mixed to it. */
	readonly channels: number;
	readonly mode: PlayoutMode;
	/** Seconds of audio the ring holds. */
	readonly ringSeconds: number;
	/** Hz, of what it is played at. */
	readonly outputRate: number;
	/** Seconds to wait for a socket to open. */
	readonly connectTimeout: number;
	/** null: a lost connection is the end. */
	readonly reconnect: ReconnectPolicy | null;
}

/** Waits double from `minDelay` to `maxDelay` seconds, each shortened at random by up to a half. */
export interface ReconnectPolicy {
	readonly minDelay: number;
	readonly maxDelay: number;
}

/** Main thread to receiver. */
export type ReceiverCommand =
	/** Connects; `feed` goes to the audio thread. */
	| { readonly type: 'start'; readonly setup: ReceiverSetup; readonly feed: ThreadPort }
	/** Connects again after the connection ended for good. */
	| { readonly type: 'reopen' }
	| { readonly type: 'send'; readonly text: string }
	/** Interleaved bytes in the declared format. `id` above 0 asks for a `written`. */
	| { readonly type: 'write'; readonly bytes: Uint8Array<ArrayBuffer>; readonly id: number }
	/** Drop what waits and put a flush mark of this id. */
	| { readonly type: 'flush'; readonly id: number }
	/** Put an end mark of this id after all that came so far. */
	| { readonly type: 'end'; readonly id: number }
	/** Held: what arrives is discarded, for a live stream that is paused. */
	| { readonly type: 'hold'; readonly isHeld: boolean }
	/** Answer with a `report`. */
	| { readonly type: 'report' }
	| { readonly type: 'close' };

/** What a server can do wrong with the bytes it sends; lost connections are told by `close`. */
export type FaultCode = 'malformed' | 'format-suspect';

/** Receiver to main thread. */
export type ReceiverEvent =
	/** The receiver runs. Its absence after a start means that the thread could not start. */
	| { readonly type: 'ready' }
	| { readonly type: 'open'; readonly url: string; readonly subprotocol: string }
	| {
			readonly type: 'close';
			readonly code: number;
			readonly reason: string;
			readonly wasClean: boolean;
			/** Seconds to the next try; null: none will be made. */
			readonly retryIn: number | null;
			readonly wasOpen: boolean;
	  }
	/** A text message that is not the protocol's own. */
	| { readonly type: 'text'; readonly text: string }
	/** The stream's format, when it first shows and when it changes. */
	| { readonly type: 'format'; readonly format: StreamFormat; readonly isFramed: boolean }
	| { readonly type: 'fault'; readonly code: FaultCode; readonly message: string }
	| { readonly type: 'written'; readonly id: number }
	/** The stream ended by its own word; `id` is of the end mark put in the ring. */
	| { readonly type: 'end'; readonly id: number }
	| { readonly type: 'report'; readonly report: ReceiverReport };

/** Counters only grow; levels are the present value. */
export interface ReceiverReport {
	readonly packetsReceived: number;
	readonly bytesReceived: number;
	readonly malformedMessages: number;
	readonly framesLost: number;
	readonly framesDuplicated: number;
	/** Sample frames that arrived intact and were dropped before the ring. */
	readonly discarded: number;
	readonly reconnects: number;
	/** Seconds that wait before the ring. */
	readonly backlog: number;
	/** Seconds above the fastest arrival: greatest of the last second, and 95 % quantile. */
	readonly arrivalDelay: number;
	readonly arrivalDelayP95: number;
	/** Sender's clock against this one. */
	readonly driftPpm: number;
	/** True when the ring is shared memory. */
	readonly isShared: boolean;
}
