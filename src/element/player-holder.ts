// Holds the element's player: made of what the page asks for, another when that changes, none when it cannot be.
import { PcmPlayer, type PcmPlayerOptions, type PcmPlayerState } from '../index.js';
import { forwardEvents, type PlayerEvent } from './forwarding.js';
import { isSame } from './same.js';

/** What a player is made of. The output device is not among it: a player that is there can take it up. */
export interface Setup {
	/** None: the page writes samples. */
	readonly urls: readonly string[];
	readonly options: PcmPlayerOptions;
}

export interface HolderListener {
	/** There is another player, or none. Nothing of it has happened on the element yet. */
	replaced(player: PcmPlayer | null): void;
	/** It happens on the element after this. */
	note(event: PlayerEvent, player: PcmPlayer): void;
	/** `mistake` is another. */
	changed(): void;
}

export class PlayerHolder {
	readonly #element: EventTarget;
	readonly #listener: HolderListener;
	#player: PcmPlayer | null = null;
	/** What #player was made of, or could not be. */
	#setup: Setup | null = null;
	/** Output device asked for; '': the system's choice. */
	#sinkId = '';
	#mistake: Error | null = null;
	/** The one that is being brought to #sinkId. */
	#moving: PcmPlayer | null = null;
	/** Ends what #player makes happen on the element. */
	#release = (): void => undefined;

	constructor(element: EventTarget, listener: HolderListener) {
		this.#element = element;
		this.#listener = listener;
	}

	get player(): PcmPlayer | null {
		return this.#player;
	}

	/** `idle` without a player. */
	get state(): PcmPlayerState {
		return this.#player?.state ?? 'idle';
	}

	/** What is asked for and cannot be, as long as it is asked for: there is no player, or not that device. */
	get mistake(): Error | null {
		return this.#mistake;
	}

	/** Lets the player be what is asked for.
	 * @param sinkId of a player that is made; '': the system's choice
	 * @returns whether another takes its place */
	settle(setup: Setup, sinkId: string): boolean {
		this.#sinkId = sinkId;
		if (isSame(setup, this.#setup)) {
			return false;
		}
		this.#setup = setup;
		this.#mistake = null;
		let player: PcmPlayer | null = null;
		try {
			player = this.#make(setup);
		} catch (error) {
			this.#mistake = error as Error;
		}
		this.#replace(player);
		return true;
	}

	/** Has none until one is asked for. */
	drop(): void {
		this.#replace(null);
		this.#setup = null;
	}

	/** One that was closed from outside gives way to another of the same, asked for next. */
	forgetClosed(): void {
		if (this.state === 'closed') {
			this.#setup = null;
		}
	}

	/** Brings the player to another output device. */
	moveTo(sinkId: string): void {
		this.#sinkId = sinkId;
		if (this.#player !== null) {
			this.#mistake = null;
			this.#listener.changed();
			void this.#move(this.#player);
		}
	}

	/** One move after the other: the last device asked for is where it ends. */
	async #move(player: PcmPlayer): Promise<void> {
		if (this.#moving === player) {
			return;
		}
		this.#moving = player;
		while (this.#player === player && this.#mistake === null && player.sinkId !== this.#sinkId) {
			const asked = this.#sinkId;
			try {
				await player.setSinkId(asked);
			} catch (error) {
				if (this.#player === player && this.#sinkId === asked) {
					this.#mistake = error as Error;
					this.#listener.changed();
				}
			}
		}
		if (this.#moving === player) {
			this.#moving = null;
		}
	}

	#make({ urls, options }: Setup): PcmPlayer {
		const sinkId = this.#sinkId;
		return new PcmPlayer(
			urls.length === 0 ? null : urls,
			sinkId === '' ? options : { ...options, sinkId },
		);
	}

	#replace(player: PcmPlayer | null): void {
		const previous = this.state;
		this.#release();
		void this.#player?.close();
		this.#player = player;
		this.#listener.replaced(player);
		if (player !== null) {
			this.#release = forwardEvents(player, this.#element, (event) => {
				this.#listener.note(event, player);
			});
		}
		const { state } = this;
		if (state !== previous) {
			this.#element.dispatchEvent(new CustomEvent('statechange', { detail: { state, previous } }));
		}
	}
}
