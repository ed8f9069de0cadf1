// The package as others use it: packed, installed, built by each tool, and heard in Chromium.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/test-page.js';
import { APPS, TONE, type Site, type Visit } from './apps.js';
import { serve, type Program } from './command.js';
import { CONDITIONS } from './conditions.js';
import { FrontServer, LEVEL_DB } from './front-server.js';
import { visitPage, type PageVisit } from './page-visit.js';
import { Results } from './results.js';
import { Workplace, type Built } from './workplace.js';

describe('consumers', () => {
	let workplace: Workplace | undefined;
	let browser: Browser | undefined;
	let front: FrontServer | undefined;
	const results = new Results();

	beforeAll(async () => {
		front = await FrontServer.open();
		workplace = await Workplace.open();
		// As users start it: nothing may sound before the click.
		browser = await launchChromium([]);
	}, 300_000);
	afterAll(async () => {
		await browser?.close();
		await front?.close();
		if (results.isGreen) {
			await workplace?.close();
		} else {
			console.log(`The apps are left in ${workplace!.folder}.`);
		}
		await results.write();
	});

	function expectSound({ players, contexts, problems }: PageVisit, visit: Visit): void {
		const { tones = [TONE], condition } = visit;
		expect(problems).toEqual([]);
		expect(players).toHaveLength(tones.length);
		players.forEach(({ transport, heard }, i) => {
			expect(transport).toBe(CONDITIONS[condition].transport);
			expect(heard.frequency / tones[i]!).toBeCloseTo(1, 2);
			expect(Math.abs(heard.levelDb - LEVEL_DB)).toBeLessThan(0.5);
			expect(heard.noiseDb).toBeLessThan(-40);
			expect(heard.clicks).toBe(0);
		});
		expect(contexts).toBe(1);
	}

	function testSite(site: Site, built: () => Built): void {
		describe(site.title, () => {
			let program: Program | undefined;

			beforeAll(async () => {
				const { folder } = built();
				if ('folder' in site.origin) {
					front!.content = `${folder}/${site.origin.folder}`;
				} else {
					const [name, ...args] = site.origin.program;
					const command = [`${folder}/node_modules/.bin/${name!}`, ...args];
					program = await serve(command, { cwd: folder, seconds: 30 });
					front!.content = program.port;
				}
			}, 60_000);
			afterAll(() => program?.stop());

			for (const visit of site.visits) {
				const condition = CONDITIONS[visit.condition];
				it(`${visit.path}, ${condition.title}`, async () => {
					results.visits(visit);
					front!.condition = condition;
					const { tones = [TONE] } = visit;
					const seen = await visitPage(browser!, `${front!.origin}${visit.path}`, tones);
					expectSound(seen, visit);
					results.plays(visit, seen);
				});
			}
		});
	}

	describe.each(APPS)('$folder', (app) => {
		let built: Built | undefined;

		it('installs and builds', async () => {
			results.began(app);
			built = await workplace!.build(app, front!.otherOrigin);
			results.builds(app, built);
		}, 260_000);

		for (const site of app.sites) {
			testSite(site, () => {
				if (built === undefined) {
					throw new Error(`Expected ${app.folder} to be built.`);
				}
				return built;
			});
		}
	});
});
