// HTMLElement as the player's element needs it: there on a server, too, and with the player's events by name.
import type { PcmPlayerEventMap } from '../index.js';

/** What happens on the element: a player's event in place of the page's of the same name. */
export type PcmPlayerElementEventMap = Omit<HTMLElementEventMap, keyof PcmPlayerEventMap> &
	PcmPlayerEventMap;

/** Listeners by the name and type of what happens on the element. */
interface ElementListening {
	/** As any element's, typed for the player's events. */
	addEventListener<K extends keyof PcmPlayerElementEventMap>(
		type: K,
		listener: ((event: PcmPlayerElementEventMap[K]) => void) | null,
		options?: boolean | AddEventListenerOptions,
	): void;

	/** As any element's, typed for the player's events. */
	removeEventListener<K extends keyof PcmPlayerElementEventMap>(
		type: K,
		listener: ((event: PcmPlayerElementEventMap[K]) => void) | null,
		options?: boolean | EventListenerOptions,
	): void;
}

/** Where there is no page nothing is ever made of it: the module can be imported. */
const Base: unknown = typeof HTMLElement === 'undefined' ? Object : HTMLElement;

/** An HTMLElement that knows the player's events, too; types alone, what is done is the platform's. */
export const PageElement = Base as new () => ElementListening & HTMLElement;
