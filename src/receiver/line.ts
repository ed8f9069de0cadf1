// One attempt to connect, whatever it goes by: it opens or not, brings messages, and is closed once. Interprets
// no frame.
import type { Protocol } from '../core/receiver-messages.js';

export interface LineOptions {
	readonly url: string;
	/** WebSocket subprotocols to offer. */
	readonly subprotocols: readonly string[];
	readonly protocol: Protocol;
	/** What lets the caller in, where something must. */
	readonly token: string | null;
}

/** What an open line is. */
export interface LineOpening {
	readonly url: string;
	/** As negotiated; '' if none was. */
	readonly subprotocol: string;
	/** null: not said, the first message shows. */
	readonly isFramed: boolean | null;
	/** Id of the stream, where the line itself tells it. */
	readonly stream: string | null;
}

export interface LineClosure {
	/** As of a WebSocket (RFC 6455, 7.4); a refusal by HTTP is 4000 and the status. */
	readonly code: number;
	readonly reason: string;
	readonly wasClean: boolean;
}

export interface LineListener {
	opened(opening: LineOpening): void;
	received(message: Uint8Array | string): void;
	/** Something came that is no whole message. */
	heard(): void;
	/** The last call; also when it never opened. */
	closed(closure: LineClosure): void;
}

export interface Line {
	/** Texts go nowhere over HTTP. */
	send(text: string): void;
	/** Ends it; its listener is not called from then on. */
	close(): void;
}
