// Listeners of one manner, connected a few at a time; each acknowledges at its own moment of every 100 ms.
import { quantile } from '../../support/quantile.js';
import { RawListener, type Manner } from './raw-listener.js';

/** Connections that are opened together. */
const AT_ONCE = 50;

/** Between two acks of a listener, and between two looks whose turn it is, ms. */
const ACK_MS = 100;
const TURN_MS = 10;
const TURNS = ACK_MS / TURN_MS;

export interface AudienceOptions extends Manner {
	readonly count: number;
	readonly acknowledges: boolean;
}

/** How unevenly frames arrived: delays of each listener above its own least, ms, of all listeners together. */
export interface Jitter {
	readonly p50: number;
	readonly p99: number;
	readonly most: number;
	/** Frames that this tells of. */
	readonly frames: number;
}

/** A number of listeners. */
export class Audience {
	readonly #listeners: readonly RawListener[];
	readonly #acks: NodeJS.Timeout | null;

	private constructor(listeners: readonly RawListener[], acknowledges: boolean) {
		this.#listeners = listeners;
		let turn = 0;
		const takeTurn = (): void => {
			turn = (turn + 1) % TURNS;
			for (let i = turn; i < listeners.length; i += TURNS) {
				listeners[i]!.acknowledge();
			}
		};
		this.#acks = acknowledges ? setInterval(takeTurn, TURN_MS) : null;
	}

	/** Resolves when all are connected. */
	static async open({ count, acknowledges, ...manner }: AudienceOptions): Promise<Audience> {
		const listeners: RawListener[] = [];
		while (listeners.length < count) {
			const length = Math.min(AT_ONCE, count - listeners.length);
			const some = Array.from({ length }, () => new RawListener(manner, wallNow));
			await Promise.all(some.map(({ opened }) => opened));
			listeners.push(...some);
		}
		return new Audience(listeners, acknowledges);
	}

	/** Frames that came, of each listener. */
	get frames(): readonly number[] {
		return this.#listeners.map(({ frames }) => frames);
	}

	/** Listens for so long. */
	async jitter(seconds: number): Promise<Jitter> {
		const delays = this.#listeners.map((listener) => {
			const own: number[] = [];
			listener.onDelay = (ms) => own.push(ms);
			return own;
		});
		await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
		this.#listeners.forEach((listener) => (listener.onDelay = null));
		return jitterOf(delays);
	}

	/** They hang from now on, and acknowledge nothing. */
	stopReading(): void {
		this.#stopAcks();
		this.#listeners.forEach((listener) => listener.stopReading());
	}

	end(): void {
		this.#stopAcks();
		this.#listeners.forEach((listener) => listener.end());
	}

	#stopAcks(): void {
		if (this.#acks !== null) {
			clearInterval(this.#acks);
		}
	}
}

/** @param delays of each listener, ms */
export function jitterOf(delays: readonly (readonly number[])[]): Jitter {
	const above = delays.flatMap((own) => {
		const least = own.reduce((a, b) => Math.min(a, b), Infinity);
		return own.map((delay) => delay - least);
	});
	return {
		p50: quantile(above, 0.5),
		p99: quantile(above, 0.99),
		most: quantile(above, 1),
		frames: above.length,
	};
}

function wallNow(): number {
	return performance.timeOrigin + performance.now();
}
