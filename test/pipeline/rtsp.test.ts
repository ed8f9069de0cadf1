// A real pipeline: ffmpeg pushes AAC over RTSP to a real RTSP server, another ffmpeg pulls and decodes it, our
// sender sends it over a WebSocket, and what Chromium plays is recorded. Needs ffmpeg and rtsp-server-perl.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ffmpegSource } from '../../src/node/index.js';
import { findClicks } from '../support/click-detector.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { serve } from '../support/play.js';
import { haveRtsp, RtspSource } from '../support/rtsp-source.js';
import { launchChromium, TestPage } from '../support/test-page.js';

const SECONDS = 30;
const RATE = 16_000;
const OUTPUT_RATE = 48_000;
const PORT = 15_544;

/** Longest stretch below -60 dBFS, seconds. Two tones beat, but never that low for that long. */
function longestSilence(heard: Float32Array): number {
	let longest = 0;
	let run = 0;
	for (const sample of heard) {
		run = Math.abs(sample) < 0.001 ? run + 1 : 0;
		longest = Math.max(longest, run);
	}
	return longest / OUTPUT_RATE;
}

describe.skipIf(!haveRtsp() && process.env['CI'] === undefined)('AAC over RTSP', () => {
	const source = new RtspSource({
		port: PORT,
		sound: '0.3*sin(2*PI*440*t)+0.2*sin(2*PI*997*t)|0.3*sin(2*PI*660*t)',
		sampleRate: RATE,
	});
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		await source.start();
		browser = await launchChromium();
		server = await startPageServer();
		server.headers = ISOLATED;
		server.onSocket = serve(() =>
			ffmpegSource(source.url, {
				sampleRate: RATE,
				inputArgs: ['-rtsp_transport', 'udp'],
			}),
		);
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
		await source.kill();
	});

	it(`plays ${SECONDS} s without a click and without silence after the start`, async () => {
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({
			url: '/audio',
			options: { format: { sampleRate: RATE }, latency: { min: 0.5, max: 0.5 } },
		});
		await test.page.waitForTimeout(SECONDS * 1000);
		const recording = await test.report();
		await test.close();
		const whole = recording.planes[0]!;
		const begin = whole.findIndex((sample) => sample !== 0);
		// The encoder's own start-up is no steady tone.
		const heard = whole.subarray(begin + OUTPUT_RATE / 2);
		console.log(
			`${heard.length / OUTPUT_RATE} s heard, arrival delay p95 ${Number(recording.stats['arrivalDelayP95']) * 1000} ms, ` +
				`longest silence ${longestSilence(heard) * 1000} ms, ${findClicks(heard, OUTPUT_RATE).length} clicks`,
		);
		expect(heard.length / OUTPUT_RATE).toBeGreaterThan(SECONDS - 2);
		expect(recording.stats['concealmentEvents']).toBe(0);
		expect(longestSilence(heard)).toBeLessThan(0.005);
		expect(findClicks(heard, OUTPUT_RATE)).toEqual([]);
		expect(test.problems).toEqual([]);
	});
});
