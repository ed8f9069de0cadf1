// One stream to any number of listeners. Each frame is encoded once, however many listen, and kept for a while.
import { FRAME_END_OF_STREAM, SUBPROTOCOL, type Frame } from '../../core/frame.js';
import { isSameFormat, type StreamFormat } from '../../core/stream-format.js';
import { Audience } from './audience.js';
import type { ListenerCounts } from './delivery.js';
import {
	resolveFanoutOptions,
	type FanoutOptions,
	type ResolvedFanoutOptions,
} from './fanout-options.js';
import { FrameSequence } from './frame-sequence.js';
import { helloText } from './hello.js';
import { History } from './history.js';
import { Listener } from './listener.js';
import { SOCKET_CLOSED, type ListenerSocket } from './listener-socket.js';
import type { MediaFrame } from './media-frame.js';
import { Departures } from './outlet.js';
import {
	listenerLimits,
	type ListenerLimits,
	type SharedStream,
	type StreamEnd,
} from './shared-stream.js';

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

/** WebSocket close codes: the stream is complete, the server is leaving (come again), the listener stopped reading. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const STOPPED_READING = 4408;

const ANOTHER_STREAM: StreamEnd = {
	code: GOING_AWAY,
	reason: 'another stream',
	isComplete: false,
	frame: null,
};

/** Between the close of a cut listener and the end of its connection, ms. */
const CUT_GRACE_MS = 1000;

/** Sends one stream to its listeners until `finish`. */
export class Fanout {
	readonly #options: ResolvedFanoutOptions;
	readonly #sequence: FrameSequence;
	readonly #history: History;
	readonly #shared: SharedStream & { limits: ListenerLimits; id: string; sampleRate: number };
	readonly #audience = new Audience();
	readonly #departures = new Departures();
	#format: StreamFormat;
	/** As those hear it who come after it. */
	#end: StreamEnd | null = null;
	#listenersCut = 0;

	/** @throws TypeError or RangeError for options outside their ranges. */
	constructor(format: StreamFormat, options: FanoutOptions = {}) {
		this.#options = resolveFanoutOptions(options);
		this.#format = format;
		this.#sequence = new FrameSequence(this.#options.firstSequence, this.#options.clock);
		this.#history = new History(this.#historySampleFrames);
		this.#shared = {
			clock: this.#options.clock,
			history: this.#history,
			limits: listenerLimits(this.#options, format),
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

	/** Those attached now. */
	get listeners(): readonly Listener[] {
		return [...this.#audience];
	}

	/** A snapshot. */
	get stats(): FanoutStats {
		return {
			...this.#audience.counts,
			listeners: this.#audience.size,
			listenersCut: this.#listenersCut,
			framesProduced: this.#sequence.frames,
			sampleFramesProduced: this.#sequence.sampleFrames,
		};
	}

	/**
	 * Sends to `socket` from the next frame on, until it closes; one that has closed is not attached. Where the
	 * stream is already over, the socket is closed as the others were; before that, a framed listener whose
	 * connection was lost may have repeated what it missed, if it asks within 5 s.
	 * @throws TypeError when the socket is attached already.
	 */
	attach(socket: ListenerSocket): Listener {
		if (this.#audience.has(socket)) {
			throw new TypeError('Expected a socket that is not attached, got one that is.');
		}
		const listener = new Listener(socket, this.#isFramed(socket), this.#shared);
		if (socket.readyState === SOCKET_CLOSED) {
			return listener;
		}
		listener.hold();
		this.#audience.add(listener);
		this.#greet(listener);
		this.#options.onListeners(this.#audience.size);
		if (this.#end !== null) {
			listener.finish(this.#end);
		}
		return listener;
	}

	/** Stops sending to `listener`; its socket stays open. Without effect on one that has left. */
	detach(listener: Listener): void {
		if (this.#audience.remove(listener)) {
			listener.release();
			this.#options.onListeners(this.#audience.size);
		}
	}

	/**
	 * Sends the next frame. Without effect after `finish`, as are `forward` and `begin`.
	 * @param pcm whole sample frames of `format`, kept and so never to be written to again
	 * @param captureTime ms since the Unix epoch; 0 if unknown
	 * @param flags FRAME_DISCONTINUITY (1) where it does not continue the frame before
	 */
	broadcast(pcm: Uint8Array, captureTime: number, flags = 0): void {
		this.#publish(this.#sequence.make(pcm, this.#format, captureTime, flags));
	}

	/**
	 * Sends a frame as it came from another server, with its sequence and pts.
	 * @param message kept, and so never to be written to again @param frame what `message` holds
	 */
	forward(message: Uint8Array, frame: Frame): void {
		if (!isSameFormat(frame.format, this.#format)) {
			this.begin(frame.format, this.stream, frame.sequence);
		}
		this.#publish(this.#sequence.follow(message, frame));
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
		this.#sequence.restart(next);
		this.#shared.id = stream;
		this.#shared.sampleRate = format.sampleRate;
		this.#shared.limits = listenerLimits(this.#options, format);
		this.#history.restart(this.#historySampleFrames);
		for (const listener of this.#audience) {
			if (listener.hearsHello) {
				listener.restart();
				this.#greet(listener);
			} else if (listener.framed ? isOtherRun : isOtherFormat) {
				listener.finish(ANOTHER_STREAM);
			}
		}
	}

	/**
	 * Closes all sockets, and those that come later. Final; called again, it closes at once who stayed.
	 * @param code 1000: the stream is complete, and who is having something repeated, or may yet ask for it, stays
	 * until it has it @param endsStream framed listeners are sent an end-of-stream frame before
	 */
	finish(code: number, reason: string, endsStream: boolean): void {
		const isFirst = this.#end === null;
		const isComplete = isFirst && code === NORMAL;
		const frame = isFirst && endsStream ? this.#makeEnd() : null;
		this.#end ??= { code, reason, isComplete, frame: frame ?? this.#forwardedEnd };
		for (const listener of this.#audience) {
			listener.finish({ code, reason, isComplete, frame });
		}
	}

	#publish(frame: MediaFrame): void {
		if (this.#end !== null) {
			return;
		}
		this.#sequence.advance(frame);
		this.#history.push(frame);
		for (const listener of this.#audience) {
			listener.offer(frame, this.#departures);
		}
		this.#departures.leave();
	}

	#makeEnd(): MediaFrame {
		const captureTime = this.#options.clock.wallNow();
		return this.#sequence.make(NO_PCM, this.#format, captureTime, FRAME_END_OF_STREAM);
	}

	#isFramed(socket: ListenerSocket): boolean {
		const { protocol } = this.#options;
		if (socket.response !== undefined) {
			return socket.response === 'framed';
		}
		return protocol === 'auto' ? socket.protocol === SUBPROTOCOL : protocol === 'framed';
	}

	/** The end-of-stream frame of another server; null before it came. */
	get #forwardedEnd(): MediaFrame | null {
		const { oldestIndex, nextIndex } = this.#history;
		const newest = oldestIndex < nextIndex ? this.#history.at(nextIndex - 1) : null;
		return newest?.isEnd === true ? newest : null;
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
			next: this.#sequence.next,
			oldest: canRepeat ? this.#history.at(oldestIndex).sequence : this.#sequence.next,
			http: this.#options.hasHttp,
		};
		listener.greet(helloText(hello, this.#format), canRepeat);
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

	/** Frames may wait for one listener as long as they are kept for all. */
	get #historySampleFrames(): number {
		const { historyMs, backlogMs } = this.#options;
		return (Math.max(historyMs, backlogMs) / 1000) * this.#format.sampleRate;
	}
}

/** A socket's error is followed by its close, which is what counts. */
function ignore(): void {}
