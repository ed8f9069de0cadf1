// How long to wait before the next try to connect.
import type { ReconnectPolicy } from '../core/receiver-messages.js';
import type { Environment } from './environment.js';

/** Seconds, at most, before a prompt try: enough to keep the players of one server apart. */
const PROMPT_DELAY = 0.05;

/** So many milliseconds after a loss, seconds from one try to the next are at most EAGER_DELAY: a server that restarts
 * is found soon. */
const EAGER_TIME = 10_000;
const EAGER_DELAY = 1;

export class BackOff {
	readonly #environment: Environment;
	readonly #policy: ReconnectPolicy;
	#isPrompt = false;
	#tries = 0;
	/** Milliseconds. */
	#lostAt = 0;

	constructor(environment: Environment, policy: ReconnectPolicy) {
		this.#environment = environment;
		this.#policy = policy;
	}

	/** What worked is lost just now, or is to be tried as if it was. @param isPrompt the first try is due almost at
	 * once */
	restart(isPrompt: boolean): void {
		this.#isPrompt = isPrompt;
		this.#tries = 0;
		this.#lostAt = this.#environment.now();
	}

	/** Seconds; each call is a try that failed. */
	next(): number {
		if (this.#isPrompt) {
			this.#isPrompt = false;
			return PROMPT_DELAY * this.#environment.random();
		}
		const { minDelay, maxDelay } = this.#policy;
		const isEager = this.#environment.now() - this.#lostAt < EAGER_TIME;
		const most = isEager ? Math.min(maxDelay, Math.max(minDelay, EAGER_DELAY)) : maxDelay;
		const wait = Math.min(most, minDelay * 2 ** this.#tries++);
		return wait * (1 - this.#environment.random() / 2);
	}
}
