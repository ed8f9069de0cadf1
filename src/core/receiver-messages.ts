// Messages between the main thread and the receiver; types only.
import type { PlayoutMode } from './playout-messages.js';
import type { StreamFormat } from './stream-format.js';
import type { ThreadPort } from './thread-port.js';

/** How a stream is cut into messages: not at all, into frames, or as the first message shows. */
export type Protocol = 'auto' | 'raw' | 'framed';

export interface ReceiverSetup {
	/** Absolute ws:, wss:, http: or https: URLs, tried in turn; none: samples are written by the page. */
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
	/** Connections kept at a time. */
	readonly redundancy: 1 | 2;
	/** Seconds a connection may bring nothing, not even an answer to a time message, before it is taken for dead; null: as
	 * framed ones do anyway, and raw ones, whose sender may merely have paused, never. */
	readonly idleTimeout: number | null;
	/** True: each attempt to connect asks for a token first, by `token-wanted`. */
	readonly hasToken: boolean;
	/** True: media comes by HTTP wherever the server's hello offers it, for Firefox stalls a Worker's WebSocket. */
	readonly isFirefox: boolean;
}

/** Waits double from `minDelay` to `maxDelay` seconds, each shortened at random by up to a half. In the first 10 s of an
 * outage they are at most 1 s, if `minDelay` is: a server that restarts is found soon. After a connection that worked
 * the first try comes before them, within 50 ms. */
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
	/** What was written is all of its stream: a sample that waits for its rest never gets it. */
	| { readonly type: 'cut' }
	/** Drop what waits and put a flush mark of this id. */
	| { readonly type: 'flush'; readonly id: number }
	/** Put an end mark of this id after all that came so far. */
	| { readonly type: 'end'; readonly id: number }
	/** Held: what arrives is discarded, for a live stream that is paused. */
	| { readonly type: 'hold'; readonly isHeld: boolean }
	/** Answer with a `report`. `targetDelay`: of the playout, seconds; what is older than that is of no use to it. */
	| { readonly type: 'report'; readonly targetDelay: number }
	/** Try now instead of waiting; ask open connections for a sign of life. */
	| { readonly type: 'nudge' }
	/** The answer to a `token-wanted`; null: there is none now, the try has failed. */
	| { readonly type: 'token'; readonly id: number; readonly token: string | null }
	| { readonly type: 'close' };

/** What a server can do wrong with the bytes it sends, and why trying again cannot help: `unsupported-format`
 * (frames of a version or format unknown here), `refused` (no access, no such stream). */
export type FaultCode = 'malformed' | 'format-suspect' | 'unsupported-format' | 'refused';

/** What the media comes by. */
export type MediaPath = 'websocket' | 'http';

/** Receiver to main thread. */
export type ReceiverEvent =
	/** The receiver runs. Its absence after a start means that the thread could not start. */
	| { readonly type: 'ready' }
	/** Sent when the first connection opens, however many there are. */
	| { readonly type: 'open'; readonly url: string; readonly subprotocol: string }
	/** Sent when the last connection is lost, or could not be made. */
	| {
			readonly type: 'close';
			readonly code: number;
			readonly reason: string;
			readonly wasClean: boolean;
			/** Seconds to the next try; null: none will be made. */
			readonly retryIn: number | null;
			readonly wasOpen: boolean;
			/** Why no try will help; null: it might, or the server said that it is done. */
			readonly fault: FaultCode | null;
	  }
	/** Answer with a `token` of this id. */
	| { readonly type: 'token-wanted'; readonly id: number }
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
	/** Frames that never came; one that comes late is taken off again. */
	readonly framesLost: number;
	/** Frames that came again, and messages of a connection that only stands by. */
	readonly framesDuplicated: number;
	/** Frames that came after later ones, or again, in time to be played: repeats, what only the other connection
	 * brought, disorder. */
	readonly framesRecovered: number;
	/** Frames that arrived intact after their turn, and were dropped. */
	readonly framesLate: number;
	/** Sample frames that arrived intact and were dropped before the ring. */
	readonly discarded: number;
	readonly reconnects: number;
	/** 0 to 2. */
	readonly connectionsOpen: number;
	/** null while there is no connection. */
	readonly via: MediaPath | null;
	/** Seconds that wait before the ring. */
	readonly backlog: number;
	/** Seconds above the fastest arrival: greatest of the last second, and 95 % quantile. */
	readonly arrivalDelay: number;
	readonly arrivalDelayP95: number;
	/** Sender's clock against this one. */
	readonly driftPpm: number;
	/** null while unknown: a raw stream, a sender that tells no capture time, no time message answered yet. */
	readonly capture: CaptureAnchor | null;
	/** Milliseconds, server's clock less this one; null while unknown. */
	readonly clockOffset: number | null;
	/** Milliseconds of the exchange the offset is from; null while unknown. */
	readonly roundTrip: number | null;
	/** True when the ring is shared memory. */
	readonly isShared: boolean;
}

/** When one media position was captured, by the receiver's clock. */
export interface CaptureAnchor {
	/** Sample frames at `sampleRate`. */
	readonly pts: number;
	/** Hz. */
	readonly sampleRate: number;
	/** Milliseconds since the Unix epoch, on the receiver's clock (performance.timeOrigin + performance.now()). */
	readonly capturedAt: number;
}
