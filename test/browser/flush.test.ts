// Barge-in: what a page has written is dropped in mid-sound. Measured on the recording of the player's output, by the
// context's clock: from its time when flush() is called, the message to the audio thread included, to the first sample
// of silence. What the device holds back comes on top of it, before the call as after.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutShort, flushAll, toneClicks } from '../support/flush-trials.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { launchChromium, TestPage } from '../support/test-page.js';

const RENDER_QUANTUM = 128;

/** s16, resampled. */
const SAMPLE_TOLERANCE = 1e-3;

/** 200 flushes, as speech services send it and at equal rates, through shared memory and through messages. */
const RUNS = [
	{ mediaRate: 24_000, contextRate: 48_000, seed: 1, trials: 50, headers: ISOLATED },
	{ mediaRate: 24_000, contextRate: 44_100, seed: 2, trials: 50, headers: {} },
	{ mediaRate: 48_000, contextRate: 48_000, seed: 3, trials: 50, headers: ISOLATED },
	{ mediaRate: 44_100, contextRate: 44_100, seed: 4, trials: 50, headers: {} },
];

describe('flush()', () => {
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		[browser, server] = await Promise.all([launchChromium(), startPageServer()]);
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	it.each(RUNS)(
		'silences within 20 ms, without a click, and tells where: $trials times, $mediaRate Hz at $contextRate Hz, seed $seed',
		async ({ headers, ...run }) => {
			const { mediaRate, contextRate, trials } = run;
			server.headers = headers;
			const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
			await test.start({
				url: null,
				options: {
					mode: 'complete',
					format: { sampleRate: mediaRate, sampleFormat: 's16', channels: 1 },
				},
				sampleRate: contextRate,
				channels: 1,
			});
			const { recording, heard } = await flushAll(test, run);
			await test.close();
			expect(test.problems).toEqual([]);
			expect(heard, 'flushes that the machine did not hold up').toHaveLength(trials);
			console.log(
				`${mediaRate} Hz at ${contextRate} Hz: silent after ${range(heard.map(({ silentMs }) => silentMs))} ms, ` +
					`position beyond by ${range(heard.map(({ positionError }) => positionError))} sample frames`,
			);
			for (const { silentMs, positionError, sampleError } of heard) {
				expect(sampleError).toBeLessThan(SAMPLE_TOLERANCE);
				expect(silentMs).toBeGreaterThan(0);
				expect(silentMs).toBeLessThanOrEqual(20);
				expect(Math.abs(positionError)).toBeLessThanOrEqual(RENDER_QUANTUM);
			}
			expect(toneClicks(recording, contextRate)).toEqual([]);
			const { cut, places } = cutShort(recording, heard, contextRate);
			const found = toneClicks(cut, contextRate);
			expect(places.filter((place) => !found.includes(place))).toEqual([]);
		},
	);
});

function range(values: readonly number[]): string {
	return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
}
