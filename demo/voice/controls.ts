// The button, the keys, and the words about what goes on.
import { element, setText } from '../element.js';
import type { Conversation, Phase } from './conversation.js';

const BUTTONS: Readonly<Record<Phase, string>> = {
	idle: 'Listen',
	waiting: 'Listen',
	speaking: 'Interrupt',
	interrupted: 'Interrupt',
	finished: 'Ask again',
	failed: 'Ask again',
};

const STATES: Readonly<Record<Phase, string>> = {
	idle: 'Ready',
	waiting: 'Asking …',
	speaking: 'Speaking',
	interrupted: 'Interrupted',
	finished: 'Done',
	failed: 'Stopped',
};

/** Of the demo's player, that the dot before the words has its colours. */
const TONES: Readonly<Record<Phase, string>> = {
	idle: 'idle',
	waiting: 'connecting',
	speaking: 'playing',
	interrupted: 'paused',
	finished: 'ended',
	failed: 'failed',
};

/** What the focus is on when a key is its own. */
const TAKES_SPACE = 'button, select, input, textarea, summary, a';

export class Controls {
	readonly #conversation: Conversation;
	readonly #button = element('speak', HTMLButtonElement);
	readonly #state = element('state', HTMLElement);
	readonly #word = element('state-word', HTMLElement);
	readonly #detail = element('state-detail', HTMLElement);

	constructor(conversation: Conversation) {
		this.#conversation = conversation;
		this.#button.addEventListener('click', () => {
			conversation.act();
		});
		const encoding = element('encoding', HTMLSelectElement);
		encoding.addEventListener('change', () => {
			conversation.encoding = encoding.value === 'binary' ? 'binary' : 'base64';
		});
		document.addEventListener('keydown', (event) => {
			this.#obey(event);
		});
		this.#button.disabled = false;
	}

	show(phase: Phase): void {
		setText(this.#button, BUTTONS[phase]);
		setText(this.#word, STATES[phase]);
		this.#state.dataset['state'] = TONES[phase];
		setText(this.#detail, this.#detailOf(phase));
		this.#detail.classList.toggle('trouble', phase === 'failed');
	}

	#detailOf(phase: Phase): string {
		const heard = this.#conversation.turn?.heard ?? 0;
		switch (phase) {
			case 'speaking':
				return 'Space or Escape interrupts.';
			case 'interrupted':
				return `The service was told: ${heard.toFixed(3)} s were heard.`;
			case 'finished':
				return 'drained(): everything was heard.';
			case 'failed':
				return this.#conversation.problem;
			case 'idle':
			case 'waiting':
				return 'An answer is on its way.';
		}
	}

	#obey(event: KeyboardEvent): void {
		const { key, target } = event;
		if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
			return;
		}
		const isFree = !(target instanceof Element) || target.closest(TAKES_SPACE) === null;
		if (key === 'Escape') {
			void this.#conversation.interrupt();
		} else if (key === ' ' && isFree) {
			event.preventDefault();
			this.#conversation.act();
		}
	}
}
