// What fetch() brings, piped into a player: as fast as it plays, and no faster.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PcmPlayer } from '../../src/index.js';
import { exactPassages } from '../support/exact-passages.js';
import { exactPlane, noise } from '../support/noise.js';
import { startPageServer, type PageServer } from '../support/page-server.js';
import { launchChromium, TestPage } from '../support/test-page.js';

const RATE = 48_000;
const CHANNELS = 2;
/** Of the long one, s32: that a minute of it is far more than the system's socket buffers take, tens of MB. */
const MANY_CHANNELS = 16;
const BYTES_PER_SECOND = RATE * MANY_CHANNELS * 4;
/** Of `latency.min` and a second more, as its capacity is a power of two. */
const RING_SECONDS = 2 ** 17 / RATE;
/** Seconds: the two reports that a level is made of are of different moments. */
const LOOK_ERROR = 0.1;
const PIECE_BYTES = 16_384;
/** Sample frames a fade may touch at either end: 5 ms. */
const FADE = 240;
const SEED = 20_261_122;

/** What the tests call in the page. */
declare const player: PcmPlayer;

/** Serves PCM as fast as it is taken, and counts. */
class PcmDownload {
	/** Bytes of the last response that were taken, or wait in node (64 KiB). */
	taken = 0;
	isOver = false;
	readonly #server: Server;

	/** @param pcm sent `times` times */
	constructor(pcm: Uint8Array, times = 1) {
		this.#server = createServer((_, response) => {
			this.taken = 0;
			response.writeHead(200, { 'Access-Control-Allow-Origin': '*' });
			response.on('close', () => (this.isOver = true));
			Readable.from(this.#pieces(pcm, times)).pipe(response);
		});
	}

	async open(): Promise<string> {
		await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
	}

	close(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}

	*#pieces(pcm: Uint8Array, times: number): Generator<Uint8Array> {
		for (let turn = 0; turn < times; turn++) {
			for (let at = 0; at < pcm.byteLength; at += PIECE_BYTES) {
				const piece = pcm.subarray(at, at + PIECE_BYTES);
				this.taken += piece.byteLength;
				yield piece;
			}
		}
	}
}

describe('a download piped into a player', () => {
	let browser: Browser;
	let pages: PageServer;

	beforeAll(async () => {
		browser = await launchChromium();
		pages = await startPageServer();
	});
	afterAll(async () => {
		await browser.close();
		await pages.close();
	});

	/** The page's functions know the download by the title. */
	async function open(title: string, channels: number): Promise<TestPage> {
		const test = await TestPage.open(browser, `http://127.0.0.1:${pages.port}/`);
		// Above what a busy machine may hold up a download at its begin: the figure is exactness, not delay.
		const latency = { min: 0.5 };
		const options = { mode: 'complete', format: { sampleRate: RATE, channels }, latency };
		await test.start({ url: null, options, title });
		return test;
	}

	it('is played exactly, to its end, and another after it', async () => {
		const stream = noise(RATE * 2, CHANNELS, SEED);
		const download = new PcmDownload(new Uint8Array(stream.buffer));
		const test = await open(await download.open(), CHANNELS);
		const times = await test.page.evaluate(async () => {
			const heard: number[] = [];
			for (let i = 0; i < 2; i++) {
				const { body } = await fetch(document.title);
				await body!.pipeTo(player.writable);
				heard.push(player.currentTime);
			}
			return heard;
		});
		const { planes, stats } = await test.report();
		await test.close();
		download.close();
		expect(test.problems).toEqual([]);
		expect(times).toEqual([2, 4]);
		expect(stats['jitterBufferEmittedCount']).toBe(4 * RATE);
		expect(stats['discardedSamples']).toBe(0);
		expect(stats['concealedSamples']).toBe(0);
		for (let channel = 0; channel < CHANNELS; channel++) {
			const passages = exactPassages(planes[channel]!, exactPlane(stream, CHANNELS, channel));
			expect(passages).toHaveLength(2);
			for (const { from, to } of passages) {
				expect(from, 'sample frames faded in').toBeLessThanOrEqual(FADE);
				expect(RATE * 2 - to, 'sample frames faded out').toBeLessThanOrEqual(FADE);
			}
		}
	});

	it('of 60 s is held back at the server, and let go when the pipe is aborted', async () => {
		const download = new PcmDownload(new Uint8Array(BYTES_PER_SECOND).fill(1), 60);
		const test = await open(await download.open(), MANY_CHANNELS);
		const watching = test.page.evaluate(async () => {
			const { body } = await fetch(document.title);
			const abort = new AbortController();
			let most = 0;
			let largest = 0;
			const watched = body!.pipeThrough(
				new TransformStream<Uint8Array, Uint8Array>({
					transform(piece, controller) {
						largest = Math.max(largest, piece.byteLength);
						controller.enqueue(piece);
					},
				}),
			);
			const piped = watched.pipeTo(player.writable, { signal: abort.signal });
			const looks = setInterval(() => (most = Math.max(most, player.stats.bufferLevel)), 20);
			await new Promise((resolve) => setTimeout(resolve, 6000));
			clearInterval(looks);
			const heard = player.currentTime;
			abort.abort();
			const outcome = await piped.catch((error: unknown) => (error as Error).name);
			return { most, largest, heard, outcome, after: player.stats.bufferLevel };
		});
		const taken: number[] = [];
		const looks = setInterval(() => taken.push(download.taken / BYTES_PER_SECOND), 500);
		const { most, largest, heard, outcome, after } = await watching;
		clearInterval(looks);
		await expect.poll(() => download.isOver).toBe(true);
		await test.close();
		download.close();
		expect(test.problems).toEqual([]);
		expect(outcome).toBe('AbortError');
		expect(after).toBe(0);
		expect(heard).toBeGreaterThan(3);
		// In the player: the ring, a quarter of a second, and the piece that was written when that much was left.
		expect(most).toBeLessThan(RING_SECONDS + 0.25 + largest / BYTES_PER_SECOND + LOOK_ERROR);
		// At the server: once the buffers of system and browser are full, what is played, in windows of at most 2 s.
		expect(taken.at(-1)!).toBeLessThan(45);
		expect(taken.at(-1)! - taken.at(-5)!).toBeLessThan(2 + 2);
		expect(taken.at(-1)! - taken.at(-9)!).toBeGreaterThan(1);
	});
});
