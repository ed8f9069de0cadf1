import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../core/frame.js';
import type { Environment, Socket } from './environment.js';
import type { Line, LineListener, LineOptions } from './line.js';

/** Characters a subprotocol may have that need no second thought. */
const PLAIN = /^[\w.~-]+$/;

export class WebSocketLine implements Line {
	readonly #socket: Socket;

	/** @throws what the WebSocket constructor throws */
	constructor(environment: Environment, options: LineOptions, listener: LineListener) {
		const { url, subprotocols, token } = options;
		// Where nothing else is offered the server could pick none, and browsers take that for a failure.
		const isOffered = token !== null && subprotocols.length > 0 && PLAIN.test(token);
		const offered = isOffered ? [...subprotocols, TOKEN_SUBPROTOCOL + token] : subprotocols;
		const socket = environment.openSocket(url, offered);
		this.#socket = socket;
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => {
			if (token !== null && !isOffered) {
				this.send(JSON.stringify({ type: 'token', token }));
			}
			const subprotocol = socket.protocol;
			const isFramed = subprotocol === SUBPROTOCOL ? true : null;
			listener.opened({ url, subprotocol, isFramed, stream: null });
		};
		socket.onmessage = ({ data }) => {
			listener.received(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
		};
		socket.onclose = ({ code, reason, wasClean }) => {
			this.close();
			listener.closed({ code, reason, wasClean });
		};
	}

	send(text: string): void {
		this.#socket.send(text);
	}

	close(): void {
		const socket = this.#socket;
		socket.onopen = socket.onmessage = socket.onclose = null;
		socket.close();
	}
}
