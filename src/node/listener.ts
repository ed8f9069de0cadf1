// One socket that hears a sender. Its backlog is bounded: while too many bytes wait in the socket, frames are
// dropped for this listener alone, and the first one after such a gap says so.
import { FRAME_HEADER_BYTES } from '../core/frame.js';
import { SOCKET_OPEN, type ListenerSocket } from './listener-socket.js';
import type { MediaFrame } from './media-frame.js';

/** What a listener was sent. All counters only grow. */
export interface ListenerCounts {
	/** Frames handed to the socket. */
	readonly framesSent: number;
	/** Frames left out because the backlog was full. */
	readonly framesDropped: number;
	/** Bytes of the frames sent, headers included. */
	readonly bytesSent: number;
}

const BINARY = { binary: true, compress: false };
const TEXT = { binary: false, compress: false };

/** A handle to one attached socket, with its counts. */
export class Listener {
	/** The socket it was made for. */
	readonly socket: ListenerSocket;
	/** True for `steadypcm.v1` frames, false for raw PCM. */
	readonly framed: boolean;
	readonly #maxBufferedBytes: number;
	#framesSent = 0;
	#framesDropped = 0;
	#bytesSent = 0;
	#afterGap = false;

	/** @param backlogBytes of PCM that may wait in the socket before frames are dropped. @internal made by
	 * `PacedSender.attach`. */
	constructor(socket: ListenerSocket, framed: boolean, backlogBytes: number) {
		this.socket = socket;
		this.framed = framed;
		this.#maxBufferedBytes = backlogBytes + (framed ? FRAME_HEADER_BYTES : 0);
	}

	get framesSent(): number {
		return this.#framesSent;
	}

	get framesDropped(): number {
		return this.#framesDropped;
	}

	get bytesSent(): number {
		return this.#bytesSent;
	}

	/** Sends `frame`, or drops it when the backlog is full. @internal */
	offer(frame: MediaFrame): void {
		if (this.socket.readyState !== SOCKET_OPEN) {
			return;
		}
		if (this.socket.bufferedAmount > this.#maxBufferedBytes) {
			this.#framesDropped++;
			this.#afterGap = true;
			return;
		}
		this.#send(frame);
	}

	/** The last words, whatever the backlog: `frame` (to framed listeners), then the close. @internal */
	finish(frame: MediaFrame | null, code: number, reason: string): void {
		if (frame !== null && this.framed && this.socket.readyState === SOCKET_OPEN) {
			this.#send(frame);
		}
		this.socket.close(code, reason);
	}

	/** @internal */
	sendText(text: string): void {
		if (this.socket.readyState === SOCKET_OPEN) {
			this.socket.send(text, TEXT);
		}
	}

	#send(frame: MediaFrame): void {
		const message = this.#messageOf(frame);
		this.#afterGap = false;
		this.socket.send(message, BINARY);
		this.#framesSent++;
		this.#bytesSent += message.byteLength;
	}

	#messageOf(frame: MediaFrame): Uint8Array {
		if (!this.framed) {
			return frame.raw;
		}
		return this.#afterGap ? frame.framedAfterGap : frame.framed;
	}
}
