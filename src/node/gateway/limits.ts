// What a gateway bears, of everybody together and of one address; defaults and all validation.
import { inRange, integerInRange } from '../../core/validation.js';

/** Bounds that keep one from spoiling it for all. */
export interface LimitOptions {
	/** Listeners at once, 1 to 100 000; one processor core serves about 1500. @default 1500 */
	readonly connections?: number;
	/** Of these from one IPv4 address or IPv6 /64 network, 1 to 100 000. @default 64 */
	readonly connectionsPerAddress?: number;
	/** Connections that have not said yet what they want; with more, the oldest go. 1 to 100 000. @default 512 */
	readonly pendingHandshakes?: number;
	/** How long a connection may take to say it, TLS and headers each, seconds, 0.1 to 120; an answer that nobody
	 * reads may stand still three times as long. @default 10 */
	readonly handshakeSeconds?: number;
	/** Connections that are not let in: without a token so far, with one that is being looked at, or just refused. They
	 * count as no listeners; with more, the oldest of the address that has most go. 1 to 100 000. @default 256 */
	readonly undecided?: number;
	/** How long a WebSocket without a token may take to send one, seconds, 0.1 to 120. @default 5 */
	readonly undecidedSeconds?: number;
	/** Longest message of a listener, bytes, 256 to 1 048 576. @default 16384 */
	readonly messageBytes?: number;
	/** Messages and pings of a listener a second, 20 to 100 000. @default 100 */
	readonly messagesPerSecond?: number;
}

/** @internal */
export type Limits = Required<LimitOptions>;

/** @internal
 * @throws TypeError or RangeError for values outside their ranges */
export function resolveLimits(options: LimitOptions = {}): Limits {
	const { connections = 1500, connectionsPerAddress = 64, pendingHandshakes = 512 } = options;
	const { undecided = 256, undecidedSeconds = 5 } = options;
	const { handshakeSeconds = 10, messageBytes = 16_384, messagesPerSecond = 100 } = options;
	return {
		connections: integerInRange('limits.connections', connections, 1, 100_000),
		connectionsPerAddress: integerInRange(
			'limits.connectionsPerAddress',
			connectionsPerAddress,
			1,
			100_000,
		),
		pendingHandshakes: integerInRange('limits.pendingHandshakes', pendingHandshakes, 1, 100_000),
		handshakeSeconds: inRange('limits.handshakeSeconds', handshakeSeconds, 0.1, 120),
		undecided: integerInRange('limits.undecided', undecided, 1, 100_000),
		undecidedSeconds: inRange('limits.undecidedSeconds', undecidedSeconds, 0.1, 120),
		messageBytes: integerInRange('limits.messageBytes', messageBytes, 256, 1_048_576),
		messagesPerSecond: integerInRange('limits.messagesPerSecond', messagesPerSecond, 20, 100_000),
	};
}
