// Lets an existing HTTP server (Vite's, Express's, one's own) accept PCM listeners on one path. Other paths'
// upgrades are left to whoever else handles them.
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { SUBPROTOCOL } from '../core/frame.js';

/** What listeners send is short text; more is an attack. Bytes. */
const MAX_PAYLOAD = 65_536;

/** Who may listen, and where. */
export interface PcmServerOptions {
	/** Path of the URL, without query. @default '/audio' */
	readonly path?: string;
	/** False refuses the request with status 403: check its Origin or a token here. @default all may */
	readonly allow?: (request: IncomingMessage) => boolean;
	/** Gets each open socket; hand it to `PacedSender.attach`. */
	readonly onConnection: (socket: WebSocket, request: IncomingMessage) => void;
}

/** What `pcmServer` returns. */
export interface PcmServer {
	/** The sockets that are open. */
	readonly sockets: ReadonlySet<WebSocket>;
	/** Stops accepting and closes all sockets (code 1001). The HTTP server goes on. Idempotent. */
	close(): void;
}

/**
 * Accepts WebSockets on `httpServer`, without delay by Nagle's algorithm or by compression. Of the offered
 * subprotocols it picks `steadypcm.v1`, else the first, since browsers hang up when none is picked. A path
 * that neither it nor another `upgrade` handler serves gets status 404.
 * @throws TypeError for a path that does not begin with a slash, or without `onConnection`.
 */
export function pcmServer(httpServer: HttpServer, options: PcmServerOptions): PcmServer {
	const { path = '/audio', allow = () => true, onConnection } = options;
	if (!path.startsWith('/')) {
		throw new TypeError(`Expected a path that begins with "/", got "${path}".`);
	}
	if (typeof onConnection !== 'function') {
		throw new TypeError(`Expected onConnection to be a function, got ${typeof onConnection}.`);
	}
	const webSockets = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		maxPayload: MAX_PAYLOAD,
		handleProtocols: pickProtocol,
	});
	const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
		if (request.url?.split('?', 1)[0] !== path) {
			if (httpServer.listenerCount('upgrade') === 1) {
				refuse(socket, '404 Not Found');
			}
		} else if (!allow(request)) {
			refuse(socket, '403 Forbidden');
		} else {
			if (socket instanceof Socket) {
				socket.setNoDelay(true);
			}
			webSockets.handleUpgrade(request, socket, head, (webSocket) => {
				webSocket.on('error', ignore);
				onConnection(webSocket, request);
			});
		}
	};
	httpServer.on('upgrade', upgrade);
	const close = (): void => {
		httpServer.off('upgrade', upgrade);
		webSockets.close();
		webSockets.clients.forEach((webSocket) => webSocket.close(1001, 'server closed'));
	};
	return { sockets: webSockets.clients, close };
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** An HTTP or HTTPS server, node's own or one that a framework hands out. */
export interface HttpServer {
	on(event: 'upgrade', listener: UpgradeListener): unknown;
	off(event: 'upgrade', listener: UpgradeListener): unknown;
	listenerCount(event: 'upgrade'): number;
}

function pickProtocol(offered: Set<string>): string | false {
	if (offered.has(SUBPROTOCOL)) {
		return SUBPROTOCOL;
	}
	const [first] = offered;
	return first ?? false;
}

function refuse(socket: Duplex, status: string): void {
	socket.on('error', ignore);
	socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** A listener's broken connection is no failure of the server; its close follows. */
function ignore(): void {}
