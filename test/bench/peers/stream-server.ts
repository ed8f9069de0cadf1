// Sends streams when their frames are due, to whichever socket is there: a server that may go away and come back.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { pcmServer, type PcmServer } from '../../../src/node/index.js';
import { epochMs } from '../../support/trace-server.js';

export interface StreamOptions {
	/** When each frame is due, milliseconds; only differences matter. */
	readonly arrivalMs: ArrayLike<number>;
	readonly bytes: Uint8Array;
	/** Bytes of a frame. */
	readonly frameBytes: number;
	/** Milliseconds from the first connection to the first frame. */
	readonly leadMs: number;
	/** Milliseconds since the first frame was due between which the server is gone. */
	readonly outage: readonly [number, number] | null;
}

/** One stream as it was sent. Milliseconds since 1970. */
export interface Sent {
	/** NaN: nobody was there to take the frame. */
	readonly sentMs: number[];
	readonly dueMs: readonly number[];
}

/** A live stream: it goes on whether someone listens or not. */
class LiveStream implements Sent {
	readonly sentMs: number[] = [];
	readonly dueMs: readonly number[];
	readonly done: Promise<void>;
	socket: WebSocket | null = null;
	readonly #options: StreamOptions;

	constructor(options: StreamOptions) {
		this.#options = options;
		const begin = epochMs() + options.leadMs - options.arrivalMs[0]!;
		this.dueMs = Array.from(options.arrivalMs, (at) => begin + at);
		this.done = new Promise((resolve) => {
			this.#sendDue(resolve);
		});
	}

	#sendDue(resolve: () => void): void {
		while (this.sentMs.length < this.dueMs.length && this.dueMs[this.sentMs.length]! <= epochMs()) {
			this.#send(this.sentMs.length);
		}
		const next = this.dueMs[this.sentMs.length];
		if (next === undefined) {
			resolve();
		} else {
			// A timer is up to a millisecond late as it is: round to the earlier.
			setTimeout(
				() => {
					this.#sendDue(resolve);
				},
				Math.floor(next - epochMs()),
			);
		}
	}

	#send(k: number): void {
		const { bytes, frameBytes } = this.#options;
		const isHeard = this.socket !== null && this.socket.readyState === 1;
		this.sentMs.push(isHeard ? epochMs() : NaN);
		if (isHeard) {
			this.socket!.send(bytes.subarray(k * frameBytes, (k + 1) * frameBytes));
		}
	}
}

/** A WebSocket server at `/audio`; `?stream=i` names the stream, which begins with its first connection. */
export class StreamServer {
	readonly streams = new Map<string, LiveStream>();
	readonly #options: StreamOptions;
	#http!: Server;
	#sockets!: PcmServer;
	#port = 0;
	readonly #timers: ReturnType<typeof setTimeout>[] = [];

	private constructor(options: StreamOptions) {
		this.#options = options;
	}

	static async start(options: StreamOptions): Promise<StreamServer> {
		const server = new StreamServer(options);
		await server.#listen();
		return server;
	}

	get url(): string {
		return `ws://127.0.0.1:${this.#port}/audio`;
	}

	/** Greatest milliseconds by which a frame left later than it was due. */
	get latenessMs(): number {
		let latest = 0;
		for (const { sentMs, dueMs } of this.streams.values()) {
			sentMs.forEach((sent, k) => (latest = Math.max(latest, sent - dueMs[k]! || 0)));
		}
		return latest;
	}

	/** Resolves when all that was asked for is sent. */
	async done(): Promise<void> {
		await Promise.all([...this.streams.values()].map((stream) => stream.done));
	}

	async close(): Promise<void> {
		this.#timers.forEach(clearTimeout);
		await this.#leave();
	}

	async #listen(): Promise<void> {
		this.#http = createServer();
		this.#sockets = pcmServer(this.#http, {
			path: '/audio',
			onConnection: (socket, request) => {
				const name = new URL(request.url!, 'http://stream').searchParams.get('stream') ?? '0';
				this.#take(name, socket);
			},
		});
		await new Promise<void>((resolve) => this.#http.listen(this.#port, '127.0.0.1', resolve));
		this.#port = (this.#http.address() as AddressInfo).port;
	}

	#take(name: string, socket: WebSocket): void {
		let stream = this.streams.get(name);
		if (stream === undefined) {
			stream = new LiveStream(this.#options);
			this.streams.set(name, stream);
			this.#planOutage(stream.dueMs[0]!);
		}
		stream.socket = socket;
	}

	#planOutage(beginMs: number): void {
		const { outage } = this.#options;
		if (outage === null || this.#timers.length > 0) {
			return;
		}
		const at = (ms: number, act: () => Promise<void>): void => {
			this.#timers.push(setTimeout(() => void act(), beginMs + ms - epochMs()));
		};
		at(outage[0], () => this.#leave());
		at(outage[1], () => this.#listen());
	}

	/** As when its process ends: connections are cut, new ones refused. */
	async #leave(): Promise<void> {
		for (const socket of this.#sockets.sockets) {
			socket.terminate();
		}
		this.#sockets.close();
		this.#http.closeAllConnections();
		await new Promise((resolve) => this.#http.close(resolve));
	}
}
