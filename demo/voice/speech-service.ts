// The page's end of a speech service: texts in, and audio with the times of its words out of what the service sends.

/** A word and when it is said, seconds from the beginning of its answer. */
export interface SpokenWord {
	readonly text: string;
	readonly start: number;
	readonly end: number;
}

export type AudioEncoding = 'base64' | 'binary';

export interface SpeechListener {
	/** An answer begins; what comes after belongs to it. */
	answer(number: number): void;
	words(words: readonly SpokenWord[]): void;
	/** s16 mono, 24 kHz. */
	audio(pcm: Uint8Array): void;
	/** All of the answer has been sent. */
	done(): void;
	/** The connection is gone; the next question opens another. */
	lost(): void;
}

/** What the service says in text. */
type Message =
	| { readonly type: 'answer'; readonly answer: number }
	| { readonly type: 'done' }
	| { readonly type: 'audio'; readonly words: readonly SpokenWord[]; readonly audio?: string };

export class SpeechService {
	readonly #listener: SpeechListener;
	#encoding: AudioEncoding = 'base64';
	#socket: WebSocket | null = null;
	/** It was opened for another encoding. */
	#isOutdated = false;

	constructor(listener: SpeechListener) {
		this.#listener = listener;
	}

	/** Counts from the next question on. */
	set encoding(encoding: AudioEncoding) {
		this.#encoding = encoding;
		this.#isOutdated = this.#socket !== null;
	}

	/** Asks for the next answer. */
	ask(): void {
		if (this.#isOutdated) {
			const socket = this.#socket;
			this.#socket = null;
			socket?.close();
		}
		this.#say({ type: 'ask' });
	}

	/** @param heard seconds of the answer that were heard */
	interrupted(answer: number, heard: number): void {
		this.#say({ type: 'interrupted', answer, heard });
	}

	#say(message: object): void {
		const text = JSON.stringify(message);
		const socket = (this.#socket ??= this.#open());
		if (socket.readyState === WebSocket.OPEN) {
			socket.send(text);
		} else {
			socket.addEventListener('open', () => socket.send(text));
		}
	}

	#open(): WebSocket {
		const socket = new WebSocket(`/speech?encoding=${this.#encoding}`);
		socket.binaryType = 'arraybuffer';
		this.#isOutdated = false;
		socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
			if (socket === this.#socket) {
				this.#take(data);
			}
		});
		socket.addEventListener('close', () => {
			if (socket === this.#socket) {
				this.#socket = null;
				this.#listener.lost();
			}
		});
		return socket;
	}

	#take(received: string | ArrayBuffer): void {
		if (typeof received !== 'string') {
			this.#listener.audio(new Uint8Array(received));
			return;
		}
		const message = JSON.parse(received) as Message;
		switch (message.type) {
			case 'answer':
				this.#listener.answer(message.answer);
				break;
			case 'audio':
				this.#listener.words(message.words);
				if (message.audio !== undefined) {
					this.#listener.audio(fromBase64(message.audio));
				}
				break;
			case 'done':
				this.#listener.done();
		}
	}
}

function fromBase64(text: string): Uint8Array {
	const characters = atob(text);
	return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
