// Chromium, driven by puppeteer: unlike Playwright, it lets pages be hidden.
import puppeteer, { type Browser } from 'puppeteer-core';
import { findBrowser } from '../../build/browser.mjs';
import { answering, LAN_HOST, type BrowserDriver, type DrivenPage } from './driver.js';
import { hideBehindTab } from './hide-behind-tab.js';

/** What puppeteer would switch off or mute, and users have. */
const AS_USERS_HAVE_IT = [
	'--disable-background-timer-throttling',
	'--disable-backgrounding-occluded-windows',
	'--disable-renderer-backgrounding',
	'--mute-audio',
];

/** @param soundCard variables of the environment that lead to it */
export async function driveChromium(
	soundCard: Readonly<Record<string, string>>,
): Promise<BrowserDriver> {
	const executablePath = findBrowser();
	const browser = await puppeteer.launch({
		...(executablePath === undefined ? { channel: 'chrome' } : { executablePath }),
		args: ['--no-sandbox', `--host-resolver-rules=MAP ${LAN_HOST} 127.0.0.1`],
		ignoreDefaultArgs: AS_USERS_HAVE_IT,
		env: { ...process.env, ...soundCard },
	});
	return {
		version: (await browser.version()).replace(/^.*\//, ''),
		open: (url) => openPage(browser, url),
		close: () => browser.close(),
	};
}

async function openPage(browser: Browser, url: string): Promise<DrivenPage> {
	const page = await browser.newPage();
	const session = await page.createCDPSession();
	await page.goto(url);
	return {
		// page.evaluate() would count as a gesture of the user's.
		ask: async <T>(body: string) => {
			const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
				expression: answering(body),
				awaitPromise: true,
				returnByValue: true,
				userGesture: false,
			});
			if (exceptionDetails !== undefined) {
				throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
			}
			return JSON.parse(result.value as string) as T;
		},
		click: () => page.click('button'),
		hide: () => hideBehindTab(page),
		close: () => page.close(),
	};
}
