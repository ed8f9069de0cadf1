// `stats.endToEndDelay` against a measurement that asks neither the player nor its clock. Captured: what the frames
// say of it, in the server's time, which on one machine is the recorder's too. Heard: which sample frame of the
// stream is in each recorded sample says the stream itself, by its time code; when that sample left the worklet says
// the system's clock at the render calls; and from there to the speaker it takes what the browser says
// (AudioContext.outputLatency), which the player does not use: it maps by getOutputTimestamp.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserRig } from '../support/browser-rig.js';
import { captureTimes, type CaptureTimes } from '../support/capture-times.js';
import { ContextClock } from '../support/context-clock.js';
import { renderDates, seenStats, watchStats, type Look } from '../support/heard.js';
import { median } from '../support/median.js';
import { speech } from '../support/signals.js';
import { steadily, type Gate } from '../support/steadily.js';
import { StreamPort } from '../support/stream-port.js';
import { decodeTime, TIME_CODED_CHANNELS, timeCoded } from '../support/time-code.js';
import { bytesSource, waitingSender } from '../support/waiting-sender.js';

const RATE = 48_000;
const SECONDS = 6;
const LOOK_EVERY_MS = 25;
const SEED = 20_261_121;

/** By then the delay has settled, ms after the first sound. */
const SETTLED_MS = 1000;

/** Milliseconds. */
const BOUND_MS = 5;

/** Of the looks, at either end. */
const STRAY_SHARE = 0.05;

/** While the device loses time, when a sample was heard is not known to as much. */
const GATE: Gate = { mostLateMs: 2, mostRuns: 4 };

interface Run {
	/** What the stats said less what was measured, ms, at each look. */
	readonly errors: readonly number[];
	/** As measured, ms. */
	readonly delayMs: number;
	readonly lostMs: number;
}

describe('stats.endToEndDelay', () => {
	let rig: BrowserRig;

	beforeAll(async () => {
		rig = await BrowserRig.open();
	});
	afterAll(() => rig.close());

	it(`is true within ${BOUND_MS} ms`, async () => {
		const run = await steadily(GATE, measure, ({ lostMs }) => Math.abs(lostMs));
		const sorted = [...run.errors].sort((a, b) => a - b);
		console.log(
			`end-to-end delay ${run.delayMs.toFixed(1)} ms; stats less measurement: median ` +
				`${median(sorted).toFixed(2)} ms, from ${sorted[0]!.toFixed(2)} to ` +
				`${sorted.at(-1)!.toFixed(2)} ms over ${sorted.length} looks (bound ${BOUND_MS}); ` +
				`the device lost ${run.lostMs.toFixed(1)} ms`,
		);
		expect(sorted.length).toBeGreaterThan(50);
		// A look while the device takes its next samples reads one of its clocks before and the other after.
		const stray = Math.ceil(STRAY_SHARE * sorted.length);
		expect(Math.abs(sorted[stray]!)).toBeLessThanOrEqual(BOUND_MS);
		expect(Math.abs(sorted.at(-1 - stray)!)).toBeLessThanOrEqual(BOUND_MS);
	});

	async function measure(): Promise<Run> {
		const signal = Float32Array.from(speech({ sampleRate: RATE, seconds: SECONDS }, 0.7, SEED));
		const format = { sampleRate: RATE, channels: TIME_CODED_CHANNELS };
		const sender = waitingSender(bytesSource(timeCoded(signal), format));
		const port = await StreamPort.open({ stream: () => sender });
		const captured = await captureTimes(port.url);
		const channels = TIME_CODED_CHANNELS;
		const test = await rig.play(port.url, { format: { channels } }, { channels });
		await watchStats(test, LOOK_EVERY_MS);
		await wait((SECONDS - 2) * 1000);
		const looks = await seenStats(test);
		const { planes } = await test.report();
		const clock = new ContextClock(await renderDates(test), RATE);
		await test.close();
		sender.close();
		await port.goDown();
		expect(test.problems).toEqual([]);
		const position = decodeTime(planes);
		const from = clock.systemOf(position.findIndex((value) => !Number.isNaN(value)));
		const delays = looks
			.filter(({ at }) => at > from + SETTLED_MS)
			.map((look) => ({ look, trueMs: trueDelay(look, position, clock, captured) }))
			// What is played in place of what did not come tells no time.
			.filter(({ trueMs }) => !Number.isNaN(trueMs));
		return {
			errors: delays.map(({ look, trueMs }) => 1000 * look.endToEndDelay! - trueMs),
			delayMs: median(delays.map(({ trueMs }) => trueMs)),
			lostMs: clock.lostMs,
		};
	}
});

/** From capture to speaker of what left the worklet at the time of the look, milliseconds. */
function trueDelay(
	{ at, outputLatency }: Look,
	position: Float64Array,
	clock: ContextClock,
	captured: CaptureTimes,
): number {
	const sample = Math.round((clock.contextAt(at) * RATE) / 1000);
	return clock.systemOf(sample) + 1000 * outputLatency - captured(position[sample] ?? NaN);
}
