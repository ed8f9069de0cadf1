// The same core checks in three engines; what came of each is the table of docs/browsers.md. Needs firefox-esr,
// pulseaudio, webkit2gtk-driver and xvfb.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haveAll, startSoundCard, type SoundCard } from '../support/sound-card.js';
import { steadily, type Gate } from '../support/steadily.js';
import { ENGINES, expectedOf, type Check, type Engine } from './check.js';
import { driveChromium } from './chromium-driver.js';
import { CONTROL_CHECKS } from './control-checks.js';
import type { BrowserDriver } from './driver.js';
import { driveFirefox } from './firefox-driver.js';
import { PAGE_CHECKS } from './page-checks.js';
import { Results } from './results.js';
import { SOUND_CHECKS } from './sound-checks.js';
import { Stand } from './stand.js';
import { TROUBLE_CHECKS } from './trouble-checks.js';
import { driveWebKit } from './webkit-driver.js';

const GATE: Gate = { mostLateMs: 100, mostRuns: 6 };

const CHECKS = [...SOUND_CHECKS, ...TROUBLE_CHECKS, ...CONTROL_CHECKS, ...PAGE_CHECKS];

const DRIVERS: Record<Engine, (card: Readonly<Record<string, string>>) => Promise<BrowserDriver>> =
	{
		Chromium: driveChromium,
		Firefox: driveFirefox,
		WebKitGTK: driveWebKit,
	};

const NEEDED: Record<Engine, readonly string[]> = {
	Chromium: ['pulseaudio'],
	Firefox: ['pulseaudio', 'firefox-esr'],
	WebKitGTK: ['pulseaudio', 'WebKitWebDriver', 'Xvfb'],
};

describe('browsers', () => {
	const results = new Results(CHECKS);
	let card: SoundCard;

	beforeAll(async () => {
		card = await startSoundCard();
	});
	afterAll(async () => {
		card.close();
		await results.write();
	});

	describe.each(ENGINES)('%s', (engine) => {
		const isPossible = haveAll(...NEEDED[engine]) || process.env['CI'] !== undefined;
		let stand: Stand | undefined;

		beforeAll(async () => {
			if (isPossible) {
				const driver = await DRIVERS[engine](card.variables);
				results.version(engine, driver.version);
				stand = await Stand.open(driver);
			}
		});
		afterAll(() => stand?.close());

		for (const check of CHECKS) {
			it.skipIf(!isPossible)(check.title, async () => {
				results.began(engine, check);
				const found = await findSteadily(check, stand!);
				results.found(engine, check, found);
				expect(found).toBe(expectedOf(check, engine));
			});
		}
	});
});

/** Once more when the machine was late, and only then, whatever was found. */
async function findSteadily(check: Check, stand: Stand): Promise<string> {
	const run = async (): Promise<() => string> => {
		const outcome = await settled(check.run(stand));
		await stand.endCheck();
		return outcome;
	};
	return (await steadily(GATE, run, () => stand.lateMs))();
}

/** @returns what gives the answer, or throws as it was thrown */
function settled<T>(running: Promise<T>): Promise<() => T> {
	return running.then(
		(answer) => () => answer,
		(error: unknown) => () => {
			throw error;
		},
	);
}
