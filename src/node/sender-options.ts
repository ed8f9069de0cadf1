// A sender's options, their defaults and all their validation.
import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from './clock.js';
import { inRange, integerInRange, oneOf } from '../core/validation.js';

/** How a `PacedSender` sends. */
export interface PacedSenderOptions {
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
	 * PCM that may wait in a listener's socket before its frames are dropped, ms, 0 to 60 000. The
	 * operating system's own buffer, often seconds long, comes before and is not seen. @default 500
	 */
	readonly backlogMs?: number;
	/** Name of the stream in the hello message. @default a random UUID */
	readonly stream?: string;
	/** Sequence of the first frame, u32, for a server that goes on where another stopped. @default 0 */
	readonly firstSequence?: number;
	/** Called once when the source has ended, with an error when it failed; not after `close()`. */
	readonly onEnd?: (error?: Error) => void;
	/** @default the process's clock */
	readonly clock?: Clock;
}

/** @internal */
export type ResolvedSenderOptions = Required<PacedSenderOptions>;

/** @internal
 * @throws TypeError or RangeError for values outside their ranges. */
export function resolveSenderOptions(options: PacedSenderOptions): ResolvedSenderOptions {
	const { frameMs = 20, protocol = 'auto', backlogMs = 500, firstSequence = 0 } = options;
	const { stream = randomUUID(), onEnd = () => {}, clock = systemClock } = options;
	oneOf('protocol', protocol, ['auto', 'raw', 'framed'] as const);
	return {
		frameMs: inRange('frameMs', frameMs, 1, 1000),
		protocol,
		backlogMs: inRange('backlogMs', backlogMs, 0, 60_000),
		stream,
		firstSequence: integerInRange('firstSequence', firstSequence, 0, 0xffff_ffff),
		onEnd,
		clock,
	};
}
