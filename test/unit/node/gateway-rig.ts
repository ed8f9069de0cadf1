// A gateway on loopback with a page of stub files, and the ways in that a test takes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../../src/core/frame.js';
import { createGateway, type Gateway } from '../../../src/node/gateway/gateway.js';
import type { GatewayOptions } from '../../../src/node/gateway/gateway-options.js';
import type { Journal, JournalFields } from '../../../src/node/journal.js';
import { hashPassword } from '../../../src/node/access/password.js';
import { SourceStation } from '../../../src/node/station/source-station.js';
import { ToneSource } from '../../../src/node/source/tone-source.js';
import { UserList } from '../../../src/node/access/user-list.js';

export const PASSWORD = 'correct horse battery staple';

const FORMAT = { sampleRate: 16_000 };

/** The request of a WebSocket for the stream `tone`, byte for byte. */
export const UPGRADE = [
	'GET /tone HTTP/1.1',
	'Host: 127.0.0.1',
	'Connection: Upgrade',
	'Upgrade: websocket',
	'Sec-WebSocket-Version: 13',
	'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
	'\r\n',
].join('\r\n');

/** Of `alice`, as cheap as is allowed. */
export async function alice(): Promise<UserList> {
	return new UserList(`alice:${await hashPassword(PASSWORD, { ln: 10, r: 8, p: 1 })}`);
}

export function toneStation(name: string): SourceStation {
	const open = (): ToneSource => new ToneSource(FORMAT);
	return new SourceStation(name, open().format, open);
}

/** What a request was answered. */
export interface Answer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/** What became of a WebSocket. */
export interface Ended {
	readonly code: number;
	readonly reason: string;
}

/** Gateways of one test. */
export class GatewayRig {
	/** Everything any journal was told, as text. */
	journal = '';
	readonly #closing: (() => unknown)[] = [];

	async start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
		const folder = await stubPage();
		const stations = options.stations ?? [toneStation('tone')];
		const journal = this.#journal();
		const gateway = await createGateway({ port: 0, page: folder, journal, ...options, stations });
		this.#closing.push(
			() => gateway.close(),
			() => rm(folder, { recursive: true }),
		);
		return gateway;
	}

	/** A WebSocket that is cleaned up. */
	socket(
		gateway: Gateway,
		path: string,
		protocols: string[] = [],
		headers: Record<string, string> = {},
	): WebSocket {
		const url = `${gateway.url.replace(/^http/, 'ws')}${path}`;
		const socket = new WebSocket(url, protocols, { headers, rejectUnauthorized: false });
		socket.on('error', () => {});
		this.#closing.push(() => {
			socket.terminate();
		});
		return socket;
	}

	/** A connection whose bytes the test makes; `text`, latin-1, goes first. */
	bytes(gateway: Gateway, text = ''): Socket {
		const socket = connect(gateway.port, '127.0.0.1');
		socket.on('error', () => {});
		if (text !== '') {
			socket.write(text, 'latin1');
		}
		this.#closing.push(() => {
			socket.destroy();
		});
		return socket;
	}

	/** A listener that comes in before others do harm. @returns a check that it still listens, and that the gateway
	 * answers */
	async neighbour(gateway: Gateway, protocols: string[] = []): Promise<() => Promise<void>> {
		const socket = this.socket(gateway, 'tone', protocols);
		await sound(socket);
		return async () => {
			expect(socket.readyState).toBe(socket.OPEN);
			await sound(socket);
			expect((await ask(gateway, '/healthz')).status).toBe(200);
		};
	}

	/** What one metric of the gateway says, labels included in its name. */
	async metric(gateway: Gateway, name: string): Promise<number> {
		const line = (await gateway.metrics()).split('\n').find((text) => text.startsWith(`${name} `));
		return Number(line?.slice(name.length));
	}

	async close(): Promise<void> {
		for (const close of this.#closing.splice(0).reverse()) {
			await close();
		}
		this.journal = '';
	}

	#journal(): Journal {
		const tell = (text: string, fields?: JournalFields): void => {
			this.journal += `${text} ${JSON.stringify(fields ?? {})}\n`;
		};
		return { debug: tell, info: tell, warn: tell, error: tell };
	}
}

async function stubPage(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'steadypcm-page-'));
	const names = ['page.html', 'page.css', 'page.js', 'icon.svg', 'index.min.js', 'worklet.js'];
	await Promise.all(
		[...names, 'worker.js'].map((name) => writeFile(join(folder, name), `stub of ${name}`)),
	);
	await writeFile(join(folder, 'secret.txt'), 'not for anybody');
	return folder;
}

/** One request; the path goes out exactly as it is given. */
export function ask(
	gateway: Gateway,
	path: string,
	options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
	const { method = 'GET', headers = {}, body } = options;
	return new Promise((resolve, reject) => {
		const { port } = gateway;
		const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
		asked.on('error', reject);
		asked.on('response', (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (part: string) => (text += part));
			response.on('error', reject);
			response.on('end', () => {
				resolve({ status: response.statusCode!, headers: response.headers, body: text });
			});
		});
		asked.end(body);
	});
}

export async function login(gateway: Gateway, pwd = PASSWORD): Promise<string> {
	const { body } = await ask(gateway, '/login', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ uname: 'alice', pwd }),
	});
	return (JSON.parse(body) as { token: string }).token;
}

/** What a WebSocket of a framed stream offers, with its token. */
export function tokenProtocols(token: string): string[] {
	return [SUBPROTOCOL, `steadypcm.token.${token}`];
}

export function ended(socket: WebSocket): Promise<Ended> {
	return new Promise((resolve) => {
		socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
	});
}

/** The first binary message. */
export function sound(socket: WebSocket): Promise<Uint8Array> {
	return new Promise((resolve, reject) => {
		socket.on('message', (message: Buffer, isBinary) => {
			if (isBinary) {
				resolve(message);
			}
		});
		socket.on('close', (code) => reject(new Error(`Closed with ${code} before any sound.`)));
	});
}

/** The first bytes that come, latin-1; empty when the other side ends without a word. */
export function firstWords(socket: Socket): Promise<string> {
	return new Promise((resolve) => {
		socket.once('data', (bytes) => resolve(bytes.toString('latin1')));
		socket.once('close', () => resolve(''));
	});
}

/** All bytes that come until the other side ends, latin-1. */
export function everything(socket: Socket): Promise<string> {
	return new Promise((resolve) => {
		let text = '';
		socket.on('data', (bytes) => (text += bytes.toString('latin1')));
		socket.on('close', () => resolve(text));
	});
}
