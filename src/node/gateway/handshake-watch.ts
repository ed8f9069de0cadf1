// Connections that have not said yet what they want, or not all of it, or nothing new since the last answer. Node ends
// those that take too long; with more at once than are allowed, the one that has waited longest goes first, so that a
// flood of them keeps nobody out.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Watches one HTTP or HTTPS server. */
export class HandshakeWatch {
	readonly #max: number;
	readonly #onDrop: (address: string) => void;
	/** By the peer's address and port, which a TLS connection shares with the socket under it. */
	readonly #pending = new Map<string, Socket>();
	readonly #known = new WeakSet<Socket>();
	#dropped = 0;

	/** @param max connections that may be pending, 1 or more. @param onDrop hears the address of each that has to go. */
	constructor(server: Pick<Server, 'on'>, max: number, onDrop: (address: string) => void) {
		this.#max = max;
		this.#onDrop = onDrop;
		server.on('connection', (socket: Socket) => this.#add(socket));
		server.on('request', (request: IncomingMessage, response: ServerResponse) => {
			this.#follow(request, response);
		});
		server.on('upgrade', (request: IncomingMessage) => this.#settle(request.socket));
	}

	get pending(): number {
		return this.#pending.size;
	}

	/** Connections that had to go for newer ones. */
	get dropped(): number {
		return this.#dropped;
	}

	/** Ends them: nobody will hear what they want. */
	endAll(): void {
		this.#pending.forEach((socket) => socket.destroy());
	}

	#add(socket: Socket): void {
		const key = keyOf(socket);
		this.#pending.set(key, socket);
		if (!this.#known.has(socket)) {
			this.#known.add(socket);
			socket.on('close', () => {
				if (this.#pending.get(key) === socket) {
					this.#pending.delete(key);
				}
			});
		}
		if (this.#pending.size > this.#max) {
			const [oldest] = this.#pending;
			this.#pending.delete(oldest![0]);
			this.#dropped++;
			this.#onDrop(oldest![1].remoteAddress ?? 'unknown');
			oldest![1].destroy();
		}
	}

	/** What has a body has said all at its end; what was answered waits anew. */
	#follow(request: IncomingMessage, response: ServerResponse): void {
		const { socket } = request;
		if (request.method === 'POST') {
			request.once('end', () => this.#settle(socket));
		} else {
			this.#settle(socket);
		}
		response.once('close', () => {
			if (!socket.destroyed) {
				this.#add(socket);
			}
		});
	}

	#settle(socket: Socket): void {
		this.#pending.delete(keyOf(socket));
	}
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
	return `${remoteAddress} ${remotePort}`;
}
