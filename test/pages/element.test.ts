// <pcm-player> as a page's author writes it and a listener works it.
import { mkdirSync } from 'node:fs';
import type { Browser, Locator } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PcmPlayerElement } from '../../src/element/index.js';
import { toneHeard, type ToneHeard } from '../consumers/tone-heard.js';
import { violations } from '../support/axe.js';
import {
	ATTRIBUTES,
	ElementServer,
	LEVEL_DB,
	RATE,
	stateOf,
	TONE,
	Visit,
} from '../support/element-visit.js';
import { planeFromBase64 } from '../support/plane-from-base64.js';
import { launchChromium } from '../support/test-page.js';

const OUTPUT = 'test/output';

/** Hz. */
const OTHER_TONE = 660;

/** Samples listened to without a gap: 0.7 s at 48 kHz. */
const WINDOW = 32_768;

/** Listens to an element's player from now on. @returns what came in 0.7 s, all that happens meanwhile in it */
async function listen(element: Locator): Promise<(expected: number) => Promise<ToneHeard>> {
	const tap = await element.evaluateHandle((one: PcmPlayerElement, size) => {
		const node = one.player!.node!;
		const analyser = new AnalyserNode(node.context, { fftSize: size });
		node.connect(analyser);
		return { node, analyser, begin: node.context.currentTime };
	}, WINDOW);
	return async (expected) => {
		const { samples, sampleRate } = await tap.evaluate(async ({ node, analyser, begin }) => {
			const { context, fftSize } = analyser;
			while (context.currentTime < begin + fftSize / context.sampleRate + 0.1) {
				await new Promise((resolve) => setTimeout(resolve, 10));
			}
			const heard = new Float32Array(fftSize);
			analyser.getFloatTimeDomainData(heard);
			node.disconnect(analyser);
			const bytes = Array.from(new Uint8Array(heard.buffer), (byte) => String.fromCharCode(byte));
			return { samples: btoa(bytes.join('')), sampleRate: context.sampleRate };
		});
		return toneHeard(planeFromBase64(samples), sampleRate, expected);
	};
}

/** What an element's player plays in the next 0.7 s. */
async function hear(element: Locator, expected = TONE): Promise<ToneHeard> {
	return (await listen(element))(expected);
}

/** Percent of the meter that is filled. */
function meterOf(element: Locator): Promise<number> {
	return element.evaluate(({ shadowRoot }) => {
		const { clipPath } = shadowRoot!.querySelector<HTMLElement>('[part=level]')!.style;
		return 100 - Number(/inset\(0px ([\d.]+)%/.exec(clipPath)?.[1]);
	});
}

describe('<pcm-player>', () => {
	let browser: Browser;
	let server: ElementServer;
	let visit: Visit;

	beforeAll(async () => {
		mkdirSync(OUTPUT, { recursive: true });
		// The browser's own rules on sound and gestures.
		browser = await launchChromium([]);
		server = await ElementServer.start();
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});
	beforeEach(async () => {
		visit = await Visit.pay(browser, server.port);
	});
	afterEach(async () => {
		const { page, problems } = visit;
		await page.close();
		expect(problems).toEqual([]);
		await expect.poll(() => server.connections).toBe(0);
	});

	it('plays at a click, shows its level, and pauses', async () => {
		await visit.define();
		const element = await visit.add();
		await visit.untilStatus('Ready');
		expect(await meterOf(element)).toBe(0);

		await visit.click('Play');
		await visit.untilStatus('Playing');
		const { frequency, levelDb } = await hear(element);
		expect(frequency / TONE).toBeCloseTo(1, 2);
		expect(Math.abs(levelDb - LEVEL_DB)).toBeLessThan(0.5);
		// Of 60 dB.
		const expected = 100 * (1 + LEVEL_DB / 60);
		await expect.poll(async () => Math.abs((await meterOf(element)) - expected)).toBeLessThan(2);

		await visit.click('Pause');
		await visit.untilStatus('Paused');
		expect(await meterOf(element)).toBe(0);
	});

	it('is worked by keys alone', async () => {
		await visit.define();
		const element = await visit.add({ ...ATTRIBUTES, label: 'Front door' });
		const { keyboard } = visit.page;
		const focused = (): Promise<string> =>
			element.evaluate(({ shadowRoot }) => {
				const { activeElement } = shadowRoot!;
				const { outlineStyle } = getComputedStyle(activeElement!);
				return `${activeElement!.ariaLabel}, outline ${outlineStyle}`;
			});
		await keyboard.press('Tab');
		expect(await focused()).toBe('Play, outline solid');
		await keyboard.press('Enter');
		await visit.untilStatus('Playing');
		await keyboard.press('Space');
		await visit.untilStatus('Paused');
		await keyboard.press('Space');
		await visit.untilStatus('Playing');

		await keyboard.press('Tab');
		expect(await focused()).toBe('Mute, outline solid');
		await keyboard.press('Space');
		const mute = visit.page.getByRole('button', { name: 'Mute', pressed: true });
		await mute.waitFor();
		expect((await hear(element)).levelDb).toBeLessThan(-90);

		// A hand on the slider wants to hear something.
		await keyboard.press('Tab');
		expect(await focused()).toBe('Volume, outline solid');
		await keyboard.press('PageDown');
		expect(await mute.count()).toBe(0);
		const loudness = await element.evaluate(({ volume, muted }: PcmPlayerElement) => [
			volume,
			muted,
		]);
		expect(loudness).toEqual([0.9, false]);
		const { levelDb } = await hear(element);
		expect(Math.abs(levelDb - (LEVEL_DB + 20 * Math.log10(0.9)))).toBeLessThan(0.5);
		await keyboard.press('Home');
		expect(await element.evaluate((one: PcmPlayerElement) => one.volume)).toBe(0);
	});

	it('reflects attributes, and tells the player of them', async () => {
		await visit.define();
		const element = await visit.add();
		const seen = await element.evaluate((one: PcmPlayerElement) => {
			const before = [one.src, one.sampleRate, one.channels, one.controls, one.muted, one.volume];
			one.channels = 1;
			one.sampleFormat = 's16';
			one.autoplay = false;
			one.latencyMin = null;
			one.setAttribute('muted', '');
			one.setAttribute('volume', '0.5');
			return {
				before,
				attributes: ['channels', 'sample-format', 'autoplay', 'latency-min'].map((name) =>
					one.getAttribute(name),
				),
				after: [one.muted, one.volume, one.player!.muted, one.player!.volume],
			};
		});
		expect(seen).toEqual({
			before: ['/audio', RATE, null, true, false, 1],
			attributes: ['1', 's16', null, null],
			after: [true, 0.5, true, 0.5],
		});
	});

	it('plays another stream once its attributes say so, through one new player', async () => {
		await visit.define();
		const element = await visit.add();
		await visit.click('Play');
		await visit.untilStatus('Playing');
		const states = await element.evaluate(async (one: PcmPlayerElement, src) => {
			const before = one.player;
			const seen: string[] = [];
			one.addEventListener('statechange', ({ detail }) => seen.push(detail.state));
			one.src = src;
			one.latencyMax = 0.4;
			await new Promise((resolve) => one.addEventListener('playing', resolve));
			return { seen, isNew: one.player !== before, wasClosed: before!.state === 'closed' };
		}, `/audio?frequency=${OTHER_TONE}`);
		expect(states).toEqual({
			seen: ['idle', 'connecting', 'buffering', 'playing'],
			isNew: true,
			wasClosed: true,
		});
		expect((await hear(element, OTHER_TONE)).frequency / OTHER_TONE).toBeCloseTo(1, 2);
		await expect.poll(() => server.connections).toBe(1);
		// The same said anew, as frameworks do, is no change.
		const isSame = await element.evaluate(async (one: PcmPlayerElement) => {
			const before = one.player;
			one.options = { reconnect: { maxDelay: 1 } };
			const after = one.player;
			one.options = { reconnect: { maxDelay: 1 } };
			await Promise.resolve();
			return [before === after, after === one.player];
		});
		expect(isSame).toEqual([false, true]);
	});

	it('goes on when it is moved, and disconnects when it is removed', async () => {
		await visit.define();
		const element = await visit.add();
		await visit.click('Play');
		await visit.untilStatus('Playing');
		const heard = await listen(element);
		await element.evaluate((one) => {
			const elsewhere = document.createElement('section');
			document.querySelector('main')!.append(elsewhere);
			elsewhere.append(one);
		});
		expect((await heard(TONE)).clicks).toBe(0);
		expect(server.connections).toBe(1);

		const removed = await element.elementHandle();
		await removed.evaluate((one) => {
			one.remove();
		});
		await expect.poll(() => server.connections).toBe(0);
		expect(await removed.evaluate((one) => (one as PcmPlayerElement).state)).toBe('idle');
		await removed.evaluate((one) => {
			document.querySelector('main')!.append(one);
		});
		await visit.click('Play');
		await visit.untilStatus('Playing');
		expect((await hear(element)).frequency / TONE).toBeCloseTo(1, 2);
	});

	it('says in words what is wrong', async () => {
		await visit.define();
		const element = await visit.add({ ...ATTRIBUTES, 'sample-rate': 'fast' });
		await visit.untilStatus("Expected format.sampleRate to be a number .*, got 'fast'.");
		const played = element.evaluate((one: PcmPlayerElement) =>
			one.play().catch((error: unknown) => String(error)),
		);
		expect(await played).toMatch(/^TypeError: Expected format.sampleRate/);

		await element.evaluate((one: PcmPlayerElement, rate) => {
			one.sampleRate = rate;
			one.src = '/nothing-here';
			one.options = { reconnect: false };
		}, RATE);
		await visit.untilStatus('Ready');
		await visit.click('Play');
		await visit.untilStatus('The server does not answer');
		await visit.page.getByRole('button', { name: 'Play', exact: true }).waitFor();

		await element.evaluate((one: PcmPlayerElement) => {
			one.words = { 'connect-failed': 'Der Server antwortet nicht', play: 'Abspielen' };
		});
		await visit.untilStatus('Der Server antwortet nicht');
		await visit.page.getByRole('button', { name: 'Abspielen' }).waitFor();
	});

	it('makes the player’s events its own, and lets none bubble', async () => {
		await visit.define();
		const element = await visit.add();
		await element.evaluate((one: PcmPlayerElement) => {
			const seen: string[] = [];
			Object.assign(window, { seen });
			for (const name of ['statechange', 'open', 'format', 'playing', 'stats', 'volumechange']) {
				one.addEventListener(name, (event) => {
					seen.push(`${event.type} at ${(event.target as Element).localName}`);
				});
				document.body.addEventListener(name, () => seen.push(`${name} at body`));
			}
			one.volume = 0.5;
		});
		await visit.click('Play');
		await visit.untilStatus('Playing');
		const seen = (): Promise<string[]> =>
			visit.page.evaluate(() =>
				[...new Set((window as unknown as { seen: string[] }).seen)].sort(),
			);
		await expect
			.poll(seen)
			.toEqual(
				['format', 'open', 'playing', 'statechange', 'stats', 'volumechange'].map(
					(name) => `${name} at pcm-player`,
				),
			);
	});

	it('takes what was set before it was defined, and is defined once', async () => {
		const element = await visit.add({ ...ATTRIBUTES, 'sample-rate': '' });
		await element.evaluate((one, rate) => {
			one.removeAttribute('sample-rate');
			Object.assign(one, { format: { sampleRate: rate }, volume: 0.5, label: 'Early' });
		}, RATE);
		await visit.define();
		await visit.define('/dist/element.js?another-copy');
		await visit.click('Play');
		await visit.untilStatus('Playing');
		const { levelDb } = await hear(element);
		expect(Math.abs(levelDb - (LEVEL_DB + 20 * Math.log10(0.5)))).toBeLessThan(0.5);
		await visit.page.getByRole('group', { name: 'Early' }).waitFor();
	});

	it('plays beside another', async () => {
		await visit.define();
		const elements = [
			await visit.add(ATTRIBUTES, 'one'),
			await visit.add({ ...ATTRIBUTES, src: `/audio?frequency=${OTHER_TONE}` }, 'other'),
		];
		for (const element of elements) {
			await element.getByRole('button', { name: 'Play' }).click();
			await element.getByRole('status').filter({ hasText: 'Playing' }).waitFor();
		}
		const [first, second] = elements;
		await first!.getByRole('button', { name: 'Mute' }).click();
		expect((await hear(second!, OTHER_TONE)).frequency / OTHER_TONE).toBeCloseTo(1, 2);
		expect((await hear(first!)).levelDb).toBeLessThan(-90);
		await expect.poll(() => meterOf(first!)).toBe(0);
		expect(await meterOf(second!)).toBeGreaterThan(50);
	});

	it('draws its level only while it can be seen, and calmly for who wants that', async () => {
		await visit.define();
		const element = await visit.add();
		await visit.click('Play');
		await visit.untilStatus('Playing');
		await expect.poll(() => meterOf(element)).toBeGreaterThan(50);
		const draws = (): Promise<number> =>
			visit.page.evaluate(async () => {
				const looks = AnalyserNode.prototype;
				const look = Reflect.get(looks, 'getFloatTimeDomainData') as (to: Float32Array) => void;
				let count = 0;
				looks.getFloatTimeDomainData = function (to) {
					count++;
					look.call(this, to);
				};
				await new Promise((resolve) => setTimeout(resolve, 1200));
				looks.getFloatTimeDomainData = look;
				return count;
			});
		expect(await draws()).toBeGreaterThan(10);
		await visit.page.emulateMedia({ reducedMotion: 'reduce' });
		expect(await draws()).toBeLessThanOrEqual(3);
		await element.evaluate((one: PcmPlayerElement) => {
			one.controls = false;
		});
		await expect.poll(() => meterOf(element)).toBe(0);
		expect(await draws()).toBe(0);
		expect(await stateOf(element)).toBe('playing');
	});

	it('waits for a gesture where the browser wants one, and takes its own button for it', async () => {
		await visit.page.close();
		visit = await Visit.pay(browser, server.port, {}, 'element-autoplay.html');
		// Whatever a test asks of a page is a gesture to the browser: the page is left alone meanwhile.
		await new Promise((resolve) => setTimeout(resolve, 2500));
		const element = visit.page.locator('#player');
		await visit.untilStatus('Press play to listen');
		const button = visit.page.getByRole('button', { name: 'Play', exact: true });
		const { x, y, width, height } = (await button.boundingBox())!;
		const { mouse } = visit.page;
		await mouse.move(x + width / 2, y + height / 2);
		// The press lets it sound; the click that ends it must not pause it.
		await mouse.down();
		await visit.untilStatus('Playing');
		await mouse.up();
		expect((await hear(element)).frequency / TONE).toBeCloseTo(1, 2);
		expect(await stateOf(element)).toBe('playing');
	});

	describe.each([
		{ look: 'light', options: { colorScheme: 'light' } },
		{ look: 'dark', options: { colorScheme: 'dark' } },
		{ look: 'forced-colors', options: { forcedColors: 'active', colorScheme: 'dark' } },
		{ look: 'narrow', options: { viewport: { width: 300, height: 640 } } },
	] as const)('in $look', ({ look, options }) => {
		it('has nothing that a checker of accessibility finds', async () => {
			await visit.page.close();
			visit = await Visit.pay(browser, server.port, options);
			const { page } = visit;
			await visit.define();
			const playing = await visit.add({ ...ATTRIBUTES, label: 'Front door' }, 'playing');
			const blocked = { ...ATTRIBUTES, src: '/nothing-here', muted: '' };
			const failed = await visit.add(blocked, 'failed');
			await failed.evaluate((one: PcmPlayerElement) => {
				one.options = { reconnect: false };
				for (const element of document.querySelectorAll('pcm-player')) {
					element.style.marginBlock = '16px';
				}
			});
			await visit.add({ ...ATTRIBUTES, label: 'Yard', volume: 0.4 }, 'idle');
			await failed.getByRole('button', { name: 'Play' }).click();
			await playing.getByRole('button', { name: 'Play' }).click();
			await playing.getByRole('status').filter({ hasText: 'Playing' }).waitFor();
			await failed.getByRole('status').filter({ hasText: 'does not answer' }).waitFor();
			await expect.poll(() => meterOf(playing)).toBeGreaterThan(50);
			const found = await violations(page);
			await page.screenshot({ path: `${OUTPUT}/element-${look}.png`, fullPage: true });
			expect(found).toEqual([]);
		});
	});
});
