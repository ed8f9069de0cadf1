import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToneSource } from '../../src/node/index.js';
import { findClicks, findSineClicks } from '../support/click-detector.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { serve } from '../support/play.js';
import { energyAboveDb, thdPlusNoiseDb } from '../support/spectrum.js';
import {
	launchChromium,
	TestPage,
	type Recording,
	type StartOptions,
} from '../support/test-page.js';

const RATE = 48_000;
const SOURCE_RATE = 16_000;
const FREQUENCY = 997;
const AMPLITUDE = 10 ** (-1 / 20);

describe('a 16 kHz stream in Chromium', () => {
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		browser = await launchChromium();
		server = await startPageServer();
		server.onSocket = serve(
			() => new ToneSource({ sampleRate: SOURCE_RATE }, { frequency: FREQUENCY, levelDb: -1 }),
		);
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	async function play(
		isolated: boolean,
		meanwhile: (test: TestPage) => Promise<unknown>,
		options: Partial<StartOptions> = {},
	): Promise<Recording> {
		server.headers = isolated ? ISOLATED : {};
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({
			url: '/audio',
			// As it is: what is looked at is the conversion, not how the delay is led.
			options: {
				format: { sampleRate: SOURCE_RATE },
				latency: { min: 0.2, max: 0.2 },
				mode: 'complete',
			},
			...options,
		});
		await meanwhile(test);
		const recording = await test.report();
		await test.close();
		expect(test.problems).toEqual([]);
		return recording;
	}

	/** The recording without the silence before the first sound and the first 100 ms of sound. */
	function sounding(recording: Recording): Float32Array {
		const heard = recording.planes[0]!;
		return heard.subarray(heard.findIndex((sample) => sample !== 0) + RATE / 10);
	}

	it('is converted with THD+N, images and clicks far below hearing', async () => {
		const heard = sounding(await play(true, (test) => test.page.waitForTimeout(5000)));
		const thdN = thdPlusNoiseDb(heard, RATE, FREQUENCY);
		const images = energyAboveDb(heard, RATE, 8500);
		console.log(`THD+N ${thdN.toFixed(1)} dB, above 8.5 kHz ${images.toFixed(1)} dB`);
		expect(thdN).toBeLessThan(-100);
		expect(images).toBeLessThan(-90);
		expect(findClicks(heard, RATE)).toEqual([]);
		expect(findSineClicks(heard, RATE, FREQUENCY, AMPLITUDE)).toEqual([]);
		const cut = heard.slice();
		cut.copyWithin(RATE, RATE + 17);
		expect(findClicks(cut, RATE).length).toBeGreaterThan(0);
	});

	it.each([
		['shared memory', true, 'worker/shared-memory/audio-worklet'],
		['a MessagePort', false, 'worker/message-port/audio-worklet'],
	])(
		'loses no sample while the main thread is blocked for 2 s: %s',
		async (_, isolated, transport) => {
			const recording = await play(isolated, async (test) => {
				await test.page.waitForTimeout(500);
				await test.block(2000);
				await test.page.waitForTimeout(500);
			});
			expect(recording.stats['transport']).toBe(transport);
			expect(recording.stats['concealedSamples']).toBe(0);
			expect(recording.events.filter(({ type }) => type === 'waiting')).toEqual([]);
			const heard = sounding(recording);
			expect(heard.length / RATE).toBeGreaterThan(2.5);
			expect(findSineClicks(heard, RATE, FREQUENCY, AMPLITUDE)).toEqual([]);
			expect(thdPlusNoiseDb(heard, RATE, FREQUENCY)).toBeLessThan(-100);
		},
	);

	it('fades in and out: pause, play, flush and close have no edge', async () => {
		const recording = await play(true, async (test) => {
			for (const step of ['pause', 'play', 'flush', 'pause', 'play']) {
				await test.page.waitForTimeout(400);
				await test.page.evaluate(
					(name) =>
						(window as unknown as { player: Record<string, () => unknown> }).player[name]!(),
					step,
				);
			}
			await test.page.waitForTimeout(300);
			await test.page.evaluate(() =>
				(window as unknown as { player: { close(): Promise<void> } }).player.close(),
			);
			await test.page.waitForTimeout(100);
		});
		expect(recording.stats['concealmentEvents']).toBe(0);
		expect(findSineClicks(recording.planes[0]!, RATE, FREQUENCY, AMPLITUDE)).toEqual([]);
		expect(recording.events.filter(({ type }) => type === 'playing')).toHaveLength(4);
		expect(recording.state).toBe('closed');
	});

	it('sounds after play, pause, play in one breath', async () => {
		server.headers = {};
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		const options = { format: { sampleRate: SOURCE_RATE } };
		await test.start({ url: '/audio', options, wait: false });
		const outcome = await test.page.evaluate(async () => {
			const { player } = window as unknown as {
				player: { play(): Promise<void>; pause(): void; state: string };
			};
			const first = player.play().catch((error: unknown) => (error as { code: string }).code);
			player.pause();
			const paused = player.state;
			await player.play();
			return [await first, paused, player.state];
		});
		expect(outcome).toEqual(['paused', 'paused', 'playing']);
		await test.close();
		expect(test.problems).toEqual([]);
	});

	it('has no edge when volume and mute change', async () => {
		const recording = await play(true, async (test) => {
			await test.page.evaluate(async () => {
				const { player } = window as unknown as { player: { volume: number; muted: boolean } };
				for (const volume of [0.2, 1, 0, 0.7]) {
					player.volume = volume;
					player.muted = volume === 1;
					await new Promise((resolve) => setTimeout(resolve, 150));
				}
			});
		});
		expect(findSineClicks(recording.planes[0]!, RATE, FREQUENCY, AMPLITUDE)).toEqual([]);
	});
});
