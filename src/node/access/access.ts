// Who may listen: a name and a password are given for a token, a token for one connection. Guessing is slowed by
// address and by name, and the dear hashing is done a few at a time.
import type { IncomingMessage } from 'node:http';
import { AttemptLimit } from './attempt-limit.js';
import { addressKey } from './client-address.js';
import type { Clock } from '../clock.js';
import type { Journal } from '../journal.js';
import { TokenBook, type Redemption } from './token-book.js';
import { Turns } from './turns.js';
import { MAX_USER_NAME, type UserList } from './user-list.js';
import { integerInRange, record } from '../../core/validation.js';

/** What somebody shows. */
export type Credentials =
	| { readonly kind: 'password'; readonly uname: string; readonly pwd: string }
	/** A token that this gateway has not issued. */
	| { readonly kind: 'token'; readonly token: string };

/** Whether `credentials` are good; what it throws counts as no, and is told to the journal. */
export type Verify = (
	request: IncomingMessage,
	credentials: Credentials,
) => boolean | Promise<boolean>;

/** Who may listen. At least one of `users` and `verify`. */
export interface AccessOptions {
	/** Users and their password hashes. */
	readonly users?: UserList;
	/** Your own: asked for names that `users` does not know, and for tokens that others issued. */
	readonly verify?: Verify;
	/** How long a token waits for its connection, seconds, 1 to 86 400; a connection lasts as long as it likes.
	 * @default 60 */
	readonly tokenSeconds?: number;
	/** Wrong passwords an address may give in a minute, 1 to 100 000. @default 10 */
	readonly failuresPerAddress?: number;
	/** Wrong passwords that may be given for one name in five minutes, 1 to 100 000. @default 10 */
	readonly failuresPerUser?: number;
}

/** What came of a login. */
export type Login =
	| { readonly outcome: 'granted'; readonly token: string; readonly expiresIn: number }
	| { readonly outcome: 'refused' }
	/** Too many failures, or too many at once: `retryAfter` in seconds. */
	| { readonly outcome: 'limited' | 'busy'; readonly retryAfter: number };

const ADDRESS_WINDOW_MS = 60_000;
const USER_WINDOW_MS = 300_000;

/** Passwords checked together (node has four threads for it and for files), and that may wait. */
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING = 64;

/** Checks passwords and tokens. */
export class Access {
	readonly #users: UserList | null;
	readonly #verify: Verify | null;
	readonly #tokens: TokenBook;
	readonly #byAddress: AttemptLimit;
	readonly #byUser: AttemptLimit;
	readonly #turns = new Turns(CHECKS_AT_ONCE, CHECKS_WAITING);
	readonly #journal: Journal;

	/** @throws TypeError or RangeError for options that cannot be */
	constructor(options: AccessOptions, clock: Clock, journal: Journal) {
		record('access', options);
		const { users, verify, tokenSeconds = 60 } = options;
		const { failuresPerAddress = 10, failuresPerUser = 10 } = options;
		if (users === undefined && verify === undefined) {
			throw new TypeError('Expected access.users or access.verify, got neither.');
		}
		integerInRange('failuresPerAddress', failuresPerAddress, 1, 100_000);
		integerInRange('failuresPerUser', failuresPerUser, 1, 100_000);
		this.#users = users ?? null;
		this.#verify = verify ?? null;
		this.#tokens = new TokenBook(tokenSeconds, clock);
		this.#byAddress = new AttemptLimit(failuresPerAddress, ADDRESS_WINDOW_MS, clock);
		this.#byUser = new AttemptLimit(failuresPerUser, USER_WINDOW_MS, clock);
		this.#journal = journal;
	}

	/** A token for `uname`, if `pwd` is right. */
	async login(
		request: IncomingMessage,
		address: string,
		uname: string,
		pwd: string,
	): Promise<Login> {
		const place = addressKey(address);
		const user = uname.slice(0, MAX_USER_NAME);
		const retryAfter = Math.max(this.#byAddress.waitOf(place), this.#byUser.waitOf(user));
		if (retryAfter > 0) {
			return { outcome: 'limited', retryAfter };
		}
		this.#byAddress.add(place);
		this.#byUser.add(user);
		const checked = this.#turns.take(() => this.#isRight(request, uname, pwd));
		const isRight = await checked;
		if (isRight !== false) {
			this.#byAddress.takeBack(place);
			this.#byUser.takeBack(user);
		}
		if (isRight === null) {
			return { outcome: 'busy', retryAfter: 1 };
		}
		return isRight
			? { outcome: 'granted', token: this.#tokens.issue(user), expiresIn: this.#tokens.seconds }
			: { outcome: 'refused' };
	}

	/** Whose `token` is; one that this gateway issued is void from then on. At once for those, later for others'. */
	redeem(request: IncomingMessage, token: string): Redemption | Promise<Redemption> {
		const redemption = this.#tokens.redeem(token);
		return redemption.outcome === 'unknown' && this.#verify !== null
			? this.#redeemElsewhere(request, token)
			: redemption;
	}

	async #redeemElsewhere(request: IncomingMessage, token: string): Promise<Redemption> {
		const isGood = await this.#ask(request, { kind: 'token', token });
		return isGood ? { outcome: 'valid', user: '' } : { outcome: 'unknown' };
	}

	/** The list is always asked, so that an unknown name takes as long as a known one. */
	async #isRight(request: IncomingMessage, uname: string, pwd: string): Promise<boolean> {
		const isListed = (await this.#users?.verify(uname, pwd)) ?? false;
		return isListed || this.#users?.has(uname) === true
			? isListed
			: this.#ask(request, { kind: 'password', uname, pwd });
	}

	async #ask(request: IncomingMessage, credentials: Credentials): Promise<boolean> {
		try {
			return (await this.#verify?.(request, credentials)) === true;
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			this.#journal.error('The verify hook failed, which counts as no.', { error: message });
			return false;
		}
	}
}
