// Every script for pages in the documentation: it runs, its players sound, and nothing complains.
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../src/element/index.js';
import type { PcmPlayer } from '../../src/index.js';
import { blockProgram, isScript, type BlockProgram } from '../support/block-program.js';
import { BlockServer } from '../support/block-server.js';
import { codeBlocks, isRun, place } from '../support/code-blocks.js';
import { launchChromium } from '../support/test-page.js';

/** What the server's pages keep for the test; not there where a script does without the package. */
interface Kept {
	readonly players?: readonly (PcmPlayer & { readonly isWritten: boolean })[];
	readonly problems?: readonly string[];
}

const programs = codeBlocks()
	.filter((block) => isScript(block) && isRun(block))
	.map(blockProgram)
	.filter(({ realm }) => realm === 'page');

/** The page that a script is written for, where the documentation shows it just before. */
function bodyOf({ block }: BlockProgram): string | undefined {
	const [before] = block.earlier;
	return before?.language === 'html' ? before.text : undefined;
}

/** Clicks, unless the script has closed what a click would begin. @returns whether the script is through */
function click(page: Page): Promise<boolean> {
	return page.evaluate(() => {
		const { players = [] } = globalThis as Kept;
		if (players.every(({ state }) => state !== 'closed')) {
			document.querySelectorAll('button').forEach((button) => {
				button.click();
			});
			document.querySelectorAll('pcm-player').forEach((element) => {
				element.play().catch(() => undefined);
			});
		}
		return 'hasRun' in globalThis;
	});
}

/** Begins what the script left to its reader. */
async function playAll(page: Page): Promise<void> {
	await page.evaluate(async () => {
		for (const player of (globalThis as Kept).players ?? []) {
			if (player.state === 'idle') {
				await player.play();
			}
			if (player.isWritten && player.stats.totalSamplesReceived === 0) {
				player.write(new Uint8Array(48_000).fill(1));
			}
		}
	});
}

describe('a script of the documentation', () => {
	let browser: Browser;
	let server: BlockServer;

	beforeAll(async () => {
		browser = await launchChromium();
		server = await BlockServer.open();
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	/** Runs it. @returns what the page complained of */
	async function run(program: BlockProgram): Promise<string[]> {
		const page = await browser.newPage();
		const complaints: string[] = [];
		page.on('pageerror', (error) => complaints.push(error.message));
		page.on('console', (message) => {
			if (message.type() === 'error') {
				complaints.push(message.text());
			}
		});
		try {
			await page.goto(server.page(program, bodyOf(program)));
			// It may wait for what a click begins.
			while (!(await click(page)) && complaints.length === 0) {
				await page.waitForTimeout(200);
			}
			await playAll(page);
			await page.waitForFunction(
				() =>
					((globalThis as Kept).players ?? []).every(
						({ state, stats }) => state === 'closed' || stats.totalSamplesReceived > 0,
					),
				null,
				{ timeout: 10_000 },
			);
			await page.keyboard.press('Space');
			await page.waitForTimeout(100);
			const seen = await page.evaluate(() => (globalThis as Kept).problems ?? []);
			return [...complaints, ...seen];
		} catch (cause) {
			throw new Error(`Expected the script to run, got: ${complaints.join('; ')}`, { cause });
		} finally {
			await page.close();
		}
	}

	it.each(programs.map((program) => [place(program.block), program] as const))(
		'runs: %s',
		async (_, program) => {
			expect(await run(program)).toEqual([]);
		},
	);

	it('would fail if it threw', async () => {
		const text = 'nothing();';
		expect(await run({ ...programs[0]!, text })).toContain('nothing is not defined');
	});

	it('would fail if its player could not play', async () => {
		const text = `
			import { PcmPlayer } from 'steadypcm';
			new PcmPlayer('/audio', { format: { sampleRate: 16000 }, workletUrl: '/missing.js' });`;
		await expect(run({ ...programs[0]!, text })).rejects.toThrow('Expected the script to run');
	});
});
