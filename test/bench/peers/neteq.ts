// What the jitter buffer of the browser's own WebRTC (NetEq) does on a trace of arrivals: Opus speech over two
// connections in one page, its frames held back until they arrive as in the trace.
import type { Browser } from 'playwright';
import { ISOLATED, type PageServer } from '../../support/page-server.js';

/** For launchChromium: addresses that can be reached in a loop, sound without a gesture. */
export const NETEQ_FLAGS: readonly string[] = [
	'--autoplay-policy=no-user-gesture-required',
	'--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** Milliseconds from when a frame comes from the sender at the fastest to when it is released if the trace does not
 * delay it: what the sender may be late by. */
const HOLD_MS = 400;
/** Greatest lateness of a release in a run that counts, ms. */
const LATENESS_LIMIT_MS = 8;

export interface NetEqTrace {
	/** When frame k arrived, up to a constant; never decreases. */
	readonly arrivalMs: ArrayLike<number>;
	readonly frameMs: 20;
	/** Frames at the start that are played but not counted. */
	readonly skipFrames: number;
}

export interface NetEqRun {
	/** Of a frame, arrival above the fastest frame of the trace, and then in the jitter buffer. */
	readonly meanDelayMs: number;
	/** Of all samples played, those that no frame held. */
	readonly concealedPercent: number;
	readonly concealmentEvents: number;
	/** The latest release after its time. */
	readonly latenessMs: number;
	/** The least time between a frame coming from the sender and its release being due. */
	readonly slackMs: number;
	/** Whether the frames arrived as in the trace: all there, none released late, none late from the sender. */
	readonly isValid: boolean;
	/** Frames that reached the jitter buffer. */
	readonly sentFrames: number;
	/** Milliseconds since the first frame, mean time in the jitter buffer of the half second until then. */
	readonly curve: [number, number][];
}

/** Of the page's report: WebRTC's own names, s and sample frames since the beginning. */
interface Counters {
	readonly jitterBufferDelay: number;
	readonly jitterBufferEmittedCount: number;
	readonly concealedSamples: number;
	readonly totalSamplesReceived: number;
	readonly concealmentEvents: number;
}

interface PageReport {
	readonly cameMs: readonly number[];
	readonly releasedMs: readonly number[];
	readonly from: Counters;
	readonly to: Counters;
	readonly series: readonly (Counters & { readonly at: number })[];
}

/** In real time. @param browser launched with NETEQ_FLAGS. @param speech mono; shorter than the trace, it repeats. */
export async function runNetEq(
	browser: Browser,
	server: PageServer,
	trace: NetEqTrace,
	speech: { readonly signal: Float32Array; readonly sampleRate: number },
): Promise<NetEqRun> {
	const delaysMs = delaysAboveFastest(trace);
	const { signal, sampleRate } = speech;
	const report = await runPage(browser, server, {
		delaysMs,
		holdMs: HOLD_MS,
		skipFrames: trace.skipFrames,
		signal: Buffer.from(signal.buffer, signal.byteOffset, signal.byteLength).toString('base64'),
		sampleRate,
	});
	return { ...playout(report, trace), ...gate(report, dueTimes(delaysMs)), curve: curve(report) };
}

function delaysAboveFastest({ arrivalMs, frameMs, skipFrames }: NetEqTrace): number[] {
	if (!(skipFrames < arrivalMs.length)) {
		throw new Error(`Expected more frames than the ${skipFrames} skipped, got ${arrivalMs.length}`);
	}
	const delays = Array.from(arrivalMs, (at, k) => at - frameMs * k);
	const fastest = delays.reduce((least, delay) => Math.min(least, delay), Infinity);
	return delays.map((delay) => delay - fastest);
}

/** Of each release, on the clock of the report. */
function dueTimes(delaysMs: readonly number[]): number[] {
	return delaysMs.map((delay, k) => HOLD_MS + 20 * k + delay);
}

async function runPage(browser: Browser, server: PageServer, plan: object): Promise<PageReport> {
	const { headers } = server;
	const page = await browser.newPage();
	try {
		server.headers = ISOLATED;
		await page.goto(`http://127.0.0.1:${server.port}/test/bench/peers/page/neteq.html`);
		await page.waitForFunction(() => 'neteq' in window);
		return await page.evaluate(
			(wanted) =>
				(window as unknown as { neteq: { run(wanted: object): Promise<PageReport> } }).neteq.run(
					wanted,
				),
			plan,
		);
	} finally {
		server.headers = headers;
		await page.close();
	}
}

/** What a listener got after the skipped frames. */
function playout(
	{ releasedMs, from, to }: PageReport,
	{ skipFrames, frameMs }: NetEqTrace,
): Pick<NetEqRun, 'meanDelayMs' | 'concealedPercent' | 'concealmentEvents'> {
	const arrivalDelays = releasedMs
		.map((released, k) => released - HOLD_MS - frameMs * k)
		.filter((delay, k) => k >= skipFrames && !Number.isNaN(delay));
	const received = to.totalSamplesReceived - from.totalSamplesReceived;
	return {
		meanDelayMs: mean(arrivalDelays) + meanBufferMs(from, to),
		concealedPercent: (100 * (to.concealedSamples - from.concealedSamples)) / received,
		concealmentEvents: to.concealmentEvents - from.concealmentEvents,
	};
}

/** Judges the arrivals alone, never what came of them. */
function gate(
	{ cameMs, releasedMs }: PageReport,
	dueMs: readonly number[],
): Pick<NetEqRun, 'latenessMs' | 'slackMs' | 'isValid' | 'sentFrames'> {
	const sentFrames = releasedMs.filter((released) => !Number.isNaN(released)).length;
	let latenessMs = 0;
	let slackMs = Infinity;
	dueMs.forEach((due, k) => {
		if (!Number.isNaN(releasedMs[k]!)) {
			latenessMs = Math.max(latenessMs, releasedMs[k]! - due);
			slackMs = Math.min(slackMs, due - cameMs[k]!);
		}
	});
	const isValid = sentFrames === dueMs.length && latenessMs < LATENESS_LIMIT_MS && slackMs > 0;
	return { latenessMs, slackMs, isValid, sentFrames };
}

function curve({ series }: PageReport): [number, number][] {
	return series.flatMap((point, i): [number, number][] => {
		const before = series[i - 1];
		const hasPlayed =
			before !== undefined && point.jitterBufferEmittedCount > before.jitterBufferEmittedCount;
		return hasPlayed ? [[point.at, meanBufferMs(before, point)]] : [];
	});
}

/** Mean time in the jitter buffer of the samples that left it between the two. */
function meanBufferMs(from: Counters, to: Counters): number {
	const seconds = to.jitterBufferDelay - from.jitterBufferDelay;
	return (1000 * seconds) / (to.jitterBufferEmittedCount - from.jitterBufferEmittedCount);
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
