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
import { WaitingRoom } from './waiting-room.js';

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
	readonly #waitingRoom: WaitingRoom;
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
		this.#waitingRoom = new WaitingRoom(limits.undecided);
	}

	/** Connections inside. */
	get connections(): number {
		return this.#count.all;
	}

	/** Connections that are not let in yet, or not any more. */
	get undecided(): number {
		return this.#waitingRoom.size;
	}

	get needsToken(): boolean {
		return this.#access !== null;
	}

	addressOf(request: IncomingMessage): string {
		return clientAddress(request, this.#trustProxy);
	}

	/** null: its page may come; its token is not looked at. */
	faultOf(request: IncomingMessage): Refusal | null {
		return this.isClosed ? 'leaving' : this.policy.faultOf(request);
	}

	/** Gives a connection room until it is let in.
	 * @param crowdOut called when others need the room @returns a function to call once it is in or gone */
	wait(request: IncomingMessage, crowdOut: () => void): () => void {
		return this.#waitingRoom.enter(addressKey(this.addressOf(request)), crowdOut);
	}

	/** Lets somebody in, if there is a place. @returns a function to call once gone, again without effect */
	enter(request: IncomingMessage): (() => void) | Refusal {
		const entered = this.#count.enter(addressKey(this.addressOf(request)));
		if (typeof entered !== 'string') {
			return entered;
		}
		return entered === 'address' ? 'address-limit' : 'total-limit';
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
		case 'busy':
			return 'busy';
	}
}
