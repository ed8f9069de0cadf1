// The operator's own judgement of credentials, which may be slow, dead or broken: it gets a time to answer, and is asked
// a bounded number of times at once. No answer is a no, and is told.
import type { IncomingMessage } from 'node:http';
import { Alarm } from '../alarm.js';
import type { Clock } from '../clock.js';
import type { Journal } from '../journal.js';
import { Turns } from './turns.js';

/** What somebody shows. */
export type Credentials =
	| { readonly kind: 'password'; readonly uname: string; readonly pwd: string }
	/** A token that this gateway has not issued. */
	| { readonly kind: 'token'; readonly token: string };

/** Whether `credentials` are good; what it throws, and what it does not answer in time, counts as no and is told to the
 * journal. */
export type Verify = (
	request: IncomingMessage,
	credentials: Credentials,
) => boolean | Promise<boolean>;

/** Questions that wait for their answer, and that wait to be asked. */
const ASKED_AT_ONCE = 32;
const ASKED_LATER = 64;

/** Asks one hook. */
export class VerifyHook {
	readonly #verify: Verify;
	readonly #seconds: number;
	readonly #clock: Clock;
	readonly #journal: Journal;
	readonly #turns = new Turns(ASKED_AT_ONCE, ASKED_LATER);

	/** @param seconds that an answer may take, above 0. */
	constructor(verify: Verify, seconds: number, clock: Clock, journal: Journal) {
		this.#verify = verify;
		this.#seconds = seconds;
		this.#clock = clock;
		this.#journal = journal;
	}

	/** Never rejects. @returns null at once when too many wait */
	ask(request: IncomingMessage, credentials: Credentials): Promise<boolean> | null {
		return this.#turns.take(() => this.#answer(request, credentials));
	}

	async #answer(request: IncomingMessage, credentials: Credentials): Promise<boolean> {
		const patience = new Alarm(this.#clock);
		const tooLate = new Promise<never>((_, reject) => {
			patience.set(1000 * this.#seconds, () => {
				reject(new Error(`no answer within ${this.#seconds} s`));
			});
		});
		try {
			const answer: unknown = await Promise.race([this.#verify(request, credentials), tooLate]);
			return answer === true;
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			this.#journal.error('The verify hook failed, which counts as no.', { error: message });
			return false;
		} finally {
			patience.clear();
		}
	}
}
