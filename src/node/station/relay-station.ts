// A station whose sound comes from another server: a relay under a name. It is connected until it knows what the upstream
// sends, and from then on while somebody listens.
import type { StreamFormat } from '../../core/stream-format.js';
import { inRange } from '../../core/validation.js';
import { Alarm } from '../alarm.js';
import { systemClock } from '../clock.js';
import type { Fanout } from '../fanout/fanout.js';
import { silentJournal, type Journal } from '../journal.js';
import { Relay, type RelayOptions } from '../relay/relay.js';
import { stationName, type Station, type StationState } from './station.js';
import type { UpstreamState } from '../relay/upstream-options.js';

/** How a relay station hears and sends. */
export interface RelayStationOptions extends Omit<
	RelayOptions,
	'hasHttp' | 'onEnd' | 'onState' | 'onListeners'
> {
	/** How long the upstream stays connected after the last listener has left, ms, 0 to 3 600 000; with 0 nearly everybody
	 * who comes makes it connect anew, and log in where it must. @default 5000 */
	readonly lingerMs?: number;
	/** Connected from `start()` on, whether anybody listens or not. @default false */
	readonly keepOpen?: boolean;
	/** @default silent */
	readonly journal?: Journal;
}

/** Between two looks whether an upstream that nobody listens to may be left, ms. */
const SILENT_MS = 100;

const STATES: Readonly<Record<UpstreamState, StationState>> = {
	idle: 'idle',
	connecting: 'opening',
	open: 'playing',
	waiting: 'waiting',
	over: 'over',
};

/** Passes another server's stream on to whoever listens. */
export class RelayStation implements Station {
	readonly name: string;
	readonly ended: Promise<boolean>;
	readonly #relay: Relay;
	readonly #journal: Journal;
	readonly #lingerMs: number;
	readonly #keepOpen: boolean;
	readonly #linger: Alarm;
	#failures = 0;
	#tellEnded: (isFailed: boolean) => void = () => {};

	/**
	 * @param name of its path
	 * @param url `ws:` or `wss:`
	 * @throws TypeError or RangeError for values outside their ranges
	 */
	constructor(name: string, url: string, options: RelayStationOptions = {}) {
		const { journal = silentJournal, lingerMs = 5000, keepOpen = false, ...given } = options;
		this.name = stationName(name);
		this.#journal = journal;
		this.#lingerMs = inRange('lingerMs', lingerMs, 0, 3_600_000);
		this.#keepOpen = keepOpen;
		this.#linger = new Alarm(given.clock ?? systemClock);
		this.ended = new Promise((resolve) => {
			this.#tellEnded = resolve;
		});
		this.#relay = new Relay(url, {
			...given,
			hasHttp: true,
			onListeners: (count) => this.#onListeners(count),
			onState: (state, reason) => this.#hear(state, reason),
			onEnd: () => this.#tellEnded(false),
		});
	}

	get fanout(): Fanout | null {
		return this.#relay.fanout;
	}

	/** The upstream's; null until it has told. */
	get format(): StreamFormat | null {
		return this.fanout?.format ?? null;
	}

	/** Of the connection upstream. */
	get state(): StationState {
		return STATES[this.#relay.stats.upstream.state];
	}

	get restarts(): number {
		return this.#relay.stats.upstream.reconnects;
	}

	get failures(): number {
		return this.#failures;
	}

	start(): void {
		this.#relay.start();
		this.#restLater();
	}

	close(): void {
		this.#linger.clear();
		this.#relay.close();
	}

	#onListeners(count: number): void {
		if (count > 0) {
			this.#linger.clear();
			this.#relay.start();
		} else if (this.state !== 'over') {
			this.#restLater();
		}
	}

	/** Whoever comes before the upstream has spoken cannot be told what there is to hear: until then it stays. One that is
	 * being opened stays as well: given up, a login would have been for nothing, and the next to come would cost another. */
	get #mustStay(): boolean {
		return this.fanout === null || this.state === 'opening';
	}

	#restLater(): void {
		if (!this.#keepOpen) {
			const waitMs = this.#mustStay ? Math.max(this.#lingerMs, SILENT_MS) : this.#lingerMs;
			this.#linger.set(waitMs, () => {
				if (this.#mustStay) {
					this.#restLater();
				} else {
					this.#relay.rest();
				}
			});
		}
	}

	#hear(state: UpstreamState, reason: string): void {
		const stream = this.name;
		if (state === 'open') {
			this.#journal.info('The upstream is there.', { stream });
		} else if (state === 'idle') {
			this.#journal.info('Nobody listens: the upstream is left.', { stream });
		} else if (state === 'waiting') {
			this.#failures++;
			this.#journal.warn('The upstream is lost and tried again.', { stream, reason });
		} else if (state === 'over') {
			this.#journal.info('The upstream is over.', { stream, reason });
		}
	}
}
