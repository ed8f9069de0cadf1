// What goes on behind a player: its states, and how they follow from what the receiver tells and what the
// playout's report shows. The public promises are kept in player.ts.
import { REPORT, type PlayoutState } from './core/playout-report.js';
import type { ReceiverCommand, ReceiverEvent } from './core/receiver-messages.js';
import { defer, type Deferred } from './deferred.js';
import { PcmError } from './errors.js';
import { PcmErrorEvent, type PcmPlayerState } from './events.js';
import { onNextGesture, startContext } from './gesture.js';
import { Link } from './link.js';
import { Milestones, type PlayedPosition } from './milestones.js';
import type { ResolvedOptions } from './options.js';

/** Milliseconds between two looks at the reports. */
const POLL_INTERVAL = 25;

/** Looks per `stats` event. */
const POLLS_PER_STATS = 10;

export class Playback {
	/** Flushes carried out, ends played, and writes taken. */
	readonly flushes = new Milestones();
	readonly ends = new Milestones();
	readonly writes = new Milestones();
	readonly #urls: readonly string[];
	readonly #options: ResolvedOptions;
	readonly #emit: (event: Event) => void;
	#link: Link | null = null;
	#state: PcmPlayerState = 'idle';
	#play: Deferred | null = null;
	#poll: ReturnType<typeof setInterval> | undefined;
	#polls = 0;
	/** Times pause() or end() came: a start from before does not go on. */
	#interruptions = 0;
	/** Id of the end mark after which the stream is over; 0: none came. */
	#streamEnd = 0;
	/** Why the connection ended, when it was not by the server's word. */
	#loss: PcmError | null = null;
	#isOpen = false;
	#forgetGesture: (() => void) | null = null;

	/** @param urls absolute; none: samples are written by the page */
	constructor(urls: readonly string[], options: ResolvedOptions, emit: (event: Event) => void) {
		this.#urls = urls;
		this.#options = options;
		this.#emit = emit;
	}

	get state(): PcmPlayerState {
		return this.#state;
	}

	/** True while a connection is open: texts can be sent. */
	get isOpen(): boolean {
		return this.#isOpen;
	}

	/** null before anything needed it. */
	get link(): Link | null {
		return this.#link;
	}

	/** Made on first use; commands are kept until it is opened. */
	needLink(): Link {
		this.#link ??= new Link(this.#options);
		return this.#link;
	}

	post(command: ReceiverCommand, transfer: Transferable[] = []): void {
		this.needLink().post(command, transfer);
	}

	/** Resolves when the state is `playing`, or, without a socket, when samples may be written. */
	play(): Promise<void> {
		if (this.#state === 'playing' || (this.#state === 'buffering' && this.#urls.length === 0)) {
			return Promise.resolve();
		}
		if (this.#play === null) {
			this.#play = defer();
			const { promise } = this.#play;
			this.#start().catch((error: unknown) => {
				this.#fail(error);
			});
			return promise;
		}
		return this.#play.promise;
	}

	/** A play() that has not sounded yet is rejected. */
	pause(): void {
		if (this.#link === null || this.#state === 'paused' || this.#isOver()) {
			return;
		}
		this.#interrupt(new PcmError('paused', 'The player was paused before sound ran.'));
		this.#link.output.post({ type: 'pause' });
		if (this.#options.mode === 'live') {
			this.#link.post({ type: 'hold', isHeld: true });
		}
		this.#enter('paused');
	}

	/** Drops all that waits. @returns where playback stood by then. */
	async flush(): Promise<PlayedPosition> {
		if (this.#link === null || this.#state === 'closed') {
			return this.position();
		}
		const { id, reached } = this.flushes.add();
		const lastEnd = this.ends.last;
		const streamEnd = this.#streamEnd;
		this.#link.output.post({ type: 'flush', id });
		this.#link.post({ type: 'flush', id });
		const position = await reached;
		// What was to be played to its end before was dropped, with its mark.
		this.ends.reach(lastEnd, position);
		if (streamEnd !== 0 && streamEnd === this.#streamEnd && !this.#isOver()) {
			this.#finish();
		}
		return position;
	}

	/** The state is `closed`; nothing more is looked at or emitted. */
	end(reason: PcmError): void {
		this.#enter('closed');
		clearInterval(this.#poll);
		this.#interrupt(reason);
	}

	/** Where playback stands, or stood when the last flush was carried out. */
	position(slot: 'mediaPosition' | 'flushPosition' = 'mediaPosition'): PlayedPosition {
		const report = this.#link?.output.report;
		const sampleFrames = report?.[REPORT[slot]] ?? 0;
		const rate = report?.[REPORT.mediaRate] ?? 0;
		return { sampleFrames, currentTime: rate > 0 ? sampleFrames / rate : 0 };
	}

	#interrupt(reason: PcmError): void {
		this.#interruptions++;
		this.#forgetGesture?.();
		this.#forgetGesture = null;
		const play = this.#play;
		this.#play = null;
		play?.reject(reason);
	}

	async #start(): Promise<void> {
		const interruptions = this.#interruptions;
		const isAgain = this.#isOver();
		if (this.#state === 'idle' || isAgain) {
			this.#enter('connecting');
		}
		const link = this.needLink();
		// Within the gesture: before anything is awaited.
		const running = startContext(link.output.context);
		running.catch(() => undefined);
		if (this.#poll === undefined) {
			await this.#open(link);
		} else if (isAgain) {
			this.#loss = null;
			this.#streamEnd = 0;
			link.post({ type: 'reopen' });
		}
		try {
			await running;
		} catch (error) {
			if (interruptions !== this.#interruptions) {
				return;
			}
			this.#awaitGesture(link);
			throw error;
		}
		if (interruptions === this.#interruptions) {
			this.#resume(link);
		}
	}

	async #open(link: Link): Promise<void> {
		this.#poll = setInterval(() => {
			this.#look(link);
		}, POLL_INTERVAL);
		try {
			await link.open(this.#urls, (event) => {
				this.#obey(event);
			});
		} catch (error) {
			// The next play() begins from nothing.
			clearInterval(this.#poll);
			this.#poll = undefined;
			this.#link = null;
			await link.close();
			throw error;
		}
	}

	/** Lets the playout sound; a live stream from its present on. */
	#resume(link: Link): void {
		if (this.#isOver()) {
			return;
		}
		if (this.#state === 'paused') {
			if (this.#options.mode === 'live') {
				void this.flush();
				link.post({ type: 'hold', isHeld: false });
			}
			this.#enter(this.#silentState());
		}
		link.output.post({ type: 'play' });
		if (this.#urls.length === 0) {
			this.#enter('buffering');
			this.#settlePlay();
		}
	}

	#awaitGesture(link: Link): void {
		this.#forgetGesture?.();
		this.#forgetGesture = onNextGesture(() => {
			const interruptions = this.#interruptions;
			const resumed = link.output.context.resume();
			void resumed.then(() => {
				if (interruptions !== this.#interruptions) {
					return;
				}
				this.#forgetGesture?.();
				this.#forgetGesture = null;
				if (this.#options.mode === 'live' && this.#urls.length > 0) {
					void this.flush();
				}
				this.#resume(link);
			}, ignore);
		});
	}

	#obey(event: ReceiverEvent): void {
		switch (event.type) {
			case 'open':
				this.#isOpen = true;
				this.#emit(
					new CustomEvent('open', { detail: { url: event.url, protocol: event.subprotocol } }),
				);
				if (this.#state === 'connecting') {
					this.#enter('buffering');
				}
				break;
			case 'close':
				this.#obeyClose(event);
				break;
			case 'text':
				this.#emit(new MessageEvent('message', { data: event.text }));
				break;
			case 'format':
				this.#emit(new CustomEvent('format', { detail: event.format }));
				break;
			case 'fault':
				this.#emit(new PcmErrorEvent(new PcmError(event.code, event.message)));
				break;
			case 'written':
				this.writes.reach(event.id, this.position());
				break;
			case 'end':
				this.#streamEnd = event.id;
				break;
			case 'ready':
			case 'report':
				break;
		}
	}

	#obeyClose(closure: Extract<ReceiverEvent, { type: 'close' }>): void {
		const { code, reason, wasClean, retryIn, wasOpen } = closure;
		const hadOpened = this.#isOpen || this.link!.stats.packetsReceived > 0;
		this.#isOpen = false;
		this.#emit(new CustomEvent('close', { detail: { code, reason, wasClean, retryIn } }));
		if (retryIn !== null) {
			return;
		}
		const said = `code ${code}${reason === '' ? '' : `, ${reason}`}`;
		if (!hadOpened) {
			const place = this.#urls.join(', ');
			const message = `Expected a WebSocket server at ${place}, got ${said}.`;
			this.#fail(new PcmError('connect-failed', message));
		} else if (code !== 1000) {
			this.#loss = new PcmError('connection-lost', `The connection ended: ${said}.`);
			if (!wasOpen) {
				this.#fail(this.#loss);
			}
		}
	}

	/** Looks at the reports and turns what changed into states and events. */
	#look(link: Link): void {
		const { report } = link.output;
		link.refresh();
		this.flushes.reach(report[REPORT.flushId]!, this.position('flushPosition'));
		this.ends.reach(report[REPORT.endId]!, this.position());
		this.#lookAtSound(link.output.playoutState);
		const hasEnded = this.#streamEnd < 0 && report[REPORT.streamEndId]! <= this.#streamEnd;
		if (hasEnded && !this.#isOver()) {
			this.#finish();
		}
		this.#polls++;
		if (this.#polls % POLLS_PER_STATS === 0) {
			this.#emit(new CustomEvent('stats', { detail: link.stats }));
		}
	}

	/** What is concealed for a moment is no event: `waiting` is when it has faded out. */
	#lookAtSound(playoutState: PlayoutState): void {
		const isPlaying = playoutState === 'playing';
		if (this.#state === 'playing' && !isPlaying) {
			this.#enter(this.#silentState());
			if (playoutState === 'waiting') {
				this.#emit(new Event('waiting'));
			}
		}
		const isSilent = this.#state === 'buffering' || this.#state === 'connecting';
		if (isSilent && isPlaying && !this.flushes.isWaiting) {
			this.#enter('playing');
			this.#emit(new Event('playing'));
			this.#settlePlay();
		}
	}

	/** The stream was played to its end. */
	#finish(): void {
		if (this.#loss !== null) {
			this.#fail(this.#loss);
			return;
		}
		this.#enter('ended');
		this.#emit(new Event('ended'));
		this.#settlePlay();
	}

	#fail(cause: unknown): void {
		if (this.#state === 'closed') {
			return;
		}
		const error =
			cause instanceof PcmError ? cause : new PcmError('unsupported', String(cause), cause);
		if (error.code !== 'autoplay-blocked') {
			this.#loss = error;
			this.#enter('failed');
		}
		const play = this.#play;
		this.#play = null;
		play?.reject(error);
		this.#emit(new PcmErrorEvent(error));
	}

	#settlePlay(): void {
		this.#play?.resolve();
		this.#play = null;
	}

	/** The state while nothing sounds and nothing is over. */
	#silentState(): PcmPlayerState {
		return this.#isOpen || this.#urls.length === 0 ? 'buffering' : 'connecting';
	}

	/** True when nothing more will sound unless play() is called again. */
	#isOver(): boolean {
		return this.#state === 'ended' || this.#state === 'failed' || this.#state === 'closed';
	}

	#enter(state: PcmPlayerState): void {
		const previous = this.#state;
		if (state !== previous) {
			this.#state = state;
			this.#emit(new CustomEvent('statechange', { detail: { state, previous } }));
		}
	}
}

/** The context was closed meanwhile. */
function ignore(): void {}
