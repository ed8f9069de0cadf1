// What the sender needs of a WebSocket. A socket of `ws` is one; so are an `Impairment` around it and an HTTP
// response behind `httpListener`.

/** How a message goes out. */
export interface SendOptions {
	readonly binary: boolean;
	/** Always false here: deflate costs twenty times the processor time and adds delay. */
	readonly compress: boolean;
}

/** Gets what the listener says. `ws` hands texts over as bytes too; `isBinary` tells. */
export type MessageHandle = (message: Uint8Array, isBinary: boolean) => void;

/** A server's end of a WebSocket. */
export interface ListenerSocket {
	/** Bytes accepted by `send` that the operating system has not taken yet. */
	readonly bufferedAmount: number;
	/** 0 connecting, 1 open, 2 closing, 3 closed. */
	readonly readyState: number;
	/** The negotiated subprotocol; empty without one. */
	readonly protocol: string;
	/** Given where this is an HTTP response, which carries that and no texts; overrules the sender's protocol. */
	readonly response?: 'raw' | 'framed' | undefined;
	/** Does not change `message`, so that one array may go to many sockets. */
	send(message: Uint8Array | string, options: SendOptions, onSent?: (error?: Error) => void): void;
	/** Begins the closing handshake. @param code of RFC 6455 */
	close(code?: number, reason?: string): void;
	/** Ends the connection without a handshake. */
	terminate(): void;
	/** Its end, whoever brought it about. */
	on(event: 'close', handle: () => void): unknown;
	/** A broken connection; its close follows. */
	on(event: 'error', handle: (error: Error) => void): unknown;
	/** What the listener says. */
	on(event: 'message', handle: MessageHandle): unknown;
	/** Undoes `on`. */
	off(event: 'close', handle: () => void): unknown;
	/** Undoes `on`. */
	off(event: 'error', handle: (error: Error) => void): unknown;
	/** Undoes `on`. */
	off(event: 'message', handle: MessageHandle): unknown;
}

/** `readyState` of a socket that takes messages. */
export const SOCKET_OPEN = 1;
/** `readyState` of a socket on which `close` was called. */
export const SOCKET_CLOSING = 2;
export const SOCKET_CLOSED = 3;
