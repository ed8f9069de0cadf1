// `stats.endToEndDelay` against a recording of the sound card: from the capture time in the frames to when the same
// samples leave the card, by the system's clock. Needs pulseaudio and parec.
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CardClock } from '../bench/peers/card-clock.js';
import { BLOCK_MS, CardRecorder } from '../bench/peers/card-recorder.js';
import { noise } from '../bench/peers/card-signals.js';
import { captureTimes } from '../support/capture-times.js';
import { exactPassages } from '../support/exact-passages.js';
import { seenStats, watchStats } from '../support/heard.js';
import { median } from '../support/median.js';
import { startPageServer, type PageServer } from '../support/page-server.js';
import { CARD_RATE, haveAll, startSoundCard, type SoundCard } from '../support/sound-card.js';
import { steadily, type Gate } from '../support/steadily.js';
import { StreamPort } from '../support/stream-port.js';
import { launchChromium, TestPage } from '../support/test-page.js';
import { bytesSource, waitingSender } from '../support/waiting-sender.js';

const SECONDS = 6;
const LOOK_EVERY_MS = 25;
const SEED = 20_261_121;

/** Above what holds up a busy machine: samples are played as they are, so that each is found again. */
const DELAY = 0.2;

/** By then all has settled, ms after the first look. */
const SETTLED_MS = 1000;

const BOUND_MS = 5;

/** A measurement counts when the card's clock was even to half a block, and it never ran dry: for seconds after, what it
 * says of its delay is wrong. */
const GATE: Gate = { mostLateMs: BLOCK_MS / 2, mostRuns: 6 };

interface Run {
	/** What the stats said less what was measured, ms, at each look. */
	readonly errors: readonly number[];
	/** As measured, ms, at each look. */
	readonly delaysMs: readonly number[];
	/** By how much the card's clock was uneven, ms; Infinity: it ran dry. */
	readonly unevenMs: number;
}

const isPossible = haveAll('pulseaudio', 'parec');

describe.skipIf(!isPossible && process.env['CI'] === undefined)('stats.endToEndDelay', () => {
	let card: SoundCard;
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		card = await startSoundCard();
		browser = await launchChromium(undefined, card.variables);
		server = await startPageServer();
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
		card.close();
	});

	it(`is true within ${BOUND_MS} ms to the sound card`, async () => {
		const run = await steadily(GATE, measure, ({ unevenMs }) => unevenMs);
		const sorted = [...run.errors].sort((a, b) => a - b);
		console.log(
			`end-to-end delay ${median(run.delaysMs).toFixed(1)} ms; stats less measurement: median ` +
				`${median(sorted).toFixed(2)} ms, from ${sorted[0]!.toFixed(2)} to ` +
				`${sorted.at(-1)!.toFixed(2)} ms over ${sorted.length} looks (bound ${BOUND_MS})`,
		);
		expect(sorted.length).toBeGreaterThan(50);
		expect(Math.abs(sorted[0]!)).toBeLessThanOrEqual(BOUND_MS);
		expect(Math.abs(sorted.at(-1)!)).toBeLessThanOrEqual(BOUND_MS);
	});

	async function measure(): Promise<Run> {
		const begin = Date.now();
		const samples = noise(SECONDS, SEED);
		const source = bytesSource(new Uint8Array(samples.buffer), { sampleRate: CARD_RATE });
		const sender = waitingSender(source);
		const port = await StreamPort.open({ stream: () => sender });
		const captured = await captureTimes(port.url);
		const recorder = await CardRecorder.start(card);
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		const options = { protocol: 'framed', latency: { min: DELAY, max: DELAY } };
		await test.start({ url: port.url, options, isAudible: true });
		await watchStats(test, LOOK_EVERY_MS);
		await wait((SECONDS - 2) * 1000);
		const looks = await seenStats(test);
		await wait(500);
		const { planes, arrivals } = recorder.stop();
		await test.close();
		sender.close();
		await port.goDown();
		const left = Float32Array.from({ length: samples.length / 2 }, (_, i) =>
			Math.fround(samples[2 * i]! * 2 ** -31),
		);
		const clock = new CardClock(arrivals, CARD_RATE, BLOCK_MS, 0);
		const passages = exactPassages(planes[0]!, left);
		const settled = looks.filter(({ at }) => at > looks[0]!.at + SETTLED_MS);
		const measured = settled.flatMap(({ at, endToEndDelay }) => {
			const sample = clock.sampleAt(at);
			const passage = passages.find(
				(one) => sample >= one.at && sample - one.at < one.to - one.from,
			);
			return passage === undefined
				? []
				: [
						{
							said: 1000 * endToEndDelay!,
							trueMs: at - captured(passage.from + sample - passage.at),
						},
					];
		});
		const isDry = card.underrunsMs.some((at) => at >= begin && at <= settled.at(-1)!.at);
		return {
			errors: measured.map(({ said, trueMs }) => said - trueMs),
			delaysMs: measured.map(({ trueMs }) => trueMs),
			unevenMs: isDry ? Infinity : clock.unevennessMs,
		};
	}
});
