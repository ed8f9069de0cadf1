// What was said, word by word, as it is heard.
import { make, setText } from '../element.js';
import type { Turn } from './turn.js';

const MOST_TURNS = 30;

export class Transcript {
	readonly #list: HTMLElement;
	#turn: Turn | null = null;
	#line = make('p');
	#outcome = make('p');

	constructor(list: HTMLElement) {
		this.#list = list;
		list.append(make('li', { class: 'empty' }, 'Nothing yet.'));
	}

	add(turn: Turn): void {
		this.#list.querySelector('.empty')?.remove();
		this.#turn = turn;
		this.#line = make('p', { class: 'said' });
		this.#outcome = make('p', { class: 'outcome' });
		this.#list.append(make('li', {}, this.#line, this.#outcome));
		while (this.#list.childElementCount > MOST_TURNS) {
			this.#list.firstElementChild?.remove();
		}
	}

	/** Shows the newest answer as it is now. */
	show(): void {
		const turn = this.#turn;
		if (turn === null) {
			return;
		}
		const before = this.#line.childElementCount;
		for (const { text } of turn.words.slice(before)) {
			this.#line.append(make('span', { 'data-fate': 'unheard' }, text), ' ');
		}
		turn.words.forEach((word, i) => {
			const span = this.#line.children[i] as HTMLElement;
			const fate = turn.fateOf(word);
			if (span.dataset['fate'] !== fate) {
				span.dataset['fate'] = fate;
			}
		});
		this.#line.classList.toggle('interrupted', turn.isInterrupted);
		setText(this.#outcome, turn.isInterrupted ? outcomeOf(turn) : '');
		if (turn.words.length > before) {
			this.#list.scrollTop = this.#list.scrollHeight;
		}
	}
}

function outcomeOf({ heard, wordsHeard, words }: Turn): string {
	return `Interrupted after ${heard.toFixed(2)} s: ${wordsHeard} of ${words.length} words were heard.`;
}
