// Keeps one connection: opens a line, notices when it died, opens the next. Turns what lines do into calls of its
// listener and interprets no byte.
import type { FaultCode, Protocol, ReconnectPolicy } from '../core/receiver-messages.js';
import { AdmittedLine } from './admitted-line.js';
import { BackOff } from './back-off.js';
import { isBusy, isFinal, isRefusal, NO_CONNECTION } from './close-codes.js';
import type { Environment, Timer } from './environment.js';
import type { LineClosure, LineOpening } from './line.js';
import { Liveness } from './liveness.js';

export interface ConnectionOptions {
	/** Tried in turn. */
	readonly urls: readonly string[];
	readonly subprotocols: readonly string[];
	readonly protocol: Protocol;
	/** Seconds. */
	readonly connectTimeout: number;
	/** null: a lost connection is the end. */
	readonly reconnect: ReconnectPolicy | null;
	/** Seconds; null: the default. */
	readonly idleTimeout: number | null;
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

/** Milliseconds a connection lasts that has worked, though it gave nothing; and for which one gives media that has
 * worked well. */
const LASTING = 5000;
const LASTING_MEDIA = 1000;

/** Seconds: five of the time messages that a framed connection has to answer. */
const IDLE_TIMEOUT = 5;

export class Connection {
	readonly #environment: Environment;
	readonly #options: ConnectionOptions;
	readonly #listener: ConnectionListener;
	readonly #liveness: Liveness;
	/** null: a lost connection is the end. */
	readonly #backOff: BackOff | null;
	#line: AdmittedLine | null = null;
	/** Of the wait for the next try. */
	#timer: Timer | null = null;
	#state: 'idle' | 'waiting' | 'connecting' | 'open' = 'idle';
	/** Index of the URL that is tried next, uncut. */
	#turn = 0;
	/** Milliseconds, of this try; Infinity: it did not come so far. */
	#openedAt = Infinity;
	#mediaAt = Infinity;

	constructor(environment: Environment, options: ConnectionOptions, listener: ConnectionListener) {
		this.#environment = environment;
		this.#options = options;
		this.#listener = listener;
		const { reconnect } = options;
		this.#backOff = reconnect === null ? null : new BackOff(environment, reconnect);
		this.#liveness = new Liveness(environment, options.idleTimeout ?? IDLE_TIMEOUT, {
			ask: () => listener.ask(),
			dead: (seconds) => this.lose(`nothing came for ${seconds} s`),
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
		this.#connectNow();
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
			this.#connectNow();
		} else {
			this.#liveness.probe();
		}
	}

	/** Takes it for broken, though it may have closed well. @param fault why trying again cannot help, where that is so */
	lose(reason: string, fault: FaultCode | null = null): void {
		this.#lose({ code: NO_CONNECTION, reason, wasClean: false }, fault);
	}

	/** Ends the connection, or the tries for one, without a word to the listener. */
	close(): void {
		this.#state = 'idle';
		this.#liveness.stop();
		if (this.#timer !== null) {
			this.#environment.clearTimer(this.#timer);
			this.#timer = null;
		}
		this.#line?.close();
		this.#line = null;
	}

	/** As if nothing had failed yet. */
	#connectNow(): void {
		this.#backOff?.restart(false);
		this.#connect();
	}

	#connect(): void {
		this.close();
		this.#state = 'connecting';
		this.#openedAt = this.#mediaAt = Infinity;
		const { urls } = this.#options;
		this.#line = new AdmittedLine(
			this.#environment,
			{ ...this.#options, url: urls[this.#turn++ % urls.length]! },
			{
				opened: this.#opened.bind(this),
				received: this.#received.bind(this),
				heard: this.heard.bind(this),
				closed: (closure) => this.#lose(closure, null),
				needToken: (answer) => this.#listener.needToken(answer),
			},
		);
		this.#line.open();
	}

	#opened(opening: LineOpening): void {
		this.#state = 'open';
		this.#openedAt = this.#environment.now();
		this.#listener.opened(opening);
	}

	#received(message: Uint8Array | string): void {
		if (!this.isOpen) {
			// Its listener has closed it at a message before, out of the same read.
			return;
		}
		if (typeof message !== 'string') {
			this.#mediaAt = Math.min(this.#mediaAt, this.#environment.now());
		}
		this.#liveness.heard();
		this.#listener.received(message);
	}

	#lose(closure: LineClosure, known: FaultCode | null): void {
		const wasOpen = this.#openedAt < Infinity;
		this.close();
		if (wasOpen) {
			this.#judge(closure.code);
		}
		const retryIn = known === null ? this.#retryDelay(closure.code) : null;
		if (retryIn !== null) {
			this.#state = 'waiting';
			this.#timer = this.#environment.setTimer(() => this.#connect(), retryIn * 1000);
		}
		const final = known ?? (isRefusal(closure.code) ? 'refused' : null);
		this.#listener.closed({ ...closure, retryIn, wasOpen, fault: retryIn === null ? final : null });
	}

	/** One that is dropped as soon as it opens is a try that failed, or the server would be hammered; only one that
	 * worked well is tried again almost at once. */
	#judge(code: number): void {
		const now = this.#environment.now();
		const isLasting = now - this.#openedAt >= LASTING;
		if (isLasting || (this.#mediaAt <= now && !isBusy(code))) {
			const isLastingMedia = now - this.#mediaAt >= LASTING_MEDIA;
			this.#backOff?.restart((isLasting || isLastingMedia) && !isBusy(code));
		}
	}

	/** Seconds, or null when no try will be made. */
	#retryDelay(code: number): number | null {
		if (!this.#listener.mayRetry()) {
			return this.#turn < this.#options.urls.length ? 0 : null;
		}
		return this.#backOff === null || isFinal(code) ? null : this.#backOff.next();
	}
}
