/// <reference lib="esnext.disposable" preserve="true" />
// PcmPlayer: the public face. No parsing, no DSP, no audio bytes.
import { REPORT_SLOTS } from './core/playout-report.js';
import { inRange } from './core/validation.js';
import { delay } from './deferred.js';
import { deviceLatency } from './device-latency.js';
import { PcmError } from './errors.js';
import type { PcmPlayerState } from './events.js';
import type { PlayedPosition } from './milestones.js';
import { resolveOptions, type PcmPlayerOptions, type ResolvedOptions } from './options.js';
import { Playback } from './playback.js';
import { PlayerEventTarget } from './player-events.js';
import { RecentEvents } from './recent-events.js';
import { composeReport, type PcmPlayerReport } from './report.js';
import { composeStats, type PcmPlayerStats } from './stats.js';
import { streamUrls } from './stream-url.js';
import { toBytes, writableOf } from './write.js';

/** Milliseconds a ramp to silence may take before a context is stopped, its own latency included. */
const RAMP_OUT = 60;

/** Symbol.asyncDispose, or, in browsers without it, a name that nobody asks for. */
const asyncDispose: typeof Symbol.asyncDispose =
	(Symbol as Partial<SymbolConstructor>).asyncDispose ?? (Symbol() as never);

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
	readonly #playback: Playback;
	readonly #recent = new RecentEvents();
	#volume = 1;
	#isMuted = false;
	#writable: WritableStream<ArrayBuffer | ArrayBufferView> | null = null;
	#closing: Promise<void> | null = null;
	readonly #abort = (): void => void this.close();

	/**
	 * @param url ws: or wss: of a WebSocket, http: or https: of an endless response; relative ones are
	 * WebSockets of the page's server; several are tried in order; null: none, samples come from `write` or
	 * `writable`
	 * @throws TypeError and RangeError for arguments that cannot be
	 */
	constructor(
		url: string | URL | readonly (string | URL)[] | null,
		options: PcmPlayerOptions = {},
	) {
		super();
		this.#urls = url === null ? [] : streamUrls(url);
		this.#options = resolveOptions(options, url !== null);
		this.#playback = new Playback(this.#urls, this.#options, (event) => {
			this.#recent.add(event);
			this.dispatchEvent(event);
		});
		const { signal } = this.#options;
		signal?.addEventListener('abort', this.#abort);
		if (signal?.aborted === true) {
			this.#abort();
		}
	}

	/** Where it is; `statechange` tells when that changes. */
	get state(): PcmPlayerState {
		return this.#playback.state;
	}

	/** Connects, and resolves once sound is running; without a socket, once samples may be written. Call it
	 * in a click, tap or key press: browsers allow no sound before one.
	 * @throws PcmError `autoplay-blocked` (sound then starts with the next gesture), `connect-failed`,
	 * `refused`, `unsupported-format`, `output-lost`, `blocked-by-csp`, `unsupported`, `paused`, `closed`; the
	 * reason of a `signal` that is aborted */
	async play(): Promise<void> {
		if (this.state === 'closed') {
			throw this.#closedError();
		}
		const playing = this.#playback.play();
		this.#applyVolume();
		await playing;
	}

	/** Fades out. A live stream goes on without being heard and is at its present when it plays again; a
	 * complete one waits. */
	pause(): void {
		this.#playback.pause();
	}

	/** Fades out, disconnects, frees everything. Final; more calls wait for the same. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	/** `close()`, for `await using`. */
	[asyncDispose](): Promise<void> {
		return this.close();
	}

	/** Samples in the declared format, of any length: what ends in mid-sample is continued by the next.
	 * They are copied. For a player without URL. May be called before `play()`.
	 * @throws TypeError for anything but a buffer or a view, and for a player with a URL */
	write(samples: ArrayBuffer | ArrayBufferView): void {
		this.#write(toBytes(samples), 0);
	}

	/** The same as a stream with back-pressure: a write is done when all but a quarter of a second is in the ring, which
	 * holds one to two times `latency.min` + 1 s (in `live` mode `latency.max` + 1 s). Its close is `drained()`, its
	 * abort `flush()`, whatever still waits to be written; after either, or a write that failed, this is a new stream. */
	get writable(): WritableStream<ArrayBuffer | ArrayBufferView> {
		this.#writable ??= writableOf({
			write: async (bytes) => {
				const { id, reached } = this.#playback.played.writes.add();
				this.#write(bytes, id);
				await reached;
			},
			close: () => this.drained(),
			abort: () => this.flush(),
			over: () => {
				this.#writable = null;
				this.#playback.working?.post({ type: 'cut' });
			},
		});
		return this.#writable;
	}

	/** Drops all that waits, with a short fade; what is written next begins with a whole sample.
	 * @returns what was heard by then. */
	flush(): Promise<PlayedPosition> {
		this.#playback.working?.post({ type: 'cut' });
		return this.#playback.flush();
	}

	/** Resolves when everything written so far has been heard. */
	async drained(): Promise<void> {
		const { working: link, played } = this.#playback;
		if (link !== null) {
			const { id, reached } = played.ends.add();
			link.post({ type: 'end', id });
			await reached;
			await delay(1000 * deviceLatency(link.output.context));
		}
	}

	/** A text message to the server. @returns false when no WebSocket is open: it is not sent. */
	send(text: string): boolean {
		if (typeof text !== 'string') {
			throw new TypeError(`Expected text to be a string, got ${typeof text}.`);
		}
		const { canSend } = this.#playback;
		if (canSend) {
			this.#playback.post({ type: 'send', text });
		}
		return canSend;
	}

	/** The end of the player's graph, volume included, to connect to your own; null before `play()`. */
	get node(): AudioNode | null {
		return this.#playback.link?.output.gain ?? null;
	}

	/** 0 to 1; changes are ramped. @default 1 */
	get volume(): number {
		return this.#volume;
	}

	set volume(volume: number) {
		this.#volume = inRange('volume', volume, 0, 1);
		this.#changeVolume();
	}

	/** @default false */
	get muted(): boolean {
		return this.#isMuted;
	}

	set muted(isMuted: boolean) {
		this.#isMuted = isMuted;
		this.#changeVolume();
	}

	/** Output device asked for; '': the system's choice, or that of your own context. @default '' */
	get sinkId(): string {
		return this.#options.sinkId ?? '';
	}

	/** Plays on another output device from now on, without a gap in the stream; `''` is the system's choice. Where
	 * several players share a device's AudioContext none can be moved alone: set it before they play, or give them
	 * contexts of their own.
	 * @throws PcmError `unsupported` where the browser or that sharing forbids it; DOMException as of
	 * AudioContext.setSinkId, `NotFoundError` for no such device; TypeError for a player with a `context` */
	async setSinkId(sinkId: string): Promise<void> {
		if (this.#options.context !== null) {
			throw new TypeError('Expected no context, got one: set the sink of your own context.');
		}
		await this.#playback.link?.output.setSinkId(sinkId);
		this.#options.sinkId = sinkId === '' ? null : sinkId;
	}

	/** Media seconds heard. */
	get currentTime(): number {
		return this.#playback.played.position().currentTime;
	}

	/** Seconds from a sample's arrival on the socket to the speaker, the device's own latency included. */
	get latency(): number {
		const { link } = this.#playback;
		return link === null ? 0 : link.stats.bufferLevel + deviceLatency(link.output.context);
	}

	/** A snapshot, at most 25 ms old while the page is visible. */
	get stats(): PcmPlayerStats {
		return this.#playback.link?.stats ?? EMPTY_STATS;
	}

	/** All there is to know of how the player fares, to paste into an issue as JSON: versions, page, options, context,
	 * stats, the last events. Without tokens, query strings and user names. At any time, before `play()` and after
	 * `close()`, too. */
	report(): PcmPlayerReport {
		const context = this.#playback.link?.output.context ?? null;
		return composeReport(this, this.#urls, this.#options, context, this.#recent.list);
	}

	async #close(): Promise<void> {
		const wasSounding = this.state === 'playing';
		const playback = this.#playback;
		this.#options.signal?.removeEventListener('abort', this.#abort);
		playback.end(this.#closedError());
		if (playback.link !== null) {
			playback.link.output.post({ type: 'pause' });
			await delay(wasSounding ? RAMP_OUT : 0);
			await playback.link.close();
		}
		playback.played.close();
	}

	/** What those are told who wait: of an abort its reason, as by the platform. */
	#closedError(): Error {
		const { signal } = this.#options;
		return signal?.aborted === true
			? (signal.reason as Error)
			: new PcmError('closed', 'The player was closed.');
	}

	#write(bytes: Uint8Array<ArrayBuffer>, id: number): void {
		if (this.#urls.length > 0) {
			throw new TypeError('Expected a player made with null for its URL, got one with a socket.');
		}
		if (this.state === 'closed') {
			throw this.#closedError();
		}
		this.#playback.post({ type: 'write', bytes, id }, [bytes.buffer]);
	}

	#changeVolume(): void {
		this.#applyVolume();
		this.dispatchEvent(new Event('volumechange'));
	}

	#applyVolume(): void {
		this.#playback.link?.output.setVolume(this.#isMuted ? 0 : this.#volume);
	}
}

const EMPTY_STATS = composeStats({
	transport: null,
	playout: new Float64Array(REPORT_SLOTS),
	receiver: null,
	deviceUnderruns: null,
	endToEndDelay: null,
});
