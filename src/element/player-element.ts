// <pcm-player>: a PcmPlayer in markup. What it is made of may change at any time; a new player is then made.
import {
	PcmPlayer,
	type FormatOptions,
	type PcmPlayerOptions,
	type PcmPlayerState,
} from '../index.js';
import {
	AttributeElement,
	optionsOf,
	REFLECTED_ATTRIBUTES,
	REFLECTED_PROPERTIES,
	takeEarly,
} from './attributes.js';
import { Controls } from './controls.js';
import { forwardEvents } from './forwarding.js';
import { isSame } from './same.js';
import { Status } from './status.js';
import { ENGLISH, type PlayerWords } from './words.js';

/** What a player is made of. */
interface Setup {
	readonly urls: readonly string[];
	readonly options: PcmPlayerOptions;
}

/** Attributes that change nothing about the player itself. */
const ABOUT_LOOKS = ['controls', 'label', 'autoplay'];

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
	#volume = 1;
	#isMuted = false;
	#player: PcmPlayer | null = null;
	/** What #player was made of, or could not be. */
	#setup: Setup | null = null;
	/** Ends what #player makes happen here. */
	#release = (): void => undefined;
	/** What is asked for and cannot be, as long as it is asked for: there is no player, or not that device. */
	#mistake: Error | null = null;
	readonly #status = new Status();

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
				this.#replace(null);
				this.#setup = null;
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
			this.volume = after === null ? null : Number(after);
		} else if (name === 'sink-id') {
			this.#followSink();
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
		return this.#player;
	}

	/** `idle` without a player. */
	get state(): PcmPlayerState {
		return this.#player?.state ?? 'idle';
	}

	/** As PcmPlayer.play().
	 * @throws TypeError and RangeError, too, for attributes and options that cannot be; PcmError */
	async play(): Promise<void> {
		if (this.state === 'closed') {
			this.#setup = null;
		}
		this.#status.forget();
		const { player } = this;
		if (player === null) {
			throw this.#mistake!;
		}
		await player.play();
	}

	/** Fades out. */
	pause(): void {
		this.#player?.pause();
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
		return this.#volume;
	}

	set volume(volume: number | null | undefined) {
		const wanted = volume ?? 1;
		if (!(wanted >= 0 && wanted <= 1)) {
			throw new RangeError(`Expected volume to be a number from 0 to 1, got ${wanted}.`);
		}
		this.#setLoudness(wanted, this.#isMuted);
	}

	/** The attribute sets it, too, and does not follow it. @default false */
	get muted(): boolean {
		return this.#isMuted;
	}

	set muted(isMuted: boolean) {
		this.#setLoudness(this.#volume, isMuted);
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
		const given = { ...this.#options, format: { ...this.#options.format, ...this.#format } };
		const urls = this.src?.split(/\s+/).filter((url) => url !== '') ?? [];
		const setup = { urls, options: optionsOf(this, given) };
		if (isSame(setup, this.#setup)) {
			return;
		}
		const isFirst = this.#setup === null;
		const wantsSound = this.#isOn || (isFirst && this.autoplay && this.isConnected);
		this.#setup = setup;
		this.#mistake = null;
		let player: PcmPlayer | null = null;
		try {
			const { sinkId } = this;
			const options = sinkId === null ? setup.options : { ...setup.options, sinkId };
			player = new PcmPlayer(urls.length === 0 ? null : urls, options);
		} catch (error) {
			this.#mistake = error as Error;
		}
		this.#replace(player);
		if (wantsSound && player !== null) {
			this.#try();
		}
	}

	/** The attribute names another output device. */
	#followSink(): void {
		const wanted = this.sinkId ?? '';
		if (this.#player === null || this.#player.sinkId === wanted) {
			return;
		}
		this.#mistake = null;
		this.#player
			.setSinkId(wanted)
			.catch((error: unknown) => {
				this.#mistake = error as Error;
			})
			.finally(() => {
				this.#show();
			});
	}

	#replace(player: PcmPlayer | null): void {
		const previous = this.state;
		this.#release();
		void this.#player?.close();
		this.#player = player;
		this.#status.forget();
		if (player !== null) {
			tune(player, this.#volume, this.#isMuted);
			this.#release = forwardEvents(player, this, (event) => {
				if (event.type === 'stats' || event.type === 'message') {
					return;
				}
				this.#status.note(event);
				this.#volume = player.volume;
				this.#isMuted = player.muted;
				this.#show();
			});
		}
		const { state } = this;
		if (state !== previous) {
			this.dispatchEvent(new CustomEvent('statechange', { detail: { state, previous } }));
		}
		this.#show();
	}

	/** As a listener asks for it: what goes wrong is shown. */
	#try(): void {
		this.play().catch(() => {
			this.#show();
		});
	}

	#setLoudness(volume: number, isMuted: boolean): void {
		if (volume === this.#volume && isMuted === this.#isMuted) {
			return;
		}
		this.#volume = volume;
		this.#isMuted = isMuted;
		if (this.#player === null) {
			this.dispatchEvent(new Event('volumechange'));
		} else {
			tune(this.#player, volume, isMuted);
		}
		this.#show();
	}

	/** Whether sound runs or is on its way. */
	get #isOn(): boolean {
		return ['connecting', 'buffering', 'playing'].includes(this.state) && !this.#status.isBlocked;
	}

	#show(): void {
		const { state } = this;
		this.#controls.show({
			words: this.#words,
			label: this.label,
			status: this.#mistake?.message ?? this.#words[this.#status.word(state)],
			isFault: this.#mistake !== null || this.#status.isFault,
			isOn: this.#isOn,
			volume: this.#volume,
			isMuted: this.#isMuted,
		});
		this.#controls.meter.listen(state === 'playing' ? this.#player!.node : null);
	}
}

/** Each change is an event. */
function tune(player: PcmPlayer, volume: number, isMuted: boolean): void {
	if (player.muted !== isMuted) {
		player.muted = isMuted;
	}
	if (player.volume !== volume) {
		player.volume = volume;
	}
}
