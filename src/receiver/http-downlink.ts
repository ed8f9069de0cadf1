// Media by HTTP beside a WebSocket that keeps to texts: for an engine that stalls its Worker's WebSockets with the
// page, but not its downloads.
import { Connection, type ConnectionOptions } from './connection.js';
import type { Environment } from './environment.js';
import type { LineClosure } from './line.js';

export interface DownlinkListener {
	/** A frame, or what should have been one. */
	received(message: Uint8Array): void;
	/** Media comes by it from now on. */
	carries(): void;
	/** Media no longer does; unless that was clean, what was on its way is missing. */
	lost(closure: LineClosure): void;
	needToken(answer: (token: string | null) => void): void;
}

export class HttpDownlink {
	readonly #connection: Connection;
	readonly #listener: DownlinkListener;
	/** Once it has worked, it is worth trying again. */
	#hasCarried = false;
	#isCarrying = false;

	/** @param url of the WebSocket @param stream as its server named it */
	constructor(
		environment: Environment,
		options: ConnectionOptions,
		url: string,
		stream: string,
		listener: DownlinkListener,
	) {
		this.#listener = listener;
		const urls = [url.replace(/^ws/, 'http')];
		this.#connection = new Connection(
			environment,
			{ ...options, urls, protocol: 'framed' },
			{
				opened: (opening) => {
					// Another server may answer there, or this one with something else.
					if (opening.isFramed !== true || (opening.stream ?? stream) !== stream) {
						this.#connection.close();
					} else {
						this.#connection.watch();
					}
				},
				received: (message) => this.#received(message as Uint8Array),
				closed: (closure) => {
					if (this.#isCarrying) {
						this.#isCarrying = false;
						listener.lost(closure);
					}
				},
				ask: () => {},
				needToken: (answer) => listener.needToken(answer),
				mayRetry: () => this.#hasCarried,
			},
		);
		this.#connection.open();
	}

	get isCarrying(): boolean {
		return this.#isCarrying;
	}

	nudge(): void {
		this.#connection.nudge();
	}

	/** Without a word to the listener. */
	close(): void {
		this.#connection.close();
	}

	#received(message: Uint8Array): void {
		if (!this.#isCarrying) {
			this.#hasCarried = this.#isCarrying = true;
			this.#listener.carries();
		}
		this.#listener.received(message);
	}
}
