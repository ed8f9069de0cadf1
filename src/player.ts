// PcmPlayer: the public face. Its states, its promises, its events. No parsing, no DSP, no audio bytes.
import { REPORT } from './core/playout-report.js';
import type { ReceiverEvent } from './core/receiver-messages.js';
import { PcmError } from './errors.js';
import { PcmErrorEvent, type PcmPlayerState } from './events.js';
import { onNextGesture, startContext } from './gesture.js';
import { Link } from './link.js';
import { Milestones, type PlayedPosition } from './milestones.js';
import { resolveOptions, type PcmPlayerOptions, type ResolvedOptions } from './options.js';
import { PlayerEventTarget } from './player-events.js';
import { composeStats, type PcmPlayerStats } from './stats.js';
import { REPORT_SLOTS } from './core/playout-report.js';
import { toBytes, writableOf } from './write.js';
import { inRange } from './core/validation.js';
import { webSocketUrls } from './stream-url.js';

/** Milliseconds between two looks at the reports. */
const POLL_INTERVAL = 25;

/** Looks per `stats` event. */
const POLLS_PER_STATS = 10;

/** Milliseconds a ramp to silence may take before a context is stopped, its own latency included. */
const RAMP_OUT = 60;

interface Deferred {
	readonly promise: Promise<void>;
	readonly resolve: () => void;
	readonly reject: (error: PcmError) => void;
}

/**
 * Plays a live PCM stream.
 *
 * ```ts
 * const player = new PcmPlayer('wss://host/audio', { format: { sampleRate: 16000 } });
 * button.onclick = () => player.play();
 * ```
 *
 * Nothing happens before `play()`: it may be constructed on a server.
 */
export class PcmPlayer extends PlayerEventTarget {
	readonly #urls: readonly string[];
	readonly #options: ResolvedOptions;
	#link: Link | null = null;
	#state: PcmPlayerState = 'idle';
	#play: Deferred | null = null;
	#poll: ReturnType<typeof setInterval> | undefined;
	#polls = 0;
	#starts = 0;
	#concealmentEvents = 0;
	/** Id of the end mark after which the stream is over; 0: none came. */
	#streamEnd = 0;
	/** Why the stream ended, when it was not by the server's word. */
	#lossError: PcmError | null = null;
	#isOpen = false;
	#volume = 1;
	#isMuted = false;
	readonly #flushes = new Milestones();
	readonly #ends = new Milestones();
	readonly #writes = new Milestones();
	#writable: WritableStream<ArrayBuffer | ArrayBufferView> | null = null;
	#forgetGesture: (() => void) | null = null;

	/**
	 * @param url ws: or wss:, absolute or relative to the page; several are tried in order; null: no
	 * socket, samples come from `write` or `writable`
	 * @throws TypeError and RangeError for arguments that cannot be
	 */
	constructor(
		url: string | URL | readonly (string | URL)[] | null,
		options: PcmPlayerOptions = {},
	) {
		super();
		this.#urls = url === null ? [] : webSocketUrls(url);
		this.#options = resolveOptions(options);
		const { signal } = this.#options;
		if (signal?.aborted === true) {
			this.#state = 'closed';
		} else {
			signal?.addEventListener('abort', () => void this.close(), { once: true });
		}
	}

	get state(): PcmPlayerState {
		return this.#state;
	}

	/** Connects, and resolves once sound is running; without a socket, once samples may be written. Call it
	 * in a click, tap or key press: browsers allow no sound before one.
	 * @throws PcmError `autoplay-blocked` (sound then starts with the next gesture), `connect-failed`,
	 * `blocked-by-csp`, `unsupported`, `closed` */
	play(): Promise<void> {
		if (this.#state === 'closed') {
			return Promise.reject(closedError());
		}
		if (this.#state === 'playing' || (this.#state === 'buffering' && this.#urls.length === 0)) {
			return Promise.resolve();
		}
		if (this.#play === null) {
			this.#play = defer();
			this.#start().catch((error: unknown) => {
				this.#fail(error);
			});
		}
		return this.#play.promise;
	}

	/** Fades out. A live stream goes on without being heard and is at its present when it plays again; a
	 * complete one waits. */
	pause(): void {
		if (this.#link === null || this.#state === 'paused' || this.#isOver()) {
			return;
		}
		this.#link.output.post({ type: 'pause' });
		if (this.#options.mode === 'live') {
			this.#link.post({ type: 'hold', isHeld: true });
		}
		this.#enter('paused');
	}

	/** Fades out, disconnects, frees everything. Final; more calls do nothing. */
	async close(): Promise<void> {
		if (this.#state === 'closed') {
			return;
		}
		const wasSounding = this.#state === 'playing';
		this.#enter('closed');
		clearInterval(this.#poll);
		this.#forgetGesture?.();
		this.#play?.reject(closedError());
		this.#play = null;
		const link = this.#link;
		if (link !== null) {
			link.output.post({ type: 'pause' });
			await delay(wasSounding ? RAMP_OUT : 0);
			await link.close();
		}
		for (const milestones of [this.#flushes, this.#ends, this.#writes]) {
			milestones.reachAll(this.#position());
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}

	/** Samples in the declared format, of any length: what ends in mid-sample is continued by the next.
	 * They are copied. For a player without URL. May be called before `play()`.
	 * @throws TypeError for anything but a buffer or a view, and for a player with a URL */
	write(samples: ArrayBuffer | ArrayBufferView): void {
		this.#write(toBytes(samples), 0);
	}

	/** The same as a stream with back-pressure: a write is done when most of it is in the ring. Its close
	 * is `drained()`. */
	get writable(): WritableStream<ArrayBuffer | ArrayBufferView> {
		this.#writable ??= writableOf({
			write: async (bytes) => {
				const { id, reached } = this.#writes.add();
				this.#write(bytes, id);
				await reached;
			},
			close: () => this.drained(),
			abort: async () => {
				await this.flush();
			},
		});
		return this.#writable;
	}

	/** Drops all that waits, with a short fade. @returns what was heard by then. */
	async flush(): Promise<PlayedPosition> {
		if (this.#link === null || this.#state === 'closed') {
			return this.#position();
		}
		const { id, reached } = this.#flushes.add();
		this.#link.output.post({ type: 'flush', id });
		this.#link.post({ type: 'flush', id });
		const position = await reached;
		this.#ends.reachAll(position);
		return position;
	}

	/** Resolves when everything written so far has been heard. */
	async drained(): Promise<void> {
		if (this.#state === 'closed') {
			return;
		}
		const { id, reached } = this.#ends.add();
		this.#openLink().post({ type: 'end', id });
		await reached;
		await delay(1000 * this.#openLink().output.latency);
	}

	/** A text message to the server. @returns false when no connection is open: it is not sent. */
	send(text: string): boolean {
		if (typeof text !== 'string') {
			throw new TypeError(`Expected text to be a string, got ${typeof text}.`);
		}
		if (this.#isOpen) {
			this.#link?.post({ type: 'send', text });
		}
		return this.#isOpen;
	}

	/** The end of the player's graph, volume included, to connect to your own; null before `play()`. */
	get node(): AudioNode | null {
		return this.#link?.output.gain ?? null;
	}

	/** 0 to 1; changes are ramped. @default 1 */
	get volume(): number {
		return this.#volume;
	}

	set volume(volume: number) {
		this.#volume = inRange('volume', volume, 0, 1);
		this.#applyVolume();
	}

	/** @default false */
	get muted(): boolean {
		return this.#isMuted;
	}

	set muted(isMuted: boolean) {
		this.#isMuted = isMuted;
		this.#applyVolume();
	}

	/** Media seconds heard. */
	get currentTime(): number {
		return this.#position().currentTime;
	}

	/** Seconds from a sample's arrival on the socket to the speaker, the device's own latency included. */
	get latency(): number {
		return this.#link === null ? 0 : this.stats.bufferLevel + this.#link.output.latency;
	}

	/** A snapshot, at most 25 ms old while the page is visible. */
	get stats(): PcmPlayerStats {
		return this.#link?.stats ?? EMPTY_STATS;
	}

	async #start(): Promise<void> {
		if (this.#state === 'idle' || this.#isOver()) {
			this.#enter('connecting');
		}
		const isFirst = this.#link === null || this.#poll === undefined;
		const link = this.#openLink();
		// Within the gesture: before anything is awaited.
		const running = startContext(link.output.context);
		running.catch(() => undefined);
		if (isFirst) {
			this.#poll = setInterval(() => {
				this.#look();
			}, POLL_INTERVAL);
			this.#applyVolume();
			await link.open(this.#urls, (event) => {
				this.#obey(event);
			});
		} else if (this.#lossError !== null || this.#streamEnd !== 0) {
			link.post({ type: 'reopen' });
		}
		this.#lossError = null;
		this.#streamEnd = 0;
		try {
			await running;
		} catch (error) {
			this.#awaitGesture(link);
			throw error;
		}
		this.#resume(link);
	}

	#openLink(): Link {
		this.#link ??= new Link(this.#options);
		return this.#link;
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
			this.#enter(this.#isOpen || this.#urls.length === 0 ? 'buffering' : 'connecting');
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
			void link.output.context.resume().then(() => {
				this.#forgetGesture?.();
				this.#forgetGesture = null;
				if (this.#options.mode === 'live' && this.#urls.length > 0) {
					void this.flush();
				}
				this.#resume(link);
			});
		});
	}

	#write(bytes: Uint8Array<ArrayBuffer>, id: number): void {
		if (this.#urls.length > 0) {
			throw new TypeError('Expected a player made with null for its URL, got one with a socket.');
		}
		if (this.#state === 'closed') {
			throw closedError();
		}
		this.#openLink().post({ type: 'write', bytes, id }, [bytes.buffer]);
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
				this.#writes.reach(event.id, this.#position());
				break;
			case 'end':
				this.#streamEnd = event.id;
				break;
			case 'ready':
			case 'report':
				break;
		}
	}

	#obeyClose({
		code,
		reason,
		wasClean,
		retryIn,
		wasOpen,
	}: Extract<ReceiverEvent, { type: 'close' }>): void {
		this.#isOpen = false;
		this.#emit(new CustomEvent('close', { detail: { code, reason, wasClean, retryIn } }));
		if (retryIn !== null) {
			return;
		}
		const said = `code ${code}${reason === '' ? '' : `, ${reason}`}`;
		if (!wasOpen && this.stats.packetsReceived === 0) {
			this.#fail(
				new PcmError(
					'connect-failed',
					`Expected a WebSocket server at ${this.#urls.join(', ')}, got ${said}.`,
				),
			);
		} else if (code !== 1000) {
			this.#lossError = new PcmError('connection-lost', `The connection ended: ${said}.`);
			if (!wasOpen) {
				this.#fail(this.#lossError);
			}
		}
	}

	/** Looks at the reports and turns what changed into states and events. */
	#look(): void {
		const link = this.#link!;
		const { report } = link.output;
		link.refresh();
		this.#flushes.reach(report[REPORT.flushId]!, this.#position('flushPosition'));
		if (report[REPORT.endId]! > 0) {
			this.#ends.reach(report[REPORT.endId]!, this.#position());
		}
		this.#lookAtPlayout(link, report);
		this.#polls++;
		if (this.#polls % POLLS_PER_STATS === 0) {
			this.#emit(new CustomEvent('stats', { detail: link.stats }));
		}
	}

	#lookAtPlayout(link: Link, report: Float64Array): void {
		const starts = report[REPORT.starts]!;
		const concealmentEvents = report[REPORT.concealmentEvents]!;
		const isPlaying = link.output.playoutState === 'playing';
		if (concealmentEvents > this.#concealmentEvents) {
			this.#concealmentEvents = concealmentEvents;
			this.#emit(new Event('waiting'));
		}
		if (this.#state === 'playing' && !isPlaying) {
			this.#enter(this.#isOpen || this.#urls.length === 0 ? 'buffering' : 'connecting');
		}
		if (starts > this.#starts && isPlaying && !this.#isOver() && this.#state !== 'paused') {
			this.#starts = starts;
			this.#enter('playing');
			this.#emit(new Event('playing'));
			this.#settlePlay();
		}
		if (this.#streamEnd < 0 && report[REPORT.endId] === this.#streamEnd && !this.#isOver()) {
			this.#finish();
		}
	}

	/** The stream was played to its end. */
	#finish(): void {
		if (this.#lossError !== null) {
			this.#fail(this.#lossError);
			return;
		}
		this.#enter('ended');
		this.#emit(new Event('ended'));
		this.#settlePlay();
	}

	#fail(cause: unknown): void {
		const error =
			cause instanceof PcmError ? cause : new PcmError('unsupported', String(cause), cause);
		if (this.#state === 'closed') {
			return;
		}
		if (error.code !== 'autoplay-blocked') {
			this.#lossError = error;
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

	#applyVolume(): void {
		this.#link?.output.setVolume(this.#isMuted ? 0 : this.#volume);
		this.#emit(new Event('volumechange'));
	}

	/** Where playback stands, or stood when the last flush was carried out. */
	#position(slot: 'mediaPosition' | 'flushPosition' = 'mediaPosition'): PlayedPosition {
		const report = this.#link?.output.report;
		const sampleFrames = report?.[REPORT[slot]] ?? 0;
		const rate = report?.[REPORT.mediaRate] ?? 0;
		return { sampleFrames, currentTime: rate > 0 ? sampleFrames / rate : 0 };
	}

	#emit(event: Event): void {
		this.dispatchEvent(event);
	}
}

const EMPTY_STATS = composeStats({
	transport: null,
	playout: new Float64Array(REPORT_SLOTS),
	receiver: null,
	deviceUnderruns: null,
});

function closedError(): PcmError {
	return new PcmError('closed', 'The player was closed.');
}

function delay(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function defer(): Deferred {
	let resolve!: () => void;
	let reject!: (error: PcmError) => void;
	const promise = new Promise<void>((onResolve, onReject) => {
		resolve = onResolve;
		reject = onReject;
	});
	return { promise, resolve, reject };
}
