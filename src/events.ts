// The player's events, by name and type.
import type { StreamFormat } from './core/stream-format.js';
import type { PcmError } from './errors.js';
import type { PcmPlayerStats } from './stats.js';

/** Where the player is. `idle`: not asked to play yet. `connecting`: no connection (yet, or again).
 * `buffering`: silent until the target delay is filled. `ended`: the stream was played to its end.
 * `failed`: the connection or the output is gone for good; `play()` tries again. `closed`: final. */
export type PcmPlayerState =
	'idle' | 'connecting' | 'buffering' | 'playing' | 'paused' | 'ended' | 'failed' | 'closed';

/** The player's events by name. */
export interface PcmPlayerEventMap {
	/** `detail`: the new state and the one before. */
	statechange: CustomEvent<{ state: PcmPlayerState; previous: PcmPlayerState }>;
	/** Sound runs: at first, and after each `waiting`. */
	playing: Event;
	/** An underrun: faded out, and silent until the target delay is there again. Or the system took the sound
	 * away, as for a phone call: it is back as soon as the system, the page's becoming visible or a gesture
	 * allows. */
	waiting: Event;
	/** The stream was played to its end. */
	ended: Event;
	/** See PcmErrorCode. */
	error: PcmErrorEvent;
	/** A text message from the server, in `data`. */
	message: MessageEvent<string>;
	/** The stream's format: when it first shows, and when it changes. */
	format: CustomEvent<StreamFormat>;
	/** A snapshot, four times a second while connected. */
	stats: CustomEvent<PcmPlayerStats>;
	volumechange: Event;
	/** A connection is open where there was none. */
	open: CustomEvent<OpenDetail>;
	/** The last open connection was lost, or none could be made. */
	close: CustomEvent<CloseDetail>;
}

/** Of an `open` event. */
export interface OpenDetail {
	readonly url: string;
	/** Subprotocol the server chose; '' for none, and of HTTP. */
	readonly protocol: string;
}

/** Of a `close` event. */
export interface CloseDetail {
	/** RFC 6455 close code; 1006 when there was no closing handshake. 4401: no valid token, 4403: not allowed. */
	readonly code: number;
	readonly reason: string;
	readonly wasClean: boolean;
	/** Seconds to the next try; null: none will be made. */
	readonly retryIn: number | null;
}

/** Carries what went wrong after the call that could have thrown it. */
export class PcmErrorEvent extends Event {
	readonly error: PcmError;

	constructor(error: PcmError) {
		super('error');
		this.error = error;
	}
}
