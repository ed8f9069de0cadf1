// Another server's stream to listeners of one's own: an upstream and a fan-out. What a lost connection upstream
// costs is repeated and passed on in order; where that is not possible the gap shows in the sequence.
import type { Frame } from '../../core/frame.js';
import type { StreamFormat } from '../../core/stream-format.js';
import { Fanout, type FanoutStats } from '../fanout/fanout.js';
import type { FanoutOptions } from '../fanout/fanout-options.js';
import type { Listener } from '../fanout/listener.js';
import type { ListenerSocket } from '../fanout/listener-socket.js';
import { Upstream, type UpstreamStats } from './upstream.js';
import type { UpstreamOptions } from './upstream-options.js';
import type { OpenUpstream } from './upstream-socket.js';

/** How a relay hears and sends; id and sequence of a framed stream are the upstream's. */
export interface RelayOptions
	extends UpstreamOptions, Omit<FanoutOptions, 'stream' | 'firstSequence' | 'protocol'> {
	/** Called once when the upstream says that the stream is complete. */
	readonly onEnd?: () => void;
}

/** Both sides of a relay; `fanout` is null until the upstream has spoken for the first time. */
export interface RelayStats {
	readonly upstream: UpstreamStats;
	readonly fanout: FanoutStats | null;
}

/** WebSocket close codes: the stream has ended, the server is leaving, come again later. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const TRY_LATER = 1013;

/**
 * Passes on one stream from `start()` to its end or `close()`. Frames go on unchanged, under the stream's own id,
 * so that a listener may resume here what it heard elsewhere. When the upstream begins another stream (it was
 * restarted, or the format changed), listeners are sent its hello.
 */
export class Relay {
	readonly #options: RelayOptions;
	readonly #upstream: Upstream;
	#fanout: Fanout | null = null;

	/**
	 * @param url `ws:` or `wss:` @param open for tests
	 * @throws TypeError or RangeError for another kind of URL, and for options outside their ranges
	 */
	constructor(url: string, options: RelayOptions = {}, open?: OpenUpstream) {
		this.#options = options;
		const sink = {
			onStream: (format: StreamFormat, stream: string, next: number) =>
				this.#begin(format, stream, next),
			onFrame: (message: Uint8Array, frame: Frame) => this.#fanout!.forward(message, frame),
			onPcm: (pcm: Uint8Array, captureTime: number, flags: number) =>
				this.#fanout!.broadcast(pcm, captureTime, flags),
			onEnd: () => {
				this.#fanout?.finish(NORMAL, 'end of stream', false);
				options.onEnd?.();
			},
		};
		this.#upstream = new Upstream(url, sink, options, open);
	}

	/** What its listeners hear; null until the upstream has spoken for the first time. */
	get fanout(): Fanout | null {
		return this.#fanout;
	}

	/** A snapshot. */
	get stats(): RelayStats {
		return { upstream: this.#upstream.stats, fanout: this.#fanout?.stats ?? null };
	}

	/** Connects to the upstream. Without effect while it is connected or tries to be, and once closed. */
	start(): void {
		this.#upstream.start();
	}

	/** Disconnects from the upstream until `start()`; listeners stay. The stream then goes on at its present. */
	rest(): void {
		this.#upstream.rest();
	}

	/** Sends to `socket` from the next frame on; before the upstream has spoken, closes it with 1013 (come again
	 * later). @throws TypeError when the socket is attached already. */
	attach(socket: ListenerSocket): Listener | null {
		if (this.#fanout === null) {
			socket.close(TRY_LATER, 'no stream yet');
			return null;
		}
		return this.#fanout.attach(socket);
	}

	/** Disconnects and closes all sockets (code 1001). Idempotent and final. */
	close(): void {
		this.#upstream.close();
		this.#fanout?.finish(GOING_AWAY, 'relay closed', false);
	}

	#begin(format: StreamFormat, stream: string, next: number): void {
		if (this.#fanout === null) {
			this.#fanout = new Fanout(format, { ...this.#options, stream, firstSequence: next });
		} else {
			this.#fanout.begin(format, stream, next);
		}
	}
}
