// Adds the sound to Vite's dev server: the list of sources at /sources.json, the stream at /audio, as a WebSocket and as
// an HTTP response.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import type { WebSocket } from 'ws';
import { pcmServer, type HttpStream, type PcmServer } from '../../src/node/index.js';
import type { Offer } from './catalogue.js';
import { Visits } from './visits.js';

/** The page asked for something that cannot be; RFC 6455's policy violation. */
const BAD_REQUEST = 1008;

/** @param offers at least one; the first is the page's default. */
export function audioPlugin(offers: readonly Offer[]): Plugin {
	let sound: PcmServer | null = null;
	return {
		name: 'demo-audio',
		configureServer({ middlewares, httpServer }) {
			middlewares.use('/sources.json', (_request, response) => {
				response.setHeader('Content-Type', 'application/json');
				response.setHeader('Cache-Control', 'no-store');
				response.end(
					JSON.stringify(offers.map(({ id, label, hint, fixed }) => ({ id, label, hint, fixed }))),
				);
			});
			if (httpServer !== null) {
				const server = audioServer(httpServer, offers);
				sound = server;
				middlewares.use((request, response, next) => {
					if (!server.handle(request, response)) {
						next();
					}
				});
			}
		},
		closeBundle() {
			sound?.close();
		},
	};
}

/** The stream at /audio of `httpServer`. */
export function audioServer(
	httpServer: Parameters<typeof pcmServer>[0],
	offers: readonly Offer[],
): PcmServer {
	const visits = new Visits(offers);
	return pcmServer(httpServer, {
		path: '/audio',
		onConnection: (socket, request) => welcome(socket, request, visits),
		onHttp: (request, response) => answer(request, response, visits),
	});
}

function welcome(socket: WebSocket, request: IncomingMessage, visits: Visits): void {
	try {
		visits.begin(request.url ?? '').attach(socket);
	} catch (error) {
		socket.close(BAD_REQUEST, reasonOf(error).slice(0, 120));
	}
}

function answer(
	request: IncomingMessage,
	response: ServerResponse,
	visits: Visits,
): HttpStream | null {
	try {
		const visit = visits.join(request.url ?? '');
		// Who only wants the headers is never attached.
		response.on('close', () => visit.endIfLeft());
		return visit;
	} catch (error) {
		response.writeHead(400, { 'Content-Type': 'text/plain' }).end(`${reasonOf(error)}\n`);
		return null;
	}
}

function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
