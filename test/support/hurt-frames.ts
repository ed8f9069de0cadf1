// A listener's socket whose frames do not reach it as they were sent: some are mangled, and others come that nobody
// sent. Texts pass as they are.
import type { ListenerSocket, MessageHandle, SendOptions } from '../../src/node/index.js';

/** What becomes of a message. */
export type Mangle = (message: Uint8Array) => readonly Uint8Array[];

type Handle = (() => void) | ((error: Error) => void) | MessageHandle;

const BINARY: SendOptions = { binary: true, compress: false };
const TEXT: SendOptions = { binary: false, compress: false };

export class HurtFrames implements ListenerSocket {
	readonly #socket: ListenerSocket;
	#mangle: Mangle | null = null;
	#left = 0;
	#whole: () => void = () => undefined;

	constructor(socket: ListenerSocket) {
		this.#socket = socket;
	}

	/** Resolves when the next `count` frames went through `mangle`. */
	mangleNext(count: number, mangle: Mangle): Promise<void> {
		this.#mangle = mangle;
		this.#left = count;
		return new Promise((resolve) => {
			this.#whole = resolve;
		});
	}

	/** Sends what the server did not. */
	insert(message: Uint8Array | string): void {
		this.#socket.send(message, typeof message === 'string' ? TEXT : BINARY);
	}

	get bufferedAmount(): number {
		return this.#socket.bufferedAmount;
	}

	get readyState(): number {
		return this.#socket.readyState;
	}

	get protocol(): string {
		return this.#socket.protocol;
	}

	get response(): 'raw' | 'framed' | undefined {
		return this.#socket.response;
	}

	send(message: Uint8Array | string, options: SendOptions, onSent?: (error?: Error) => void): void {
		if (typeof message === 'string' || this.#mangle === null) {
			this.#socket.send(message, options, onSent);
			return;
		}
		for (const mangled of this.#mangle(message)) {
			this.#socket.send(mangled, options, onSent);
		}
		this.#left--;
		if (this.#left === 0) {
			this.#mangle = null;
			this.#whole();
		}
	}

	close(code?: number, reason?: string): void {
		this.#socket.close(code, reason);
	}

	terminate(): void {
		this.#socket.terminate();
	}

	on(event: 'close' | 'error' | 'message', handle: Handle): this {
		this.#socket.on(event as 'error', handle as (error: Error) => void);
		return this;
	}

	off(event: 'close' | 'error' | 'message', handle: Handle): this {
		this.#socket.off(event as 'error', handle as (error: Error) => void);
		return this;
	}
}
