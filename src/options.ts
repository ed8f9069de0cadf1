// The player's options: their defaults with reasons, and all validation.
import type { LatencyProfile, PlayoutContent, PlayoutMode } from './core/playout-messages.js';
import type { Protocol, ReconnectPolicy } from './core/receiver-messages.js';
import {
	MAX_CHANNELS,
	MAX_SAMPLE_RATE,
	MIN_SAMPLE_RATE,
	SAMPLE_FORMATS,
	type ByteOrder,
	type SampleFormat,
	type StreamFormat,
} from './core/stream-format.js';
import { checkToken, type TokenOption } from './access-token.js';
import { inRange, integerInRange, named, oneOf, record } from './core/validation.js';

/** What a raw stream is, or samples given to `write`; a framed stream says so itself. */
export interface FormatOptions {
	/** Hz, 8 000 to 384 000. Required but for `protocol: 'framed'`. */
	sampleRate?: number;
	/** @default 's32' */
	sampleFormat?: SampleFormat;
	/** 1 to 32; also how many channels the output has. @default 2 */
	channels?: number;
	/** @default 'little' */
	byteOrder?: ByteOrder;
}

export type { TokenOption } from './access-token.js';
export type { LatencyProfile } from './core/playout-messages.js';

/** What the learned delay may be. */
export interface LatencyOptions {
	/** How much delay to trade for how few interruptions: the delay itself is learned. @default 'balanced' */
	profile?: LatencyProfile;
	/** Least target delay, seconds, 0 to 10. @default 0 */
	min?: number;
	/** Greatest target delay, seconds, `min` to 10; `min === max` fixes the delay. @default 2 */
	max?: number;
}

/** All may be left out, but the format of a raw stream. */
export interface PcmPlayerOptions {
	format?: FormatOptions;
	/** `raw`: binary messages are one endless run of bytes. `framed`: each is a `steadypcm.v1` frame.
	 * `auto`: the first message shows which. @default 'auto' */
	protocol?: Protocol;
	latency?: LatencyOptions;
	/** `live` may skip to keep the delay; `complete` plays every sample. @default 'live' */
	mode?: PlayoutMode;
	/** Guides how the delay may be corrected: how freely time is stretched, and how far the pitch may move.
	 * @default 'auto' */
	content?: PlayoutContent;
	/** Open a lost connection again: within 50 ms when it had brought media for 1 s, or lasted 5 s, and the server did
	 * not close it for having too much to do (1013, 4408, 4429); then after waits of `minDelay` doubling to `maxDelay`
	 * seconds, each shortened at random by up to a half; `false`: never. The sound graph and what waits to be played stay meanwhile. A page
	 * that goes online or becomes visible does not wait. No try follows what cannot heal: the server's word that
	 * the stream is over (1000), a refusal, an unknown format. @default { minDelay: 0.25, maxDelay: 5 } */
	reconnect?: boolean | Partial<ReconnectPolicy>;
	/** Seconds to wait for the server's answer, above 0 to 120. @default 10 */
	connectTimeout?: number;
	/** Seconds, 0.5 to 3600, after which a connection that has fallen silent is taken for dead and opened again:
	 * TCP itself would take minutes to notice. A framed one is silent when neither frames nor the answer to a
	 * time message come. A raw one is watched only when this option is given: a stock server cannot answer, and
	 * a sender that pauses looks the same as a dead one. @default 5 */
	idleTimeout?: number;
	/** Connections kept open at a time. With 2, to different servers where several URLs are given, whichever
	 * copy of a frame comes first is played: for framed streams that the servers number alike. @default 1 */
	redundancy?: 1 | 2;
	/** What the server wants to see first, or a function that gives it, asked before every connection: tokens
	 * expire. When it throws, rejects or gives no string, an `error` event says so; the connection then counts as
	 * failed, and it is asked again with the next try. 1 to 1024 characters. @default none */
	token?: TokenOption;
	/** WebSocket subprotocols to offer, besides the player's own for `protocol: 'framed'`. @default [] */
	protocols?: string | string[];
	/** Where `steadypcm/worklet.js` is served, for a CSP that forbids `blob:` scripts. @default inlined */
	workletUrl?: string | URL;
	/** Where `steadypcm/worker.js` is served. @default inlined */
	workerUrl?: string | URL;
	/** @default one that the page's players share, at the device's rate */
	context?: AudioContext;
	/** Where the sound goes; null: nowhere, connect `player.node` yourself.
	 * @default the context's destination */
	destination?: AudioNode | null;
	/** Output device, as `setSinkId` changes it; players of one share a context. Not with `context` or
	 * `destination`, which have their own.
	 * @default the system's choice */
	sinkId?: string;
	/** Closes the player when aborted; `play()` then rejects with its reason. */
	signal?: AbortSignal;
}

export interface ResolvedLatency {
	readonly profile: LatencyProfile;
	/** Bounds of the target delay, seconds. */
	readonly minDelay: number;
	readonly maxDelay: number;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
	readonly format: StreamFormat;
	readonly protocol: Protocol;
	readonly latency: ResolvedLatency;
	readonly mode: PlayoutMode;
	readonly content: PlayoutContent;
	readonly reconnect: ReconnectPolicy | null;
	readonly connectTimeout: number;
	/** null: not given, and raw streams are not watched. */
	readonly idleTimeout: number | null;
	readonly redundancy: 1 | 2;
	readonly token: TokenOption | null;
	readonly protocols: readonly string[];
	readonly workletUrl: string | null;
	readonly workerUrl: string | null;
	readonly context: AudioContext | null;
	/** undefined: the context's destination. */
	readonly destination: AudioNode | null | undefined;
	/** null: the system's choice. `setSinkId` changes it. */
	sinkId: string | null;
	readonly signal: AbortSignal | null;
}

const MAX_LATENCY = 10;
const DEFAULT_MAX_LATENCY = 2;
const DEFAULT_RECONNECT: ReconnectPolicy = { minDelay: 0.25, maxDelay: 5 };
const DEFAULT_CONNECT_TIMEOUT = 10;

/** Rate assumed before a framed stream says its own. */
const FRAMED_SAMPLE_RATE = 48_000;

/** @param hasUrl false: samples are written by the page
 * @throws TypeError and RangeError, naming the option, what was expected and what came */
export function resolveOptions(options: PcmPlayerOptions, hasUrl = true): ResolvedOptions {
	record('options', options);
	const protocol = oneOf('protocol', options.protocol ?? 'auto', [
		'auto',
		'raw',
		'framed',
	] as const);
	const { destination } = options;
	const context = options.context ?? (destination?.context as AudioContext | undefined) ?? null;
	const sinkId = options.sinkId === '' ? null : (options.sinkId ?? null);
	if (context !== null && sinkId !== null) {
		throw new TypeError('Expected context or sinkId, got both: set the sink of your own context.');
	}
	const resolved = {
		format: resolveFormat(options.format ?? {}, protocol),
		protocol,
		latency: resolveLatency(options.latency ?? {}),
		mode: oneOf('mode', options.mode ?? 'live', ['live', 'complete'] as const),
		content: oneOf('content', options.content ?? 'auto', ['auto', 'speech', 'music'] as const),
		reconnect: resolveReconnect(options.reconnect ?? true),
		connectTimeout: inRange(
			'connectTimeout',
			options.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT,
			0.001,
			120,
		),
		idleTimeout:
			options.idleTimeout === undefined
				? null
				: inRange('idleTimeout', options.idleTimeout, 0.5, 3600),
		redundancy: resolveRedundancy(options.redundancy ?? 1, hasUrl),
		token: resolveToken(options.token),
		protocols: [options.protocols ?? []].flat(),
		workletUrl: options.workletUrl?.toString() ?? null,
		workerUrl: options.workerUrl?.toString() ?? null,
		context,
		destination,
		sinkId,
		signal: options.signal ?? null,
	};
	named('options', options, Object.keys(resolved));
	return resolved;
}

function resolveFormat(format: FormatOptions, protocol: Protocol): StreamFormat {
	record('format', format);
	const sampleRate = format.sampleRate ?? (protocol === 'framed' ? FRAMED_SAMPLE_RATE : undefined);
	const channels = format.channels ?? 2;
	integerInRange('format.channels', channels, 1, MAX_CHANNELS);
	const resolved = {
		sampleRate: integerInRange('format.sampleRate', sampleRate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE),
		sampleFormat: oneOf('format.sampleFormat', format.sampleFormat ?? 's32', SAMPLE_FORMATS),
		channels,
		byteOrder: oneOf('format.byteOrder', format.byteOrder ?? 'little', ['little', 'big'] as const),
	};
	named('format', format, Object.keys(resolved));
	return resolved;
}

function resolveLatency(latency: LatencyOptions): ResolvedLatency {
	record('latency', latency);
	named('latency', latency, ['profile', 'min', 'max']);
	const profile = oneOf('latency.profile', latency.profile ?? 'balanced', [
		'live',
		'balanced',
		'smooth',
	] as const);
	const minDelay = inRange('latency.min', latency.min ?? 0, 0, MAX_LATENCY);
	const maxDelay = inRange(
		'latency.max',
		latency.max ?? Math.max(minDelay, DEFAULT_MAX_LATENCY),
		minDelay,
		MAX_LATENCY,
	);
	return { profile, minDelay, maxDelay };
}

function resolveReconnect(reconnect: boolean | Partial<ReconnectPolicy>): ReconnectPolicy | null {
	if (typeof reconnect === 'boolean') {
		return reconnect ? DEFAULT_RECONNECT : null;
	}
	record('reconnect', reconnect);
	named('reconnect', reconnect, Object.keys(DEFAULT_RECONNECT));
	const policy = { ...DEFAULT_RECONNECT, ...reconnect };
	inRange('reconnect.minDelay', policy.minDelay, 0.01, 3600);
	inRange('reconnect.maxDelay', policy.maxDelay, policy.minDelay, 3600);
	return policy;
}

function resolveRedundancy(redundancy: number, hasUrl: boolean): 1 | 2 {
	integerInRange('redundancy', redundancy, 1, 2);
	if (redundancy === 2 && !hasUrl) {
		throw new TypeError('Expected a URL for redundancy 2, got null.');
	}
	return redundancy as 1 | 2;
}

function resolveToken(token: TokenOption | undefined): TokenOption | null {
	return typeof token === 'function' ? token : token === undefined ? null : checkToken(token);
}
