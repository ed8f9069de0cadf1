// A fan-out's options, their defaults and all their validation.
import { randomUUID } from 'node:crypto';
import { inRange, integerInRange, oneOf } from '../../core/validation.js';
import { systemClock, type Clock } from '../clock.js';
import type { Listener } from './listener.js';

/** How a stream goes out to its listeners. */
export interface FanoutOptions {
	/**
	 * Length of a frame, ms, 1 to 1000; of a live source's the longest one. A server's cost is per
	 * message: 40 costs 40 % less than 20. @default 20
	 */
	readonly frameMs?: number;
	/**
	 * `auto`: framed for listeners that negotiated the subprotocol `steadypcm.v1`, else raw.
	 * @default 'auto'
	 */
	readonly protocol?: 'auto' | 'raw' | 'framed';
	/**
	 * How long a frame may wait for a listener that is behind, ms, 0 to 60 000; also the PCM that may wait
	 * in its socket. The operating system's own buffer, often seconds long, comes before and is not seen,
	 * but for players that acknowledge. @default 500
	 */
	readonly backlogMs?: number;
	/** PCM that may be under way to a listener that acknowledges, ms, 20 to 60 000. @default 1000 */
	readonly creditMs?: number;
	/** A listener to which nothing could be sent for so long is cut off (4408), ms, 100 to 3 600 000.
	 * @default 10000 */
	readonly cutAfterMs?: number;
	/**
	 * PCM kept to be repeated after a lost connection, also once the stream is complete, ms, 0 to 600 000; 0:
	 * nothing is repeated. What `backlogMs` says is kept in any case. Frames that wait for a listener wait
	 * here: for a source that gives more at once (speech made faster than it is spoken), raise this and
	 * `backlogMs`.
	 * @default 5000
	 */
	readonly historyMs?: number;
	/** Id of this run of the stream, in the hello message: two runs share one only where the second goes on
	 * with the first one's sequence. @default a random UUID */
	readonly stream?: string;
	/** Sequence of the first frame, u32, for a server that goes on where another stopped. @default 0 */
	readonly firstSequence?: number;
	/** The same path serves the stream over HTTP (`PcmServer.handle`); players are told. @default false */
	readonly hasHttp?: boolean;
	/** Called after each arrival and departure with the number of listeners. */
	readonly onListeners?: (count: number) => void;
	/** Gets the texts of listeners that are not the protocol's own. */
	readonly onText?: (listener: Listener, text: string) => void;
	/** @default the process's clock */
	readonly clock?: Clock;
}

/** @internal */
export type ResolvedFanoutOptions = Required<FanoutOptions>;

/** @internal
 * @throws TypeError or RangeError for values outside their ranges. */
export function resolveFanoutOptions(options: FanoutOptions): ResolvedFanoutOptions {
	const { frameMs = 20, protocol = 'auto', firstSequence = 0, hasHttp = false } = options;
	const { backlogMs = 500, creditMs = 1000, cutAfterMs = 10_000, historyMs = 5000 } = options;
	const { onListeners = () => {}, onText = () => {} } = options;
	const { stream = randomUUID(), clock = systemClock } = options;
	return {
		frameMs: inRange('frameMs', frameMs, 1, 1000),
		protocol: oneOf('protocol', protocol, ['auto', 'raw', 'framed'] as const),
		backlogMs: inRange('backlogMs', backlogMs, 0, 60_000),
		creditMs: inRange('creditMs', creditMs, 20, 60_000),
		cutAfterMs: inRange('cutAfterMs', cutAfterMs, 100, 3_600_000),
		historyMs: inRange('historyMs', historyMs, 0, 600_000),
		stream,
		firstSequence: integerInRange('firstSequence', firstSequence, 0, 0xffff_ffff),
		hasHttp,
		onListeners,
		onText,
		clock,
	};
}
