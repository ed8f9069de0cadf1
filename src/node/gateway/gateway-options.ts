// A gateway's options, their defaults and all their validation.
import { isIP } from 'node:net';
import type { AccessOptions } from '../access/access.js';
import { isLoopback } from '../access/client-address.js';
import { systemClock, type Clock } from '../clock.js';
import { silentJournal, type Journal } from '../journal.js';
import { resolveLimits, type LimitOptions, type Limits } from './limits.js';
import type { Station } from '../station/station.js';
import { integerInRange, oneOf } from '../../core/validation.js';

/** A certificate and its key, PEM. */
export interface TlsOptions {
	readonly cert: string | Buffer;
	readonly key: string | Buffer;
}

/** What a gateway serves, where, and to whom. */
export interface GatewayOptions {
	/** At least one, each of another name. One alone is served at `/audio` too. Names are no secret: whoever can
	 * connect may read them at `/sources.json`, which the page needs before a login. */
	readonly stations: readonly Station[];
	/** Interface to listen on. Beyond loopback, `access` is required. @default '127.0.0.1' */
	readonly host?: string;
	/** 0 takes any free one. @default 8080 */
	readonly port?: number;
	/** Serve https: and wss:. @default http: and ws: */
	readonly tls?: TlsOptions;
	/** Who may listen; `open`: whoever can connect. @default open on loopback, and nowhere else */
	readonly access?: AccessOptions | 'open';
	/** Origins whose pages may listen besides the gateway's own, such as `https://radio.example`; `*`: all.
	 * @default [] */
	readonly origins?: readonly string[];
	readonly limits?: LimitOptions;
	/** Only a proxy in front can connect: X-Forwarded-For tells the client's address. @default false */
	readonly trustProxy?: boolean;
	/** The ready page at `/`; a string: a folder with your own files of the same names. @default true */
	readonly page?: boolean | string;
	/** Who may read /metrics: programs on this machine, everybody, nobody. @default 'loopback' */
	readonly metrics?: 'loopback' | 'all' | 'off';
	/** @default silent */
	readonly journal?: Journal;
	/** @default the process's clock */
	readonly clock?: Clock;
}

/** @internal */
export interface ResolvedGatewayOptions extends Required<
	Omit<GatewayOptions, 'access' | 'tls' | 'limits'>
> {
	/** null: open. */
	readonly access: AccessOptions | null;
	readonly tls: TlsOptions | null;
	readonly limits: Limits;
	readonly isLocalOnly: boolean;
}

/** Paths that are the gateway's own. */
const RESERVED = ['login', 'healthz', 'metrics'];

/** @internal
 * @throws TypeError or RangeError for what cannot be served, or not safely */
export function resolveGatewayOptions(options: GatewayOptions): ResolvedGatewayOptions {
	const { stations, host = '127.0.0.1', port = 8080, tls = null, access } = options;
	const { origins = [], trustProxy = false, page = true, metrics = 'loopback' } = options;
	const { journal = silentJournal, clock = systemClock } = options;
	checkNames(stations.map(({ name }) => name));
	const isLocalOnly = isLocalHost(host);
	if (access === undefined && !isLocalOnly) {
		throw new TypeError(
			`Expected access to say who may listen on ${host}: everybody on that network can connect.`,
		);
	}
	return {
		stations,
		host,
		port: integerInRange('port', port, 0, 65_535),
		tls,
		access: access === undefined || access === 'open' ? null : access,
		origins,
		limits: resolveLimits(options.limits),
		trustProxy,
		page,
		metrics: oneOf('metrics', metrics, ['loopback', 'all', 'off'] as const),
		journal,
		clock,
		isLocalOnly,
	};
}

/** Whether an interface is this machine's own. */
export function isLocalHost(host: string): boolean {
	return host === 'localhost' || (isIP(host) !== 0 && isLoopback(host));
}

function checkNames(names: readonly string[]): void {
	if (names.length === 0) {
		throw new TypeError('Expected at least one station, got none.');
	}
	for (const [i, name] of names.entries()) {
		if (RESERVED.includes(name)) {
			throw new RangeError(`Expected another name than ${RESERVED.join(', ')}, got ${name}.`);
		}
		if (names.indexOf(name) !== i) {
			throw new RangeError(`Expected each station to have its own name, got "${name}" twice.`);
		}
	}
}
