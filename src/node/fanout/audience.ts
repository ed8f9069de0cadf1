// Those who hear one stream, and what all together were sent, those included who left.
import type { ListenerCounts } from './delivery.js';
import type { Listener } from './listener.js';
import type { ListenerSocket } from './listener-socket.js';

/** The listeners of one stream. */
export class Audience {
	readonly #listeners = new Map<ListenerSocket, Listener>();
	readonly #gone = {
		framesSent: 0,
		framesDropped: 0,
		framesRepeated: 0,
		bytesSent: 0,
		malformedTexts: 0,
	};

	get size(): number {
		return this.#listeners.size;
	}

	/** Sums over all that ever came. */
	get counts(): ListenerCounts {
		const sums = { ...this.#gone };
		for (const listener of this.#listeners.values()) {
			add(sums, listener);
		}
		return sums;
	}

	[Symbol.iterator](): MapIterator<Listener> {
		return this.#listeners.values();
	}

	has(socket: ListenerSocket): boolean {
		return this.#listeners.has(socket);
	}

	add(listener: Listener): void {
		this.#listeners.set(listener.socket, listener);
	}

	/** @returns false for one that is not among them */
	remove(listener: Listener): boolean {
		const isHere = this.#listeners.get(listener.socket) === listener;
		if (isHere) {
			this.#listeners.delete(listener.socket);
			add(this.#gone, listener);
		}
		return isHere;
	}
}

function add(sum: { -readonly [K in keyof ListenerCounts]: number }, one: ListenerCounts): void {
	sum.framesSent += one.framesSent;
	sum.framesDropped += one.framesDropped;
	sum.framesRepeated += one.framesRepeated;
	sum.bytesSent += one.bytesSent;
	sum.malformedTexts += one.malformedTexts;
}
