// The connection to another server: opened, watched, and opened again when it is lost. Interprets no message.
import { SUBPROTOCOL } from '../../core/frame.js';
import { Alarm } from '../alarm.js';
import { BackOff } from '../back-off.js';
import type { ResolvedUpstreamOptions, UpstreamState, UpstreamToken } from './upstream-options.js';
import { NO_SUBPROTOCOL, type OpenUpstream, type UpstreamSocket } from './upstream-socket.js';

/** From one look at the connection to the next, ms. */
const TICK_MS = 100;

/** A tick so much too late means that the process slept, ms: the silence was its own. */
const SLEPT_MS = 1000;

/** Hears of a link. */
export interface LinkEvents {
	/** @param subprotocol the negotiated one; empty without */
	onOpen(subprotocol: string): void;
	onMessage(message: Uint8Array, isBinary: boolean): void;
	/** Every 100 ms while open. */
	onTick(): void;
}

/** One connection at a time, until `close()`. */
export class UpstreamLink {
	readonly #url: string;
	readonly #options: ResolvedUpstreamOptions;
	readonly #open: OpenUpstream;
	readonly #events: LinkEvents;
	readonly #backOff: BackOff;
	readonly #alarm: Alarm;
	#state: UpstreamState = 'idle';
	#socket: UpstreamSocket | null = null;
	/** While a token is asked for. */
	#asking: AbortController | null = null;
	/** False once the server has shown that it knows no subprotocol. */
	#offersFrames: boolean;
	#openings = 0;
	#heardAt = 0;
	#tickedAt = 0;
	#isPinged = false;

	constructor(
		url: string,
		options: ResolvedUpstreamOptions,
		open: OpenUpstream,
		events: LinkEvents,
	) {
		this.#url = url;
		this.#options = options;
		this.#open = open;
		this.#events = events;
		this.#backOff = new BackOff(options.minRetryMs, options.maxRetryMs, options.random);
		this.#alarm = new Alarm(options.clock);
		this.#offersFrames = options.protocol !== 'raw';
	}

	get state(): UpstreamState {
		return this.#state;
	}

	/** Times it was opened again. */
	get reconnects(): number {
		return Math.max(0, this.#openings - 1);
	}

	/** Without effect unless it rests, as it does at first. */
	start(): void {
		if (this.#state === 'idle') {
			this.#connect();
		}
	}

	send(text: string): void {
		this.#socket?.send(text);
	}

	/** The connection is good: the next wait is the shortest again. */
	settle(): void {
		this.#backOff.reset();
	}

	/** Gives the connection up and tries again later. */
	lose(reason: string): void {
		this.#drop();
		const canFallBack =
			reason === NO_SUBPROTOCOL && this.#offersFrames && this.#options.protocol === 'auto';
		if (canFallBack) {
			this.#offersFrames = false;
			this.#connect();
		} else {
			this.#turn('waiting', reason);
			this.#alarm.set(this.#backOff.next(), () => this.#connect());
		}
	}

	/** Disconnects until `start()`, which then connects at once. Without effect once closed. */
	rest(reason: string): void {
		if (this.#state !== 'over') {
			this.#drop();
			this.#backOff.reset();
			this.#turn('idle', reason);
		}
	}

	/** Idempotent and final. */
	close(reason: string): void {
		if (this.#state !== 'over') {
			this.#drop();
			this.#turn('over', reason);
		}
	}

	#connect(): void {
		const { connectTimeoutMs, headers, token } = this.#options;
		this.#turn('connecting', '');
		this.#alarm.set(connectTimeoutMs, () => this.lose(`no answer within ${connectTimeoutMs} ms`));
		if (token === null) {
			this.#dial(headers);
		} else {
			void this.#dialWith(token);
		}
	}

	async #dialWith(token: UpstreamToken): Promise<void> {
		const asking = new AbortController();
		this.#asking = asking;
		try {
			const authorization = `Bearer ${await token(asking.signal)}`;
			if (!asking.signal.aborted) {
				this.#dial({ ...this.#options.headers, authorization });
			}
		} catch (error) {
			if (!asking.signal.aborted) {
				this.lose(error instanceof Error ? error.message : String(error));
			}
		}
	}

	#dial(headers: Readonly<Record<string, string>>): void {
		const { maxPayload } = this.#options;
		const subprotocols = this.#offersFrames ? [SUBPROTOCOL] : [];
		const request = { url: this.#url, subprotocols, headers, maxPayload };
		this.#socket = this.#open(request, {
			onOpen: (subprotocol) => this.#opened(subprotocol),
			onMessage: (message, isBinary) => {
				this.#hear();
				this.#events.onMessage(message, isBinary);
			},
			onPong: () => this.#hear(),
			onClose: (reason) => this.lose(reason),
		});
	}

	#opened(subprotocol: string): void {
		this.#openings++;
		this.#hear();
		this.#turn('open', '');
		this.#events.onOpen(subprotocol);
		this.#tickLater();
	}

	#hear(): void {
		this.#heardAt = this.#options.clock.now();
		this.#isPinged = false;
	}

	#tickLater(): void {
		this.#tickedAt = this.#options.clock.now();
		this.#alarm.set(TICK_MS, () => this.#tick());
	}

	#tick(): void {
		const { clock, idleTimeoutMs } = this.#options;
		const now = clock.now();
		const lateMs = now - this.#tickedAt - TICK_MS;
		if (lateMs > SLEPT_MS) {
			this.#heardAt += lateMs;
		}
		const silentMs = now - this.#heardAt;
		if (silentMs >= idleTimeoutMs) {
			this.lose(`nothing came for ${idleTimeoutMs} ms`);
			return;
		}
		if (silentMs >= idleTimeoutMs / 2 && !this.#isPinged) {
			this.#isPinged = true;
			this.#socket?.ping();
		}
		this.#tickLater();
		this.#events.onTick();
	}

	#drop(): void {
		this.#alarm.clear();
		this.#asking?.abort();
		this.#asking = null;
		this.#socket?.terminate();
		this.#socket = null;
	}

	#turn(state: UpstreamState, reason: string): void {
		this.#state = state;
		this.#options.onState(state, reason);
	}
}
