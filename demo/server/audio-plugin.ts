// Adds the sound to Vite's dev server: the list of sources at /sources.json, a WebSocket at /audio.
import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'vite';
import type { WebSocket } from 'ws';
import { pcmServer, type PcmServer } from '../../src/node/index.js';
import type { Offer } from './catalogue.js';
import { parseStreamRequest } from './stream-request.js';
import { Visit } from './visit.js';

/** The page asked for something that cannot be; RFC 6455's policy violation. */
const BAD_REQUEST = 1008;

/** @param offers at least one; the first is the page's default. */
export function audioPlugin(offers: readonly Offer[]): Plugin {
	let sound: PcmServer | null = null;
	return {
		name: 'demo-audio',
		configureServer(server) {
			server.middlewares.use('/sources.json', (_request, response) => {
				response.setHeader('Content-Type', 'application/json');
				response.setHeader('Cache-Control', 'no-store');
				response.end(
					JSON.stringify(offers.map(({ id, label, hint, fixed }) => ({ id, label, hint, fixed }))),
				);
			});
			if (server.httpServer !== null) {
				sound = pcmServer(server.httpServer, {
					path: '/audio',
					onConnection: (socket, request) => welcome(socket, request, offers),
				});
			}
		},
		closeBundle() {
			sound?.close();
		},
	};
}

function welcome(socket: WebSocket, request: IncomingMessage, offers: readonly Offer[]): void {
	try {
		const wish = parseStreamRequest(
			request.url ?? '',
			offers.map(({ id }) => id),
		);
		const offer = offers.find(({ id }) => id === wish.source)!;
		new Visit(socket, offer, wish);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		socket.close(BAD_REQUEST, reason.slice(0, 120));
	}
}
