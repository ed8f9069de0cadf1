// Keeps one connection: opens a line, bounds the wait, notices when it died, opens the next. Turns what lines do into
// calls of its listener and interprets no byte.
import type { FaultCode, Protocol, ReconnectPolicy } from '../core/receiver-messages.js';
import { BackOff } from './back-off.js';
import { isFinal, isRefusal, NO_CONNECTION } from './close-codes.js';
import type { Environment, Timer } from './environment.js';
import { HttpLine } from './http-line.js';
import type { Line, LineClosure, LineListener, LineOpening, LineOptions } from './line.js';
import { Liveness } from './liveness.js';
import { WebSocketLine } from './web-socket-line.js';

export interface ConnectionOptions {
	/** Tried in turn. */
	readonly urls: readonly string[];
	readonly subprotocols: readonly string[];
	readonly protocol: Protocol;
	/** Seconds. */
	readonly connectTimeout: number;
	/** null: a lost connection is the end. */
	readonly reconnect: ReconnectPolicy | null;
	/** Seconds. */
	readonly idleTimeout: number;
	/** True: a try that gets no token has failed. */
	readonly hasToken: boolean;
}

export interface ConnectionClosure extends LineClosure {
	/** Seconds to the next try; null: none will be made. */
	readonly retryIn: number | null;
	/** False when it never opened. */
	readonly wasOpen: boolean;
	/** Why trying again cannot help, where that is known. */
	readonly fault: FaultCode | null;
}

export interface ConnectionListener {
	opened(opening: LineOpening): void;
	received(message: Uint8Array | string): void;
	closed(closure: ConnectionClosure): void;
	/** Sends what the server answers at once. */
	ask(): void;
	/** Calls `answer` with what lets the player in, now or later. */
	needToken(answer: (token: string | null) => void): void;
	/** False: a first connection that fails is the caller's to know, only the other URLs are tried. */
	mayRetry(): boolean;
}

/** Milliseconds a connection lasts that is no failure, though it gave nothing. */
const LASTING = 5000;

export class Connection {
	readonly #environment: Environment;
	readonly #options: ConnectionOptions;
	readonly #listener: ConnectionListener;
	readonly #liveness: Liveness;
	/** null: a lost connection is the end. */
	readonly #backOff: BackOff | null;
	#line: Line | null = null;
	/** Of the wait for an opening, or for the next try. */
	#timer: Timer | null = null;
	#state: 'idle' | 'waiting' | 'connecting' | 'open' = 'idle';
	#hasMedia = false;
	/** Index of the URL whose turn it is, uncut. */
	#turn = 0;
	/** Milliseconds. */
	#openedAt = 0;

	constructor(environment: Environment, options: ConnectionOptions, listener: ConnectionListener) {
		this.#environment = environment;
		this.#options = options;
		this.#listener = listener;
		const { reconnect } = options;
		this.#backOff = reconnect === null ? null : new BackOff(environment, reconnect);
		this.#liveness = new Liveness(environment, options.idleTimeout, {
			ask: () => listener.ask(),
			dead: (seconds) => this.#break(`nothing came for ${seconds} s`),
		});
	}

	get isOpen(): boolean {
		return this.#state === 'open';
	}

	/** True when no try is made or will be. */
	get isIdle(): boolean {
		return this.#state === 'idle';
	}

	/** From the first URL. */
	open(): void {
		this.#turn = 0;
		this.#connectSoon();
	}

	/** Nothing while it is not open. */
	send(text: string): void {
		if (this.isOpen) {
			this.#line?.send(text);
		}
	}

	/** From now on until it is lost, silence means that it is dead. */
	watch(): void {
		this.#liveness.start();
	}

	/** The other side gave a sign of life, here or elsewhere. */
	heard(): void {
		this.#liveness.heard();
	}

	/** Tries now instead of waiting; asks for a sign of life where it is watched. */
	nudge(): void {
		if (this.#state === 'waiting') {
			this.#connectSoon();
		} else {
			this.#liveness.probe();
		}
	}

	/** Ends it for good: what it brings is of no use. */
	fail(fault: FaultCode, reason: string): void {
		this.#lose({ code: NO_CONNECTION, reason, wasClean: false }, fault);
	}

	/** Ends the connection, or the tries for one, without a word to the listener. */
	close(): void {
		this.#state = 'idle';
		this.#liveness.stop();
		this.#stopTimer();
		const line = this.#line;
		this.#line = null;
		line?.close();
	}

	/** As if nothing had failed yet. */
	#connectSoon(): void {
		this.#backOff?.restart();
		this.#connect();
	}

	#connect(): void {
		this.close();
		this.#state = 'connecting';
		this.#boundWait('no token');
		let isAwaited = true;
		const timer = this.#timer;
		this.#listener.needToken((token) => {
			// Not if it gave up, or began anew, meanwhile.
			if (isAwaited && this.#timer === timer) {
				isAwaited = false;
				if (token === null && this.#options.hasToken) {
					this.#break('no token');
				} else {
					this.#openLine(token);
				}
			}
		});
	}

	#openLine(token: string | null): void {
		const { urls, subprotocols, protocol } = this.#options;
		const url = urls[this.#turn % urls.length]!;
		this.#boundWait('no answer');
		try {
			this.#line = newLine(
				this.#environment,
				{ url, subprotocols, protocol, token },
				{
					opened: this.#opened.bind(this),
					received: this.#received.bind(this),
					heard: this.heard.bind(this),
					closed: (closure) => {
						if (this.#line !== null) {
							this.#lose(closure, null);
						}
					},
				},
			);
		} catch (cause) {
			this.#break(String(cause));
		}
	}

	#boundWait(what: string): void {
		const { connectTimeout } = this.#options;
		this.#stopTimer();
		this.#timer = this.#environment.setTimer(
			() => this.#break(`${what} within ${connectTimeout} s`),
			connectTimeout * 1000,
		);
	}

	#opened(opening: LineOpening): void {
		this.#stopTimer();
		this.#state = 'open';
		this.#hasMedia = false;
		this.#openedAt = this.#environment.now();
		this.#listener.opened(opening);
	}

	#received(message: Uint8Array | string): void {
		// Its listener may have closed the connection at a message before, out of the same read.
		if (this.isOpen) {
			this.#hasMedia ||= typeof message !== 'string';
			this.#liveness.heard();
			this.#listener.received(message);
		}
	}

	#break(reason: string): void {
		this.#lose({ code: NO_CONNECTION, reason, wasClean: false }, null);
	}

	#lose(closure: LineClosure, known: FaultCode | null): void {
		const wasOpen = this.isOpen;
		this.close();
		const lasted = this.#environment.now() - this.#openedAt;
		// One that is dropped as soon as it opens is a try that failed, or the server would be hammered.
		if (wasOpen && (this.#hasMedia || lasted >= LASTING)) {
			this.#backOff?.restart();
		}
		const retryIn = known === null ? this.#retryDelay(closure.code) : null;
		this.#turn++;
		if (retryIn !== null) {
			this.#state = 'waiting';
			this.#timer = this.#environment.setTimer(() => this.#connect(), retryIn * 1000);
		}
		const final = known ?? (isRefusal(closure.code) ? 'refused' : null);
		this.#listener.closed({ ...closure, retryIn, wasOpen, fault: retryIn === null ? final : null });
	}

	/** Seconds, or null when no try will be made. */
	#retryDelay(code: number): number | null {
		if (!this.#listener.mayRetry()) {
			return this.#turn + 1 < this.#options.urls.length ? 0 : null;
		}
		return this.#backOff === null || isFinal(code) ? null : this.#backOff.next();
	}

	#stopTimer(): void {
		if (this.#timer !== null) {
			this.#environment.clearTimer(this.#timer);
			this.#timer = null;
		}
	}
}

function newLine(environment: Environment, options: LineOptions, listener: LineListener): Line {
	const Kind = options.url.startsWith('http') ? HttpLine : WebSocketLine;
	return new Kind(environment, options, listener);
}
