// How loud the element is: its player's loudness, kept while there is none.
import type { PcmPlayer } from '../index.js';
import { numberIn } from './attributes.js';

export class Loudness {
	#volume = 1;
	#isMuted = false;

	/** 0 to 1. */
	get volume(): number {
		return this.#volume;
	}

	get isMuted(): boolean {
		return this.#isMuted;
	}

	/** @returns whether that is another loudness */
	change(volume: number, isMuted: boolean): boolean {
		const isOther = volume !== this.#volume || isMuted !== this.#isMuted;
		this.#volume = volume;
		this.#isMuted = isMuted;
		return isOther;
	}

	/** Has a player sound so; each change is an event. */
	tune(player: PcmPlayer): void {
		const { volume, isMuted } = this;
		if (player.muted !== isMuted) {
			player.muted = isMuted;
		}
		if (player.volume !== volume) {
			player.volume = volume;
		}
	}
}

/** @param volume in text as templates and attributes have it; none: 1
 * @throws RangeError unless it is 0 to 1 */
export function volumeOf(volume: number | string | null | undefined): number {
	const wanted = typeof volume === 'string' ? numberIn(volume) : (volume ?? 1);
	if (typeof wanted === 'number' && wanted >= 0 && wanted <= 1) {
		return wanted;
	}
	const got = typeof volume === 'string' ? `'${volume}'` : String(volume);
	throw new RangeError(`Expected volume to be a number from 0 to 1, got ${got}.`);
}
