// A few words with the server, on the socket that carries the sound.
import { element, make } from './element.js';
import type { Session } from './session.js';

const MOST_LINES = 100;

export class TalkBox {
	readonly #list = element('conversation', HTMLElement);
	readonly #input = element('say', HTMLInputElement);
	readonly #session: Session;

	constructor(session: Session) {
		this.#session = session;
		this.#list.append(make('li', {}, 'Once you play, I answer. Try it while the line is hurt.'));
		element('talk', HTMLFormElement).addEventListener('submit', (event) => {
			event.preventDefault();
			this.#say(this.#input.value.trim());
		});
		session.onPlayer((player) => {
			player.addEventListener('message', ({ data }) => {
				this.#add(replyIn(data), '');
			});
		});
	}

	#say(words: string): void {
		if (words === '') {
			return;
		}
		if (this.#session.player.send(words)) {
			this.#add(words, 'mine');
			this.#input.value = '';
		} else {
			this.#add('Not connected: press play, then send it again.', '');
		}
	}

	#add(words: string, kind: string): void {
		this.#list.append(make('li', kind === '' ? {} : { class: kind }, words));
		while (this.#list.childElementCount > MOST_LINES) {
			this.#list.firstElementChild?.remove();
		}
		this.#list.scrollTop = this.#list.scrollHeight;
	}
}

/** The words of `{"type":"reply","text":…}`; any other text as it is. */
function replyIn(message: string): string {
	try {
		const reply = JSON.parse(message) as { readonly type?: unknown; readonly text?: unknown };
		return reply.type === 'reply' && typeof reply.text === 'string' ? reply.text : message;
	} catch {
		return message;
	}
}
