// What the sender needs of a WebSocket. A socket of `ws` is one; so is an `Impairment` around it.

/** How a message goes out. */
export interface SendOptions {
	readonly binary: boolean;
	/** Always false here: deflate costs twenty times the processor time and adds delay. */
	readonly compress: boolean;
}

/** A server's end of a WebSocket. */
export interface ListenerSocket {
	/** Bytes accepted by `send` that the operating system has not taken yet. */
	readonly bufferedAmount: number;
	/** 0 connecting, 1 open, 2 closing, 3 closed. */
	readonly readyState: number;
	/** The negotiated subprotocol; empty without one. */
	readonly protocol: string;
	/** Does not change `message`, so that one array may go to many sockets. */
	send(message: Uint8Array | string, options: SendOptions, onSent?: (error?: Error) => void): void;
	close(code?: number, reason?: string): void;
	terminate(): void;
	on(event: 'close', handle: () => void): unknown;
	on(event: 'error', handle: (error: Error) => void): unknown;
	off(event: 'close', handle: () => void): unknown;
	off(event: 'error', handle: (error: Error) => void): unknown;
}

/** `readyState` of a socket that takes messages. */
export const SOCKET_OPEN = 1;
/** `readyState` of a socket on which `close` was called. */
export const SOCKET_CLOSING = 2;
