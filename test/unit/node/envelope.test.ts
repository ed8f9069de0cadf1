import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { BARE, enveloped, LENGTH, WEB_SOCKET } from '../../../src/node/fanout/envelope.js';
import { pcmServer } from '../../../src/node/fanout/upgrade.js';

const cleanups: (() => void)[] = [];

afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

describe('enveloped', () => {
	it('is one binary WebSocket message of each kind of length, as ws reads it', async () => {
		const lengths = [0, 1, 125, 126, 65_535, 65_536, 200_000];
		const messages = lengths.map((length) => new Uint8Array(length).map((_, i) => i * 3));
		const http = createServer();
		const server = pcmServer(http, {
			onConnection: (socket, request) => {
				messages.forEach((message) => request.socket.write(enveloped(message, WEB_SOCKET)));
				socket.close(1000);
			},
		});
		await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
		cleanups.push(() => {
			server.close();
			http.close();
		});
		const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/audio`);
		const received: Buffer[] = [];
		client.on('message', (message: Buffer, isBinary) => isBinary && received.push(message));
		expect(await new Promise((resolve) => client.on('close', resolve))).toBe(1000);
		expect(received.map((message) => message.equals(messages[received.indexOf(message)]!))).toEqual(
			lengths.map(() => true),
		);
	});

	it('puts the length before, or nothing', () => {
		const bytes = new Uint8Array([9, 8, 7, 6]).subarray(1, 3);
		expect([...enveloped(bytes, LENGTH)]).toEqual([2, 0, 0, 0, 8, 7]);
		expect([...enveloped(bytes, BARE)]).toEqual([8, 7]);
	});
});
