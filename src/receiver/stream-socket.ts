// Owns the connection: opens it, bounds the wait, opens it again when it was lost. Turns what the socket
// does into calls of its listener and interprets no byte.
import type { ReconnectPolicy } from '../core/receiver-messages.js';
import type { Environment, Socket, Timer } from './environment.js';

export interface StreamSocketOptions {
	readonly urls: readonly string[];
	readonly subprotocols: readonly string[];
	/** Seconds. */
	readonly connectTimeout: number;
	/** null: a lost connection is the end. */
	readonly reconnect: ReconnectPolicy | null;
}

export interface SocketClosure {
	readonly code: number;
	readonly reason: string;
	readonly wasClean: boolean;
	/** Seconds to the next try; null: none will be made. */
	readonly retryIn: number | null;
	/** False when it never opened. */
	readonly wasOpen: boolean;
}

export interface StreamSocketListener {
	opened(url: string, subprotocol: string): void;
	received(message: ArrayBuffer | string): void;
	closed(closure: SocketClosure): void;
}

/** Close codes (RFC 6455, 7.4.1) after which trying again cannot help: 1000 the server is done; the
 * protocol's own refusals; 4400 to 4499 by analogy with HTTP's 4xx. */
const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1008, 1009, 1010]);

const NO_CONNECTION = 1006;

export class StreamSocket {
	readonly #environment: Environment;
	readonly #options: StreamSocketOptions;
	readonly #listener: StreamSocketListener;
	#socket: Socket | null = null;
	#timer: Timer | null = null;
	#isOpen = false;
	#hasEverOpened = false;
	/** Tries since the last success. */
	#tries = 0;

	constructor(
		environment: Environment,
		options: StreamSocketOptions,
		listener: StreamSocketListener,
	) {
		this.#environment = environment;
		this.#options = options;
		this.#listener = listener;
	}

	/** Several URLs take turns. */
	open(): void {
		this.#tries = 0;
		this.#connect();
	}

	/** @returns false when no connection is open: the text is not sent. */
	send(text: string): boolean {
		if (this.#isOpen) {
			this.#socket?.send(text);
		}
		return this.#isOpen;
	}

	/** Ends the connection, or the tries for one, without a word to the listener. */
	close(): void {
		this.#stopTimer();
		this.#detach();
	}

	#connect(): void {
		this.close();
		const { urls, subprotocols, connectTimeout } = this.#options;
		const url = urls[this.#tries % urls.length]!;
		let socket: Socket;
		try {
			socket = this.#environment.openSocket(url, subprotocols);
		} catch (cause) {
			this.#lose(NO_CONNECTION, String(cause), false);
			return;
		}
		this.#socket = socket;
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => {
			this.#stopTimer();
			this.#isOpen = true;
			this.#hasEverOpened = true;
			this.#tries = 0;
			this.#listener.opened(url, socket.protocol);
		};
		socket.onmessage = ({ data }) => {
			this.#listener.received(data as ArrayBuffer | string);
		};
		socket.onclose = ({ code, reason, wasClean }) => {
			this.#lose(code, reason, wasClean);
		};
		this.#timer = this.#environment.setTimer(() => {
			this.#lose(NO_CONNECTION, `no answer within ${connectTimeout} s`, false);
		}, connectTimeout * 1000);
	}

	#lose(code: number, reason: string, wasClean: boolean): void {
		const wasOpen = this.#isOpen;
		this.#stopTimer();
		this.#detach();
		const retryIn = this.#retryDelay(code);
		this.#tries++;
		if (retryIn !== null) {
			this.#timer = this.#environment.setTimer(() => {
				this.#connect();
			}, retryIn * 1000);
		}
		this.#listener.closed({ code, reason, wasClean, retryIn, wasOpen });
	}

	/** Seconds, or null when no try will be made. A first connection that fails is the caller's to know:
	 * only the other URLs are tried. */
	#retryDelay(code: number): number | null {
		const { reconnect, urls } = this.#options;
		if (!this.#hasEverOpened) {
			return this.#tries + 1 < urls.length ? 0 : null;
		}
		if (reconnect === null || FINAL_CODES.has(code) || (code >= 4400 && code < 4500)) {
			return null;
		}
		const wait = Math.min(reconnect.maxDelay, reconnect.minDelay * 2 ** this.#tries);
		return wait * (1 - this.#environment.random() / 2);
	}

	#detach(): void {
		const socket = this.#socket;
		this.#socket = null;
		this.#isOpen = false;
		if (socket !== null) {
			socket.onopen = socket.onmessage = socket.onclose = null;
			socket.close();
		}
	}

	#stopTimer(): void {
		if (this.#timer !== null) {
			this.#environment.clearTimer(this.#timer);
			this.#timer = null;
		}
	}
}
