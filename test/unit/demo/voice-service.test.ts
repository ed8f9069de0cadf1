import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SPEECH_BYTES } from '../../../demo/server/speech.js';
import { speechService } from '../../../demo/server/voice-plugin.js';

interface Message {
	readonly type: 'answer' | 'audio' | 'done';
	readonly answer: number;
	readonly words?: readonly { readonly text: string; readonly start: number }[];
	readonly audio?: string;
}

let address: string;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
	const http = createServer().listen(0, '127.0.0.1');
	const service = speechService(http);
	await once(http, 'listening');
	address = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/speech`;
	cleanups.push(() => {
		service.close();
		http.closeAllConnections();
		http.close();
	});
});
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

/** A page's socket, and all that it was sent. */
async function page(query = '') {
	const socket = new WebSocket(address + query);
	cleanups.unshift(() => socket.terminate());
	const texts: Message[] = [];
	const binary: Buffer[] = [];
	socket.on('message', (message: Buffer, isBinary) => {
		if (isBinary) {
			binary.push(message);
		} else {
			texts.push(JSON.parse(message.toString()) as Message);
		}
	});
	await once(socket, 'open');
	const say = (message: object): void => socket.send(JSON.stringify(message));
	const until = (type: Message['type'], nth: number) =>
		expect
			.poll(() => texts.filter((text) => text.type === type).length)
			.toBeGreaterThanOrEqual(nth);
	return { say, until, texts, binary };
}

describe('the simulated speech service', () => {
	it('sends an answer faster than it is heard, with the times of its words', async () => {
		const { say, until, texts } = await page();
		const askedAt = performance.now();
		say({ type: 'ask' });
		await until('done', 1);
		const took = (performance.now() - askedAt) / 1000;
		const pieces = texts.filter(({ type }) => type === 'audio');
		let sent = 0;
		for (const { audio, words, answer } of pieces) {
			expect(answer).toBe(1);
			for (const { start } of words!) {
				expect(start).toBeGreaterThanOrEqual(sent);
			}
			sent += Buffer.from(audio!, 'base64').byteLength / SPEECH_BYTES;
			expect(words!.every(({ start }) => start < sent)).toBe(true);
		}
		expect(sent).toBeGreaterThan(3);
		expect(took).toBeLessThan(sent);
		const text = pieces.flatMap(({ words }) => words!.map((word) => word.text)).join(' ');
		expect(text).toMatch(/^Hello! Press .* at once\.$/);
	});

	it('sends the same in binary messages', async () => {
		const [inJson, inBinary] = [await page(), await page('?encoding=binary')];
		for (const { say, until } of [inJson, inBinary]) {
			say({ type: 'ask' });
			await until('done', 1);
		}
		const decoded = inJson.texts.flatMap(({ audio }) =>
			audio === undefined ? [] : [Buffer.from(audio, 'base64')],
		);
		expect(Buffer.concat(inBinary.binary).equals(Buffer.concat(decoded))).toBe(true);
	});

	it('leaves off when it is interrupted, and says where', async () => {
		const { say, until, texts } = await page();
		say({ type: 'ask' });
		await until('audio', 1);
		say({ type: 'interrupted', answer: 1, heard: 0.1 });
		await until('answer', 2);
		const second = texts.findIndex(({ answer }) => answer === 2);
		await expect
			.poll(() => texts.flatMap(({ words = [] }, i) => (i > second ? words : [])).length)
			.toBeGreaterThan(7);
		const words = texts.slice(second).flatMap(({ words = [] }) => words.map(({ text }) => text));
		expect(words.slice(0, 8).join(' ')).toBe('You stopped me in the middle of hello.');
		expect(texts.slice(second).every(({ answer }) => answer === 2)).toBe(true);
		expect(texts.slice(0, second).some(({ type }) => type === 'done')).toBe(false);
	});

	it('passes over what it does not know, and interruptions of another answer', async () => {
		const { say, until, texts } = await page();
		say({ type: 'nothing' });
		say({ type: 'interrupted', answer: 7, heard: 1 });
		say({ type: 'ask' });
		await until('answer', 1);
		expect(texts.map(({ answer }) => answer)).toContain(1);
		expect(texts.every(({ answer }) => answer === 1)).toBe(true);
	});
});
