// Short-lived tokens, each good for one connection. Only their SHA-256 is kept: what is looked up tells nothing about
// a token by how long it takes, and memory holds none.
import { createHash, randomBytes } from 'node:crypto';
import { systemClock, type Clock } from '../clock.js';
import { inRange } from '../../core/validation.js';

/** What came of a token. */
export type Redemption =
	| { readonly outcome: 'valid'; readonly user: string }
	/** Busy: too many wait for an answer about theirs. */
	| { readonly outcome: 'expired' | 'unknown' | 'busy' };

interface Ticket {
	readonly user: string;
	readonly expiresAt: number;
}

const TOKEN_BYTES = 32;

/** Most that wait to be used; with more, the oldest are void. */
const MAX_TICKETS = 10_000;

/** Issues tokens and takes each back once. */
export class TokenBook {
	/** How long a token is good, seconds. */
	readonly seconds: number;
	readonly #clock: Clock;
	readonly #tickets = new Map<string, Ticket>();

	/** @param seconds 1 to 86 400
	 * @throws TypeError or RangeError outside that */
	constructor(seconds: number, clock: Clock = systemClock) {
		this.seconds = inRange('tokenSeconds', seconds, 1, 86_400);
		this.#clock = clock;
	}

	/** Tokens that wait to be used, expired ones perhaps included. */
	get size(): number {
		return this.#tickets.size;
	}

	/** A new token, base64url, 256 random bits. */
	issue(user: string): string {
		this.#forget();
		const token = randomBytes(TOKEN_BYTES).toString('base64url');
		const expiresAt = this.#clock.now() + 1000 * this.seconds;
		this.#tickets.set(digest(token), { user, expiresAt });
		return token;
	}

	/** Whose `token` is; it is void from then on. */
	redeem(token: string): Redemption {
		const key = digest(token);
		const ticket = this.#tickets.get(key);
		this.#tickets.delete(key);
		if (ticket === undefined) {
			return { outcome: 'unknown' };
		}
		return this.#clock.now() < ticket.expiresAt
			? { outcome: 'valid', user: ticket.user }
			: { outcome: 'expired' };
	}

	/** Tickets are in the order of their expiry: all live equally long. */
	#forget(): void {
		const now = this.#clock.now();
		for (const [key, { expiresAt }] of this.#tickets) {
			if (expiresAt > now && this.#tickets.size < MAX_TICKETS) {
				break;
			}
			this.#tickets.delete(key);
		}
	}
}

function digest(token: string): string {
	return createHash('sha256').update(token).digest('base64');
}
