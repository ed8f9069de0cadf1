// Firefox, driven by puppeteer over WebDriver BiDi.
import puppeteer, { type Browser } from 'puppeteer-core';
import { answering, LAN_HOST, type BrowserDriver, type DrivenPage } from './driver.js';
import { hideBehindTab } from './hide-behind-tab.js';

const FIREFOX = '/usr/bin/firefox-esr';

const PREFERENCES = {
	// The way to a host of that name, without a resolver.
	'network.dns.localDomains': LAN_HOST,
	'dom.security.https_first': false,
	// What users have; automation would turn it off.
	'media.autoplay.default': 1,
	'media.autoplay.blocking_policy': 0,
};

/** @param soundCard variables of the environment that lead to it: without one, Firefox's contexts do not run */
export async function driveFirefox(
	soundCard: Readonly<Record<string, string>>,
): Promise<BrowserDriver> {
	const browser = await puppeteer.launch({
		browser: 'firefox',
		executablePath: FIREFOX,
		headless: true,
		env: { ...process.env, ...soundCard },
		extraPrefsFirefox: PREFERENCES,
	});
	return {
		version: (await browser.version()).replace(/^firefox\//i, ''),
		open: (url) => openPage(browser, url),
		close: () => browser.close(),
	};
}

async function openPage(browser: Browser, url: string): Promise<DrivenPage> {
	const page = await browser.newPage();
	await page.goto(url);
	return {
		ask: async <T>(body: string) =>
			JSON.parse((await page.evaluate(answering(body))) as string) as T,
		click: () => page.click('button'),
		hide: () => hideBehindTab(page),
		// page.close() may hang in headless Firefox 153.
		close: async () => {
			await page.goto('about:blank');
		},
	};
}
