// Why a gateway turns somebody away, in the three forms it is said: a WebSocket's close, an HTTP status, a word for
// metrics and journal.

/** The words. */
export const REFUSALS = {
	host: { code: 4403, status: 421, reason: 'unknown host' },
	origin: { code: 4403, status: 403, reason: 'origin not allowed' },
	'address-limit': { code: 4429, status: 429, reason: 'too many connections from this address' },
	'total-limit': { code: 4429, status: 503, reason: 'too many connections' },
	'no-token': { code: 4401, status: 401, reason: 'token required' },
	'wrong-token': { code: 4401, status: 401, reason: 'token not valid' },
	'expired-token': { code: 4401, status: 401, reason: 'token expired' },
	'crowded-out': { code: 1013, status: 503, reason: 'too many without a token' },
	busy: { code: 1013, status: 503, reason: 'too many tokens at once' },
	flood: { code: 1008, status: 429, reason: 'too many messages' },
	'not-ready': { code: 1013, status: 503, reason: 'stream not there yet' },
	leaving: { code: 1001, status: 503, reason: 'server leaving' },
} as const;

export type Refusal = keyof typeof REFUSALS;

/** Counts what happened, by word. */
export class Tally<Word extends string> {
	readonly #counts = new Map<Word, number>();

	/** @param words all there are, so that those that never happened are told too. */
	constructor(words: readonly Word[]) {
		for (const word of words) {
			this.#counts.set(word, 0);
		}
	}

	add(word: Word): void {
		this.#counts.set(word, this.of(word) + 1);
	}

	of(word: Word): number {
		return this.#counts.get(word) ?? 0;
	}

	entries(): IterableIterator<[Word, number]> {
		return this.#counts.entries();
	}
}
