// A bad network in one object: it wraps a listener's socket and delays what is sent, in order as TCP does,
// by a fixed delay, random jitter and stalls that end in a burst. What comes from the listener is untouched.
import { systemClock, type Clock, type Timer } from '../clock.js';
import {
	SOCKET_CLOSING,
	SOCKET_OPEN,
	type ListenerSocket,
	type MessageHandle,
	type SendOptions,
} from './listener-socket.js';
import { inRange } from '../../core/validation.js';
import { seededRandom, type Random } from '../source/seeded-random.js';

/** How bad the network is; all can change at any time. */
export interface ImpairmentSettings {
	/** Added to every message, ms, 0 to 60 000. @default 0 */
	readonly delayMs: number;
	/** Mean of a random, exponentially distributed delay on top, ms, 0 to 60 000. @default 0 */
	readonly jitterMs: number;
	/** From the start of one periodic stall to the next, ms, 0 to 3 600 000; 0 is none. @default 0 */
	readonly stallEveryMs: number;
	/** Length of a periodic stall, ms, 0 to 60 000. @default 0 */
	readonly stallMs: number;
	/**
	 * Held bytes that `bufferedAmount` does not show, 0 to 2^31, as an operating system's send buffer
	 * hides them. @default 4000000, measured on Linux
	 */
	readonly unseenBytes: number;
}

/** How an `Impairment` begins. */
export interface ImpairmentOptions extends Partial<ImpairmentSettings> {
	/** Of the jitter, any integer. @default 1 */
	readonly seed?: number;
	/** @default the process's clock */
	readonly clock?: Clock;
}

type Handle = (() => void) | ((error: Error) => void) | MessageHandle;

interface HeldMessage {
	readonly readyAt: number;
	readonly byteLength: number;
	readonly deliver: () => void;
}

/** What is due so soon goes now, ms: the sum of a time and a delay is rounded. */
const ROUNDING_MS = 0.001;

const UNIMPAIRED: ImpairmentSettings = {
	delayMs: 0,
	jitterMs: 0,
	stallEveryMs: 0,
	stallMs: 0,
	unseenBytes: 4_000_000,
};

/** A listener's socket behind a bad network; attach it in place of the socket. */
export class Impairment implements ListenerSocket {
	readonly #socket: ListenerSocket;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #held: HeldMessage[] = [];
	#settings = UNIMPAIRED;
	#heldBytes = 0;
	#stallsFrom: number;
	#stalledUntil = -Infinity;
	#timer: Timer | null = null;
	#closing = false;

	/** @throws TypeError or RangeError for settings outside their ranges. */
	constructor(socket: ListenerSocket, options: ImpairmentOptions = {}) {
		const { seed = 1, clock = systemClock, ...settings } = options;
		this.#socket = socket;
		this.#clock = clock;
		this.#random = seededRandom(seed);
		this.#stallsFrom = clock.now();
		this.set(settings);
		socket.on('close', () => this.#forget());
	}

	/** Those in force. */
	get settings(): ImpairmentSettings {
		return this.#settings;
	}

	/** Changes what is given. What waits keeps its delay; a new stall period starts now.
	 * @throws TypeError or RangeError for settings outside their ranges. */
	set(settings: Partial<ImpairmentSettings>): void {
		const next = { ...this.#settings, ...settings };
		inRange('delayMs', next.delayMs, 0, 60_000);
		inRange('jitterMs', next.jitterMs, 0, 60_000);
		inRange('stallEveryMs', next.stallEveryMs, 0, 3_600_000);
		inRange('stallMs', next.stallMs, 0, 60_000);
		inRange('unseenBytes', next.unseenBytes, 0, 2 ** 31);
		if (next.stallEveryMs !== this.#settings.stallEveryMs) {
			this.#stallsFrom = this.#clock.now();
		}
		this.#settings = next;
		this.#release();
	}

	/** Holds everything for `durationMs`, 0 to 60 000, from now; then it comes as a burst.
	 * @throws TypeError or RangeError outside the range. */
	stallNow(durationMs: number): void {
		const until = this.#clock.now() + inRange('durationMs', durationMs, 0, 60_000);
		this.#stalledUntil = Math.max(this.#stalledUntil, until);
	}

	get bufferedAmount(): number {
		const seen = Math.max(0, this.#heldBytes - this.#settings.unseenBytes);
		return this.#socket.bufferedAmount + seen;
	}

	get readyState(): number {
		const { readyState } = this.#socket;
		return this.#closing && readyState === SOCKET_OPEN ? SOCKET_CLOSING : readyState;
	}

	get protocol(): string {
		return this.#socket.protocol;
	}

	get response(): 'raw' | 'framed' | undefined {
		return this.#socket.response;
	}

	send(message: Uint8Array | string, options: SendOptions, onSent?: (error?: Error) => void): void {
		const byteLength = Buffer.byteLength(message);
		this.#hold(byteLength, () => this.#socket.send(message, options, onSent));
	}

	/** After all that waits. */
	close(code?: number, reason?: string): void {
		if (!this.#closing) {
			this.#closing = true;
			this.#hold(0, () => this.#socket.close(code, reason));
		}
	}

	/** At once; what waits is lost. */
	terminate(): void {
		this.#forget();
		this.#socket.terminate();
	}

	/** Of the socket within. */
	on(event: 'close' | 'error' | 'message', handle: Handle): this {
		this.#socket.on(event as 'error', handle as (error: Error) => void);
		return this;
	}

	/** Of the socket within. */
	off(event: 'close' | 'error' | 'message', handle: Handle): this {
		this.#socket.off(event as 'error', handle as (error: Error) => void);
		return this;
	}

	#hold(byteLength: number, deliver: () => void): void {
		const { delayMs, jitterMs } = this.#settings;
		const jitter = jitterMs === 0 ? 0 : -jitterMs * Math.log(1 - this.#random());
		const before = this.#held.at(-1)?.readyAt ?? -Infinity;
		const readyAt = Math.max(before, this.#clock.now() + delayMs + jitter);
		this.#held.push({ readyAt, byteLength, deliver });
		this.#heldBytes += byteLength;
		this.#release();
	}

	/** Delivers what may go, then waits for the next. */
	#release(): void {
		const now = this.#clock.now();
		const stallEnd = this.#stallEnd(now);
		const due = now + ROUNDING_MS;
		while (this.#held[0] !== undefined && Math.max(this.#held[0].readyAt, stallEnd) <= due) {
			const message = this.#held.shift()!;
			this.#heldBytes -= message.byteLength;
			message.deliver();
		}
		if (this.#timer !== null) {
			this.#clock.clearTimer(this.#timer);
			this.#timer = null;
		}
		const next = this.#held[0];
		if (next !== undefined) {
			const delayMs = Math.max(next.readyAt, stallEnd) - now;
			this.#timer = this.#clock.setTimer(() => this.#release(), delayMs);
		}
	}

	/** When the present stall ends; in the past when there is none. */
	#stallEnd(now: number): number {
		const { stallEveryMs, stallMs } = this.#settings;
		const periods = stallEveryMs === 0 ? 0 : Math.floor((now - this.#stallsFrom) / stallEveryMs);
		const periodic =
			periods === 0 ? -Infinity : this.#stallsFrom + periods * stallEveryMs + stallMs;
		return Math.max(this.#stalledUntil, periodic);
	}

	#forget(): void {
		this.#held.length = 0;
		this.#heldBytes = 0;
		if (this.#timer !== null) {
			this.#clock.clearTimer(this.#timer);
			this.#timer = null;
		}
	}
}
