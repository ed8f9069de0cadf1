import type { Page } from 'puppeteer-core';

/** Opens another tab before it. @returns whether the page takes itself for hidden */
export async function hideBehindTab(page: Page): Promise<boolean> {
	const other = await page.browser().newPage();
	await other.bringToFront();
	return (await page.evaluate('document.visibilityState')) === 'hidden';
}
