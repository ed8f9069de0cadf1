import type { PcmPlayerEventMap } from './events.js';

/** An EventTarget that knows the player's events by name and type. */
export class PlayerEventTarget extends EventTarget {
	/** As any EventTarget's, typed for the player's events. */
	override addEventListener<K extends keyof PcmPlayerEventMap>(
		type: K,
		listener: ((event: PcmPlayerEventMap[K]) => void) | null,
		options?: boolean | AddEventListenerOptions,
	): void;
	override addEventListener(
		type: string,
		listener: EventListenerOrEventListenerObject | null,
		options?: boolean | AddEventListenerOptions,
	): void;
	override addEventListener(
		type: string,
		listener: EventListenerOrEventListenerObject | ((event: never) => void) | null,
		options?: boolean | AddEventListenerOptions,
	): void {
		super.addEventListener(type, listener as EventListener | null, options);
	}

	/** As any EventTarget's, typed for the player's events. */
	override removeEventListener<K extends keyof PcmPlayerEventMap>(
		type: K,
		listener: ((event: PcmPlayerEventMap[K]) => void) | null,
		options?: boolean | EventListenerOptions,
	): void;
	override removeEventListener(
		type: string,
		listener: EventListenerOrEventListenerObject | null,
		options?: boolean | EventListenerOptions,
	): void;
	override removeEventListener(
		type: string,
		listener: EventListenerOrEventListenerObject | ((event: never) => void) | null,
		options?: boolean | EventListenerOptions,
	): void {
		super.removeEventListener(type, listener as EventListener | null, options);
	}
}
