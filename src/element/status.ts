// What there is to say about a player, from its events.
import type { PcmError, PcmPlayerEventMap, PcmPlayerState } from '../index.js';
import type { PlayerEvent } from './forwarding.js';
import type { PlayerWord } from './words.js';

export class Status {
	/** What went wrong last and still matters. */
	#fault: PcmError | null = null;
	/** A lost connection is opened again. */
	#isRetrying = false;

	/** Whether the browser waits for a gesture. */
	get isBlocked(): boolean {
		return this.#fault?.code === 'autoplay-blocked';
	}

	/** Whether something is wrong. */
	get isFault(): boolean {
		return this.#fault !== null && !this.isBlocked;
	}

	/** @param state the player's */
	word(state: PcmPlayerState): PlayerWord {
		return this.#fault?.code ?? (state === 'connecting' && this.#isRetrying ? 'retrying' : state);
	}

	/** What was wrong is to be tried again. */
	forget(): void {
		this.#fault = null;
		this.#isRetrying = false;
	}

	note(event: PlayerEvent): void {
		switch (event.type as keyof PcmPlayerEventMap) {
			case 'error': {
				const { error } = event as PcmPlayerEventMap['error'];
				// What was dropped is nothing that a listener could hear or mend.
				this.#fault = error.code === 'malformed' ? this.#fault : error;
				break;
			}
			case 'open':
				this.#isRetrying = false;
				this.#fault = this.isBlocked ? this.#fault : null;
				break;
			case 'close':
				this.#isRetrying = (event as PcmPlayerEventMap['close']).detail.retryIn !== null;
				break;
			case 'statechange': {
				const { state } = (event as PcmPlayerEventMap['statechange']).detail;
				if (state === 'paused' || (this.isBlocked && state === 'playing')) {
					this.#fault = null;
				}
			}
		}
	}
}
