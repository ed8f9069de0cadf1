// The playout in a browser against its simulation: the same arrivals must be heard at the same delay.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelTrace, type ModelName } from '../bench/underrun/network-models.js';
import { SIGNAL_RATE, testSignal } from '../bench/underrun/signals.js';
import { simulate } from '../bench/underrun/simulator.js';
import { summarise } from '../bench/underrun/summary.js';
import { countedFromMs, fastestTransitMs, type Trace } from '../bench/underrun/trace.js';
import {
	contextClock,
	Heard,
	median,
	renderDates,
	seenStats,
	watchStats,
	type Look,
} from '../support/heard.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { launchChromium, TestPage } from '../support/test-page.js';
import { timeCoded } from '../support/time-code.js';
import { replay, type Replay } from '../support/trace-server.js';

const RATE = 48_000;
const SECONDS = 48;
const FRAME_MS = 20;
const FRAME_LENGTH = (SIGNAL_RATE * FRAME_MS) / 1000;
/** Frames until counting begins: 10 s. */
const SKIP_FRAMES = 500;

describe('a trace replayed in Chromium', () => {
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		browser = await launchChromium();
		server = await startPageServer();
		server.headers = ISOLATED;
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	async function run(name: ModelName, seed: number) {
		const model = modelTrace(name, seed, SECONDS, FRAME_MS);
		const signal = testSignal('speech', SECONDS, seed);
		const bytes = timeCoded(signal);
		let replayed: Replay | undefined;
		server.onSocket = (socket) => {
			replayed ??= replay(socket, {
				arrivalMs: model.arrivalMs,
				bytes,
				frameLength: FRAME_LENGTH,
				leadMs: 500,
			});
		};
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({ url: '/audio', options: { format: { sampleRate: SIGNAL_RATE } } });
		await watchStats(test, 250);
		await replayed!.done;
		const recording = await test.report();
		const looks = await seenStats(test);
		const dates = await renderDates(test);
		await test.close();
		expect(test.problems).toEqual([]);
		return { model, recording, looks, dates, replayed: replayed! };
	}

	it.each([
		['wired', 5],
		['wifi-scans', 5],
		['tcp-loss-40', 7],
	] as const)('%s', async (name, seed) => {
		const { recording, looks, dates, replayed, model } = await run(name, seed);
		const clock = contextClock(dates, RATE);
		const trace: Trace = { ...model, skipFirstFrames: SKIP_FRAMES, arrivalMs: Float64Array.from(replayed.sentMs) };
		const heard = new Heard(recording.planes[1]!, clock, { mediaRate: SIGNAL_RATE, frameLength: FRAME_LENGTH, sentMs: replayed.sentMs });
		const from = countedFromMs(trace);
		const to = replayed.sentMs.at(-1)!;
		const zero = fastestTransitMs(trace);
		const delays = heard.delays(from, to);
		const media = delays.reduce((s, d) => s + d.mediaMs, 0);
		const mean = delays.reduce((s, d) => s + d.mediaMs * (d.delayMs - zero), 0) / media;
		const all = heard.concealments();
		const inCount = all.filter(({ from: f }) => heard.timeOf(f) >= from && heard.timeOf(f) < to);
		const length = (list: typeof all): number => list.reduce((s, { from: f, to: t }) => s + t - f, 0);
		const concealedPercent = (100 * length(inCount)) / ((to - from) * 48);
		const sim = summarise(await simulate(trace, { signal: 'speech', content: 'auto', profile: 'balanced', seed }), trace, { signal: 'speech', profile: 'balanced' });
		// As the audio thread meets them: arrivals are seen by the next batch of render calls.
		const batched = { ...trace, arrivalMs: trace.arrivalMs.map((at) => clock.batchMs.find((b) => b >= at + 0.3) ?? at) };
		const sim2 = summarise(await simulate(batched, { signal: 'speech', content: 'auto', profile: 'balanced', seed }), batched, { signal: 'speech', profile: 'balanced' });
		const counted = looks.filter(({ at }: Look) => at >= from && at < to);
		const statsMean = 1000 * counted.reduce((s, l) => s + l.playoutDelay, 0) / counted.length;
		const late = replayed.sentMs.map((at, k) => at - replayed.dueMs[k]!);
		console.log(name, JSON.stringify({
			mean, sim: sim.meanDelayMs, simBatched: sim2.meanDelayMs, statsMean,
			target: 1000 * counted.reduce((s, l) => s + l.targetDelay, 0) / counted.length,
			zeroShift: fastestTransitMs(batched) - zero,
			concealedPercent, simConcealed: sim.concealedPercent, sim2Concealed: sim2.concealedPercent,
			tapConcealedAll: length(all), statsConcealed: recording.stats['concealedSamples'], events: recording.stats['concealmentEvents'], tapEvents: all.length,
			sendLate: [median(late), Math.max(...late)],
			batches: [clock.mostQuanta, Math.max(...clock.latenesses), Math.min(...clock.latenesses), clock.latenesses.filter((l) => Math.abs(l) > 5).length, clock.latenesses.length],
			underruns: recording.stats['deviceUnderruns'], events2: recording.events.filter((e) => e.type === 'error'),
		}));
		const { writeFileSync } = await import('node:fs');
		writeFileSync(`/tmp/replay-${name}.json`, JSON.stringify({ dates, looks, sent: replayed.sentMs, due: replayed.dueMs, all, code: Array.from(recording.planes[1]!), stats: recording.stats }));
	}, 120_000);
});
