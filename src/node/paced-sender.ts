// Plays one source to any number of listeners: source → pump → frame (sequence, pts, capture time) → every
// listener's socket. Each frame is encoded once, however many listen.
import { FRAME_END_OF_STREAM, SUBPROTOCOL } from '../core/frame.js';
import { bytesPerSampleFrame, type StreamFormat } from '../core/stream-format.js';
import { helloText } from './hello.js';
import { Listener, type ListenerCounts } from './listener.js';
import type { ListenerSocket } from './listener-socket.js';
import { LivePump } from './live-pump.js';
import { MediaFrame } from './media-frame.js';
import { PacedPump } from './paced-pump.js';
import type { Pump } from './pump.js';
import {
	resolveSenderOptions,
	type PacedSenderOptions,
	type ResolvedSenderOptions,
} from './sender-options.js';
import type { PcmSource } from './source.js';

/** What a sender has done: sums over all listeners, also those that left. All but `listeners` only grow. */
export interface SenderStats extends ListenerCounts {
	/** Sockets attached now. */
	readonly listeners: number;
	/** Frames made from the source, whether anybody listened or not. */
	readonly framesProduced: number;
	readonly sampleFramesProduced: number;
	/** Times the schedule began anew because the process had slept for more than 1 s. */
	readonly reanchors: number;
	/** Frames that came later because a paced source had nothing yet. */
	readonly starvedFrames: number;
}

const NO_PCM = new Uint8Array(0);

/** WebSocket close codes: the stream has ended, the server is leaving, the source failed. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const SOURCE_FAILED = 1011;

/** Plays a source to its listeners until the source ends or `close()`. */
export class PacedSender {
	readonly #source: PcmSource;
	readonly #options: ResolvedSenderOptions;
	readonly #pump: Pump;
	readonly #listeners = new Map<Listener, () => void>();
	readonly #gone = { framesSent: 0, framesDropped: 0, bytesSent: 0 };
	#state: 'idle' | 'playing' | 'over' = 'idle';
	#framesProduced = 0;
	#pts = 0;

	/** @throws TypeError or RangeError for options outside their ranges. */
	constructor(source: PcmSource, options: PacedSenderOptions = {}) {
		this.#source = source;
		this.#options = resolveSenderOptions(options);
		const { frameMs, clock } = this.#options;
		const sink = {
			onPcm: (pcm: Uint8Array, captureTime: number) => this.#broadcast(pcm, captureTime),
			onEnd: (error?: Error) => this.#end(error),
		};
		this.#pump =
			source.kind === 'paced'
				? new PacedPump(source, frameMs, clock, sink)
				: new LivePump(source, frameMs, clock, sink);
	}

	/** The source's format, which raw listeners get. */
	get format(): StreamFormat {
		return this.#source.format;
	}

	/** How much faster than true the sender's clock runs, ppm, -50 000 to 50 000; may change at any time, and
	 * the schedule stays continuous. Without effect on a live source. @default 0 */
	get ratePpm(): number {
		return this.#pump.ratePpm;
	}

	set ratePpm(ppm: number) {
		this.#pump.ratePpm = ppm;
	}

	get listeners(): readonly Listener[] {
		return [...this.#listeners.keys()];
	}

	get stats(): SenderStats {
		const sent = { ...this.#gone };
		for (const listener of this.#listeners.keys()) {
			add(sent, listener);
		}
		return {
			...sent,
			listeners: this.#listeners.size,
			framesProduced: this.#framesProduced,
			sampleFramesProduced: this.#pts,
			reanchors: this.#pump.reanchors,
			starvedFrames: this.#pump.starvedFrames,
		};
	}

	/**
	 * Plays to `socket` from the next frame on, until it closes. Where the stream is already over, the socket
	 * is closed at once.
	 * @throws TypeError when the socket is attached already.
	 */
	attach(socket: ListenerSocket): Listener {
		if (this.listeners.some((listener) => listener.socket === socket)) {
			throw new TypeError('Expected a socket that is not attached, got one that is.');
		}
		const { protocol, backlogMs } = this.#options;
		const framed = protocol === 'auto' ? socket.protocol === SUBPROTOCOL : protocol === 'framed';
		const { sampleRate } = this.format;
		const backlogBytes = (backlogMs / 1000) * sampleRate * bytesPerSampleFrame(this.format);
		const listener = new Listener(socket, framed, backlogBytes);
		socket.on('error', ignore);
		if (this.#state === 'over') {
			listener.finish(null, NORMAL, 'end of stream');
			return listener;
		}
		const leave = (): void => this.detach(listener);
		socket.on('close', leave);
		this.#listeners.set(listener, leave);
		if (framed) {
			listener.sendText(helloText(this.#options.stream, this.format, this.#options.frameMs));
		}
		return listener;
	}

	/** Stops playing to `listener`; its socket stays open. Without effect on one that has left. */
	detach(listener: Listener): void {
		const leave = this.#listeners.get(listener);
		if (leave !== undefined) {
			this.#listeners.delete(listener);
			listener.socket.off('close', leave);
			listener.socket.off('error', ignore);
			add(this.#gone, listener);
		}
	}

	/** Starts the stream: a paced source's first frame goes out at once.
	 * @throws Error when called twice or after `close()`. */
	start(): void {
		if (this.#state !== 'idle') {
			throw new Error('Expected a sender that has not been started or closed.');
		}
		this.#state = 'playing';
		this.#pump.start();
	}

	/** Stops, closes the source and all sockets (code 1001). Idempotent and final. */
	close(): void {
		this.#finish(null, GOING_AWAY, 'sender closed');
	}

	#broadcast(pcm: Uint8Array, captureTime: number): void {
		const frame = this.#frame(pcm, 0, captureTime);
		this.#framesProduced++;
		this.#pts += pcm.byteLength / bytesPerSampleFrame(this.format);
		for (const listener of this.#listeners.keys()) {
			listener.offer(frame);
		}
	}

	#end(error?: Error): void {
		if (error === undefined) {
			const last = this.#frame(NO_PCM, FRAME_END_OF_STREAM, this.#options.clock.wallNow());
			this.#finish(last, NORMAL, 'end of stream');
		} else {
			this.#finish(null, SOURCE_FAILED, 'source failed');
		}
		this.#options.onEnd(error);
	}

	#finish(last: MediaFrame | null, code: number, reason: string): void {
		if (this.#state === 'over') {
			return;
		}
		this.#state = 'over';
		this.#pump.stop();
		this.#source.close();
		for (const listener of this.#listeners.keys()) {
			listener.finish(last, code, reason);
		}
	}

	#frame(pcm: Uint8Array, flags: number, captureTime: number): MediaFrame {
		const sequence = (this.#options.firstSequence + this.#framesProduced) >>> 0;
		return new MediaFrame(pcm, this.format, { flags, sequence, pts: this.#pts, captureTime });
	}
}

/** A socket's error is followed by its close, which is what counts. */
function ignore(): void {}

function add(sum: { -readonly [K in keyof ListenerCounts]: number }, one: ListenerCounts): void {
	sum.framesSent += one.framesSent;
	sum.framesDropped += one.framesDropped;
	sum.bytesSent += one.bytesSent;
}
