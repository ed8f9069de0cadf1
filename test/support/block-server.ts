// Serves the documentation's scripts as pages of their own, and, at whatever URL they name, the stream they expect.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import {
	PacedSender,
	pcmServer,
	ToneSource,
	type PcmServer,
	type SourceFormat,
} from '../../src/node/index.js';
import { transpiled, type BlockProgram } from './block-program.js';
import { ROOT } from './code-blocks.js';

/** Where servers of the documentation are. */
const NAMED_ORIGIN = /\b(ws|http)s?:\/\/[\w.]+(:\d+)?/g;

/** What a page has that shows none. */
const BODY = '<button>Listen</button><p></p>';

/** Where apps have the script of their page. */
const MAIN = '/src/main.js';

/** Sent to a page's own WebSocket, and by HTTP as a file. */
const PLAIN_FORMAT: SourceFormat = { sampleRate: 16_000, sampleFormat: 's16', channels: 1 };

/** Bytes of a file, 10 ms at 24 kHz: it comes in one piece, whatever else a page writes meanwhile. */
const FILE_BYTES = 480;

/** Stands between a script and the package: tells the server each player's format in its URL, and keeps the players
 * and their errors for the test. */
const PACKAGE = `
import { PcmPlayer as Shipped } from '/dist/index.js';
export * from '/dist/index.js';
globalThis.players = [];
globalThis.problems = [];
const told = (url, format) => {
	const told = new URL(url, location.href);
	told.search = new URLSearchParams(format);
	return /^http/.test(url) ? told.href : told.href.replace(/^http/, 'ws');
};
export class PcmPlayer extends Shipped {
	constructor(url, options = {}) {
		super(url === null ? null : [url].flat().map((one) => told(one, options.format)), options);
		this.isWritten = url === null;
		globalThis.players.push(this);
		this.addEventListener('error', ({ error }) => globalThis.problems.push(error.message));
	}
}
addEventListener('unhandledrejection', ({ reason }) => globalThis.problems.push(String(reason)));
`;

const HEAD =
	'<!doctype html><title>Block</title><link rel="icon" href="data:,">' +
	'<script type="importmap">{"imports":{"steadypcm":"/package.js","steadypcm/":"/package/"}}</script>';

export class BlockServer {
	readonly #http: Server;
	readonly #streams: PcmServer;
	readonly #senders = new Set<PacedSender>();
	/** By path. */
	readonly #served = new Map<string, string>([['/package.js', PACKAGE]]);

	private constructor() {
		this.#http = createServer((request, response) => void this.#answer(request, response));
		// Whatever path a script names, it is the stream's.
		this.#http.on('upgrade', (request: IncomingMessage) => {
			request.url = `/audio?${request.url?.split('?')[1] ?? ''}`;
		});
		this.#streams = pcmServer(this.#http, {
			onConnection: (socket, request) => this.#sender(request).attach(socket),
			onHttp: (request) => this.#sender(request),
		});
	}

	static async open(): Promise<BlockServer> {
		const server = new BlockServer();
		server.#http.listen(0, '127.0.0.1');
		await once(server.#http, 'listening');
		return server;
	}

	/** @returns the URL of a page that runs the script */
	page(program: BlockProgram, body = BODY): string {
		const origin = `127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
		const script = transpiled(program).replace(NAMED_ORIGIN, `$1://${origin}`);
		this.#served.set(MAIN, `${script}\nglobalThis.hasRun = true;`);
		const loads = body.includes(MAIN) ? '' : `<script type="module" src="${MAIN}"></script>`;
		const shown = body.replace(NAMED_ORIGIN, `$1://${origin}`);
		this.#served.set('/', `${HEAD}${shown}${loads}`);
		return `http://${origin}/`;
	}

	async close(): Promise<void> {
		this.#senders.forEach((sender) => {
			sender.close();
		});
		this.#streams.close();
		this.#http.closeAllConnections();
		this.#http.close();
		await once(this.#http, 'close');
	}

	#sender(request: IncomingMessage): PacedSender {
		const told = new URLSearchParams(request.url?.split('?')[1]);
		const sender = new PacedSender(new ToneSource(formatOf(told), { frequency: 440 }));
		this.#senders.add(sender);
		sender.start();
		return sender;
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const path = (request.url ?? '/').split('?')[0]!;
		const text = this.#served.get(path);
		if (text !== undefined) {
			const type = path === '/' ? 'text/html' : 'text/javascript';
			response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
		} else if (path.endsWith('.js')) {
			await answerFile(response, basename(path));
		} else if (path.startsWith('/package/')) {
			await answerFile(response, `${basename(path)}.js`);
		} else if (path === '/login') {
			response.writeHead(200).end(JSON.stringify({ token: 'sesame' }));
		} else if (path.endsWith('.pcm')) {
			response.writeHead(200).end(Buffer.alloc(FILE_BYTES, 1));
		} else if (!this.#streams.handle(request, response)) {
			response.writeHead(404).end();
		}
	}
}

/** Of dist; an entry has the package of the test beneath it, too. */
async function answerFile(response: ServerResponse, name: string): Promise<void> {
	const text = await readFile(join(ROOT, 'dist', name), 'utf8').catch(() => null);
	response.writeHead(text === null ? 404 : 200, { 'Content-Type': 'text/javascript' });
	response.end(text?.replace(/(from\s*["'])\.\/index\.js(["'])/g, '$1/package.js$2'));
}

function formatOf(told: URLSearchParams): SourceFormat {
	const sampleRate = Number(told.get('sampleRate'));
	if (sampleRate === 0) {
		return told.size === 0 ? PLAIN_FORMAT : { sampleRate: 48_000 };
	}
	return {
		sampleRate,
		sampleFormat: (told.get('sampleFormat') ?? 's32') as NonNullable<SourceFormat['sampleFormat']>,
		channels: Number(told.get('channels') ?? 2),
	};
}
