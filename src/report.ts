// What a user can paste into an issue: one object of plain values, without secrets.
import { VERSION } from './core/version.js';
import type { StreamFormat } from './core/stream-format.js';
import type { PcmErrorCode } from './errors.js';
import type { CloseDetail, OpenDetail, PcmErrorEvent, PcmPlayerState } from './events.js';
import type { ResolvedOptions } from './options.js';
import type { Sink } from './shared-context.js';
import type { PcmPlayerStats } from './stats.js';

/** Of `player.report()`. Plain values only: JSON keeps all of it. Tokens, query strings, user names in URLs, and what
 * servers and the app say in words are left out. */
export interface PcmPlayerReport {
	/** Of steadypcm. */
	readonly version: string;
	/** null where there is none. */
	readonly userAgent: string | null;
	/** Milliseconds since the page was opened, as those of `events`. */
	readonly at: number;
	readonly page: {
		readonly isSecureContext: boolean;
		readonly crossOriginIsolated: boolean;
		/** null where there is no document. */
		readonly visibilityState: string | null;
		/** Those of Worker, SharedWorker, AudioWorklet and SharedArrayBuffer that the page has. */
		readonly has: readonly string[];
	};
	readonly urls: readonly string[];
	/** With defaults filled in. `token`, `context`, `destination` and `signal`: true where the page gave one;
	 * `protocols`: how many. */
	readonly options: Readonly<Record<string, unknown>>;
	readonly state: PcmPlayerState;
	readonly volume: number;
	readonly muted: boolean;
	/** Media seconds heard. */
	readonly currentTime: number;
	/** Of the AudioContext; null before `play()`. Seconds, Hz. */
	readonly context: {
		readonly state: string;
		readonly sampleRate: number;
		readonly currentTime: number;
		readonly baseLatency: number;
		/** As the browser tells it; null where it does not. */
		readonly sinkId: string | null;
		readonly maxChannelCount: number;
	} | null;
	readonly stats: PcmPlayerStats;
	/** The last 20, oldest first, but `stats`, `message` and `volumechange`. */
	readonly events: readonly ReportedEvent[];
}

/** One event in a report. What is undefined does not apply. */
export interface ReportedEvent {
	/** Milliseconds since the page was opened. */
	readonly at: number;
	readonly type: string;
	/** The one entered. */
	readonly state: PcmPlayerState | undefined;
	/** Of an error, or of the close of a connection. */
	readonly code: PcmErrorCode | number | undefined;
	readonly wasClean: boolean | undefined;
	/** Seconds; null: no try follows. */
	readonly retryIn: number | null | undefined;
	readonly url: string | undefined;
	readonly format: StreamFormat | undefined;
}

/** What the player's events carry, one or another. */
interface EventDetails {
	readonly error?: PcmErrorEvent['error'];
	readonly detail?: Partial<OpenDetail & CloseDetail & { readonly state: PcmPlayerState }> | null;
}

const THREADS = ['Worker', 'SharedWorker', 'AudioWorklet', 'SharedArrayBuffer'];

/** @param context null: nothing needed one yet. Its outputLatency stays unread: see device-latency.ts
 * @param events oldest first */
export function composeReport(
	player: Pick<PcmPlayerReport, 'state' | 'volume' | 'muted' | 'currentTime' | 'stats'>,
	urls: readonly string[],
	options: ResolvedOptions,
	context: (AudioContext & Sink) | null,
	events: readonly Event[],
): PcmPlayerReport {
	const page = globalThis as Partial<typeof globalThis>;
	return {
		version: VERSION,
		userAgent: page.navigator?.userAgent ?? null,
		at: performance.now(),
		page: {
			isSecureContext: page.isSecureContext === true,
			crossOriginIsolated: page.crossOriginIsolated === true,
			visibilityState: page.document?.visibilityState ?? null,
			has: THREADS.filter((name) => name in globalThis),
		},
		urls: urls.map(openUrl),
		options: {
			...options,
			token: options.token !== null,
			protocols: options.protocols.length,
			workletUrl: options.workletUrl === null ? null : openUrl(options.workletUrl),
			workerUrl: options.workerUrl === null ? null : openUrl(options.workerUrl),
			context: options.context !== null,
			destination: options.destination === null ? null : options.destination !== undefined,
			signal: options.signal !== null,
		},
		state: player.state,
		volume: player.volume,
		muted: player.muted,
		currentTime: player.currentTime,
		context: context === null ? null : reportContext(context),
		stats: player.stats,
		events: events.map(reportEvent),
	};
}

function reportContext(context: AudioContext & Sink): PcmPlayerReport['context'] {
	const { state, sampleRate, currentTime, baseLatency, sinkId, destination } = context;
	return {
		state,
		sampleRate,
		currentTime,
		baseLatency,
		sinkId: typeof sinkId === 'object' ? sinkId.type : (sinkId ?? null),
		maxChannelCount: destination.maxChannelCount,
	};
}

/** The words of servers, and the subprotocol they chose, are left out. */
function reportEvent({ timeStamp: at, type, error, detail }: Event & EventDetails): ReportedEvent {
	const { state, code, wasClean, retryIn, url } = detail ?? {};
	return {
		at,
		type,
		state,
		code: error?.code ?? code,
		wasClean,
		retryIn,
		url: url && openUrl(url),
		format: type === 'format' ? (detail as StreamFormat) : undefined,
	};
}

/** Without user, password, query and fragment: what may hold a secret. */
function openUrl(url: string): string {
	return url.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//');
}
