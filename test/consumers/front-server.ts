// The server a browser sees: an app's built files, or what a program of the app's serves, with the headers of the
// condition, and the stream at /audio. As nginx would stand before it.
import { readFile } from 'node:fs/promises';
import {
	createServer,
	request as httpRequest,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline, type Duplex } from 'node:stream';
import { pcmServer, ToneSource } from '../../src/node/index.js';
import { serve } from '../support/play.js';
import { TONE } from './apps.js';
import { CONDITIONS, type Condition } from './conditions.js';

/** dBFS, of every tone. */
export const LEVEL_DB = -12;

/** Hz, of every stream. */
const RATE = 16_000;

const TYPES: Readonly<Record<string, string>> = {
	'.css': 'text/css',
	'.html': 'text/html',
	'.js': 'text/javascript',
};

/** Where pages come from: a folder, or a port on this machine. */
export type Content = string | number;

export class FrontServer {
	/** Of every answer; may be changed between pages. */
	condition: Condition = CONDITIONS.plain;
	content: Content = '';
	readonly #server = createServer((request, response) => {
		const { content } = this;
		if (request.url === '/favicon.ico') {
			response.writeHead(204).end();
			return;
		}
		const answered =
			typeof content === 'number'
				? this.#forward(content, request, response)
				: this.#answer(content, request, response);
		answered.catch(() => response.writeHead(404).end());
	});
	readonly #sockets = pcmServer(this.#server, {
		path: '/audio',
		onConnection: (socket, request) => {
			const asked = new URL(request.url!, 'http://page').searchParams.get('frequency');
			const frequency = asked === null ? TONE : Number(asked);
			serve(() => new ToneSource({ sampleRate: RATE }, { frequency, levelDb: LEVEL_DB }))(socket);
		},
	});

	readonly #connections = new Set<Socket>();

	static async open(): Promise<FrontServer> {
		const front = new FrontServer();
		front.#server.on('connection', (connection) => {
			front.#connections.add(connection);
			connection.on('close', () => front.#connections.delete(connection));
		});
		front.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
			if (request.url!.startsWith('/audio')) {
				return;
			}
			if (typeof front.content === 'number') {
				forwardUpgrade(front.content, request, socket, head);
			} else {
				socket.destroy();
			}
		});
		await new Promise<void>((resolve) => front.#server.listen(0, resolve));
		return front;
	}

	/** Of the pages. */
	get origin(): string {
		return `http://localhost:${this.#port}`;
	}

	/** The same files elsewhere, to a browser. */
	get otherOrigin(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	async close(): Promise<void> {
		this.#sockets.close();
		// A server waits for all, those of WebSockets too.
		for (const connection of this.#connections) {
			connection.destroy();
		}
		await new Promise((resolve) => this.#server.close(resolve));
	}

	get #port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	#headers(ownPolicy?: string): Record<string, string | string[]> {
		const { headers, csp, trustedTypes } = this.condition;
		const policies = [ownPolicy ?? csp, trustedTypes].filter((policy) => policy !== undefined);
		return policies.length === 0
			? { ...headers }
			: { ...headers, 'content-security-policy': policies };
	}

	async #answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
		const path = normalize(new URL(request.url!, 'http://page').pathname);
		const file = path.endsWith('/') ? `${path}index.html` : path;
		const content = await readFile(join(folder, file));
		response.writeHead(200, {
			...this.#headers(),
			// As content networks answer.
			'Access-Control-Allow-Origin': '*',
			'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
		});
		response.end(content);
	}

	#forward(port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
		return new Promise((resolve, reject) => {
			const { method, url: path, headers } = request;
			const onward = httpRequest({ port, method, path, headers }, (answer) => {
				response.writeHead(answer.statusCode!, {
					...answer.headers,
					...this.#headers(answer.headers['content-security-policy'] as string | undefined),
				});
				answer.pipe(response);
				resolve();
			});
			onward.on('error', reject);
			request.pipe(onward);
		});
	}
}

/** A WebSocket of the program's own, such as a dev server's. */
function forwardUpgrade(
	port: number,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): void {
	const onward = connect(port, 'localhost');
	const lines = [`${request.method!} ${request.url!} HTTP/1.1`];
	for (let i = 0; i < request.rawHeaders.length; i += 2) {
		lines.push(`${request.rawHeaders[i]!}: ${request.rawHeaders[i + 1]!}`);
	}
	onward.write(`${lines.join('\r\n')}\r\n\r\n`);
	onward.write(head);
	// Either side's end or fault is the other's.
	pipeline(socket, onward, socket, () => undefined);
}
