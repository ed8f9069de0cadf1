// What a request offers in its Upgrade header. One that offers anything but a WebSocket, as `curl --http2` does, is the
// ordinary request that it also is; but Node takes every offer off the HTTP server once somebody listens for upgrades.
import type { IncomingMessage, Server } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';

/** What the answer must not depend on: the offer, and what goes with it. */
const OFFER = ['upgrade', 'connection', 'http2-settings'];

export function offersWebSocket({ headers }: IncomingMessage): boolean {
	return headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Gives `server` the connection of an `upgrade` event back, with the request as it was but for the offer. The
 * connection ends with the answer.
 * @param head bytes behind the request, its body perhaps
 */
export function declineOffer(
	server: Server,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): void {
	const { method, url, httpVersion, rawHeaders } = request;
	const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close'];
	for (let i = 0; i < rawHeaders.length; i += 2) {
		if (!OFFER.includes(rawHeaders[i]!.toLowerCase())) {
			lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
		}
	}
	socket.unshift(head);
	socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
	server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}
