// Decides who comes in, by whichever way: Host and Origin, how many there are, the token.
import type { IncomingMessage } from 'node:http';
import type { Access } from '../access/access.js';
import { addressKey, clientAddress } from '../access/client-address.js';
import { ConnectionCount } from './connection-count.js';
import type { Journal } from '../journal.js';
import type { Limits } from './limits.js';
import type { OriginPolicy } from './origin-policy.js';
import { REFUSALS, Tally, type Refusal } from './refusal.js';
import type { Redemption } from '../access/token-book.js';

/** Somebody who was let in. */
export interface Entry {
	readonly address: string;
	/** To be called once gone; again without effect. */
	readonly leave: () => void;
}

/** What both ways in share: WebSockets and endless HTTP responses. */
export class Entrance {
	/** Those turned away, by reason. */
	readonly refusals = new Tally(Object.keys(REFUSALS) as Refusal[]);
	readonly policy: OriginPolicy;
	readonly limits: Limits;
	readonly journal: Journal;
	readonly #access: Access | null;
	readonly #trustProxy: boolean;
	readonly #count: ConnectionCount;
	/** True from the moment the gateway closes. */
	isClosed = false;

	constructor(
		access: Access | null,
		policy: OriginPolicy,
		limits: Limits,
		trustProxy: boolean,
		journal: Journal,
	) {
		this.#access = access;
		this.policy = policy;
		this.limits = limits;
		this.#trustProxy = trustProxy;
		this.journal = journal;
		this.#count = new ConnectionCount(limits.connections, limits.connectionsPerAddress);
	}

	/** Connections inside. */
	get connections(): number {
		return this.#count.all;
	}

	get needsToken(): boolean {
		return this.#access !== null;
	}

	addressOf(request: IncomingMessage): string {
		return clientAddress(request, this.#trustProxy);
	}

	/** Lets a request in whose page may come and for whom there is room; its token is not looked at. */
	enter(request: IncomingMessage): Entry | Refusal {
		if (this.isClosed) {
			return 'leaving';
		}
		const fault = this.policy.faultOf(request);
		if (fault !== null) {
			return fault;
		}
		const address = this.addressOf(request);
		const entered = this.#count.enter(addressKey(address));
		if (typeof entered === 'string') {
			return entered === 'address' ? 'address-limit' : 'total-limit';
		}
		return { address, leave: entered };
	}

	/** null: the token is good, or none is needed. At once, but for tokens that others issued.
	 * @param token null: none was shown */
	check(request: IncomingMessage, token: string | null): Refusal | null | Promise<Refusal | null> {
		if (this.#access === null) {
			return null;
		}
		if (token === null) {
			return 'no-token';
		}
		const redemption = this.#access.redeem(request, token);
		return redemption instanceof Promise ? redemption.then(faultOf) : faultOf(redemption);
	}

	/** Counts a refusal and tells the journal. */
	refuse(refusal: Refusal, request: IncomingMessage, path: string): void {
		this.refusals.add(refusal);
		const { reason } = REFUSALS[refusal];
		this.journal.warn('Turned away.', { reason, path, address: this.addressOf(request) });
	}
}

function faultOf(redemption: Redemption): Refusal | null {
	switch (redemption.outcome) {
		case 'valid':
			return null;
		case 'expired':
			return 'expired-token';
		case 'unknown':
			return 'wrong-token';
	}
}
