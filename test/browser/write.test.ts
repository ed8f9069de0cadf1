import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PcmPlayer } from '../../src/index.js';
import { findSineClicks } from '../support/click-detector.js';
import { startPageServer, type PageServer } from '../support/page-server.js';
import {
	launchChromium,
	TestPage,
	type Recording,
	type StartOptions,
} from '../support/test-page.js';

const RATE = 48_000;

/** What the tests call in the page. */
declare const player: PcmPlayer;

describe('samples written by the page', () => {
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

	async function run<T>(
		options: object,
		act: () => Promise<T>,
		start: Partial<StartOptions> = {},
	): Promise<{ answer: T; recording: Recording }> {
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({ url: null, options: { mode: 'complete', ...options }, ...start });
		const answer = await test.page.evaluate(act);
		const recording = await test.report();
		await test.close();
		expect(test.problems).toEqual([]);
		return { answer, recording };
	}

	it('play whole when pushed at once, and drained() tells when they were heard', async () => {
		const { answer, recording } = await run({ format: { sampleRate: RATE } }, async () => {
			const samples = Int32Array.from({ length: 48_000 * 2 * 3 }, (_, i) => (i % 1000) * 1e6);
			const begin = performance.now();
			player.write(samples);
			await player.drained();
			return (performance.now() - begin) / 1000;
		});
		expect(answer).toBeGreaterThan(3);
		expect(answer).toBeLessThan(4);
		expect(recording.stats['jitterBufferEmittedCount']).toBe(3 * RATE);
		expect(recording.stats['discardedSamples']).toBe(0);
		expect(recording.stats['concealedSamples']).toBe(0);
	});

	it('hold a stream back when piped faster than they play', async () => {
		const { answer, recording } = await run({ format: { sampleRate: RATE } }, async () => {
			let asked = 0;
			let most = 0;
			const source = new ReadableStream<Uint8Array>({
				pull(controller) {
					asked++;
					most = Math.max(most, asked * 0.1 - player.currentTime);
					controller.enqueue(new Uint8Array(4800 * 8).fill(1));
					if (asked === 50) {
						controller.close();
					}
				},
			});
			await source.pipeTo(player.writable);
			return most;
		});
		expect(recording.stats['jitterBufferEmittedCount']).toBe(5 * RATE);
		// The ring's 1.37 s, a quarter of a second before it, and what streams hold.
		expect(answer).toBeLessThan(3.6);
	});

	it('are flushed within 20 ms and the position heard is told', async () => {
		const { answer, recording } = await run({ format: { sampleRate: RATE } }, async () => {
			const sine = Int32Array.from({ length: 48_000 * 2 * 3 }, (_, i) =>
				Math.round(Math.sin((2 * Math.PI * 440 * (i >> 1)) / 48_000) * 2 ** 30),
			);
			player.write(sine);
			await new Promise((resolve) => setTimeout(resolve, 1000));
			const position = await player.flush();
			await new Promise((resolve) => setTimeout(resolve, 100));
			player.write(sine.subarray(0, 48_000));
			await player.drained();
			return position;
		});
		const heard = recording.planes[0]!;
		expect(findSineClicks(heard, RATE, 440, 0.5)).toEqual([]);
		const begin = heard.findIndex((sample) => sample !== 0);
		const end = begin + Math.round(answer.sampleFrames);
		// Sound ends where the position says, within a render quantum.
		expect(heard.subarray(end + 128, end + 2000).every((sample) => sample === 0)).toBe(true);
		expect(heard.subarray(end - 400, end - 130).some((sample) => sample !== 0)).toBe(true);
	});

	it.each([
		['u8', 8000, 1],
		['s8', 11_025, 2],
		['s16', 22_050, 3],
		['s24', 384_000, 2],
		['s32', 96_000, 32],
		['f32', 44_100, 6],
		['mulaw', 8000, 1],
		['alaw', 16_000, 2],
	])('may be %s at %i Hz with %i channels', async (sampleFormat, sampleRate, channels) => {
		const bytes = { u8: 1, s8: 1, s16: 2, s24: 3, s32: 4, f32: 4, mulaw: 1, alaw: 1 };
		const size = bytes[sampleFormat as keyof typeof bytes] * channels * Math.round(sampleRate / 2);
		const { recording } = await run(
			{ format: { sampleRate, sampleFormat, channels } },
			// The page knows the size by the title: a function sent there takes nothing along.
			async () => {
				const length = Number(document.title);
				player.write(new Uint8Array(length).map((_, i) => (i * 7919) % 61));
				await player.drained();
			},
			{ channels: Math.min(channels, 6), title: String(size) },
		);
		const emitted = Number(recording.stats['jitterBufferEmittedCount']);
		expect(Math.abs(emitted - RATE / 2)).toBeLessThan(8);
		expect(recording.planes[0]!.some((sample) => sample !== 0)).toBe(true);
		expect(recording.planes.at(-1)!.some((sample) => sample !== 0)).toBe(true);
	});

	it('refuses what is no buffer, and write() on a player with a URL', async () => {
		const { answer } = await run({ format: { sampleRate: RATE } }, () => {
			const messages: string[] = [];
			for (const attempt of [
				(): void => player.write('text' as unknown as ArrayBuffer),
				(): void => void (player.volume = 2),
				(): boolean => player.send(3 as unknown as string),
			]) {
				try {
					attempt();
				} catch (error) {
					messages.push(String(error));
				}
			}
			return Promise.resolve(messages);
		});
		expect(answer).toEqual([
			'TypeError: Expected an ArrayBuffer or a view of one, got string.',
			'RangeError: Expected volume to be a number from 0 to 1, got 2.',
			'TypeError: Expected text to be a string, got number.',
		]);
	});
});
