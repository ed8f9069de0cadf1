// Where a request carries its token: browsers cannot set headers on a WebSocket, so there it is an offered
// subprotocol; over HTTP it is a header.
import type { IncomingMessage } from 'node:http';
import { TOKEN_SUBPROTOCOL } from '../../core/frame.js';

const BEARER = /^Bearer +(\S+)$/i;

/** The token of a request, from the subprotocol `steadypcm.token.<token>` or `Authorization: Bearer <token>`; null
 * without one. Not verified. */
export function tokenOf(request: IncomingMessage): string | null {
	return offeredToken(request) ?? BEARER.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** True for a subprotocol that only carries a token, and is never to be picked. */
export function isTokenProtocol(protocol: string): boolean {
	return protocol.startsWith(TOKEN_SUBPROTOCOL);
}

function offeredToken(request: IncomingMessage): string | null {
	const offered = request.headers['sec-websocket-protocol']?.split(',') ?? [];
	const carrier = offered.map((protocol) => protocol.trim()).find(isTokenProtocol);
	const token = carrier?.slice(TOKEN_SUBPROTOCOL.length) ?? '';
	return token === '' ? null : token;
}
