// One page's talk with the simulated speech service: an answer is sent in bursts, faster than it is heard, with the
// times of its words; what is left of it is not sent once the page was interrupted.
import type { WebSocket } from 'ws';
import { Answers } from './answers.js';
import { SPEECH_BYTES, speechOf, type Speech } from './speech.js';

/** How audio is sent: in JSON, or as binary messages that follow their words. */
export type AudioEncoding = 'base64' | 'binary';

/** Seconds of sound in a message, messages in a burst, and milliseconds before the first and between two: eight
 * times as fast as it is heard. */
const PIECE = 0.1;
const PIECES = 4;
const THINKING = 80;
const INTERVAL = 50;

export class VoiceVisit {
	readonly #socket: WebSocket;
	readonly #encoding: AudioEncoding;
	readonly #answers = new Answers();
	#number = 0;
	#speech: Speech | null = null;
	/** Bytes of it that were sent. */
	#sent = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(socket: WebSocket, encoding: AudioEncoding) {
		this.#socket = socket;
		this.#encoding = encoding;
		socket.on('message', (message, isBinary) => {
			if (!isBinary) {
				this.#hear(Buffer.from(message as Buffer).toString());
			}
		});
		socket.on('close', () => clearTimeout(this.#timer));
	}

	#hear(text: string): void {
		const message = parse(text);
		if (message['type'] === 'ask') {
			this.#answer(this.#answers.next());
		} else if (message['type'] === 'interrupted' && message['answer'] === this.#number) {
			const words = this.#speech?.words ?? [];
			this.#answer(this.#answers.afterInterruption(words, Number(message['heard'])));
		}
	}

	#answer(text: string): void {
		clearTimeout(this.#timer);
		this.#number++;
		this.#speech = speechOf(text);
		this.#sent = 0;
		this.#tell({ type: 'answer' });
		this.#timer = setTimeout(() => this.#burst(this.#speech!), THINKING);
	}

	#burst(speech: Speech): void {
		for (let piece = 0; piece < PIECES && this.#sent < speech.pcm.byteLength; piece++) {
			this.#send(speech);
		}
		if (this.#sent < speech.pcm.byteLength) {
			this.#timer = setTimeout(() => this.#burst(speech), INTERVAL);
		} else {
			this.#tell({ type: 'done' });
		}
	}

	#send({ pcm, words }: Speech): void {
		const from = this.#sent;
		const piece = pcm.subarray(from, from + PIECE * SPEECH_BYTES);
		this.#sent += piece.byteLength;
		const begun = words.filter(
			({ start }) => start >= from / SPEECH_BYTES && start < this.#sent / SPEECH_BYTES,
		);
		if (this.#encoding === 'base64') {
			const audio = Buffer.from(piece).toString('base64');
			this.#tell({ type: 'audio', words: begun, audio });
		} else {
			this.#tell({ type: 'audio', words: begun });
			this.#socket.send(piece, { binary: true, compress: false });
		}
	}

	#tell(message: Readonly<Record<string, unknown>>): void {
		this.#socket.send(JSON.stringify({ ...message, answer: this.#number }), {
			binary: false,
			compress: false,
		});
	}
}

function parse(text: string): Record<string, unknown> {
	try {
		const message: unknown = JSON.parse(text);
		return typeof message === 'object' && message !== null
			? (message as Record<string, unknown>)
			: {};
	} catch {
		return {};
	}
}
