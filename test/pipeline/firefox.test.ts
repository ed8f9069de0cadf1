// The same page in Firefox, whose Worker WebSockets stall with the page: the receiver lives in a SharedWorker.
// Needs firefox-esr and pulseaudio.
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToneSource } from '../../src/node/index.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { serve } from '../support/play.js';
import { haveAll, startSoundCard, type SoundCard } from '../support/sound-card.js';
import type { Recording, StartOptions } from '../support/test-page.js';

const RATE = 16_000;

const isPossible = haveAll('firefox-esr', 'pulseaudio');

describe.skipIf(!isPossible && process.env['CI'] === undefined)('Firefox', () => {
	let card: SoundCard;
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		card = await startSoundCard();
		browser = await puppeteer.launch({
			browser: 'firefox',
			executablePath: '/usr/bin/firefox-esr',
			headless: true,
			env: { ...process.env, ...card.variables },
			extraPrefsFirefox: { 'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0 },
		});
		server = await startPageServer();
		server.onSocket = serve(() => new ToneSource({ sampleRate: RATE }, { frequency: 440 }));
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
		card.close();
	});

	async function play(isolated: boolean, blockMs: number): Promise<Omit<Recording, 'planes'>> {
		server.headers = isolated ? ISOLATED : {};
		const page: Page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${server.port}/`);
		await page.waitForFunction('"harness" in window');
		const options: StartOptions = {
			url: '/audio',
			options: { format: { sampleRate: RATE }, latency: { min: 0.2, max: 0.2 } },
		};
		const script = `(async () => {
			const harness = window.harness;
			const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
			await harness.start(${JSON.stringify(options)});
			await pause(1000);
			if (${blockMs} > 0) harness.block(${blockMs});
			await pause(1000);
			const { planes, ...rest } = await harness.report();
			await harness.stop();
			return JSON.stringify(rest);
		})()`;
		const answer = (await page.evaluate(script)) as string;
		// page.close() may hang in headless Firefox 153.
		await page.goto('about:blank');
		return JSON.parse(answer) as Omit<Recording, 'planes'>;
	}

	it('conceals nothing while the main thread of an isolated page is blocked for 2 s', async () => {
		const recording = await play(true, 2000);
		expect(recording.stats['transport']).toBe('shared-worker/message-port/audio-worklet');
		expect(recording.stats['concealedSamples']).toBe(0);
		expect(recording.state).toBe('playing');
		expect(Number(recording.stats['jitterBufferEmittedCount']) / 44_100).toBeGreaterThan(3);
	});

	it('plays on an ordinary page', async () => {
		const recording = await play(false, 0);
		expect(recording.stats['transport']).toBe('worker/message-port/audio-worklet');
		expect(recording.state).toBe('playing');
		expect(recording.stats['concealedSamples']).toBe(0);
	});
});
