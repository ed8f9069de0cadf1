// What axe-core says against a page as it is now.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';

const SCRIPT = 'node_modules/axe-core/axe.min.js';

/** All of its rules. @returns a line for each that is violated: its id, what it is about, and where */
export async function violations(page: Page): Promise<string[]> {
	// Past the page's own policy, which forbids inline scripts.
	await page.evaluate(await readFile(SCRIPT, 'utf8'));
	return page.evaluate(async () => {
		const { axe } = window as unknown as { axe: typeof import('axe-core') };
		const { violations } = await axe.run();
		return violations.map(
			({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
		);
	});
}
