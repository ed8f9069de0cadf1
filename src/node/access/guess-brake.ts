// Slows those who guess passwords, and locks nobody out. An address that has failed too often is refused for a while,
// and so is a name, but from that address alone: whoever fails with somebody else's name must not keep that one out.
// Against many addresses that guess at one name, logins with it take turns, one a second, but from where it has logged
// in before. A name that nobody has is braked as any other, and so tells nothing.
import { AttemptLimit, MAX_KEYS } from './attempt-limit.js';
import { systemClock, type Clock } from '../clock.js';

const ADDRESS_WINDOW_MS = 60_000;
const USER_WINDOW_MS = 300_000;

/** Between two logins with a name that many guess at, ms, and how long one may have to wait for its turn. */
const TURN_MS = 1000;
const MAX_WAIT_MS = 10_000;

/** Counts logins and says how long each has to wait. */
export class GuessBrake {
	readonly #clock: Clock;
	readonly #ofAddress: AttemptLimit;
	/** Of a name at an address. */
	readonly #ofPlace: AttemptLimit;
	readonly #ofUser: AttemptLimit;
	/** Places from which a name has logged in, the newest last. */
	readonly #known = new Set<string>();
	/** When the next turn of a braked name is, ms. */
	readonly #turns = new Map<string, number>();

	/** @param perAddress failures a minute. @param perUser failures with one name in five minutes. Both 1 or more. */
	constructor(perAddress: number, perUser: number, clock: Clock = systemClock) {
		this.#clock = clock;
		this.#ofAddress = new AttemptLimit(perAddress, ADDRESS_WINDOW_MS, clock);
		this.#ofPlace = new AttemptLimit(perUser, USER_WINDOW_MS, clock);
		this.#ofUser = new AttemptLimit(perUser, USER_WINDOW_MS, clock);
	}

	/** Seconds until `address` may try `user` again, rounded up; 0: it has not failed too often. */
	refusalOf(address: string, user: string): number {
		const place = placeOf(address, user);
		return Math.max(this.#ofAddress.waitOf(address), this.#ofPlace.waitOf(place));
	}

	/** Whether `address` may begin another login of `user`: those under way may all fail. */
	hasRoom(address: string, user: string): boolean {
		return this.#ofAddress.hasRoom(address) && this.#ofPlace.hasRoom(placeOf(address, user));
	}

	/** A login is under way until `end`.
	 * @returns ms that it has to wait; null: too many wait already, and it does not begin */
	begin(address: string, user: string): number | null {
		const place = placeOf(address, user);
		const isBraked = !this.#ofUser.hasRoom(user) && !this.#known.has(place);
		const delayMs = isBraked ? this.#takeTurn(user) : 0;
		if (delayMs !== null) {
			this.#ofAddress.begin(address);
			this.#ofPlace.begin(place);
			this.#ofUser.begin(user);
		}
		return delayMs;
	}

	end(address: string, user: string, hasFailed: boolean): void {
		this.#ofAddress.end(address, hasFailed);
		this.#ofPlace.end(placeOf(address, user), hasFailed);
		this.#ofUser.end(user, hasFailed);
	}

	/** `user` is at home at `address`. */
	remember(address: string, user: string): void {
		const place = placeOf(address, user);
		this.#known.delete(place);
		dropOldest(this.#known);
		this.#known.add(place);
	}

	#takeTurn(user: string): number | null {
		const now = this.#clock.now();
		const at = Math.max(now, this.#turns.get(user) ?? now);
		if (at - now > MAX_WAIT_MS) {
			return null;
		}
		this.#turns.delete(user);
		dropOldest(this.#turns);
		this.#turns.set(user, at + TURN_MS);
		return at - now;
	}
}

/** No address has a space in it. */
function placeOf(address: string, user: string): string {
	return `${address} ${user}`;
}

function dropOldest(kept: Set<string> | Map<string, number>): void {
	if (kept.size >= MAX_KEYS) {
		const [oldest] = kept.keys();
		kept.delete(oldest!);
	}
}
