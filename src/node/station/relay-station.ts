// A station whose sound comes from another server: a relay under a name.
import type { StreamFormat } from '../../core/stream-format.js';
import type { Fanout } from '../fanout/fanout.js';
import { silentJournal, type Journal } from '../journal.js';
import { Relay, type RelayOptions } from '../relay/relay.js';
import { stationName, type Station, type StationState } from './station.js';
import type { UpstreamState } from '../relay/upstream-options.js';

/** How a relay station hears and sends. */
export interface RelayStationOptions extends Omit<RelayOptions, 'hasHttp' | 'onEnd' | 'onState'> {
	/** @default silent */
	readonly journal?: Journal;
}

const STATES: Readonly<Record<UpstreamState, StationState>> = {
	idle: 'idle',
	connecting: 'opening',
	open: 'playing',
	waiting: 'waiting',
	over: 'over',
};

/** Passes another server's stream on to whoever listens; connected from `start()` on. */
export class RelayStation implements Station {
	readonly name: string;
	readonly ended: Promise<boolean>;
	readonly #relay: Relay;
	readonly #journal: Journal;
	#failures = 0;
	#tellEnded: (isFailed: boolean) => void = () => {};

	/**
	 * @param name of its path
	 * @param url `ws:` or `wss:`
	 * @throws TypeError or RangeError for values outside their ranges
	 */
	constructor(name: string, url: string, options: RelayStationOptions = {}) {
		const { journal = silentJournal, ...given } = options;
		this.name = stationName(name);
		this.#journal = journal;
		this.ended = new Promise((resolve) => {
			this.#tellEnded = resolve;
		});
		this.#relay = new Relay(url, {
			...given,
			hasHttp: true,
			onState: (state, reason) => this.#hear(state, reason),
			onEnd: () => this.#tellEnded(false),
		});
	}

	get fanout(): Fanout | null {
		return this.#relay.fanout;
	}

	get format(): StreamFormat | null {
		return this.fanout?.format ?? null;
	}

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
	}

	close(): void {
		this.#relay.close();
	}

	#hear(state: UpstreamState, reason: string): void {
		const stream = this.name;
		if (state === 'open') {
			this.#journal.info('The upstream is there.', { stream });
		} else if (state === 'waiting') {
			this.#failures++;
			this.#journal.warn('The upstream is lost and tried again.', { stream, reason });
		} else if (state === 'over') {
			this.#journal.info('The upstream is over.', { stream, reason });
		}
	}
}
