// The state a player is in, and what follows from it alone.
import type { PcmPlayerState } from './events.js';

export class PlayerState {
	readonly #emit: (event: Event) => void;
	#current: PcmPlayerState = 'idle';

	constructor(emit: (event: Event) => void) {
		this.#emit = emit;
	}

	get current(): PcmPlayerState {
		return this.#current;
	}

	/** True when nothing more will sound unless play() is called again. */
	get isOver(): boolean {
		return ['ended', 'failed', 'closed'].includes(this.#current);
	}

	/** True when sound is wanted and there is none. */
	get isSilent(): boolean {
		return this.#current === 'buffering' || this.#current === 'connecting';
	}

	/** True when it sounds, or would if it could. */
	get wantsSound(): boolean {
		return this.#current === 'playing' || this.isSilent;
	}

	enter(state: PcmPlayerState): void {
		const previous = this.#current;
		if (state !== previous) {
			this.#current = state;
			this.#emit(new CustomEvent('statechange', { detail: { state, previous } }));
		}
	}
}
