// The present player. Another choice of stream is another player: the old one is closed, the new one plays
// when the old one did, at the same volume.
import { PcmPlayer } from '../src/index.js';
import type { Choices } from './choices.js';

/** Something sounds, or is about to. */
const ACTIVE: readonly string[] = ['connecting', 'buffering', 'playing'];

export class Session {
	readonly #choices: Choices;
	readonly #listeners: ((player: PcmPlayer) => void)[] = [];
	#player: PcmPlayer;

	constructor(choices: Choices) {
		this.#choices = choices;
		this.#player = new PcmPlayer(choices.url, choices.options);
	}

	get player(): PcmPlayer {
		return this.#player;
	}

	get isActive(): boolean {
		return ACTIVE.includes(this.#player.state);
	}

	/** Calls `listener` with the present player, and with each that follows. */
	onPlayer(listener: (player: PcmPlayer) => void): void {
		this.#listeners.push(listener);
		listener(this.#player);
	}

	toggle(): void {
		if (this.isActive) {
			this.#player.pause();
		} else {
			this.#play();
		}
	}

	/** Takes what is chosen now. */
	restart(): void {
		const old = this.#player;
		const wasActive = this.isActive;
		void old.close();
		this.#player = new PcmPlayer(this.#choices.url, this.#choices.options);
		this.#player.volume = old.volume;
		this.#player.muted = old.muted;
		for (const listener of this.#listeners) {
			listener(this.#player);
		}
		if (wasActive) {
			this.#play();
		}
	}

	/** What fails comes as an `error` event too. */
	#play(): void {
		this.#player.play().catch(() => undefined);
	}
}
