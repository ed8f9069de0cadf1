// What an upstream needs of its end of a WebSocket, and the socket of `ws` that is one.
import { WebSocket } from 'ws';

/** What a connection does. Nothing follows `onClose`. */
export interface UpstreamSocketEvents {
	/** @param subprotocol the negotiated one; empty without */
	onOpen(subprotocol: string): void;
	onMessage(message: Uint8Array, isBinary: boolean): void;
	/** The answer to `ping`. */
	onPong(): void;
	/** It closed, broke, or could not be opened. */
	onClose(reason: string): void;
}

/** A client's end of a WebSocket. */
export interface UpstreamSocket {
	send(text: string): void;
	/** Every server answers: RFC 6455 demands it. */
	ping(): void;
	/** At once; no event follows. */
	terminate(): void;
}

/** What is asked for when a connection is opened. */
export interface UpstreamRequest {
	readonly url: string;
	readonly subprotocols: readonly string[];
	readonly headers: Readonly<Record<string, string>>;
	/** Bytes. */
	readonly maxPayload: number;
}

export type OpenUpstream = (
	request: UpstreamRequest,
	events: UpstreamSocketEvents,
) => UpstreamSocket;

/** What `onClose` says of a server that knows no subprotocol. */
export const NO_SUBPROTOCOL = 'Server sent no subprotocol';

/** Opens a connection, without compression. */
export const openUpstream: OpenUpstream = (request, events) => {
	const { url, subprotocols, headers, maxPayload } = request;
	const options = { perMessageDeflate: false, headers, maxPayload };
	const socket = new WebSocket(url, [...subprotocols], options);
	let reason = '';
	socket.on('open', () => events.onOpen(socket.protocol));
	socket.on('message', (message: Buffer, isBinary) => events.onMessage(message, isBinary));
	socket.on('pong', () => events.onPong());
	socket.on('error', (error) => (reason = error.message));
	socket.on('close', (code, words) => {
		events.onClose(reason || `${code} ${words.toString()}`.trim());
	});
	return {
		send: (text) => socket.send(text),
		ping: () => socket.ping(),
		terminate: () => {
			socket.removeAllListeners();
			socket.on('error', ignore);
			socket.terminate();
		},
	};
};

/** A socket that is being ended has nothing to say. */
function ignore(): void {}
