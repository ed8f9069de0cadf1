// How long sound takes from a server to the loudspeaker's side of the playout, over a network without fault: its
// own share of the delay. Read off recordings of a stream that tells its time.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median } from '../support/context-clock.js';
import type { Heard } from '../support/heard.js';
import { measure, type Measured } from '../support/measure.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { speech } from '../support/signals.js';
import { launchChromium } from '../support/test-page.js';

const FRAME_MS = 20;
const SECONDS = 30;
/** When the server stalls, once, and for how long: milliseconds since the first frame. */
const STALL_AT_MS = 18_000;
const STALL_MS = 300;
/** By then the start is forgotten. */
const SETTLED_MS = 12_000;
const LOOK_EVERY_MS = 25;

/** Milliseconds; seconds after a stall. */
const LIMITS = { throughMs: 30, startMs: 25, recoverySeconds: 4 };
const GOALS = { throughMs: 20, startMs: 10, recoverySeconds: 2 };

/** Milliseconds above the target at which a delay is back at it. */
const NEAR_MS = 10;
/** It stays there for as long, milliseconds: a stretch is not over before. */
const STAYS_MS = 500;

const SEED = 20_261_121;

describe('delay over a network without fault', () => {
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		browser = await launchChromium();
		server = await startPageServer();
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	it.each([
		[48_000, 'shared memory', ISOLATED, 'worker/shared-memory/audio-worklet'],
		[48_000, 'a MessagePort', {}, 'worker/message-port/audio-worklet'],
		[16_000, 'shared memory', ISOLATED, 'worker/shared-memory/audio-worklet'],
		[16_000, 'a MessagePort', {}, 'worker/message-port/audio-worklet'],
	])('%i Hz through %s', async (mediaRate, _, headers, transport) => {
		server.headers = headers;
		const measured = await measure({
			browser,
			server,
			mediaRate,
			frameMs: FRAME_MS,
			arrivalMs: Array.from({ length: (1000 * SECONDS) / FRAME_MS }, (_unused, k) => {
				const at = k * FRAME_MS;
				return at >= STALL_AT_MS && at < STALL_AT_MS + STALL_MS ? STALL_AT_MS + STALL_MS : at;
			}),
			signal: Float32Array.from(speech({ sampleRate: mediaRate, seconds: SECONDS }, 0.7, SEED)),
			lookEveryMs: LOOK_EVERY_MS,
		});
		expect(measured.recording.stats['transport']).toBe(transport);
		const throughMs = median(throughTimes(measured, mediaRate));
		const start = startTime(measured);
		const recoverySeconds = recoveryTime(measured);
		const { clock } = measured.heard;
		const targets = measured.looks
			.filter(({ at }) => at > measured.sentMs[0]! + SETTLED_MS && at < stallEnd(measured))
			.map(({ targetDelay }) => 1000 * targetDelay);
		console.log(
			`${mediaRate} Hz, ${transport}: server to worklet ${throughMs.toFixed(1)} ms (goal ` +
				`${GOALS.throughMs}, target delay ${median(targets).toFixed(1)} ms); first sound ` +
				`${start.aboveTargetMs.toFixed(1)} ms above a target of ${start.targetMs.toFixed(1)} ms (goal ` +
				`${GOALS.startMs}); back at the target ${recoverySeconds.toFixed(2)} s after a stall of ` +
				`${STALL_MS} ms (goal ${GOALS.recoverySeconds}); the device took ` +
				`${clock.batchMs.toFixed(1)} ms at a time and lost ${clock.lostMs.toFixed(0)} ms`,
		);
		expect.soft(throughMs).toBeLessThanOrEqual(LIMITS.throughMs);
		expect.soft(start.aboveTargetMs).toBeLessThanOrEqual(LIMITS.startMs);
		expect.soft(recoverySeconds).toBeLessThanOrEqual(LIMITS.recoverySeconds);
	});
});

function stallEnd({ sentMs }: Measured): number {
	return sentMs[STALL_AT_MS / FRAME_MS]!;
}

/** From the sending of each frame until its first sample left the worklet, milliseconds; those sent before the
 * stall, once all has settled. */
function throughTimes({ heard, sentMs }: Measured, mediaRate: number): number[] {
	const frameLength = (mediaRate * FRAME_MS) / 1000;
	const times: number[] = [];
	let sample = heard.first;
	for (let frame = SETTLED_MS / FRAME_MS; frame < STALL_AT_MS / FRAME_MS - 10; frame++) {
		sample = firstAt(heard, frame * frameLength, sample);
		times.push(heard.clock.systemOf(sample) - sentMs[frame]!);
	}
	return times;
}

/** The first sample after `from` at which the stream has come to `position`. */
function firstAt(heard: Heard, position: number, from: number): number {
	let sample = from;
	while (sample < heard.position.length && !(heard.position[sample]! >= position - 0.5)) {
		sample++;
	}
	return sample;
}

/** From the sending of the first frame to the first sound, above the target delay then in force. */
function startTime({ heard, sentMs, looks }: Measured): {
	aboveTargetMs: number;
	targetMs: number;
} {
	const soundMs = heard.clock.systemOf(heard.first);
	const look = looks.findLast(({ at }) => at <= soundMs) ?? looks[0]!;
	const targetMs = 1000 * look.targetDelay;
	return { aboveTargetMs: soundMs - sentMs[0]! - targetMs, targetMs };
}

/** Seconds from the end of the stall until what is heard is within NEAR_MS of the target and stays there.
 * Delays are above that of the fastest frame. */
function recoveryTime({ heard, sentMs, looks }: Measured): number {
	const { clock } = heard;
	const over = stallEnd({ heard, sentMs, looks } as Measured);
	const fastest = sentMs.reduce((least, at, k) => Math.min(least, at - k * FRAME_MS), Infinity);
	let near = NaN;
	for (const { sample, mediaMs } of heard.fresh()) {
		const at = clock.systemOf(sample);
		if (at < over) {
			continue;
		}
		const look = looks.findLast((one) => one.at <= at) ?? looks[0]!;
		const above = at - mediaMs - fastest - 1000 * look.targetDelay;
		if (above > NEAR_MS) {
			near = NaN;
		} else if (Number.isNaN(near)) {
			near = at;
		} else if (at - near > STAYS_MS) {
			break;
		}
	}
	return (near - over) / 1000;
}
