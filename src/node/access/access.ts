// Who may listen: a name and a password are given for a token, a token for one connection. Guessing is slowed, and the
// dear hashing is done a few at a time.
import type { IncomingMessage } from 'node:http';
import { Alarm } from '../alarm.js';
import { addressKey } from './client-address.js';
import type { Clock } from '../clock.js';
import { GuessBrake } from './guess-brake.js';
import type { Journal } from '../journal.js';
import { LoginQueue } from './login-queue.js';
import { TokenBook, type Redemption } from './token-book.js';
import { Turns } from './turns.js';
import { MAX_USER_NAME, type Users } from './user-list.js';
import { VerifyHook, type Verify } from './verify-hook.js';
import { inRange, integerInRange, record } from '../../core/validation.js';

/** Who may listen. At least one of `users` and `verify`. */
export interface AccessOptions {
	/** Users and their password hashes. */
	readonly users?: Users;
	/** Your own: asked for names that `users` does not know, and for tokens that others issued. */
	readonly verify?: Verify;
	/** How long a token waits for its connection, seconds, 1 to 86 400; a connection lasts as long as it likes.
	 * @default 60 */
	readonly tokenSeconds?: number;
	/** Wrong passwords an address may give in a minute, 1 to 100 000. Its logins that come at once wait for each other, so
	 * that no more are being checked than may yet fail. @default 10 */
	readonly failuresPerAddress?: number;
	/** Wrong passwords that an address may give for one name in five minutes, 1 to 100 000. When all addresses together
	 * have given more for a name, logins with it take turns, one a second, but from where it has logged in before.
	 * @default 10 */
	readonly failuresPerUser?: number;
	/** How long `verify` may take, seconds, 0.1 to 60; no answer is a no. @default 5 */
	readonly verifySeconds?: number;
}

/** What came of a login. */
export type Login =
	| { readonly outcome: 'granted'; readonly token: string; readonly expiresIn: number }
	| { readonly outcome: 'refused' }
	/** Too many failures, or too many at once: `retryAfter` in seconds. */
	| { readonly outcome: 'limited' | 'busy'; readonly retryAfter: number };

/** Passwords checked together (node has four threads for it and for files), and that may wait. */
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING = 64;

/** Logins that may wait for others of their address. */
const LOGINS_WAITING = 256;

/** Until somebody who came when too many did may come again, seconds. */
const BUSY_RETRY = 1;
const BRAKE_RETRY = 10;

/** Checks passwords and tokens. */
export class Access {
	readonly #users: Users | null;
	readonly #hook: VerifyHook | null;
	readonly #tokens: TokenBook;
	readonly #brake: GuessBrake;
	readonly #queue = new LoginQueue(LOGINS_WAITING);
	readonly #turns = new Turns(CHECKS_AT_ONCE, CHECKS_WAITING);
	readonly #clock: Clock;

	/** @throws TypeError or RangeError for options that cannot be */
	constructor(options: AccessOptions, clock: Clock, journal: Journal) {
		record('access', options);
		const { users, verify, tokenSeconds = 60, verifySeconds = 5 } = options;
		const { failuresPerAddress = 10, failuresPerUser = 10 } = options;
		if (users === undefined && verify === undefined) {
			throw new TypeError('Expected access.users or access.verify, got neither.');
		}
		integerInRange('failuresPerAddress', failuresPerAddress, 1, 100_000);
		integerInRange('failuresPerUser', failuresPerUser, 1, 100_000);
		inRange('verifySeconds', verifySeconds, 0.1, 60);
		this.#users = users ?? null;
		this.#hook =
			verify === undefined ? null : new VerifyHook(verify, verifySeconds, clock, journal);
		this.#tokens = new TokenBook(tokenSeconds, clock);
		this.#brake = new GuessBrake(failuresPerAddress, failuresPerUser, clock);
		this.#clock = clock;
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
		const begun = await this.#begin(place, user);
		if (typeof begun !== 'number') {
			return begun;
		}
		let isRight: boolean | null = false;
		try {
			await this.#pass(begun);
			isRight = await this.#isRight(request, uname, pwd);
		} finally {
			this.#brake.end(place, user, isRight === false);
			this.#queue.ended(place);
		}
		if (isRight === null) {
			return { outcome: 'busy', retryAfter: BUSY_RETRY };
		}
		if (!isRight) {
			return { outcome: 'refused' };
		}
		this.#brake.remember(place, user);
		return {
			outcome: 'granted',
			token: this.#tokens.issue(user),
			expiresIn: this.#tokens.seconds,
		};
	}

	/** Whose `token` is; one that this gateway issued is void from then on. At once for those, later for others'. */
	redeem(request: IncomingMessage, token: string): Redemption | Promise<Redemption> {
		const redemption = this.#tokens.redeem(token);
		if (redemption.outcome !== 'unknown' || this.#hook === null) {
			return redemption;
		}
		const asked = this.#hook.ask(request, { kind: 'token', token });
		return asked === null
			? { outcome: 'busy' }
			: asked.then((isGood) => (isGood ? { outcome: 'valid', user: '' } : { outcome: 'unknown' }));
	}

	/** Begins a login as soon as it may fail as well. @returns ms that it has to wait, or why it does not begin */
	async #begin(place: string, user: string): Promise<number | Login> {
		for (;;) {
			const retryAfter = this.#brake.refusalOf(place, user);
			if (retryAfter > 0) {
				return { outcome: 'limited', retryAfter };
			}
			if (this.#brake.hasRoom(place, user)) {
				return this.#brake.begin(place, user) ?? { outcome: 'busy', retryAfter: BRAKE_RETRY };
			}
			const ending = this.#queue.ending(place);
			if (ending === null) {
				return { outcome: 'busy', retryAfter: BUSY_RETRY };
			}
			await ending;
		}
	}

	/** The list is always asked, so that an unknown name takes as long as a known one. null: too many at once. */
	async #isRight(request: IncomingMessage, uname: string, pwd: string): Promise<boolean | null> {
		const users = this.#users;
		const isListed =
			users === null ? false : await this.#turns.take(() => users.verify(uname, pwd));
		if (isListed !== false || users?.has(uname) === true || this.#hook === null) {
			return isListed;
		}
		return this.#hook.ask(request, { kind: 'password', uname, pwd });
	}

	async #pass(ms: number): Promise<void> {
		if (ms > 0) {
			await new Promise<void>((resolve) => new Alarm(this.#clock).set(ms, resolve));
		}
	}
}
