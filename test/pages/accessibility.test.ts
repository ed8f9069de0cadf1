// The pages that people meet, checked by axe-core with all of its rules: in every state they stay in, in both themes,
// on a desk and on a telephone.
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/node/index.js';
import { violations } from '../support/axe.js';
import { served, startDemo, type Demo } from '../support/demo-server.js';
import { launchChromium } from '../support/test-page.js';
import { alice, toneStation } from '../unit/node/gateway-rig.js';

const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 375] as const;

describe('axe finds nothing against', () => {
	let browser: Browser;
	let demo: Demo;
	let page: Page;
	const gateways: Gateway[] = [];

	beforeAll(async () => {
		[browser, demo] = await Promise.all([launchChromium([]), served(startDemo('--port', '0'))]);
	});
	afterAll(async () => {
		await browser.close();
		demo.server.kill();
		await Promise.all(gateways.map((gateway) => gateway.close()));
	});
	beforeEach(async () => {
		// A colour on its way to another has the contrast of neither.
		page = await browser.newPage({ reducedMotion: 'reduce' });
	});
	afterEach(async () => {
		await page.close();
	});

	/** In every theme and width. @param state what the page is doing, for the message */
	async function expectNothing(state: string): Promise<void> {
		for (const colorScheme of THEMES) {
			await page.emulateMedia({ colorScheme });
			for (const width of WIDTHS) {
				await page.setViewportSize({ width, height: 812 });
				expect(await violations(page), `${state}, ${colorScheme}, ${width} px`).toEqual([]);
			}
		}
	}

	const untilState = (state: string): Promise<void> =>
		page.locator(`#state[data-state="${state}"]`).waitFor({ timeout: 10_000 });

	async function gatewayPage(options: GatewayOptions): Promise<void> {
		const gateway = await createGateway({ port: 0, ...options });
		gateways.push(gateway);
		await page.goto(gateway.url);
	}

	it('the demo page', async () => {
		await page.goto(demo.address);
		await page.locator('#log li').first().waitFor();
		await expectNothing('idle');
		await page.getByRole('button', { name: 'Play', exact: true }).click();
		await untilState('playing');
		await page.locator('#all summary').click();
		await page.getByRole('button', { name: 'Drop the connection' }).click();
		await page.locator('#log .bad, #log .warn').first().waitFor();
		await expectNothing('playing');
	});

	it('the voice page', async () => {
		await page.goto(`${demo.address}voice/`);
		await page.getByRole('button', { name: 'Listen' }).waitFor();
		await expectNothing('idle');
		await page.getByRole('button', { name: 'Listen' }).click();
		await untilState('playing');
		await page.locator('[data-fate="heard"]').first().waitFor();
		await page.keyboard.press('Escape');
		await page.locator('.outcome', { hasText: 'Interrupted after' }).waitFor();
		await page.locator('li:last-child [data-fate="unheard"]').first().waitFor();
		await expectNothing('interrupted and playing');
	});

	it('the gateway’s page', async () => {
		await gatewayPage({ stations: [toneStation('door'), toneStation('yard')] });
		await page.getByRole('button', { name: 'Play' }).click();
		await page.getByRole('status').filter({ hasText: 'Playing' }).waitFor();
		await expectNothing('playing');
		await gatewayPage({ stations: [toneStation('door')], access: { users: await alice() } });
		await page.getByRole('button', { name: 'Enter' }).waitFor();
		await expectNothing('login');
	});

	it('a page without faults, and something against one with a fault', async () => {
		const body = '<main><h1>Title</h1><button>Play</button></main>';
		const document = `<!doctype html><html lang="en"><title>Page</title>${body}</html>`;
		await page.setContent(document);
		expect(await violations(page)).toEqual([]);
		await page.setContent(document.replace('>Play<', '><'));
		expect(await violations(page)).toEqual([expect.stringMatching(/^button-name: /)]);
	});
});
