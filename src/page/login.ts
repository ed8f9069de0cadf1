// Name and password for tokens, one for each connection. They are kept in this page's memory alone, to log in again
// when a connection is lost.
import { element } from './element.js';

interface Names {
	readonly uname: string;
	readonly pwd: string;
}

/** The server's answer was no; the message is the server's. */
class LoginError extends Error {
	override readonly name = 'LoginError';
}

/** Asks for a login and keeps it. */
export class Login {
	readonly #form = element('login', HTMLFormElement);
	readonly #fault = element('login-fault', HTMLElement);
	#names: Names | null = null;

	/** Shows the form until it is right. */
	ask(): Promise<void> {
		this.#form.hidden = false;
		element('uname', HTMLInputElement).focus();
		return new Promise((resolve) => {
			this.#form.onsubmit = (event) => {
				event.preventDefault();
				void this.#submit(resolve);
			};
		});
	}

	async #submit(done: () => void): Promise<void> {
		this.#fault.textContent = '';
		this.#names = {
			uname: element('uname', HTMLInputElement).value,
			pwd: element('pwd', HTMLInputElement).value,
		};
		try {
			await this.token();
			this.#form.hidden = true;
			this.#form.reset();
			done();
		} catch (error) {
			this.#fault.textContent =
				error instanceof LoginError ? error.message : 'The server does not answer.';
		}
	}

	/** A token for one connection. Rejects when the server gives none. */
	async token(): Promise<string> {
		const response = await fetch('/login', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(this.#names),
		});
		const answer = (await response.json()) as { token?: string; error?: string };
		if (answer.token === undefined) {
			throw new LoginError(answer.error ?? 'Refused.');
		}
		return answer.token;
	}
}
