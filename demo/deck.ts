// Play button, state in words, volume.
import type { CloseDetail, PcmPlayer, PcmPlayerState } from '../src/index.js';
import type { Choices } from './choices.js';
import { element, setText } from './element.js';
import { milliseconds, text } from './quantity.js';
import type { Session } from './session.js';
import { fillRange } from './range.js';

const WORDS: Readonly<Record<PcmPlayerState, string>> = {
	idle: 'Ready',
	connecting: 'Connecting',
	buffering: 'Buffering',
	playing: 'Playing',
	paused: 'Paused',
	ended: 'Ended',
	failed: 'Failed',
	closed: 'Closed',
};

export class Deck {
	readonly #session: Session;
	readonly #choices: Choices;
	readonly #play = element('play', HTMLButtonElement);
	readonly #state = element('state', HTMLElement);
	readonly #word = element('state-word', HTMLElement);
	readonly #detail = element('state-detail', HTMLElement);
	readonly #mute = element('mute', HTMLButtonElement);
	readonly #volume = element('volume', HTMLInputElement);
	readonly #volumeValue = element('volume-value', HTMLOutputElement);
	#closure: CloseDetail | null = null;
	#problem: string | null = null;

	constructor(session: Session, choices: Choices) {
		this.#session = session;
		this.#choices = choices;
		this.#play.addEventListener('click', () => {
			session.toggle();
		});
		this.#mute.addEventListener('click', () => {
			this.toggleMute();
		});
		this.#volume.addEventListener('input', () => {
			session.player.muted = false;
			session.player.volume = this.#volume.valueAsNumber / 100;
		});
		session.player.volume = this.#volume.valueAsNumber / 100;
		session.onPlayer((player) => {
			this.#watch(player);
		});
	}

	toggleMute(): void {
		this.#session.player.muted = !this.#session.player.muted;
	}

	#watch(player: PcmPlayer): void {
		this.#closure = null;
		this.#problem = null;
		player.addEventListener('statechange', () => {
			this.#show();
		});
		player.addEventListener('stats', () => {
			this.#show();
		});
		player.addEventListener('close', ({ detail }) => {
			this.#closure = detail;
			this.#show();
		});
		player.addEventListener('open', () => {
			this.#closure = null;
			this.#problem = null;
			this.#show();
		});
		player.addEventListener('error', ({ error }) => {
			this.#problem = error.message;
			this.#show();
		});
		player.addEventListener('volumechange', () => {
			this.#showVolume(player);
		});
		this.#show();
		this.#showVolume(player);
	}

	#show(): void {
		const { state } = this.#session.player;
		this.#state.dataset['state'] = state;
		setText(this.#word, WORDS[state]);
		setText(this.#detail, this.#problem ?? this.#explain(state));
		this.#detail.classList.toggle('trouble', this.#problem !== null);
		this.#play.ariaLabel = this.#session.isActive ? 'Pause' : 'Play';
	}

	#explain(state: PcmPlayerState): string {
		const { player } = this.#session;
		switch (state) {
			case 'idle':
				return `Press play. ${this.#choices.hint}`;
			case 'connecting':
				return this.#closure === null
					? 'Asking the server for the stream.'
					: `The connection is gone. Next try in ${(this.#closure.retryIn ?? 0).toFixed(1)} s.`;
			case 'buffering':
				return 'Silent until sound comes.';
			case 'playing':
				return this.#closure === null
					? `${text(milliseconds(player.latency))} from the socket to your ear.`
					: 'The connection is gone; what waits is played.';
			case 'paused':
				return this.#choices.options.mode === 'complete'
					? 'The stream waits where you left it.'
					: 'The stream goes on without you; play joins it at its present.';
			case 'ended':
				return 'The server said this was all. Play asks for it again.';
			case 'failed':
				return 'No stream. Play tries again.';
			case 'closed':
				return '';
		}
	}

	#showVolume({ volume, muted }: PcmPlayer): void {
		const level = `${Math.round(100 * volume)} %`;
		this.#mute.ariaPressed = String(muted);
		this.#volume.valueAsNumber = Math.round(100 * volume);
		this.#volume.ariaValueText = muted ? `${level}, muted` : level;
		this.#volumeValue.value = muted ? 'muted' : level;
		fillRange(this.#volume);
	}
}
