// One stream sent to a page and heard there: what was sent when, and what was heard when.
import type { Browser } from 'playwright';
import { ContextClock } from './context-clock.js';
import { Heard, renderDates, seenStats, watchStats, type Look } from './heard.js';
import type { PageServer } from './page-server.js';
import { TestPage, type Recording } from './test-page.js';
import { TIME_CODED_BYTES, TIME_CODED_CHANNELS, timeCoded } from './time-code.js';
import { replay, type Replay } from './trace-server.js';

/** Hz, of the context. */
export const CONTEXT_RATE = 48_000;

export interface MeasureOptions {
	readonly browser: Browser;
	readonly server: PageServer;
	/** Hz, of the stream. */
	readonly mediaRate: number;
	readonly frameMs: number;
	/** When each frame is due, milliseconds; only differences matter. */
	readonly arrivalMs: ArrayLike<number>;
	/** What is heard, in one channel. */
	readonly signal: Float32Array;
	/** Milliseconds between looks at the player's stats. */
	readonly lookEveryMs: number;
	/** Of the player. @default its own */
	readonly latency?: { readonly profile: string };
}

export interface Measured {
	readonly sentMs: readonly number[];
	/** By how much a frame left late at most, milliseconds. */
	readonly lateMs: number;
	readonly heard: Heard;
	readonly looks: readonly Look[];
	readonly recording: Recording;
}

/** Milliseconds from the connection to the first frame: the page is up and its threads run. */
export const LEAD_MS = 500;

export async function measure(options: MeasureOptions): Promise<Measured> {
	const { browser, server, mediaRate, frameMs, arrivalMs, signal, lookEveryMs, latency } = options;
	const frameLength = (mediaRate * frameMs) / 1000;
	const bytes = timeCoded(signal);
	let started: Replay | undefined;
	server.onSocket = (socket) => {
		const frameBytes = frameLength * TIME_CODED_BYTES;
		started = replay(socket, { arrivalMs, bytes, frameBytes, leadMs: LEAD_MS });
	};
	const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
	await test.start({
		url: '/audio',
		channels: TIME_CODED_CHANNELS,
		options: {
			format: { sampleRate: mediaRate, channels: TIME_CODED_CHANNELS },
			...(latency && { latency }),
		},
		wait: false,
	});
	await watchStats(test, lookEveryMs);
	await test.untilState('playing');
	const { sentMs, dueMs, done } = started!;
	await done;
	const recording = await test.report();
	const looks = await seenStats(test);
	const clock = new ContextClock(await renderDates(test), CONTEXT_RATE);
	await test.close();
	if (test.problems.length > 0) {
		throw new Error(`The page failed: ${test.problems.join('; ')}`);
	}
	const heard = new Heard(recording.planes, clock, { mediaRate, frameLength, sentMs });
	const lateMs = sentMs.reduce((most, at, k) => Math.max(most, at - dueMs[k]!), 0);
	return { sentMs, lateMs, heard, looks, recording };
}
