// What the page tells in numbers, of the newest answer and the last interruption.
import { element, setText } from '../element.js';
import { milliseconds } from '../quantity.js';
import type { Conversation } from './conversation.js';

const NOTHING = '–';

export class Figures {
	readonly #conversation: Conversation;
	readonly #silence = element('silence', HTMLElement);
	readonly #heard = element('heard', HTMLElement);
	readonly #heardNote = element('heard-note', HTMLElement);
	readonly #words = element('words', HTMLElement);
	readonly #wordsOf = element('words-of', HTMLElement);
	readonly #ahead = element('ahead', HTMLElement);
	readonly #aheadTitle = element('ahead-title', HTMLElement);
	readonly #aheadNote = element('ahead-note', HTMLElement);

	constructor(conversation: Conversation) {
		this.#conversation = conversation;
	}

	show(): void {
		const { turn, untilSilence } = this.#conversation;
		setText(this.#silence, untilSilence === null ? NOTHING : milliseconds(untilSilence).number);
		if (turn === null) {
			return;
		}
		const { heard, received, words, wordsHeard, isInterrupted } = turn;
		setText(this.#heard, heard.toFixed(isInterrupted ? 3 : 1));
		setText(this.#heardNote, `of ${received.toFixed(1)} s that have come`);
		setText(this.#words, String(wordsHeard));
		setText(this.#wordsOf, `of ${words.length}`);
		setText(this.#ahead, (received - heard).toFixed(1));
		setText(this.#aheadTitle, isInterrupted ? 'Dropped' : 'Ahead');
		setText(
			this.#aheadNote,
			isInterrupted ? 'received and never heard' : 'received and not heard yet',
		);
	}
}
