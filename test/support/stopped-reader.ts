// A listener of a WebSocket server that asks for frames and then reads nothing.
import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '../../src/core/frame.js';

export class StoppedReader {
	readonly #socket: Socket;

	constructor(url: string) {
		const { hostname, port, host, pathname } = new URL(url);
		this.#socket = connect(Number(port), hostname);
		this.#socket.on('error', () => undefined);
		this.#socket.pause();
		this.#socket.write(
			`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
				`Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c3RlYWR5cGNtc3RlYWR5cA==\r\n` +
				`Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
		);
	}

	close(): void {
		this.#socket.destroy();
	}
}
