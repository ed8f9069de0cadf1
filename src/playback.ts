// What goes on behind a player: how its states follow from what it is asked, what the receiver tells, what the
// playout's report shows, and what becomes of the AudioContext. The public promises are kept in player.ts.
import { REPORT } from './core/playout-report.js';
import type { ReceiverCommand, ReceiverEvent } from './core/receiver-messages.js';
import { ConnectionStory } from './connection-story.js';
import { defer, type Deferred } from './deferred.js';
import { PcmError } from './errors.js';
import { PcmErrorEvent, type PcmPlayerState } from './events.js';
import { startContext } from './gesture.js';
import type { Link } from './link.js';
import { LinkHolder } from './link-holder.js';
import type { PlayedPosition } from './milestones.js';
import type { ResolvedOptions } from './options.js';
import { Played } from './played.js';
import { PlayerState } from './player-state.js';

/** Looks per `stats` event. */
const POLLS_PER_STATS = 10;

export class Playback {
	readonly played = new Played(() => this.link?.output.report ?? null);
	readonly #urls: readonly string[];
	readonly #options: ResolvedOptions;
	readonly #emit: (event: Event) => void;
	readonly #state: PlayerState;
	readonly #connection: ConnectionStory;
	readonly #holder: LinkHolder;
	#play: Deferred | null = null;
	#polls = 0;
	/** Times pause() or end() came, or the output was lost: a start from before does not go on. */
	#interruptions = 0;
	/** Id of the end mark after which the stream is over; 0: none came. */
	#streamEnd = 0;
	/** Why the connection ended, when it was not by the server's word. */
	#loss: PcmError | null = null;

	/** @param urls absolute; none: samples are written by the page */
	constructor(urls: readonly string[], options: ResolvedOptions, emit: (event: Event) => void) {
		this.#urls = urls;
		this.#options = options;
		this.#emit = emit;
		this.#state = new PlayerState(emit);
		this.#connection = new ConnectionStory({
			urls,
			token: options.token,
			emit,
			post: (command) => this.#holder.working?.post(command),
		});
		this.#holder = new LinkHolder(urls, options, {
			look: (link) => {
				this.#look(link);
			},
			obey: (event) => {
				this.#obey(event);
			},
			wantsSound: () => this.#state.wantsSound,
			silenced: () => {
				this.#lookAtSound(this.needLink());
			},
			revived: () => {
				this.#revive(this.needLink());
			},
			lost: (error) => {
				this.#loseOutput(error);
			},
		});
	}

	get state(): PcmPlayerState {
		return this.#state.current;
	}

	/** True while texts can be sent. */
	get canSend(): boolean {
		return this.#connection.canSend;
	}

	/** null before anything needed it. */
	get link(): Link | null {
		return this.#holder.link;
	}

	/** The same, but for one that is closed or whose output was lost. */
	get working(): Link | null {
		return this.state === 'closed' ? null : this.#holder.working;
	}

	/** Made on first use; commands are kept until it is opened. */
	needLink(): Link {
		return this.#holder.need();
	}

	post(command: ReceiverCommand, transfer: Transferable[] = []): void {
		this.needLink().post(command, transfer);
	}

	/** Resolves when the state is `playing`, or, without a socket, when samples may be written. */
	play(): Promise<void> {
		const isReady = this.#urls.length === 0 && this.link?.output.isRunning === true;
		if (this.state === 'playing' || (this.state === 'buffering' && isReady)) {
			return Promise.resolve();
		}
		let play = this.#play;
		if (play === null) {
			play = defer();
			this.#play = play;
			this.#start().catch((error: unknown) => {
				this.#fail(error);
			});
		}
		return play.promise;
	}

	/** A play() that has not sounded yet is rejected. */
	pause(): void {
		const link = this.working;
		if (link === null || this.state === 'paused' || this.#state.isOver) {
			return;
		}
		this.#interrupt(new PcmError('paused', 'The player was paused before sound ran.'));
		link.output.post({ type: 'pause' });
		if (this.#options.mode === 'live') {
			link.post({ type: 'hold', isHeld: true });
		}
		this.#state.enter('paused');
	}

	/** Drops all that waits. @returns where playback stood by then. */
	async flush(): Promise<PlayedPosition> {
		const link = this.working;
		if (link === null) {
			return this.played.position();
		}
		const { flushes, ends } = this.played;
		const { id, reached } = flushes.add();
		const lastEnd = ends.last;
		const streamEnd = this.#streamEnd;
		link.output.post({ type: 'flush', id });
		link.post({ type: 'flush', id });
		if (!this.#holder.isOpen) {
			// What is kept for it is as good as dropped.
			this.played.close();
		}
		const position = await reached;
		// What was to be played to its end before was dropped, with its mark.
		ends.reach(lastEnd, position);
		if (streamEnd !== 0 && streamEnd === this.#streamEnd && !this.#state.isOver) {
			this.#finish();
		}
		return position;
	}

	/** The state is `closed`; nothing more is looked at or emitted. @param reason for who waits for play() */
	end(reason: unknown): void {
		this.#state.enter('closed');
		this.#holder.shut();
		this.#interrupt(reason);
	}

	#interrupt(reason: unknown): void {
		this.#interruptions++;
		this.#holder.rest();
		this.#rejectPlay(reason);
	}

	async #start(): Promise<void> {
		const interruptions = this.#interruptions;
		const isAgain = this.#state.isOver;
		if (this.state === 'idle' || isAgain) {
			this.#state.enter('connecting');
			if (interruptions !== this.#interruptions) {
				return;
			}
		}
		const link = this.needLink();
		// Within the gesture: before anything is awaited.
		const running = startContext(link.output.context);
		running.catch(() => undefined);
		if (isAgain) {
			this.#loss = null;
			this.#streamEnd = 0;
		}
		if (!this.#holder.isOpen) {
			await this.#holder.open(link);
		} else if (isAgain) {
			link.post({ type: 'reopen' });
		}
		try {
			await running;
		} catch (error) {
			if (interruptions !== this.#interruptions) {
				return;
			}
			this.#endPause(link);
			if (error instanceof PcmError) {
				this.#holder.revive();
				throw error;
			}
			this.#holder.recover(error);
			return;
		}
		if (interruptions === this.#interruptions) {
			this.#resume(link);
		}
	}

	/** The context will not run again. */
	#loseOutput(error: PcmError): void {
		this.#interruptions++;
		this.#connection.reset();
		if (!this.#state.isOver) {
			this.#fail(error);
		}
		this.played.close();
	}

	/** Lets the playout sound; a live stream from its present on. */
	#resume(link: Link): void {
		this.#endPause(link);
		if (!this.#state.wantsSound) {
			return;
		}
		link.output.post({ type: 'play' });
		if (this.#urls.length === 0) {
			this.#state.enter('buffering');
			this.#settlePlay();
		}
	}

	/** Sound is wanted again, if it was not. */
	#endPause(link: Link): void {
		if (this.state === 'paused') {
			if (this.#options.mode === 'live') {
				void this.flush();
				link.post({ type: 'hold', isHeld: false });
			}
			this.#state.enter(this.#silentState());
		}
	}

	/** The context runs again. */
	#revive(link: Link): void {
		if (this.#state.wantsSound) {
			this.#jumpToNow();
			link.post({ type: 'nudge' });
			this.#resume(link);
		}
	}

	/** What piled up while nothing could be heard is not what a live stream is listened to for. */
	#jumpToNow(): void {
		if (this.#options.mode === 'live' && this.#urls.length > 0) {
			void this.flush();
		}
	}

	#obey(event: ReceiverEvent): void {
		switch (event.type) {
			case 'open':
				this.#connection.opened(event);
				if (this.state === 'connecting') {
					this.#state.enter('buffering');
				}
				break;
			case 'close':
				this.#obeyEnd(this.#connection.closed(event), event.wasOpen);
				if (this.state === 'buffering' && event.retryIn !== null) {
					this.#state.enter(this.#silentState());
				}
				break;
			case 'written':
				this.played.writes.reach(event.id, this.played.position());
				break;
			case 'end':
				this.#streamEnd = event.id;
				break;
			default:
				this.#connection.told(event);
		}
	}

	/** What came while the connection was open is played first. */
	#obeyEnd(loss: PcmError | null, wasOpen: boolean): void {
		if (loss !== null && wasOpen) {
			this.#loss = loss;
		} else if (loss !== null) {
			this.#fail(loss);
		}
	}

	/** Looks at the reports and turns what changed into states and events. */
	#look(link: Link): void {
		const { report } = link.output;
		link.refresh();
		this.played.look(report);
		this.#lookAtSound(link);
		const hasEnded = this.#streamEnd < 0 && report[REPORT.streamEndId]! <= this.#streamEnd;
		if (hasEnded && !this.#state.isOver) {
			this.#finish();
		}
		this.#polls++;
		if (this.#polls % POLLS_PER_STATS === 0) {
			this.#emit(new CustomEvent('stats', { detail: link.stats }));
		}
	}

	/** What is concealed for a moment is no event: `waiting` is when it has faded out, or when the context
	 * stands still. */
	#lookAtSound({ output }: Link): void {
		const { playoutState, isRunning } = output;
		const isPlaying = isRunning && playoutState === 'playing';
		if (this.state === 'playing' && !isPlaying) {
			this.#state.enter(this.#silentState());
			if (playoutState === 'waiting' || !isRunning) {
				this.#emit(new Event('waiting'));
			}
		}
		if (this.#state.isSilent && isPlaying && !this.played.flushes.isWaiting) {
			this.#settlePlay();
			this.#state.enter('playing');
			this.#emit(new Event('playing'));
		}
	}

	/** The stream was played to its end. */
	#finish(): void {
		if (this.#loss !== null) {
			this.#fail(this.#loss);
			return;
		}
		this.#settlePlay();
		this.#state.enter('ended');
		this.#emit(new Event('ended'));
	}

	#fail(cause: unknown): void {
		if (this.state === 'closed') {
			return;
		}
		const error =
			cause instanceof PcmError ? cause : new PcmError('unsupported', String(cause), cause);
		if (this.link === null) {
			// What was kept for it went with it.
			this.played.close();
		}
		this.#rejectPlay(error);
		if (error.code !== 'autoplay-blocked') {
			this.#loss = error;
			this.#state.enter('failed');
		}
		this.#emit(new PcmErrorEvent(error));
	}

	#rejectPlay(reason: unknown): void {
		this.#play?.reject(reason);
		this.#play = null;
	}

	#settlePlay(): void {
		this.#play?.resolve();
		this.#play = null;
	}

	/** The state while nothing sounds and nothing is over. */
	#silentState(): PcmPlayerState {
		return this.#connection.isOpen || this.#urls.length === 0 ? 'buffering' : 'connecting';
	}
}
