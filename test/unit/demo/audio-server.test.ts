import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { audioServer } from '../../../demo/server/audio-plugin.js';
import { catalogueWith, type Offer } from '../../../demo/server/catalogue.js';
import { FRAMES_CONTENT_TYPE, STREAM_HEADER, SUBPROTOCOL } from '../../../src/core/frame.js';
import { ToneSource, type PcmSource } from '../../../src/node/index.js';

const QUERY = 'source=tone&rate=16000&visit=7-8';

let address: string;
/** Sources that are open. */
let open: Set<PcmSource>;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
	open = new Set();
	const tone: Offer = {
		...{ id: 'tone', label: 'Tone', hint: '', fixed: {} },
		open: (format) => {
			const source = new ToneSource(format);
			open.add(source);
			const close = source.close.bind(source);
			source.close = () => {
				open.delete(source);
				close();
			};
			return source;
		},
	};
	const http = createServer((request, response) => {
		if (!server.handle(request, response)) {
			response.writeHead(404).end();
		}
	}).listen(0, '127.0.0.1');
	const server = audioServer(http, catalogueWith(tone));
	await once(http, 'listening');
	address = `127.0.0.1:${(http.address() as AddressInfo).port}/audio`;
	cleanups.push(() => {
		server.close();
		http.closeAllConnections();
		http.close();
	});
});
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

async function asked(query: string, headers: Record<string, string> = {}, method = 'GET') {
	const request = get(`http://${address}?${query}`, { headers, method });
	cleanups.push(() => request.destroy());
	request.on('error', () => {});
	const [response] = (await once(request.end(), 'response')) as [IncomingMessage];
	return { request, response };
}

/** A page's WebSocket and the id that its hello gave. */
async function page() {
	const socket = new WebSocket(`ws://${address}?${QUERY}&protocol=framed`, [SUBPROTOCOL]);
	cleanups.push(() => socket.terminate());
	const [text] = (await once(socket, 'message')) as [Buffer];
	return { socket, hello: JSON.parse(text.toString()) as { stream: string; http: boolean } };
}

describe('the demo’s stream', () => {
	it('is plain PCM for whoever asks for its URL', async () => {
		const { request, response } = await asked('source=tone&rate=16000');
		expect(response.headers['content-type']).toBe(
			'audio/x-steadypcm-raw;rate=16000;channels=2;format=s32le',
		);
		const [bytes] = (await once(response, 'data')) as [Buffer];
		const tone = new ToneSource({ sampleRate: 16_000 }).read(320)!;
		expect(new Uint8Array(bytes.subarray(0, 2560))).toEqual(tone);
		request.destroy();
		await expect.poll(() => open.size).toBe(0);
	});

	it('is one for a page that comes by WebSocket and by HTTP, and ends with both', async () => {
		const { socket, hello } = await page();
		expect(hello.http).toBe(true);
		const framed = { accept: FRAMES_CONTENT_TYPE };
		const { request, response } = await asked(`${QUERY}&protocol=framed`, framed);
		expect(response.headers[STREAM_HEADER.toLowerCase()]).toBe(hello.stream);
		expect(open.size).toBe(1);
		const other = await asked('source=tone&protocol=framed&visit=9-9', framed);
		expect(other.response.headers[STREAM_HEADER.toLowerCase()]).not.toBe(hello.stream);
		other.request.destroy();
		socket.close();
		await once(socket, 'close');
		await once(response, 'data');
		request.destroy();
		await expect.poll(() => open.size).toBe(0);
	});

	it('drops both connections of the page that wants it', async () => {
		const { socket } = await page();
		const { response } = await asked(QUERY, { accept: FRAMES_CONTENT_TYPE });
		response.on('error', () => {}).resume();
		const dropped = Promise.all([
			once(socket, 'close'),
			new Promise((resolve) => response.on('close', resolve)),
		]);
		socket.send('{"type":"drop"}');
		await dropped;
		await expect.poll(() => open.size).toBe(0);
	});

	it('leaves nothing open for those who want the headers alone, or what cannot be', async () => {
		const head = await asked(QUERY, {}, 'HEAD');
		expect(head.response.statusCode).toBe(200);
		const wrong = await asked('rate=1');
		expect(wrong.response.statusCode).toBe(400);
		const [words] = (await once(wrong.response, 'data')) as [Buffer];
		expect(words.toString()).toBe('Expected rate from 8000 to 192000, got "1".\n');
		await expect.poll(() => open.size).toBe(0);
	});
});
