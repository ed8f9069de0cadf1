// What a listener says: the protocol's own texts are obeyed, malformed ones counted, all others are the app's.
import {
	parseProtocolText,
	type ProtocolText,
	type ResumeText,
	type TimeText,
} from '../../core/protocol-text.js';
import type { Clock } from '../clock.js';

/** Who does what a listener's texts ask for. */
export interface TextOrders {
	acknowledge(sequence: number): void;
	resume(text: ResumeText): void;
	/** Whether frames are wanted on this socket. */
	want(wanted: boolean): void;
	answer(text: TimeText): void;
	/** A text of the app's. */
	app(text: string): void;
}

/** Reads the messages of one listener. */
export class ListenerTexts {
	readonly #clock: Clock;
	readonly #framed: boolean;
	readonly #orders: TextOrders;
	#malformed = 0;

	/** @param framed false: all texts are the app's. */
	constructor(clock: Clock, framed: boolean, orders: TextOrders) {
		this.#clock = clock;
		this.#framed = framed;
		this.#orders = orders;
	}

	/** Texts of the protocol's own types that do not hold what they must. */
	get malformed(): number {
		return this.#malformed;
	}

	/** For the socket's `message` event. */
	readonly hear = (message: Uint8Array, isBinary: boolean): void => {
		if (isBinary) {
			return;
		}
		const text = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString();
		const parsed = this.#framed ? parseProtocolText(text) : null;
		if (parsed === null) {
			this.#orders.app(text);
		} else if (parsed === 'malformed') {
			this.#malformed++;
		} else {
			this.#obey(parsed);
		}
	};

	#obey(text: ProtocolText): void {
		switch (text.type) {
			case 'ack':
				this.#orders.acknowledge(text.sequence);
				break;
			case 'resume':
				this.#orders.resume(text);
				break;
			case 'time': {
				const now = this.#clock.wallNow();
				this.#orders.answer({ ...text, received: now, answered: now });
				break;
			}
			case 'media':
				this.#orders.want(text.wanted);
				break;
			case 'token': // was for whoever accepted the socket
				break;
			case 'hello':
			case 'resumed': // a server's to say
				this.#malformed++;
		}
	}
}
