import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToneSource } from '../../src/node/index.js';
import { findSineClicks } from '../support/click-detector.js';
import { startPageServer, type PageServer } from '../support/page-server.js';
import { serve } from '../support/play.js';
import {
	launchChromium,
	TestPage,
	type Recording,
	type StartOptions,
} from '../support/test-page.js';

const RATE = 48_000;
const FREQUENCY = 440;

describe('where pages are', () => {
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		browser = await launchChromium();
		server = await startPageServer();
		server.onSocket = serve(
			() => new ToneSource({ sampleRate: RATE }, { frequency: FREQUENCY, levelDb: -6 }),
		);
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	async function play(
		host: string,
		options: object,
		before?: (test: TestPage) => Promise<unknown>,
	): Promise<Recording> {
		const test = await TestPage.open(browser, `http://${host}:${server.port}/`);
		await before?.(test);
		await test.start({
			url: `/audio`,
			options: { format: { sampleRate: RATE }, latency: { min: 0.3, max: 0.3 }, ...options },
		});
		await test.page.waitForTimeout(1500);
		const recording = await test.report();
		await test.close();
		return recording;
	}

	function expectSound(recording: Recording): void {
		const heard = recording.planes[0]!;
		const sound = heard.subarray(heard.findIndex((sample) => sample !== 0));
		expect(sound.length / RATE).toBeGreaterThan(0.8);
		expect(Math.max(...sound.slice(-9600))).toBeCloseTo(10 ** (-6 / 20), 2);
		expect(findSineClicks(sound, RATE, FREQUENCY, 0.502)).toEqual([]);
		expect(recording.stats['concealedSamples']).toBe(0);
	}

	it('plays on a LAN page over http, where there is no AudioWorklet', async () => {
		server.headers = {};
		const recording = await play('lan.test', {});
		expect(recording.stats['transport']).toBe('worker/message-port/script-processor');
		expectSound(recording);
	});

	it('plays under a strict CSP with workletUrl and workerUrl', async () => {
		server.headers = { 'Content-Security-Policy': "script-src 'self'; worker-src 'self'" };
		const recording = await play('127.0.0.1', {
			workletUrl: '/dist/worklet.js',
			workerUrl: '/dist/worker.js',
		});
		expect(recording.stats['transport']).toBe('worker/message-port/audio-worklet');
		expectSound(recording);
	});

	it('receives on the main thread where no Worker may start', async () => {
		server.headers = { 'Content-Security-Policy': "worker-src 'none'" };
		const recording = await play('127.0.0.1', {});
		expect(recording.stats['transport']).toBe('main-thread/message-port/audio-worklet');
		expectSound(recording);
	});

	it('says what to do where the CSP allows nothing', async () => {
		server.headers = { 'Content-Security-Policy': "script-src 'self'; worker-src 'self'" };
		await expect(play('127.0.0.1', {})).rejects.toThrow(/workletUrl/);
		// Again on the same player: the same answer, no hanging.
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({ url: '/audio', options: { format: { sampleRate: RATE } }, wait: false });
		await test.untilState('failed');
		const again = test.page.evaluate(() =>
			(window as unknown as { player: { play(): Promise<void> } }).player.play(),
		);
		await expect(again).rejects.toThrow(/workletUrl/);
		await test.page.close();
	});

	it('says that it may not sound yet, and starts with the next gesture', async () => {
		const strict = await launchChromium(['--host-resolver-rules=MAP lan.test 127.0.0.1']);
		try {
			server.headers = {};
			const start: StartOptions = {
				url: '/audio',
				options: { format: { sampleRate: RATE } },
				wait: false,
			};
			const hash = encodeURIComponent(JSON.stringify(start));
			const page = await strict.newPage();
			await page.goto(`http://127.0.0.1:${server.port}/#${hash}`);
			await new Promise((resolve) => setTimeout(resolve, 2000));
			await page.click('button');
			const test = TestPage.of(page);
			await test.untilState('playing');
			const recording = await test.report();
			const errors = recording.events.filter(({ type }) => type === 'error');
			expect(errors.map(({ detail }) => detail)).toEqual(['autoplay-blocked']);
			expect(recording.events.findIndex(({ type }) => type === 'playing')).toBeGreaterThan(
				recording.events.findIndex(({ type }) => type === 'error'),
			);
			await test.close();
		} finally {
			await strict.close();
		}
	});
});
