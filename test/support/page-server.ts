// Serves the built library and the tests' page, with the headers a test asks for, and a WebSocket at /audio.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { WebSocket } from 'ws';
import { pcmServer, type PcmServer } from '../../src/node/index.js';

const ROOT = new URL('../..', import.meta.url).pathname;

const TYPES: Readonly<Record<string, string>> = {
	'.js': 'text/javascript',
	'.html': 'text/html',
	'.map': 'application/json',
};

const PAGE = `<!doctype html><title>steadypcm test</title><button>gesture</button>
<script type="module" src="/test/browser/page/harness.js"></script>`;

/** Headers that make a page cross-origin isolated: it has SharedArrayBuffer. */
export const ISOLATED = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface PageServer {
	readonly port: number;
	/** Headers of every answer; may be changed between pages. */
	headers: Readonly<Record<string, string>>;
	/** What happens to a new WebSocket. */
	onSocket: (socket: WebSocket, request: IncomingMessage) => void;
	close(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
	const http = createServer((request, response) => {
		const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
		const headers = { ...pages.headers, 'Cross-Origin-Resource-Policy': 'cross-origin' };
		if (path === '/') {
			response.writeHead(200, { ...headers, 'Content-Type': 'text/html' });
			response.end(PAGE);
			return;
		}
		readFile(join(ROOT, path)).then(
			(content) => {
				const type = TYPES[extname(path)] ?? 'application/octet-stream';
				response.writeHead(200, { ...headers, 'Content-Type': type });
				response.end(content);
			},
			() => {
				response.writeHead(404).end();
			},
		);
	});
	const sockets = pcmServer(http, {
		path: '/audio',
		onConnection: (socket, request) => {
			pages.onSocket(socket, request);
		},
	});
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const pages: PageServer = {
		port: (http.address() as AddressInfo).port,
		headers: {},
		onSocket: () => undefined,
		close: () => closeAll(http, sockets),
	};
	return pages;
}

async function closeAll(http: Server, sockets: PcmServer): Promise<void> {
	for (const socket of sockets.sockets) {
		socket.terminate();
	}
	sockets.close();
	http.closeAllConnections();
	await new Promise((resolve) => http.close(resolve));
}
