// A listener's socket that keeps what it was sent, with the time, and whose backlog a test sets.
import { EventEmitter } from 'node:events';
import { parseFrame, type Frame } from '../../../src/core/frame.js';
import type { Clock } from '../../../src/node/clock.js';
import type { ListenerSocket, SendOptions } from '../../../src/node/fanout/listener-socket.js';

export interface SentMessage {
	readonly at: number;
	readonly message: Uint8Array | string;
	readonly options: SendOptions;
}

export class FakeSocket extends EventEmitter implements ListenerSocket {
	bufferedAmount = 0;
	readyState = 1;
	readonly protocol: string;
	readonly response: ListenerSocket['response'];
	readonly sent: SentMessage[] = [];
	closed: { readonly code: number | undefined; readonly reason: string | undefined } | null = null;
	terminated = false;
	readonly #clock: Clock;

	constructor(clock: Clock, protocol = '', response?: ListenerSocket['response']) {
		super();
		this.#clock = clock;
		this.protocol = protocol;
		this.response = response;
	}

	send(message: Uint8Array | string, options: SendOptions, onSent?: () => void): void {
		this.sent.push({ at: this.#clock.now(), message, options });
		onSent?.();
	}

	close(code?: number, reason?: string): void {
		this.closed ??= { code, reason };
		this.readyState = 3;
		this.emit('close');
	}

	terminate(): void {
		this.terminated = true;
		this.readyState = 3;
		this.emit('close');
	}

	/** What the listener says: a text, or an object as JSON. */
	say(text: string | object): void {
		const words = typeof text === 'string' ? text : JSON.stringify(text);
		this.emit('message', Buffer.from(words), false);
	}

	get binary(): Uint8Array[] {
		return this.sent.map(({ message }) => message).filter((message) => typeof message !== 'string');
	}

	get texts(): string[] {
		return this.sent.map(({ message }) => message).filter((message) => typeof message === 'string');
	}

	/** The texts of one of the protocol's types. */
	textsOf(type: string): Record<string, unknown>[] {
		return this.texts
			.map((text) => JSON.parse(text) as Record<string, unknown>)
			.filter((text) => text['type'] === type);
	}

	get times(): number[] {
		return this.sent.filter(({ message }) => typeof message !== 'string').map(({ at }) => at);
	}

	/** The binary messages as frames; a fault fails the test. */
	get frames(): Frame[] {
		return this.binary.map((message) => {
			const frame = parseFrame(message);
			if (typeof frame === 'string') {
				throw new Error(`Expected a frame, got bytes that are ${frame}.`);
			}
			return frame;
		});
	}
}

/** All bytes in one array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
	let byte = 0;
	for (const part of parts) {
		bytes.set(part, byte);
		byte += part.byteLength;
	}
	return bytes;
}
