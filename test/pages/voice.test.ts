// The voice page as a visitor meets it, and what leaves its player.
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClicks } from '../support/click-detector.js';
import { served, startDemo, type Demo } from '../support/demo-server.js';
import { planeFromBase64 } from '../support/plane-from-base64.js';
import { launchChromium } from '../support/test-page.js';

const OUTPUT = 'test/output';

interface Recording {
	readonly samples: Float32Array;
	readonly sampleRate: number;
}

/** In the page, before its own scripts: what goes to the speaker is recorded too. @param script of the recorder */
function recordSpeakers(script: string): void {
	const connect = Reflect.get(AudioNode.prototype, 'connect') as (to: unknown) => unknown;
	const record = async (node: AudioNode): Promise<void> => {
		const context = node.context as AudioContext;
		const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
		await context.audioWorklet.addModule(url);
		const processorOptions = { channels: 1, maxSeconds: 60 };
		const recorder = new AudioWorkletNode(context, 'recorder', { processorOptions });
		connect.call(node, recorder);
		connect.call(recorder, context.destination);
		Object.assign(window, { recorder });
	};
	const tapped = function (this: AudioNode, ...to: [unknown]): unknown {
		if (to[0] instanceof AudioDestinationNode) {
			void record(this);
		}
		return connect.apply(this, to);
	};
	Object.assign(AudioNode.prototype, { connect: tapped });
}

/** What has been recorded so far. */
async function recordingOf(page: Page): Promise<Recording> {
	const { base64, sampleRate } = await page.evaluate(async () => {
		const { recorder } = window as unknown as { recorder: AudioWorkletNode };
		const [plane] = await new Promise<Float32Array[]>((resolve) => {
			recorder.port.onmessage = ({ data }: MessageEvent<Float32Array[]>) => {
				resolve(data);
			};
			recorder.port.postMessage('take');
		});
		const bytes = new Blob([plane!.buffer as ArrayBuffer]);
		const url = await new Promise<string>((resolve) => {
			const reader = new FileReader();
			reader.onload = () => {
				resolve(reader.result as string);
			};
			reader.readAsDataURL(bytes);
		});
		return { base64: url.slice(url.indexOf(',') + 1), sampleRate: recorder.context.sampleRate };
	});
	return { samples: planeFromBase64(base64), sampleRate };
}

describe('the voice page', () => {
	let browser: Browser;
	let demo: Demo;
	let page: Page;
	const problems: string[] = [];

	beforeAll(async () => {
		mkdirSync(OUTPUT, { recursive: true });
		// The browser's own rules on sound and gestures.
		[browser, demo] = await Promise.all([launchChromium([]), served(startDemo('--port', '0'))]);
		page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
		page.on('pageerror', (error) => problems.push(error.message));
		page.on('console', (message) => {
			if (message.type() === 'error') {
				problems.push(message.text());
			}
		});
		const script = await readFile('test/browser/page/recorder.js', 'utf8');
		await page.addInitScript(recordSpeakers, script);
		await page.goto(demo.address);
		await page.getByRole('link', { name: 'Voice agent demo' }).click();
	});
	afterAll(async () => {
		await browser.close();
		demo.server.kill();
	});

	const answer = (nth: number) => page.locator('#transcript li').nth(nth);
	const heard = (nth: number) => answer(nth).locator('[data-fate="heard"]');
	const number = async (id: string): Promise<number> =>
		Number(await page.locator(`#${id}`).innerText());

	it('speaks at a click, and its words follow', async () => {
		await page.getByRole('button', { name: 'Listen' }).click();
		await heard(0).nth(4).waitFor();
		const words = await heard(0).allInnerTexts();
		expect('Hello! Press the space bar while I speak').toContain(words.slice(0, 5).join(' '));
		// Made faster than it is heard.
		expect(await number('ahead')).toBeGreaterThan(1);
	});

	it('is silent at a key, tells what was heard, and hears of it', async () => {
		await page.keyboard.press('Escape');
		await answer(0)
			.locator('.outcome', { hasText: /^Interrupted after \d+\.\d\d s/ })
			.waitFor();
		// flush.test.ts says what it has to be; here the page has to have measured it.
		expect(await number('silence')).toBeGreaterThan(0);
		const words = await heard(0).allInnerTexts();
		const cut = await answer(0).locator('[data-fate="cut"]').allInnerTexts();
		expect(words.length).toBeGreaterThanOrEqual(5);
		expect(cut.length).toBeLessThanOrEqual(1);
		const last = (cut[0] ?? words.at(-1)!).replace(/\W/g, '').toLowerCase();
		const place = cut.length === 1 ? 'in the middle of' : 'after';
		await expect
			.poll(async () => (await answer(1).locator('.said').innerText()).trim())
			.toMatch(new RegExp(`^You stopped me ${place} ${last}\\. `));
	});

	it('is interrupted by the button and by the space bar, too', async () => {
		await heard(1).nth(8).waitFor();
		await page.screenshot({ path: `${OUTPUT}/voice-speaking.png`, fullPage: true });
		await page.getByRole('button', { name: 'Interrupt' }).click();
		await answer(1).locator('.outcome', { hasText: 'Interrupted' }).waitFor();
		await heard(2).nth(2).waitFor();
		await page.screenshot({ path: `${OUTPUT}/voice-interrupted.png`, fullPage: true });
		await page.locator('h1').click();
		await page.keyboard.press('Space');
		await answer(2).locator('.outcome', { hasText: 'Interrupted' }).waitFor();
		await heard(3).nth(2).waitFor();
	});

	it('clicks nowhere', async () => {
		const { samples, sampleRate } = await recordingOf(page);
		expect(samples.some((sample) => Math.abs(sample) > 0.1)).toBe(true);
		expect(findClicks(samples, sampleRate)).toEqual([]);
		// A hole of 10 ms is found, to what the detector takes for one place.
		const cut = samples.slice();
		const place = samples.findIndex((sample) => Math.abs(sample) > 0.2) + 1;
		cut.fill(0, place, place + 0.01 * sampleRate);
		const found = findClicks(cut, sampleRate);
		expect(found.some((click) => Math.abs(click - place) <= 0.005 * sampleRate)).toBe(true);
	});

	it('says when everything was heard, sent in binary messages', async () => {
		await page.reload();
		await page.getByLabel('Audio is sent as').selectOption('binary');
		await page.getByRole('button', { name: 'Listen' }).click();
		await heard(0).nth(2).waitFor();
		await page.getByText('Done', { exact: true }).waitFor({ timeout: 20_000 });
		expect(await answer(0).locator(':not([data-fate="heard"]):is(span)').count()).toBe(0);
		expect(await number('ahead')).toBe(0);
	});

	it('fits a telephone, in both themes', async () => {
		await page.setViewportSize({ width: 375, height: 812 });
		for (const theme of ['first', 'other']) {
			const width = await page.evaluate(() => document.documentElement.scrollWidth);
			expect(width, `${theme} theme`).toBeLessThanOrEqual(375);
			await page.screenshot({ path: `${OUTPUT}/voice-phone-${theme}.png`, fullPage: true });
			await page.locator('#theme').click();
		}
	});

	it('ran without an error on the page', () => {
		expect(problems).toEqual([]);
	});
});
