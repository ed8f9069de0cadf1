// The demo as a visitor meets it: `npm start`, a browser, mouse and keyboard.
import type { ChildProcess } from 'node:child_process';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { served, startDemo, type Demo } from '../support/demo-server.js';
import { launchChromium } from '../support/test-page.js';

/** The browser's own rules on sound and gestures: nothing here may need a flag. */
const FLAGS: readonly string[] = [];

/** Everything a program says until it ends. */
function outcome(server: ChildProcess): Promise<{ code: number | null; said: string }> {
	let said = '';
	for (const stream of [server.stdout!, server.stderr!]) {
		stream.on('data', (text: Buffer) => (said += text.toString()));
	}
	return new Promise((resolve) => {
		server.on('close', (code) => {
			resolve({ code, said });
		});
	});
}

describe('the demo', () => {
	let browser: Browser;
	let demo: Demo;
	let page: Page;
	const problems: string[] = [];

	beforeAll(async () => {
		[browser, demo] = await Promise.all([launchChromium(FLAGS), served(startDemo('--port', '0'))]);
		page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
		page.on('pageerror', (error) => problems.push(error.message));
		page.on('console', (message) => {
			if (message.type() === 'error') {
				problems.push(message.text());
			}
		});
		await page.goto(demo.address);
		await page.locator('#log li').first().waitFor();
	});

	afterAll(async () => {
		await browser.close();
		demo.server.kill();
	});

	const untilState = (state: string): Promise<unknown> =>
		page.locator(`#state[data-state="${state}"]`).waitFor({ timeout: 10_000 });

	const logged = (words: string | RegExp): Promise<void> =>
		page.locator('#log li', { hasText: words }).last().waitFor({ timeout: 10_000 });

	it('says in its banner what plays', () => {
		expect(demo.banner).toContain('Music');
	});

	it('plays at a click, through shared memory', async () => {
		await page.getByRole('button', { name: 'Play', exact: true }).click();
		await untilState('playing');
		await expect
			.poll(() => page.locator('[data-figure="transport"]').innerText())
			.toBe('Shared memory');
		await expect.poll(() => page.locator('#scope-note').innerText()).toContain('dBFS');
	});

	it('explains every statistic, by keyboard too', async () => {
		await page.locator('#all summary').focus();
		await page.keyboard.press('Enter');
		const received = page.locator('[data-stat="packetsReceived"]');
		await expect.poll(() => received.innerText()).toMatch(/^[1-9]/);
		const names = await page.evaluate(() =>
			[...document.querySelectorAll('#stats [data-stat]')].map(({ textContent }) => textContent),
		);
		expect(names.length).toBeGreaterThan(20);
		expect(names).not.toContain('');
		const hint = page.getByRole('button', { name: 'About Buffer level' });
		const tip = page.locator('#tip-stat-bufferLevel');
		await hint.focus();
		expect(await tip.isVisible()).toBe(true);
		await page.keyboard.press('Escape');
		expect(await tip.isVisible()).toBe(false);
	});

	it('talks to the server', async () => {
		await page.getByRole('textbox', { name: 'Text to the server' }).fill('Kiosk at mk 5');
		await page.keyboard.press('Enter');
		await page.locator('#conversation li', { hasText: 'You said “Kiosk at mk 5”' }).waitFor();
		await untilState('playing');
	});

	it('obeys the keys when nothing else wants them', async () => {
		await page.locator('body').click({ position: { x: 4, y: 4 } });
		await page.keyboard.press('m');
		await expect
			.poll(() => page.getByRole('button', { name: 'Mute' }).getAttribute('aria-pressed'))
			.toBe('true');
		await page.keyboard.press('m');
		await page.keyboard.press('k');
		await untilState('paused');
		await page.keyboard.press('Space');
		await untilState('playing');
	});

	it('hurts the stream on request, and says what came of it', async () => {
		await page.getByRole('slider', { name: 'Jitter' }).focus();
		await page.keyboard.press('ArrowRight');
		expect(await page.locator('output[for="knob-jitterMs"]').innerText()).toMatch(/^5\sms$/);
		await page.getByRole('button', { name: 'Stall 600 ms now' }).click();
		await logged('Underrun');
		await untilState('playing');
		await page.getByRole('button', { name: 'Block the main thread' }).click();
		await logged('The page is back');
		await page.getByRole('button', { name: 'Reset' }).click();
	});

	it('comes back after a dropped connection', async () => {
		await page.getByRole('button', { name: 'Drop the connection' }).click();
		await logged('Connection closed');
		await expect.poll(() => page.locator('[data-stat="reconnects"]').innerText()).toBe('1');
		await untilState('playing');
	});

	it('plays another stream when another is chosen', async () => {
		await page.getByLabel('Protocol').selectOption('framed');
		await logged('steadypcm.v1');
		await untilState('playing');
		await page.getByLabel('Source').selectOption('tone');
		await logged('Connected to localhost');
		await untilState('playing');
		expect(new URL(page.url()).searchParams.get('source')).toBe('tone');
	});

	it('names everything one can use', async () => {
		const count = await page.locator('button, input, select, summary, canvas').count();
		const snapshot = await page.locator('body').ariaSnapshot();
		expect(count).toBeGreaterThan(40);
		// A control without a name stands bare in the snapshot: "- button" instead of "- button "Play"".
		expect(snapshot).not.toMatch(/^\s*- (button|slider|textbox|combobox|img)(:| \[|$)/m);
	});

	it('fits a telephone, in both themes', async () => {
		await page.setViewportSize({ width: 375, height: 812 });
		for (const theme of ['first', 'other']) {
			const width = await page.evaluate(() => document.documentElement.scrollWidth);
			expect(width, `${theme} theme`).toBeLessThanOrEqual(375);
			await page.locator('#theme').click();
		}
	});

	it('ran without an error on the page', () => {
		expect(problems).toEqual([]);
	});
});

describe('npm start', () => {
	it('says what to do when ffmpeg is missing', async () => {
		const { code, said } = await outcome(
			startDemo('--source', 'rtsp://u:secret@127.0.0.1/x', '--ffmpeg', '/nowhere/ffmpeg'),
		);
		expect(said).toContain('apt install ffmpeg');
		expect(said).not.toContain('secret');
		expect(code).toBe(1);
	});

	it('refuses what it does not know', async () => {
		const { code, said } = await outcome(startDemo('--prot', '80'));
		expect(said).toContain("Unknown option '--prot'");
		expect(code).toBe(1);
	});
});
