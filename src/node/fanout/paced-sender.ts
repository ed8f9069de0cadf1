// Plays one source to any number of listeners: source → pump → fan-out → every listener's socket.
import type { StreamFormat } from '../../core/stream-format.js';
import { systemClock } from '../clock.js';
import { Fanout, type FanoutStats } from './fanout.js';
import type { Listener } from './listener.js';
import type { ListenerSocket } from './listener-socket.js';
import type { Pump } from '../pump/pump.js';
import type { PacedSenderOptions } from './sender-options.js';
import { sourcePump } from '../pump/source-pump.js';
import type { PcmSource } from '../source/source.js';

/** What a sender has done. */
export interface SenderStats extends FanoutStats {
	/** Times the schedule began anew because the process had slept for more than 1 s. */
	readonly reanchors: number;
	/** Frames that came later because a paced source had nothing yet. */
	readonly starvedFrames: number;
}

/** WebSocket close codes: the stream has ended, the server is leaving, the source failed. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const SOURCE_FAILED = 1011;

/** Plays a source to its listeners until the source ends or `close()`. */
export class PacedSender {
	readonly #source: PcmSource;
	readonly #fanout: Fanout;
	readonly #pump: Pump;
	readonly #onEnd: (error?: Error) => void;
	#state: 'idle' | 'playing' | 'over' = 'idle';

	/** @throws TypeError or RangeError for options outside their ranges. */
	constructor(source: PcmSource, options: PacedSenderOptions = {}) {
		const { clock = systemClock, onEnd = () => {} } = options;
		this.#source = source;
		this.#onEnd = onEnd;
		this.#fanout = new Fanout(source.format, { ...options, clock });
		const { frameMs } = this.#fanout;
		const sink = {
			onPcm: (pcm: Uint8Array, captureTime: number) => this.#fanout.broadcast(pcm, captureTime),
			onEnd: (error?: Error) => this.#end(error),
		};
		this.#pump = sourcePump(source, frameMs, clock, sink);
	}

	/** The source's format, which raw listeners get. */
	get format(): StreamFormat {
		return this.#fanout.format;
	}

	/** Id of this run of the stream. */
	get stream(): string {
		return this.#fanout.stream;
	}

	/** How much faster than true the sender's clock runs, ppm, -50 000 to 50 000; may change at any time, and
	 * the schedule stays continuous. Without effect on a live source. @default 0 */
	get ratePpm(): number {
		return this.#pump.ratePpm;
	}

	set ratePpm(ppm: number) {
		this.#pump.ratePpm = ppm;
	}

	/** Those attached now. */
	get listeners(): readonly Listener[] {
		return this.#fanout.listeners;
	}

	/** A snapshot. */
	get stats(): SenderStats {
		const { reanchors, starvedFrames } = this.#pump;
		return { ...this.#fanout.stats, reanchors, starvedFrames };
	}

	/**
	 * Plays to `socket` from the next frame on, until it closes. Where the stream is already over, a framed
	 * listener that asks for what it missed gets it, as far as it is kept; then the socket is closed.
	 * @throws TypeError when the socket is attached already.
	 */
	attach(socket: ListenerSocket): Listener {
		return this.#fanout.attach(socket);
	}

	/** Stops playing to `listener`; its socket stays open. Without effect on one that has left. */
	detach(listener: Listener): void {
		this.#fanout.detach(listener);
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

	/** Stops, closes the source and all sockets (code 1001), at once. Idempotent and final. */
	close(): void {
		this.#finish(GOING_AWAY, 'sender closed', false);
	}

	#end(error?: Error): void {
		if (error === undefined) {
			this.#finish(NORMAL, 'end of stream', true);
		} else {
			this.#finish(SOURCE_FAILED, 'source failed', false);
		}
		this.#onEnd(error);
	}

	#finish(code: number, reason: string, endsStream: boolean): void {
		if (this.#state !== 'over') {
			this.#state = 'over';
			this.#pump.stop();
			this.#source.close();
		}
		this.#fanout.finish(code, reason, endsStream);
	}
}
