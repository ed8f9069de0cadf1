// A line to whichever kind of server, opened with what lets the player in, or given up within a bounded time.
import { NO_CONNECTION } from './close-codes.js';
import type { Environment, Timer } from './environment.js';
import { HttpLine } from './http-line.js';
import type { Line, LineClosure, LineListener, LineOpening, LineOptions } from './line.js';
import { WebSocketLine } from './web-socket-line.js';

export interface AdmittedLineOptions extends Omit<LineOptions, 'token'> {
	/** Seconds, for the token and again for the line. */
	readonly connectTimeout: number;
	/** True: without a token it is not opened. */
	readonly hasToken: boolean;
}

export interface AdmittedLineListener extends LineListener {
	/** Calls `answer` with what lets the player in, now or later. */
	needToken(answer: (token: string | null) => void): void;
}

export class AdmittedLine implements Line, LineListener {
	readonly #environment: Environment;
	readonly #options: AdmittedLineOptions;
	readonly #listener: AdmittedLineListener;
	#line: Line | null = null;
	/** Of the wait for a token, or for an opening. */
	#timer: Timer | null = null;
	#isOver = false;

	constructor(
		environment: Environment,
		options: AdmittedLineOptions,
		listener: AdmittedLineListener,
	) {
		this.#environment = environment;
		this.#options = options;
		this.#listener = listener;
	}

	/** Once. */
	open(): void {
		this.#boundWait('no token');
		this.#listener.needToken((token) => {
			if (this.#isOver || this.#line !== null) {
				return;
			}
			if (token === null && this.#options.hasToken) {
				this.#fail('no token');
			} else {
				this.#dial(token);
			}
		});
	}

	send(text: string): void {
		this.#line?.send(text);
	}

	close(): void {
		this.#isOver = true;
		this.#stopTimer();
		this.#line?.close();
	}

	opened(opening: LineOpening): void {
		this.#stopTimer();
		this.#listener.opened(opening);
	}

	received(message: Uint8Array | string): void {
		this.#listener.received(message);
	}

	heard(): void {
		this.#listener.heard();
	}

	closed(closure: LineClosure): void {
		if (!this.#isOver) {
			this.close();
			this.#listener.closed(closure);
		}
	}

	#dial(token: string | null): void {
		this.#boundWait('no answer');
		const options = { ...this.#options, token };
		try {
			const Kind = options.url.startsWith('http') ? HttpLine : WebSocketLine;
			this.#line = new Kind(this.#environment, options, this);
		} catch (cause) {
			this.#fail(String(cause));
		}
	}

	#boundWait(what: string): void {
		const { connectTimeout } = this.#options;
		this.#stopTimer();
		this.#timer = this.#environment.setTimer(
			() => this.#fail(`${what} within ${connectTimeout} s`),
			connectTimeout * 1000,
		);
	}

	#fail(reason: string): void {
		this.closed({ code: NO_CONNECTION, reason, wasClean: false });
	}

	#stopTimer(): void {
		if (this.#timer !== null) {
			this.#environment.clearTimer(this.#timer);
			this.#timer = null;
		}
	}
}
