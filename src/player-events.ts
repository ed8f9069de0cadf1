// The player as an EventTarget: types alone, what is done is the platform's.
import type { PcmPlayerEventMap } from './events.js';

/** Listeners by the name and type of the player's events. */
export interface PlayerListening {
	/** As any EventTarget's, typed for the player's events. */
	addEventListener<K extends keyof PcmPlayerEventMap>(
		type: K,
		listener: ((event: PcmPlayerEventMap[K]) => void) | null,
		options?: boolean | AddEventListenerOptions,
	): void;

	/** As any EventTarget's, typed for the player's events. */
	removeEventListener<K extends keyof PcmPlayerEventMap>(
		type: K,
		listener: ((event: PcmPlayerEventMap[K]) => void) | null,
		options?: boolean | EventListenerOptions,
	): void;
}

/** An EventTarget that knows the player's events by name and type, and takes any other, too. */
export const PlayerEventTarget = EventTarget as new () => PlayerListening & EventTarget;
