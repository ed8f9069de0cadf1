// What lets the player in, asked of the page before each attempt to connect: a token may be good for one.
import type { ReceiverEvent } from '../core/receiver-messages.js';

type Answer = (token: string | null) => void;

export class Tokens {
	readonly #hasToken: boolean;
	readonly #post: (event: ReceiverEvent) => void;
	readonly #waiting = new Map<number, Answer>();
	#asked = 0;

	/** @param hasToken false: none is asked for */
	constructor(hasToken: boolean, post: (event: ReceiverEvent) => void) {
		this.#hasToken = hasToken;
		this.#post = post;
	}

	/** Calls `answer` when the page has answered; at once where there is nothing to ask. */
	need(answer: Answer): void {
		if (!this.#hasToken) {
			answer(null);
			return;
		}
		this.#asked++;
		this.#waiting.set(this.#asked, answer);
		this.#post({ type: 'token-wanted', id: this.#asked });
	}

	answer(id: number, token: string | null): void {
		const answer = this.#waiting.get(id);
		this.#waiting.delete(id);
		answer?.(token);
	}
}
