// Lets an existing HTTP server (Vite's, Express's, one's own) accept PCM listeners on one path, over WebSocket
// and over HTTP. Other paths are left to whoever else handles them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../core/frame.js';
import { integerInRange } from '../../core/validation.js';
import { WEB_SOCKET } from './envelope.js';
import { allowPages, httpListener, prepare, type StreamIdentity } from './http-listener.js';
import type { ListenerSocket } from './listener-socket.js';
import { carryOn } from './outlet.js';
import { isTokenProtocol } from './presented-token.js';

/** A stream that can be heard over HTTP: a `PacedSender`, a `Fanout`. */
export interface HttpStream extends StreamIdentity {
	/** Plays to `socket` until it closes. */
	attach(socket: ListenerSocket): unknown;
}

/** Who may listen, and where. */
export interface PcmServerOptions {
	/** Path of the URL, without query. @default '/audio' */
	readonly path?: string;
	/** False refuses the request with status 403: check its Origin or a token (`tokenOf`) here.
	 * @default all may */
	readonly allow?: (request: IncomingMessage) => boolean;
	/** Longest message from a listener, bytes, 1024 to 16 777 216: a longer one closes it with 1009. What
	 * the protocol needs is short text. @default 16384 */
	readonly maxPayload?: number;
	/** Gets each open socket; hand it to `PacedSender.attach`. */
	readonly onConnection: (socket: WebSocket, request: IncomingMessage) => void;
	/**
	 * The stream for an HTTP request that came to `PcmServer.handle`; null when there is none yet (status
	 * 503), or when it answered the response itself. @default none: HTTP is left to others
	 */
	readonly onHttp?: (request: IncomingMessage, response: ServerResponse) => HttpStream | null;
}

/** What `pcmServer` returns. */
export interface PcmServer {
	/** The sockets that are open. */
	readonly sockets: ReadonlySet<WebSocket>;
	/** Answers an HTTP request for the path with the stream. Call it in a request handler, or in a middleware
	 * that is mounted without a path of its own, which would be taken off the URL.
	 * @returns false when the request is not for it: nothing was done. */
	handle(request: IncomingMessage, response: ServerResponse): boolean;
	/** Stops accepting and closes all sockets (code 1001). The HTTP server goes on, as do HTTP listeners,
	 * which end with their stream. Idempotent. */
	close(): void;
}

/**
 * Accepts WebSockets on `httpServer`, without delay by Nagle's algorithm or by compression. Of the offered
 * subprotocols it picks `steadypcm.v1`, else the first that carries no token, since browsers hang up when none
 * is picked. A path that neither it nor another `upgrade` handler serves gets status 404.
 * @throws TypeError or RangeError for a path that does not begin with a slash, without `onConnection`, or for
 * a `maxPayload` outside its range.
 */
export function pcmServer(httpServer: HttpServer, options: PcmServerOptions): PcmServer {
	const { path = '/audio', allow = () => true, maxPayload = 16_384 } = options;
	const { onConnection, onHttp } = options;
	if (!path.startsWith('/')) {
		throw new TypeError(`Expected a path that begins with "/", got "${path}".`);
	}
	if (typeof onConnection !== 'function') {
		throw new TypeError(`Expected onConnection to be a function, got ${typeof onConnection}.`);
	}
	const webSockets = new WebSocketServer({
		...acceptOptions,
		maxPayload: integerInRange('maxPayload', maxPayload, 1024, 16_777_216),
	});
	const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
		if (pathOf(request) !== path) {
			if (httpServer.listenerCount('upgrade') === 1) {
				refuseUpgrade(socket, '404 Not Found');
			}
		} else if (!allow(request)) {
			refuseUpgrade(socket, '403 Forbidden');
		} else {
			webSockets.handleUpgrade(request, socket, head, (webSocket) => {
				onConnection(carried(webSocket, socket), request);
			});
		}
	};
	const handle = (request: IncomingMessage, response: ServerResponse): boolean => {
		if (onHttp === undefined || pathOf(request) !== path) {
			return false;
		}
		allowPages(request, response);
		if (request.method !== 'OPTIONS' && !allow(request)) {
			response.writeHead(403, { 'Content-Length': 0 }).end();
			return true;
		}
		const stream = onHttp(request, response);
		if (stream !== null) {
			const socket = httpListener(request, response, stream);
			if (socket !== null) {
				stream.attach(socket);
			}
		} else if (!response.headersSent) {
			response.writeHead(503, { 'Content-Length': 0, 'Retry-After': 1 }).end();
		}
		return true;
	};
	httpServer.on('upgrade', upgrade);
	const close = (): void => {
		httpServer.off('upgrade', upgrade);
		webSockets.close();
		webSockets.clients.forEach((webSocket) => webSocket.close(1001, 'server closed'));
	};
	return { sockets: webSockets.clients, handle, close };
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** An HTTP or HTTPS server, node's own or one that a framework hands out. */
export interface HttpServer {
	/** As EventEmitter's. */
	on(event: 'upgrade', listener: UpgradeListener): unknown;
	/** As EventEmitter's. */
	off(event: 'upgrade', listener: UpgradeListener): unknown;
	/** As EventEmitter's: whether others take upgrades, too. */
	listenerCount(event: 'upgrade'): number;
}

function pathOf(request: IncomingMessage): string | undefined {
	return request.url?.split('?', 1)[0];
}

/** Options of a `WebSocketServer` whose sockets `carried` makes listeners of. @internal */
export const acceptOptions = {
	noServer: true,
	perMessageDeflate: false,
	handleProtocols: pickProtocol,
} satisfies ServerOptions;

/** A socket just accepted with `acceptOptions`: without delay by Nagle's algorithm, its frames written straight to
 * `stream`, the connection it came on. @internal */
export function carried(webSocket: WebSocket, stream: Duplex): WebSocket {
	if (stream instanceof Socket) {
		prepare(stream);
	}
	webSocket.on('error', ignore);
	carryOn(stream, WEB_SOCKET, webSocket);
	return webSocket;
}

function pickProtocol(offered: Set<string>): string | false {
	if (offered.has(SUBPROTOCOL)) {
		return SUBPROTOCOL;
	}
	for (const protocol of offered) {
		if (!isTokenProtocol(protocol)) {
			return protocol;
		}
	}
	return false;
}

/** Answers an upgrade with `status`, such as `404 Not Found`. @internal */
export function refuseUpgrade(socket: Duplex, status: string): void {
	socket.on('error', ignore);
	const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
	// Not until the other side ends as well, which it may never do.
	socket.end(head, () => socket.destroy());
}

/** A listener's broken connection is no failure of the server; its close follows. */
function ignore(): void {}
