import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ToneSource } from '../../src/node/index.js';
import { findSineClicks } from '../support/click-detector.js';
import { startPageServer, type PageServer } from '../support/page-server.js';
import { serve } from '../support/play.js';
import { launchChromium, TestPage } from '../support/test-page.js';

const RATE = 48_000;
const FORMAT = { sampleRate: RATE };

function listen(server: TcpServer): Promise<number> {
	return new Promise((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			resolve((server.address() as AddressInfo).port);
		});
	});
}

describe('servers that do not do what they should', () => {
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		browser = await launchChromium();
		server = await startPageServer();
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	/** Plays and expects one error and no sound. @returns its message */
	async function failure(url: string, code: string): Promise<string> {
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		const options = { format: FORMAT, connectTimeout: 1 };
		await expect(test.start({ url, options })).rejects.toThrow(/Expected a WebSocket server/);
		const recording = await test.report();
		await test.close();
		const errors = recording.events.filter(({ type }) => type === 'error');
		expect(errors.map(({ detail }) => detail)).toEqual([code]);
		expect(recording.state).toBe('failed');
		expect(recording.planes[0]!.every((sample) => sample === 0)).toBe(true);
		expect(test.problems).toEqual([]);
		return errors[0]!.message ?? '';
	}

	it('tells of a port that refuses', async () => {
		const closed = createTcpServer();
		const port = await listen(closed);
		await new Promise((resolve) => closed.close(resolve));
		await failure(`ws://127.0.0.1:${port}/audio`, 'connect-failed');
	});

	it('tells of a server that never answers', async () => {
		const silent = createTcpServer(() => undefined);
		const port = await listen(silent);
		const message = await failure(`ws://127.0.0.1:${port}/audio`, 'connect-failed');
		expect(message).toContain('no answer within 1 s');
		silent.close();
	});

	it('tells of an HTTP server that is no WebSocket', async () => {
		await failure(`ws://127.0.0.1:${server.port}/dist/index.js`, 'connect-failed');
	});

	it('plays on after a lost connection, without a click', async () => {
		let count = 0;
		const play = serve(() => new ToneSource(FORMAT, { frequency: 440, levelDb: -6 }));
		server.onSocket = (socket: WebSocket) => {
			count++;
			if (count === 2) {
				// What is tried at once meets a server that is not ready.
				socket.terminate();
				return;
			}
			play(socket);
			if (count === 1) {
				setTimeout(() => socket.terminate(), 1500);
			}
		};
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		// Long enough for concealment to have faded out.
		const reconnect = { minDelay: 0.8, maxDelay: 0.8 };
		await test.start({ url: '/audio', options: { format: FORMAT, reconnect } });
		await test.page.waitForTimeout(4000);
		const recording = await test.report();
		await test.close();
		const kinds = recording.events.map(({ type }) => type);
		expect(kinds.filter((kind) => kind === 'open')).toHaveLength(3);
		expect(kinds.filter((kind) => kind === 'playing')).toHaveLength(2);
		expect(recording.events.find(({ type }) => type === 'close')?.detail).toMatchObject({
			code: 1006,
		});
		expect(recording.stats['reconnects']).toBe(2);
		expect(recording.state).toBe('playing');
		expect(findSineClicks(recording.planes[0]!, RATE, 440, 0.502)).toEqual([]);
	});

	it('says that s16 bytes declared as s32 are suspect, within a second', async () => {
		server.onSocket = serve(
			() => new ToneSource({ ...FORMAT, sampleFormat: 's16' }, { frequency: [440, 660] }),
		);
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({ url: '/audio', options: { format: FORMAT }, wait: false });
		await test.page.waitForTimeout(2500);
		const recording = await test.report();
		await test.close();
		const errors = recording.events.filter(({ type }) => type === 'error');
		expect(errors.map(({ detail }) => detail)).toEqual(['format-suspect']);
		expect(errors[0]!.message).toMatch(/got bytes that look like s16/);
		const opened = recording.events.find(({ type }) => type === 'open')!;
		expect(errors[0]!.at - opened.at).toBeLessThan(1500);
	});

	it('exchanges text messages with the server', async () => {
		server.onSocket = (socket) => {
			socket.on('message', (content: Buffer) => socket.send(`you said ${content.toString()}`));
			serve(() => new ToneSource(FORMAT))(socket);
		};
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({ url: '/audio', options: { format: FORMAT } });
		const sent = await test.page.evaluate(() =>
			(window as unknown as { player: { send(text: string): boolean } }).player.send('你好'),
		);
		expect(sent).toBe(true);
		await test.page.waitForTimeout(200);
		const recording = await test.report();
		await test.close();
		const message = recording.events.find(({ type }) => type === 'message');
		expect(message?.detail).toBe('you said 你好');
	});
});
