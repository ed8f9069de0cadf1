// A server of one stream on a port of its own, which goes down as a killed process does and comes back on the same
// port. The stream behind it goes on meanwhile.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pcmServer, type HttpStream, type ListenerSocket } from '../../src/node/index.js';

export interface StreamPortOptions {
	/** What those hear who come now; null: nothing yet. */
	readonly stream: () => HttpStream | null;
	/** What stands between the stream and a new WebSocket. @default nothing */
	readonly between?: (socket: ListenerSocket) => ListenerSocket;
}

const PATH = '/audio';

/** WebSocket close code: come again later. */
const TRY_LATER = 1013;

export class StreamPort {
	/** Those that carry the stream over HTTP, oldest first. */
	readonly responses: ServerResponse[] = [];
	readonly #options: StreamPortOptions;
	readonly #connections = new Set<Socket>();
	/** null while it is down. */
	#server: Server | null = null;
	/** The same each time it comes back; 0 before the first. */
	#port = 0;

	private constructor(options: StreamPortOptions) {
		this.#options = options;
	}

	static async open(options: StreamPortOptions): Promise<StreamPort> {
		const port = new StreamPort(options);
		await port.comeBack();
		return port;
	}

	get port(): number {
		return this.#port;
	}

	get url(): string {
		return `ws://127.0.0.1:${this.#port}${PATH}`;
	}

	get httpUrl(): string {
		return `http://127.0.0.1:${this.#port}${PATH}`;
	}

	/** Listens again. */
	async comeBack(): Promise<void> {
		const server = createServer((request, response) => {
			this.responses.push(response);
			if (!sockets.handle(request, response)) {
				response.writeHead(404).end();
			}
		});
		const { stream, between } = this.#options;
		const sockets = pcmServer(server, {
			path: PATH,
			onConnection: (socket) => {
				const heard = stream();
				if (heard === null) {
					socket.close(TRY_LATER);
				} else {
					heard.attach(between?.(socket) ?? socket);
				}
			},
			onHttp: stream,
		});
		server.on('connection', (connection: Socket) => {
			this.#connections.add(connection);
			connection.on('close', () => this.#connections.delete(connection));
		});
		await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
		this.#port = (server.address() as AddressInfo).port;
		this.#server = server;
	}

	/** Resets every connection and listens no more. */
	async goDown(): Promise<void> {
		const server = this.#server;
		this.#server = null;
		if (server !== null) {
			const closed = new Promise((resolve) => server.close(resolve));
			for (const connection of this.#connections) {
				connection.resetAndDestroy();
			}
			await closed;
		}
	}
}
