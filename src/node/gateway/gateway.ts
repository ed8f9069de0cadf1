// Stations on the network: one HTTP or HTTPS server with their streams, by WebSocket and as HTTP responses, the login,
// the page, health and metrics. It says what it does to a journal, and ends when it is told to.
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Access } from '../access/access.js';
import { Alarm } from '../alarm.js';
import { Entrance } from './entrance.js';
import { GatewayMetrics } from './gateway-metrics.js';
import {
	resolveGatewayOptions,
	type GatewayOptions,
	type ResolvedGatewayOptions,
} from './gateway-options.js';
import { GatewayRoutes } from './gateway-routes.js';
import { HandshakeWatch } from './handshake-watch.js';
import { calmJournal, secretFreeJournal } from '../journal.js';
import { LOGIN_OUTCOMES } from './login.js';
import { OriginPolicy } from './origin-policy.js';
import { PageFiles } from './page-files.js';
import { Tally } from './refusal.js';
import { SocketEntrance } from './socket-entrance.js';
import type { Station } from '../station/station.js';
import { declineOffer, offersWebSocket } from './upgrade-offer.js';

/** A running gateway. */
export interface Gateway {
	/** Where it is reached, such as `http://127.0.0.1:8080/`. */
	readonly url: string;
	readonly port: number;
	readonly stations: readonly Station[];
	/** Resolves when every station is over of its own accord: true when the source of one failed. */
	readonly ended: Promise<boolean>;
	/** What /metrics says. */
	metrics(): Promise<string>;
	/** Closes the stations, tells all listeners (1001), and resolves when they are gone, after 3 s at the latest.
	 * Idempotent and final. */
	close(): Promise<void>;
}

/** Time that listeners get to answer the close, ms. */
const FAREWELL_MS = 2500;

/** Longest headers of a request, bytes. */
const MAX_HEADERS = 8192;

/** Between two looks for connections that take too long, ms. */
const WATCH_MS = 500;

/** An answer of which nothing could be sent for so many times `handshakeSeconds` is broken off. */
const STANDSTILLS = 3;

/** How long an answered connection waits for its next request, ms. */
const KEEP_ALIVE_MS = 5000;

/**
 * Starts serving `options.stations`; resolves when the port is open. Rejects with the system's error (`EADDRINUSE` when
 * the port is taken, `EACCES` when this user may not have it) or with that of the page's files.
 * @throws TypeError or RangeError for options that cannot be, among them a host beyond loopback without `access`
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
	const resolved = resolveGatewayOptions(options);
	const { page } = resolved;
	const files = page === false ? null : await PageFiles.open(page === true ? null : page);
	const gateway = new HttpGateway(resolved, files);
	await gateway.listen();
	return gateway;
}

class HttpGateway implements Gateway {
	readonly stations: readonly Station[];
	readonly ended: Promise<boolean>;
	readonly #options: ResolvedGatewayOptions;
	readonly #server: Server;
	readonly #entrance: Entrance;
	readonly #sockets: SocketEntrance;
	readonly #handshakes: HandshakeWatch;
	readonly #metrics: GatewayMetrics;
	#closed: Promise<void> | null = null;

	constructor(options: ResolvedGatewayOptions, page: PageFiles | null) {
		this.#options = options;
		this.stations = options.stations;
		this.ended = Promise.all(options.stations.map(({ ended }) => ended)).then((failed) =>
			failed.includes(true),
		);
		const { origins, isLocalOnly, limits, trustProxy, clock, stations } = options;
		const journal = calmJournal(secretFreeJournal(options.journal), clock);
		const access = options.access === null ? null : new Access(options.access, clock, journal);
		const policy = new OriginPolicy(origins, isLocalOnly);
		this.#entrance = new Entrance(access, policy, limits, trustProxy, journal);
		const paths = stationPaths(stations);
		const stationAt = (path: string): Station | undefined => paths.get(path);
		this.#sockets = new SocketEntrance(this.#entrance, stationAt, clock);
		this.#server = httpServer(options);
		this.#handshakes = new HandshakeWatch(this.#server, limits.pendingHandshakes, (address) => {
			journal.warn('A connection that had not said what it wants had to go.', { address });
		});
		const logins = new Tally(LOGIN_OUTCOMES);
		const entrance = this.#entrance;
		const { metrics: metricsFor } = options;
		this.#metrics = new GatewayMetrics(stations, entrance, logins, () => this.#handshakes.dropped);
		const metrics = this.#metrics;
		const routes = new GatewayRoutes({
			...{ entrance, stationAt, stations, access, logins, metrics, metricsFor, page },
		});
		this.#server.on('request', (request, response) => routes.answer(request, response));
		this.#server.on('upgrade', (request, socket, head) => {
			if (offersWebSocket(request)) {
				this.#sockets.upgrade(request, socket, head);
			} else {
				declineOffer(this.#server, request, socket, head);
			}
		});
		this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
			const { remoteAddress: address = 'unknown' } = socket as Partial<Socket>;
			journal.debug('A connection broke off or spoke no HTTP.', {
				code: error.code ?? '',
				address,
			});
			answerGarbage(error, socket);
		});
	}

	get port(): number {
		return (this.#server.address() as AddressInfo | null)?.port ?? this.#options.port;
	}

	get url(): string {
		const { host, tls } = this.#options;
		const name = host.includes(':') ? `[${host}]` : host;
		return `${tls === null ? 'http' : 'https'}://${name}:${this.port}/`;
	}

	metrics(): Promise<string> {
		return this.#metrics.text();
	}

	async listen(): Promise<void> {
		const { host, port, stations } = this.#options;
		await new Promise<void>((resolve, reject) => {
			this.#server.once('error', reject);
			this.#server.listen(port, host, () => {
				this.#server.off('error', reject);
				resolve();
			});
		});
		for (const station of stations) {
			station.start();
		}
	}

	close(): Promise<void> {
		return (this.#closed ??= this.#close());
	}

	async #close(): Promise<void> {
		this.#entrance.isClosed = true;
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		for (const station of this.stations) {
			station.close();
		}
		this.#sockets.sayGoodbye();
		this.#server.closeIdleConnections();
		this.#handshakes.endAll();
		const patience = new Alarm(this.#options.clock);
		const patienceEnds = new Promise<void>((resolve) => patience.set(FAREWELL_MS, resolve));
		await Promise.race([closed, patienceEnds]);
		patience.clear();
		this.#sockets.terminate();
		this.#server.closeAllConnections();
		this.#metrics.close();
	}
}

/** `/<name>` of each; one alone is at `/audio` too. */
function stationPaths(stations: readonly Station[]): ReadonlyMap<string, Station> {
	const paths = new Map(stations.map((station) => [`/${station.name}`, station]));
	return stations.length === 1 ? paths.set('/audio', stations[0]!) : paths;
}

function httpServer({ tls, limits }: ResolvedGatewayOptions): Server {
	const handshakeMs = 1000 * limits.handshakeSeconds;
	const options: ServerOptions = {
		maxHeaderSize: MAX_HEADERS,
		headersTimeout: handshakeMs,
		requestTimeout: 2 * handshakeMs,
		keepAliveTimeout: KEEP_ALIVE_MS,
		connectionsCheckingInterval: WATCH_MS,
		noDelay: true,
	};
	const server =
		tls === null
			? createServer(options)
			: createSecureServer({ ...options, ...tls, handshakeTimeout: handshakeMs });
	return server.setTimeout(STANDSTILLS * handshakeMs);
}

/** What is no HTTP gets one answer and no more; what is no TLS cannot be answered. */
function answerGarbage({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
	const status = code.startsWith('HPE_') ? '400 Bad Request' : undefined;
	const answer = STATUS[code] ?? status;
	if (answer === undefined || !socket.writable) {
		socket.destroy();
		return;
	}
	const head = `HTTP/1.1 ${answer}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
	socket.end(head, () => socket.destroy());
}

const STATUS: Readonly<Record<string, string>> = {
	HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
	ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
