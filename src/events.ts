// The player's events, by name and type.
import type { StreamFormat } from './core/stream-format.js';
import type { PcmError } from './errors.js';
import type { PcmPlayerStats } from './stats.js';

/** Where the player is. `idle`: not asked to play yet. `connecting`: no connection (yet, or again).
 * `buffering`: silent until the target delay is filled. `ended`: the stream was played to its end.
 * `failed`: the connection is gone for good; `play()` tries again. `closed`: final. */
export type PcmPlayerState =
	'idle' | 'connecting' | 'buffering' | 'playing' | 'paused' | 'ended' | 'failed' | 'closed';

export interface PcmPlayerEventMap {
	/** `detail`: the new state and the one before. */
	statechange: CustomEvent<{ state: PcmPlayerState; previous: PcmPlayerState }>;
	/** Sound runs: at first, and after each `waiting`. */
	playing: Event;
	/** An underrun: faded out, and silent until the target delay is there again. */
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
	open: CustomEvent<OpenDetail>;
	close: CustomEvent<CloseDetail>;
}

export interface OpenDetail {
	readonly url: string;
	/** Subprotocol the server chose; '' for none. */
	readonly protocol: string;
}

export interface CloseDetail {
	/** RFC 6455 close code; 1006 when there was no closing handshake. */
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
