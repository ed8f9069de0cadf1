// A player's events, to happen on the element.
import { PcmErrorEvent, type PcmPlayer, type PcmPlayerEventMap } from '../index.js';

export type PlayerEvent = PcmPlayerEventMap[keyof PcmPlayerEventMap];

const NAMES = Object.keys({
	statechange: true,
	playing: true,
	waiting: true,
	ended: true,
	error: true,
	message: true,
	format: true,
	stats: true,
	volumechange: true,
	open: true,
	close: true,
} satisfies Record<keyof PcmPlayerEventMap, true>) as (keyof PcmPlayerEventMap)[];

/** @param note sees each event before `target` does
 * @returns ends it */
export function forwardEvents(
	player: PcmPlayer,
	target: EventTarget,
	note: (event: PlayerEvent) => void,
): () => void {
	const until = new AbortController();
	for (const name of NAMES) {
		const forward = (event: PlayerEvent): void => {
			note(event);
			target.dispatchEvent(copyOf(event));
		};
		player.addEventListener(name, forward, { signal: until.signal });
	}
	return () => {
		until.abort();
	};
}

/** One that is under way cannot be dispatched again. */
function copyOf(event: Event): Event {
	if (event instanceof PcmErrorEvent) {
		return new PcmErrorEvent(event.error);
	}
	if (event instanceof CustomEvent) {
		return new CustomEvent(event.type, { detail: event.detail as unknown });
	}
	if (event instanceof MessageEvent) {
		return new MessageEvent(event.type, { data: event.data as unknown });
	}
	return new Event(event.type);
}
