// <pcm-player> on a page whose code says things late, in another order, or in other words.
import type { Browser, Locator } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PcmPlayerElement } from '../../src/element/index.js';
import { ATTRIBUTES, ElementServer, RATE, stateOf, Visit } from '../support/element-visit.js';
import { launchChromium } from '../support/test-page.js';

/** Share of a slider's length from its left that is drawn in its accent colour, at the height of its track. */
async function filledShare(visit: Visit, slider: Locator): Promise<number> {
	const picture = await slider.screenshot();
	return visit.page.evaluate(async (base64) => {
		const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
		const image = await createImageBitmap(new Blob([bytes]));
		const { width, height } = image;
		const context = new OffscreenCanvas(width, height).getContext('2d')!;
		context.drawImage(image, 0, 0);
		const { data } = context.getImageData(0, Math.floor(height / 2), width, 1);
		// The accent is a saturated colour, the rest of the track grey.
		const isAccent = (x: number): boolean => data[4 * x]! - data[4 * x + 2]! > 64;
		const left = Array.from({ length: width }, (_, x) => x).filter(isAccent);
		return left.filter((x) => x < width / 2).length / (width / 2);
	}, picture.toString('base64'));
}

describe('<pcm-player>', () => {
	let browser: Browser;
	let server: ElementServer;
	let visit: Visit;

	beforeAll(async () => {
		browser = await launchChromium([]);
		server = await ElementServer.start();
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});
	beforeEach(async () => {
		visit = await Visit.pay(browser, server.port);
		await visit.define();
	});
	afterEach(async () => {
		const { page, problems } = visit;
		await page.close();
		expect(problems).toEqual([]);
		await expect.poll(() => server.connections).toBe(0);
	});

	describe('with autoplay', () => {
		it('plays what it is told of later', async () => {
			const element = await visit.add({ ...ATTRIBUTES, 'sample-rate': 'soon', autoplay: '' });
			await visit.untilStatus('Expected format.sampleRate .*');
			await element.evaluate((one: PcmPlayerElement, rate) => {
				one.sampleRate = rate;
			}, RATE);
			await visit.untilStatus('Playing');
		});

		it('plays though its player was looked at before it was in the page', async () => {
			await visit.page.evaluate((attributes) => {
				const one = document.createElement('pcm-player');
				for (const [name, value] of Object.entries(attributes)) {
					one.setAttribute(name, String(value));
				}
				one.autoplay = true;
				one.player!.volume = 0.5;
				document.querySelector('main')!.append(one);
			}, ATTRIBUTES);
			await visit.untilStatus('Playing');
		});

		it('does not play when it is paused before it can', async () => {
			const element = await visit.add();
			await element.evaluate(async (one: PcmPlayerElement) => {
				const main = one.parentElement!;
				one.remove();
				await new Promise((resolve) => setTimeout(resolve, 0));
				one.autoplay = true;
				main.append(one);
				one.pause();
			});
			await visit.untilStatus('Ready');
			await visit.page.waitForTimeout(300);
			expect(await stateOf(element)).toBe('idle');
		});

		it('tries once to play what a signal has ended', async () => {
			const element = await visit.add({ ...ATTRIBUTES, autoplay: '' });
			const looks = await element.evaluate(async (one: PcmPlayerElement) => {
				let count = 0;
				one.options = {
					signal: AbortSignal.abort('over'),
					get connectTimeout() {
						count++;
						return 5;
					},
				};
				await new Promise((resolve) => setTimeout(resolve, 0));
				count = 0;
				const reason = await one.play().catch((error: unknown) => error);
				return { count, reason };
			});
			expect(looks.reason).toBe('over');
			expect(looks.count).toBeLessThan(5);
		});

		it('waits for a gesture still when it changes meanwhile', async () => {
			await visit.page.close();
			visit = await Visit.pay(browser, server.port, {}, 'element.html');
			await visit.page.addInitScript(() => {
				setTimeout(() => {
					document.querySelector('pcm-player')?.setAttribute('latency-max', '1');
				}, 1500);
			});
			await visit.page.goto(visit.page.url().replace('element.html', 'element-autoplay.html'));
			// Whatever a test asks of a page is a gesture to the browser: the page is left alone meanwhile.
			await new Promise((resolve) => setTimeout(resolve, 3500));
			await visit.page.mouse.click(300, 200);
			await visit.untilStatus('Playing');
		});
	});

	it('goes on when an output device cannot be had, and says so as long as that is asked for', async () => {
		const element = await visit.add();
		await visit.click('Play');
		await visit.untilStatus('Playing');
		const ask = (...ids: (string | null)[]): Promise<void> =>
			element.evaluate((one: PcmPlayerElement, sinkIds) => {
				for (const sinkId of sinkIds) {
					one.sinkId = sinkId;
				}
			}, ids);
		await ask('nothing-there');
		await visit.untilStatus('.*nothing-there is not found.*');
		expect(await stateOf(element)).toBe('playing');
		await ask(null);
		await visit.untilStatus('Playing');
		await ask('nothing-there', null);
		await visit.page.waitForTimeout(300);
		await visit.untilStatus('Playing');
	});

	it('takes a volume in text, as templates write it, and says what is none', async () => {
		const element = await visit.add();
		const heard = await element.evaluate((one: PcmPlayerElement) => {
			one.remove();
			const volumes: number[] = [];
			for (const volume of ['0.25', '0.5']) {
				Object.assign(one, { volume });
				volumes.push(one.volume, one.player!.volume);
			}
			return volumes;
		});
		expect(heard).toEqual([0.25, 0.25, 0.5, 0.5]);

		const other = await visit.add({ ...ATTRIBUTES, volume: 'loud' }, 'other');
		await visit.untilStatus("Expected volume to be a number from 0 to 1, got 'loud'.");
		await other.evaluate((one: PcmPlayerElement) => {
			one.setAttribute('volume', '');
		});
		await visit.untilStatus("Expected volume to be a number from 0 to 1, got ''.");
		expect(await other.evaluate((one: PcmPlayerElement) => one.volume)).toBe(1);
		await other.evaluate((one: PcmPlayerElement) => {
			one.setAttribute('volume', '0.5');
		});
		await visit.untilStatus('Ready');
	});

	it('draws its volume from the same side that its slider has it from, in Hebrew too', async () => {
		await visit.page.evaluate(() => {
			document.documentElement.dir = 'rtl';
		});
		const element = await visit.add({ ...ATTRIBUTES, volume: 0.2 });
		const slider = element.getByRole('slider');
		const { width, x, y } = (await slider.boundingBox())!;
		const drawn = await filledShare(visit, slider);
		await visit.page.mouse.click(x + 2, y + 10);
		const atLeft = await element.evaluate((one: PcmPlayerElement) => one.volume);
		expect(width).toBeGreaterThan(50);
		// Filled from the left: silent at the left.
		expect([drawn > 0.2, atLeft < 0.1]).toEqual([true, true]);
	});

	it('is paused by a click that no press precedes, whatever key was pressed before it played', async () => {
		const element = await visit.add();
		const button = element.getByRole('button', { name: /Play|Pause/ });
		await button.focus();
		await visit.page.keyboard.press('ArrowDown');
		await element.evaluate((one: PcmPlayerElement) => one.play());
		await visit.untilStatus('Playing');
		await button.evaluate((one) => {
			(one as HTMLElement).click();
		});
		await visit.untilStatus('Paused');
	});
});
