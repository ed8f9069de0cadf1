// HTMLElement as the player's element needs it: there on a server, too, and with the player's events by name.
import type { PcmPlayerEventMap } from '../index.js';

/** What happens on the element: a player's event in place of the page's of the same name. */
export type PcmPlayerElementEventMap = Omit<HTMLElementEventMap, keyof PcmPlayerEventMap> &
	PcmPlayerEventMap;

/** Where there is no page nothing is ever made of it: the module can be imported. */
const Base = typeof HTMLElement === 'undefined' ? (Object as never) : HTMLElement;

export class PageElement extends Base {
	/** As any element's, typed for the player's events. */
	override addEventListener<K extends keyof PcmPlayerElementEventMap>(
		type: K,
		listener: ((event: PcmPlayerElementEventMap[K]) => void) | null,
		options?: boolean | AddEventListenerOptions,
	): void;
	/** As any element's. */
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
		super.addEventListener(type, listener as EventListener, options);
	}

	/** As any element's, typed for the player's events. */
	override removeEventListener<K extends keyof PcmPlayerElementEventMap>(
		type: K,
		listener: ((event: PcmPlayerElementEventMap[K]) => void) | null,
		options?: boolean | EventListenerOptions,
	): void;
	/** As any element's. */
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
		super.removeEventListener(type, listener as EventListener, options);
	}
}
