// One stream to any number of listeners. Each frame is encoded once, however many listen, and kept for a while;
// sequence and pts run on whatever becomes of the source.
import { FRAME_END_OF_STREAM, SUBPROTOCOL, type Frame } from '../../core/frame.js';
import { bytesPerSampleFrame, isSameFormat, type StreamFormat } from '../../core/stream-format.js';
import {
	resolveFanoutOptions,
	type FanoutOptions,
	type ResolvedFanoutOptions,
} from './fanout-options.js';
import { helloText } from './hello.js';
import { History } from './history.js';
import { Listener, type ListenerCounts } from './listener.js';
import { SOCKET_CLOSED, type ListenerSocket } from './listener-socket.js';
import { MediaFrame } from './media-frame.js';
import { Departures } from './outlet.js';
import type { ListenerLimits, SharedStream } from './shared-stream.js';

/** What a fan-out has done: sums over all listeners, also those that left. All but `listeners` only grow. */
export interface FanoutStats extends ListenerCounts {
	/** Sockets attached now. */
	readonly listeners: number;
	/** Listeners closed with 4408 because they did not move. */
	readonly listenersCut: number;
	/** Frames made or passed on, whether anybody listened or not. */
	readonly framesProduced: number;
	readonly sampleFramesProduced: number;
}

const NO_PCM = new Uint8Array(0);

/** WebSocket close codes: the server is leaving (come again), the listener stopped reading. */
const GOING_AWAY = 1001;
const STOPPED_READING = 4408;

/** Between the close of a cut listener and the end of its connection, ms. */
const CUT_GRACE_MS = 1000;

/** Sends one stream to its listeners until `finish`. */
export class Fanout {
	readonly #options: ResolvedFanoutOptions;
	readonly #history: History;
	readonly #shared: SharedStream & { limits: ListenerLimits; id: string; sampleRate: number };
	readonly #listeners = new Map<ListenerSocket, Listener>();
	readonly #departures = new Departures();
	readonly #gone = {
		framesSent: 0,
		framesDropped: 0,
		framesRepeated: 0,
		bytesSent: 0,
		malformedTexts: 0,
	};
	#format: StreamFormat;
	#end: { readonly code: number; readonly reason: string } | null = null;
	#listenersCut = 0;
	#framesProduced = 0;
	#sampleFramesProduced = 0;
	/** Of the next frame. */
	#sequence: number;
	#pts = 0;

	/** @throws TypeError or RangeError for options outside their ranges. */
	constructor(format: StreamFormat, options: FanoutOptions = {}) {
		this.#options = resolveFanoutOptions(options);
		this.#format = format;
		this.#sequence = this.#options.firstSequence;
		this.#history = new History(this.#historySampleFrames);
		this.#shared = {
			clock: this.#options.clock,
			history: this.#history,
			limits: this.#limits(),
			id: this.#options.stream,
			sampleRate: format.sampleRate,
			leave: (listener) => this.detach(listener),
			cut: (listener) => this.#cut(listener),
			onText: this.#options.onText,
		};
	}

	/** The source's format, which raw listeners get. */
	get format(): StreamFormat {
		return this.#format;
	}

	/** Id of this run of the stream. */
	get stream(): string {
		return this.#shared.id;
	}

	/** Longest frame, ms. */
	get frameMs(): number {
		return this.#options.frameMs;
	}

	get listeners(): readonly Listener[] {
		return [...this.#listeners.values()];
	}

	get stats(): FanoutStats {
		const sums = { ...this.#gone };
		for (const listener of this.#listeners.values()) {
			add(sums, listener);
		}
		return {
			...sums,
			listeners: this.#listeners.size,
			listenersCut: this.#listenersCut,
			framesProduced: this.#framesProduced,
			sampleFramesProduced: this.#sampleFramesProduced,
		};
	}

	/**
	 * Sends to `socket` from the next frame on, until it closes; one that has closed is not attached. Where the
	 * stream is already over, the socket is closed at once, as the others were.
	 * @throws TypeError when the socket is attached already.
	 */
	attach(socket: ListenerSocket): Listener {
		if (this.#listeners.has(socket)) {
			throw new TypeError('Expected a socket that is not attached, got one that is.');
		}
		const listener = new Listener(socket, this.#isFramed(socket), this.#shared);
		if (socket.readyState === SOCKET_CLOSED) {
			return listener;
		}
		listener.hold();
		if (this.#end !== null) {
			listener.finish(null, this.#end.code, this.#end.reason);
			return listener;
		}
		this.#listeners.set(socket, listener);
		this.#greet(listener);
		this.#options.onListeners(this.#listeners.size);
		return listener;
	}

	/** Stops sending to `listener`; its socket stays open. Without effect on one that has left. */
	detach(listener: Listener): void {
		if (this.#listeners.get(listener.socket) === listener) {
			this.#listeners.delete(listener.socket);
			listener.release();
			add(this.#gone, listener);
			this.#options.onListeners(this.#listeners.size);
		}
	}

	/**
	 * Sends the next frame. Without effect after `finish`, as are `forward` and `begin`.
	 * @param pcm whole sample frames of `format`, kept and so never to be written to again
	 * @param captureTime ms since the Unix epoch; 0 if unknown
	 * @param flags FRAME_DISCONTINUITY (1) where it does not continue the frame before
	 */
	broadcast(pcm: Uint8Array, captureTime: number, flags = 0): void {
		this.#publish(this.#frame(pcm, captureTime, flags));
	}

	/**
	 * Sends a frame as it came from another server, with its sequence and pts.
	 * @param message kept, and so never to be written to again @param frame what `message` holds
	 */
	forward(message: Uint8Array, frame: Frame): void {
		if (!isSameFormat(frame.format, this.#format)) {
			this.begin(frame.format, this.stream, frame.sequence);
		}
		this.#sequence = frame.sequence;
		this.#pts = frame.pts;
		this.#publish(MediaFrame.received(message, frame, this.#options.clock.now()));
	}

	/**
	 * Another stream takes the place of this one, for the same listeners: another run of an upstream, or
	 * another format. What was kept is forgotten; framed listeners get a new hello. Raw ones cannot be told
	 * of another format, nor framed HTTP responses of another run: they are closed with 1001, to come again.
	 * @param stream id @param next sequence of the next frame
	 */
	begin(format: StreamFormat, stream: string, next: number): void {
		if (this.#end !== null) {
			return;
		}
		const isOtherFormat = !isSameFormat(format, this.#format);
		const isOtherRun = stream !== this.stream;
		this.#format = format;
		this.#sequence = next;
		this.#shared.id = stream;
		this.#shared.sampleRate = format.sampleRate;
		this.#shared.limits = this.#limits();
		this.#history.restart(this.#historySampleFrames);
		for (const listener of this.#listeners.values()) {
			if (listener.hearsHello) {
				listener.restart();
				this.#greet(listener);
			} else if (listener.framed ? isOtherRun : isOtherFormat) {
				listener.finish(null, GOING_AWAY, 'another stream');
			}
		}
	}

	/**
	 * Closes all sockets, and those that come later. Final; without effect when called again.
	 * @param endsStream framed listeners are sent an end-of-stream frame before
	 */
	finish(code: number, reason: string, endsStream: boolean): void {
		if (this.#end !== null) {
			return;
		}
		this.#end = { code, reason };
		const { clock } = this.#options;
		const last = endsStream ? this.#frame(NO_PCM, clock.wallNow(), FRAME_END_OF_STREAM) : null;
		for (const listener of this.#listeners.values()) {
			listener.finish(last, code, reason);
		}
	}

	#publish(frame: MediaFrame): void {
		if (this.#end !== null) {
			return;
		}
		this.#sequence = (this.#sequence + 1) >>> 0;
		this.#pts += frame.sampleFrames;
		this.#framesProduced++;
		this.#sampleFramesProduced += frame.sampleFrames;
		this.#history.push(frame);
		for (const listener of this.#listeners.values()) {
			listener.offer(frame, this.#departures);
		}
		this.#departures.leave();
	}

	#frame(pcm: Uint8Array, captureTime: number, flags: number): MediaFrame {
		const header = { flags, sequence: this.#sequence, pts: this.#pts, captureTime };
		return new MediaFrame(pcm, this.#format, header, this.#options.clock.now());
	}

	#isFramed(socket: ListenerSocket): boolean {
		const { protocol } = this.#options;
		if (socket.response !== undefined) {
			return socket.response === 'framed';
		}
		return protocol === 'auto' ? socket.protocol === SUBPROTOCOL : protocol === 'framed';
	}

	#greet(listener: Listener): void {
		if (!listener.hearsHello) {
			return;
		}
		const { oldestIndex, nextIndex } = this.#history;
		const canRepeat = this.#options.historyMs > 0 && oldestIndex < nextIndex;
		const hello = {
			stream: this.stream,
			frameMs: this.#options.frameMs,
			next: this.#sequence,
			oldest: canRepeat ? this.#history.at(oldestIndex).sequence : this.#sequence,
			http: this.#options.hasHttp,
		};
		listener.sendText(helloText(hello, this.#format));
	}

	#cut(listener: Listener): void {
		const { socket } = listener;
		const { clock } = this.#options;
		this.#listenersCut++;
		this.detach(listener);
		socket.on('error', ignore);
		const grace = clock.setTimer(() => socket.terminate(), CUT_GRACE_MS);
		socket.on('close', () => clock.clearTimer(grace));
		socket.close(STOPPED_READING, 'stopped reading');
	}

	#limits(): ListenerLimits {
		const { backlogMs, creditMs, cutAfterMs, historyMs } = this.#options;
		const { sampleRate } = this.#format;
		return {
			backlogMs,
			backlogBytes: (backlogMs / 1000) * sampleRate * bytesPerSampleFrame(this.#format),
			creditSampleFrames: (creditMs / 1000) * sampleRate,
			cutAfterMs,
			repeatMs: historyMs === 0 ? null : Math.max(historyMs, backlogMs, 1000),
		};
	}

	/** Frames may wait for one listener as long as they are kept for all. */
	get #historySampleFrames(): number {
		const { historyMs, backlogMs } = this.#options;
		return (Math.max(historyMs, backlogMs) / 1000) * this.#format.sampleRate;
	}
}

/** A socket's error is followed by its close, which is what counts. */
function ignore(): void {}

function add(sum: { -readonly [K in keyof ListenerCounts]: number }, one: ListenerCounts): void {
	sum.framesSent += one.framesSent;
	sum.framesDropped += one.framesDropped;
	sum.framesRepeated += one.framesRepeated;
	sum.bytesSent += one.bytesSent;
	sum.malformedTexts += one.malformedTexts;
}
