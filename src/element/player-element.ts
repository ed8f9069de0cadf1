// <pcm-player>: a PcmPlayer in markup. What it is made of may change at any time; a new player is then made.
import type { FormatOptions, PcmPlayer, PcmPlayerOptions, PcmPlayerState } from '../index.js';
import {
	AttributeElement,
	optionsOf,
	REFLECTED_ATTRIBUTES,
	REFLECTED_PROPERTIES,
	takeEarly,
} from './attributes.js';
import { Controls } from './controls.js';
import { Loudness, volumeOf } from './loudness.js';
import { PlayerHolder, type Setup } from './player-holder.js';
import { Status } from './status.js';
import { ENGLISH, type PlayerWords } from './words.js';

/** Attributes that change nothing about the player itself. */
const ABOUT_LOOKS = ['controls', 'label'];

/** Properties that do not reflect attributes. */
const OWN_PROPERTIES = ['format', 'options', 'words', 'volume', 'muted'];

/**
 * Plays a live PCM stream, with controls where the `controls` attribute is.
 *
 * ```html
 * <pcm-player src="wss://host/audio" sample-rate="16000" controls></pcm-player>
 * ```
 *
 * The player's events happen on the element under their own names, and do not bubble. Attributes and properties may
 * change at any time: when another player is needed for them, the one that was is closed, and the new one plays if
 * that did. Taken out of the page, the element disconnects; moved within it, it goes on.
 */
export class PcmPlayerElement extends AttributeElement {
	static readonly observedAttributes = [...REFLECTED_ATTRIBUTES, 'muted', 'volume'];

	readonly #controls: Controls;
	#format: FormatOptions = {};
	#options: PcmPlayerOptions = {};
	#words = ENGLISH;
	readonly #loudness = new Loudness();
	readonly #status = new Status();
	readonly #holder: PlayerHolder;
	/** Of the `volume` attribute, as long as it says so. */
	#volumeMistake: Error | null = null;
	/** Nobody has asked to play or pause since it was put into the page. */
	#mayAutoplay = true;

	constructor() {
		super();
		this.#controls = new Controls(this.attachShadow({ mode: 'open', delegatesFocus: true }), {
			play: () => {
				this.#try();
			},
			pause: () => {
				this.pause();
			},
			setVolume: (volume) => {
				this.muted = false;
				this.volume = volume;
			},
			setMuted: (isMuted) => {
				this.muted = isMuted;
			},
		});
		this.#holder = new PlayerHolder(this, {
			replaced: (player) => {
				this.#status.forget();
				if (player !== null) {
					this.#loudness.tune(player);
				}
				this.#show();
			},
			note: (event, { volume, muted }) => {
				if (event.type !== 'stats' && event.type !== 'message') {
					this.#status.note(event);
					this.#loudness.change(volume, muted);
					this.#show();
				}
			},
			changed: () => {
				this.#show();
			},
		});
		takeEarly(this, [...REFLECTED_PROPERTIES, ...OWN_PROPERTIES]);
		this.#show();
	}

	/** Called by the browser. @internal */
	connectedCallback(): void {
		this.#controls.meter.appear();
		this.#change();
	}

	/** A move takes it out, too, for a moment. */
	disconnectedCallback(): void {
		this.#controls.meter.disappear();
		queueMicrotask(() => {
			if (!this.isConnected) {
				this.#holder.drop();
				this.#mayAutoplay = true;
			}
		});
	}

	/** Called by the browser. @internal */
	attributeChangedCallback(name: string, before: string | null, after: string | null): void {
		if (before === after) {
			return;
		}
		if (name === 'muted') {
			this.muted = after !== null;
		} else if (name === 'volume') {
			this.#followVolume(after);
		} else if (name === 'sink-id') {
			this.#holder.moveTo(after ?? '');
		} else if (ABOUT_LOOKS.includes(name)) {
			this.#show();
		} else {
			this.#change();
		}
	}

	/** The player of the attributes as they are now; null while they describe none, as the controls then say. Another after a
	 * change of them. */
	get player(): PcmPlayer | null {
		this.#settle();
		return this.#holder.player;
	}

	/** `idle` without a player. */
	get state(): PcmPlayerState {
		return this.#holder.state;
	}

	/** As PcmPlayer.play().
	 * @throws TypeError and RangeError, too, for attributes and options that cannot be; PcmError */
	async play(): Promise<void> {
		this.#mayAutoplay = false;
		this.#status.forget();
		this.#holder.forgetClosed();
		const { player } = this;
		if (player === null) {
			throw this.#holder.mistake!;
		}
		await player.play();
	}

	/** Fades out; `autoplay` does not begin any more. */
	pause(): void {
		this.#mayAutoplay = false;
		this.#holder.player?.pause();
	}

	/** As PcmPlayer.setSinkId(); the attribute follows. */
	async setSinkId(sinkId: string): Promise<void> {
		await this.player?.setSinkId(sinkId);
		this.sinkId = sinkId === '' ? null : sinkId;
	}

	/** What the stream is, in place of attributes; those go before it. Compared by what it holds. */
	get format(): FormatOptions {
		return this.#format;
	}

	set format(format: FormatOptions | null | undefined) {
		this.#format = format ?? {};
		this.#change();
	}

	/** All that a player can be told, such as `token`; attributes and `format` go before it. Compared by what it
	 * holds: functions in it should stay the same. */
	get options(): PcmPlayerOptions {
		return this.#options;
	}

	set options(options: PcmPlayerOptions | null | undefined) {
		this.#options = options ?? {};
		this.#change();
	}

	/** What the controls say, in another language. @default English */
	get words(): PlayerWords {
		return this.#words;
	}

	set words(words: Partial<PlayerWords> | null | undefined) {
		this.#words = { ...ENGLISH, ...words };
		this.#show();
	}

	/** 0 to 1; changes are ramped. The attribute sets it, too, and does not follow it. @default 1 */
	get volume(): number {
		return this.#loudness.volume;
	}

	set volume(volume: number | null | undefined) {
		this.#volumeMistake = null;
		this.#setLoudness(volumeOf(volume), this.muted);
	}

	/** The attribute sets it, too, and does not follow it. @default false */
	get muted(): boolean {
		return this.#loudness.isMuted;
	}

	set muted(isMuted: boolean) {
		this.#setLoudness(this.volume, isMuted);
	}

	/** Several changes make one new player. */
	#change(): void {
		queueMicrotask(() => {
			if (this.isConnected) {
				this.#settle();
			}
		});
	}

	/** Lets the player be what attributes and properties say. */
	#settle(): void {
		const wasOn = isOn(this.state);
		const isOther = this.#holder.settle(this.#asked(), this.sinkId ?? '');
		const isDue = this.#mayAutoplay && this.autoplay && this.isConnected;
		if (this.#holder.player !== null && ((isOther && wasOn) || isDue)) {
			this.#try();
		}
	}

	#asked(): Setup {
		const given = { ...this.#options, format: { ...this.#options.format, ...this.#format } };
		const urls = this.src?.split(/\s+/).filter((url) => url !== '') ?? [];
		return { urls, options: optionsOf(this, given) };
	}

	/** Who wrote an attribute cannot be thrown at: what is wrong is shown. */
	#followVolume(text: string | null): void {
		try {
			this.volume = text as unknown as number;
		} catch (error) {
			this.#volumeMistake = error as Error;
			this.#show();
		}
	}

	/** As a listener asks for it: what goes wrong is shown. */
	#try(): void {
		this.play().catch(() => {
			this.#show();
		});
	}

	#setLoudness(volume: number, isMuted: boolean): void {
		const isOther = this.#loudness.change(volume, isMuted);
		const { player } = this.#holder;
		if (player !== null) {
			this.#loudness.tune(player);
		} else if (isOther) {
			this.dispatchEvent(new Event('volumechange'));
		}
		this.#show();
	}

	#show(): void {
		const { state, volume, muted } = this;
		const mistake = this.#holder.mistake ?? this.#volumeMistake;
		this.#controls.show({
			words: this.#words,
			label: this.label,
			status: mistake?.message ?? this.#words[this.#status.word(state)],
			isFault: mistake !== null || this.#status.isFault,
			isOn: isOn(state) && !this.#status.isBlocked,
			volume,
			isMuted: muted,
		});
		this.#controls.meter.listen(state === 'playing' ? this.#holder.player!.node : null);
	}
}

/** Whether sound runs, or is on its way. */
function isOn(state: PcmPlayerState): boolean {
	return ['connecting', 'buffering', 'playing'].includes(state);
}
