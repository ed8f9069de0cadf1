// One answer of the voice: its words, how much of it has come, and how much of that was heard.
import type { SpokenWord } from './speech-service.js';

/** What became of a word. */
export type WordFate = 'heard' | 'cut' | 'unheard';

export class Turn {
	/** The service's. */
	readonly number: number;
	readonly words: SpokenWord[] = [];
	/** Seconds. */
	received = 0;
	isInterrupted = false;
	/** Media seconds of the player at which it begins. */
	readonly #begin: number;
	#heard = 0;

	constructor(number: number, begin: number) {
		this.number = number;
		this.#begin = begin;
	}

	/** Seconds of it that were heard. */
	get heard(): number {
		return this.#heard;
	}

	/** @param currentTime media seconds of the player */
	hearUpTo(currentTime: number): void {
		this.#heard = Math.min(this.received, Math.max(0, currentTime - this.#begin));
	}

	/** Whole words heard. */
	get wordsHeard(): number {
		return this.words.filter((word) => this.fateOf(word) === 'heard').length;
	}

	/** A word counts when its last sample was heard; one that was begun is cut off. */
	fateOf({ start, end }: SpokenWord): WordFate {
		if (end <= this.#heard) {
			return 'heard';
		}
		return start < this.#heard ? 'cut' : 'unheard';
	}
}
