// The player's controls and what it tells, for one stream at a time.
import { PcmPlayer, type PcmPlayerState, type PcmPlayerStats } from '../index.js';
import { element } from './element.js';

const STATE_WORDS: Readonly<Record<PcmPlayerState, string>> = {
	idle: 'Ready',
	connecting: 'Connecting …',
	buffering: 'Waiting for sound …',
	playing: 'Playing',
	paused: 'Paused',
	ended: 'The stream has ended',
	failed: 'Stopped',
	closed: 'Ready',
};

/** Plays streams of this page's server. */
export class Deck {
	readonly #token: (() => Promise<string>) | null;
	readonly #play = element('play', HTMLButtonElement);
	readonly #state = element('state', HTMLElement);
	readonly #detail = element('detail', HTMLElement);
	readonly #volume = element('volume', HTMLInputElement);
	readonly #mute = element('mute', HTMLButtonElement);
	#path: string;
	#player: PcmPlayer | null = null;

	/** @param token gives what the server wants to see; null: nothing. */
	constructor(path: string, token: (() => Promise<string>) | null) {
		this.#path = path;
		this.#token = token;
		this.#play.onclick = () => void this.#toggle();
		this.#volume.oninput = () => this.#applyVolume();
		this.#mute.onclick = () => {
			this.#mute.setAttribute('aria-pressed', String(!this.#isMuted));
			this.#applyVolume();
		};
		element('deck', HTMLElement).hidden = false;
	}

	/** Another stream: what played goes on with that one. */
	choose(path: string): void {
		const wasOn = this.#isOn;
		void this.#player?.close();
		this.#player = null;
		this.#path = path;
		if (wasOn) {
			void this.#toggle();
		} else {
			this.#show('idle');
		}
	}

	get #isOn(): boolean {
		const state = this.#player?.state ?? 'idle';
		return state === 'connecting' || state === 'buffering' || state === 'playing';
	}

	get #isMuted(): boolean {
		return this.#mute.getAttribute('aria-pressed') === 'true';
	}

	async #toggle(): Promise<void> {
		if (this.#isOn) {
			this.#player?.pause();
			return;
		}
		this.#detail.textContent = '';
		this.#player ??= this.#newPlayer();
		this.#applyVolume();
		try {
			await this.#player.play();
		} catch (error) {
			this.#detail.textContent = error instanceof Error ? error.message : String(error);
		}
	}

	#newPlayer(): PcmPlayer {
		const player = new PcmPlayer(this.#path, {
			protocol: 'framed',
			workletUrl: '/worklet.js',
			workerUrl: '/worker.js',
			...(this.#token === null ? {} : { token: this.#token }),
		});
		player.addEventListener('statechange', ({ detail }) => {
			if (this.#player === player) {
				this.#show(detail.state);
			}
		});
		player.addEventListener('error', ({ error }) => {
			this.#detail.textContent = error.message;
		});
		player.addEventListener('open', () => {
			this.#detail.textContent = '';
		});
		player.addEventListener('close', ({ detail: { reason, retryIn } }) => {
			const again = retryIn === null ? '' : 'Connection lost, trying again.';
			this.#detail.textContent = [reason, again].filter((text) => text !== '').join(' · ');
		});
		player.addEventListener('stats', ({ detail }) => showFigures(detail));
		return player;
	}

	#show(state: PcmPlayerState): void {
		this.#state.textContent = STATE_WORDS[state];
		this.#play.setAttribute('aria-label', this.#isOn ? 'Pause' : 'Play');
		this.#play.toggleAttribute('data-playing', this.#isOn);
	}

	#applyVolume(): void {
		const { value } = this.#volume;
		element('volume-value', HTMLOutputElement).value = `${value} %`;
		if (this.#player !== null) {
			this.#player.volume = Number(value) / 100;
			this.#player.muted = this.#isMuted;
		}
	}
}

/** From capture to speaker where the server's clock is known, else from arrival to speaker. */
function showFigures(stats: PcmPlayerStats): void {
	const delay = stats.endToEndDelay ?? stats.playoutDelay;
	element('delay', HTMLElement).textContent = `${Math.round(1000 * delay)} ms`;
	element('interruptions', HTMLElement).textContent = String(stats.concealmentEvents);
	element('reconnects', HTMLElement).textContent = String(stats.reconnects);
}
