// What the player's connections go through, as the receiver tells it: events for the page, and in the end the
// error that says why there are no more of them.
import { askToken, type TokenOption } from './access-token.js';
import type { ReceiverCommand, ReceiverEvent } from './core/receiver-messages.js';
import { PcmError } from './errors.js';
import { PcmErrorEvent } from './events.js';

type Closure = Extract<ReceiverEvent, { type: 'close' }>;

export interface ConnectionStoryOptions {
	readonly urls: readonly string[];
	readonly token: TokenOption | null;
	readonly emit: (event: Event) => void;
	/** To the receiver. */
	readonly post: (command: ReceiverCommand) => void;
}

export class ConnectionStory {
	readonly #options: ConnectionStoryOptions;
	#url: string | null = null;
	#hasOpened = false;

	constructor(options: ConnectionStoryOptions) {
		this.#options = options;
	}

	/** True while a connection is open. */
	get isOpen(): boolean {
		return this.#url !== null;
	}

	/** True while texts can be sent: an HTTP response has no way back. */
	get canSend(): boolean {
		return this.#url?.startsWith('ws') === true;
	}

	/** The receiver is gone, and its connections with it. */
	reset(): void {
		this.#url = null;
	}

	opened({ url, subprotocol }: Extract<ReceiverEvent, { type: 'open' }>): void {
		this.#url = url;
		this.#hasOpened = true;
		this.#options.emit(new CustomEvent('open', { detail: { url, protocol: subprotocol } }));
	}

	/** @returns why it is over; null: it is not, or the server said that it is done */
	closed(closure: Closure): PcmError | null {
		const { code, reason, wasClean, retryIn } = closure;
		const error = retryIn === null ? this.#verdict(closure) : null;
		this.#url = null;
		this.#options.emit(new CustomEvent('close', { detail: { code, reason, wasClean, retryIn } }));
		return error;
	}

	/** What the server sent besides audio, and what it wants. */
	told(event: ReceiverEvent): void {
		const { emit } = this.#options;
		switch (event.type) {
			case 'text':
				emit(new MessageEvent('message', { data: event.text }));
				break;
			case 'format':
				emit(new CustomEvent('format', { detail: event.format }));
				break;
			case 'fault':
				emit(new PcmErrorEvent(new PcmError(event.code, event.message)));
				break;
			case 'token-wanted':
				void this.#answer(event.id);
				break;
		}
	}

	async #answer(id: number): Promise<void> {
		const { token, emit, post } = this.#options;
		let given: string | null = null;
		try {
			given = token === null ? null : await askToken(token);
		} catch (error) {
			emit(new PcmErrorEvent(error as PcmError));
		}
		post({ type: 'token', id, token: given });
	}

	#verdict({ code, reason, fault }: Closure): PcmError | null {
		// A browser's reason is a sentence.
		const said = `code ${code}${reason === '' ? '' : `, ${reason.replace(/\.$/, '')}`}`;
		if (fault === 'refused') {
			return new PcmError('refused', `The server refused: ${said}.`);
		}
		if (fault === 'unsupported-format') {
			const message = `Expected frames of a version and format known here, got others: ${said}.`;
			return new PcmError('unsupported-format', message);
		}
		if (!this.#hasOpened) {
			const { urls } = this.#options;
			const kind = urls.every((url) => url.startsWith('ws')) ? 'WebSocket server' : 'server';
			const message = `Expected a ${kind} at ${urls.join(', ')}, got ${said}.`;
			return new PcmError('connect-failed', message);
		}
		return code === 1000 ? null : new PcmError('connection-lost', `The connection ended: ${said}.`);
	}
}
