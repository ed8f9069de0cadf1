// An upstream's options, their defaults and all their validation.
import type { StreamFormat } from '../../core/stream-format.js';
import { inRange, integerInRange, oneOf } from '../../core/validation.js';
import { systemClock, type Clock } from '../clock.js';
import type { Random } from '../source/seeded-random.js';
import { streamFormat, type SourceFormat } from '../source/source-format.js';

/** `waiting`: the connection was lost or refused, and is tried again soon. `over`: the stream ended, or `close()`. */
export type UpstreamState = 'idle' | 'connecting' | 'open' | 'waiting' | 'over';

/** Gives what the server wants to see; asked before each connection. What it gives is shown as `Authorization: Bearer`,
 * what it throws makes the connection one that was refused. @param signal aborted when nobody waits any more */
export type UpstreamToken = (signal: AbortSignal) => string | Promise<string>;

/** How another server's stream is heard. */
export interface UpstreamOptions {
	/** Of a raw stream; a framed one says its own. @default none: the stream has to be framed */
	readonly format?: SourceFormat;
	/** `auto`: offers `steadypcm.v1`, and takes raw PCM where the server does not know it.
	 * @default 'auto' */
	readonly protocol?: 'auto' | 'raw' | 'framed';
	/** Longest frame that a raw stream is cut to, ms, 1 to 1000. @default 20 */
	readonly frameMs?: number;
	/** HTTP headers of the request, such as `{ authorization: 'Bearer …' }`. @default none */
	readonly headers?: Readonly<Record<string, string>>;
	/** @default none is shown */
	readonly token?: UpstreamToken;
	/** A connection from which nothing came for so long, not even the answer to a ping, is dead, ms, 500 to
	 * 600 000. @default 5000 */
	readonly idleTimeoutMs?: number;
	/** How long opening may take, ms, 100 to 600 000. @default 10000 */
	readonly connectTimeoutMs?: number;
	/** First wait before another try, ms, 10 to 600 000; it doubles each time and is shortened by chance.
	 * @default 250 */
	readonly minRetryMs?: number;
	/** Longest wait, ms, 10 to 600 000. @default 15000 */
	readonly maxRetryMs?: number;
	/** Longest message, bytes, 1024 to 67 108 864. @default 4194304 */
	readonly maxPayload?: number;
	/** Called at each change, with its reason where there is one. */
	readonly onState?: (state: UpstreamState, reason: string) => void;
	/** Of the waits. @default Math.random */
	readonly random?: Random;
	/** @default the process's clock */
	readonly clock?: Clock;
}

/** @internal */
export type ResolvedUpstreamOptions = Required<Omit<UpstreamOptions, 'format' | 'token'>> & {
	readonly format: StreamFormat | null;
	readonly token: UpstreamToken | null;
};

/** @internal
 * @throws TypeError or RangeError for values outside their ranges, for a raw stream without format. */
export function resolveUpstreamOptions(options: UpstreamOptions): ResolvedUpstreamOptions {
	const { format, protocol = 'auto', frameMs = 20, headers = {}, token = null } = options;
	const { idleTimeoutMs = 5000, connectTimeoutMs = 10_000, maxPayload = 4_194_304 } = options;
	const { minRetryMs = 250, maxRetryMs = 15_000 } = options;
	const { onState = () => {}, random = Math.random, clock = systemClock } = options;
	oneOf('protocol', protocol, ['auto', 'raw', 'framed'] as const);
	if (protocol === 'raw' && format === undefined) {
		throw new TypeError('Expected the format of a raw stream, got none.');
	}
	return {
		format: format === undefined ? null : streamFormat(format),
		protocol,
		frameMs: inRange('frameMs', frameMs, 1, 1000),
		headers,
		token,
		idleTimeoutMs: inRange('idleTimeoutMs', idleTimeoutMs, 500, 600_000),
		connectTimeoutMs: inRange('connectTimeoutMs', connectTimeoutMs, 100, 600_000),
		minRetryMs: inRange('minRetryMs', minRetryMs, 10, 600_000),
		maxRetryMs: inRange('maxRetryMs', maxRetryMs, 10, 600_000),
		maxPayload: integerInRange('maxPayload', maxPayload, 1024, 67_108_864),
		onState,
		random,
		clock,
	};
}
