// Where a listener's frames leave. Any socket takes messages; where the byte stream below it is known, frames
// are written to that in their envelope, which is the same for all listeners: the socket's own `send` would
// make header and options anew for each.
import { BARE, type Envelope } from './envelope.js';
import type { ListenerSocket } from './listener-socket.js';
import type { FrameForm, MediaFrame } from './media-frame.js';

/** Takes a listener's frames. */
export interface Outlet {
	/** Bytes that wait in this process. */
	readonly bufferedAmount: number;
	send(frame: MediaFrame, form: FrameForm): void;
	/** The same, where it may wait for `departures.leave()`. */
	depart(frame: MediaFrame, form: FrameForm, departures: Departures): void;
}

/** What is used of a Node stream. */
export interface ByteStream {
	readonly writableLength: number;
	write(bytes: Uint8Array): unknown;
}

/**
 * What goes to many streams at once. First all is decided, then all is written: a write is a system call, after which
 * neither the code nor the fields that decide would be in the processor's caches, at a tenth of a send's cost.
 */
export class Departures {
	readonly #streams: (ByteStream | null)[] = [];
	readonly #messages: Buffer[] = [];
	#count = 0;

	add(stream: ByteStream, message: Buffer): void {
		this.#streams[this.#count] = stream;
		this.#messages[this.#count] = message;
		this.#count++;
	}

	/** Writes all that was added. */
	leave(): void {
		for (let i = 0; i < this.#count; i++) {
			this.#streams[i]!.write(this.#messages[i]!);
			this.#streams[i] = null;
		}
		this.#count = 0;
	}
}

const BINARY = { binary: true, compress: false };

const streams = new WeakMap<ListenerSocket, Outlet>();

/**
 * Tells that `socket` carries its messages on `stream` in `envelope`, and that whole messages may be written
 * to it there: nothing is compressed, and the socket keeps none back.
 */
export function carryOn(stream: ByteStream, envelope: Envelope, socket: ListenerSocket): void {
	streams.set(socket, new StreamOutlet(stream, envelope));
}

export function outletOf(socket: ListenerSocket): Outlet {
	return streams.get(socket) ?? new SocketOutlet(socket);
}

class StreamOutlet implements Outlet {
	readonly #stream: ByteStream;
	readonly #envelope: Envelope;

	constructor(stream: ByteStream, envelope: Envelope) {
		this.#stream = stream;
		this.#envelope = envelope;
	}

	get bufferedAmount(): number {
		return this.#stream.writableLength;
	}

	send(frame: MediaFrame, form: FrameForm): void {
		this.#stream.write(frame.encoded(form, this.#envelope));
	}

	depart(frame: MediaFrame, form: FrameForm, departures: Departures): void {
		departures.add(this.#stream, frame.encoded(form, this.#envelope));
	}
}

class SocketOutlet implements Outlet {
	readonly #socket: ListenerSocket;

	constructor(socket: ListenerSocket) {
		this.#socket = socket;
	}

	get bufferedAmount(): number {
		return this.#socket.bufferedAmount;
	}

	send(frame: MediaFrame, form: FrameForm): void {
		this.#socket.send(frame.encoded(form, BARE), BINARY);
	}

	depart(frame: MediaFrame, form: FrameForm): void {
		this.send(frame, form);
	}
}
