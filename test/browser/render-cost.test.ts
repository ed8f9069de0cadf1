// What a render call of the audio thread costs in Chromium, of the time it has. The audio thread has no clock: a
// Worker keeps one in shared memory, and calls that it cannot vouch for are left out.
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORT } from '../../src/core/playout-report.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { encodePcm, music, speech } from '../support/signals.js';
import { launchChromium } from '../support/test-page.js';
import { replay } from '../support/trace-server.js';

const CONTEXT_RATE = 48_000;
const RENDER_QUANTUM = 128;
/** Microseconds there are for a call. */
const QUANTUM_US = (1e6 * RENDER_QUANTUM) / CONTEXT_RATE;

const SECONDS = 24;
const FRAME_MS = 20;
/** Milliseconds from one stall to the next, and of each: more than the delay may grow to, so that each one is
 * concealed, then made up for by playing faster. */
const STALL_EVERY_MS = 1000;
const STALLS_MS = [160, 90, 300, 40, 220];
const MOST_DELAY = 0.08;

/** Until then code is still being compiled, microseconds. */
const WARM_UP_US = 2e6;

/** Microseconds by which the clock must have stood still for a call to be left out. */
const LEAST_GAP_US = 60;

/** Percent of a quantum. */
const LIMIT = 40;
const GOAL = 15;

const STRETCH = 'stretch begun';
const CONCEALMENT = 'concealment begun';
const RESUMPTION = 'resumed';
const OTHER = 'other';

/** Slots of the report whose changes tell what a call did; their places are bits. */
const SLOTS = [
	REPORT.inserted,
	REPORT.removed,
	REPORT.discarded,
	REPORT.concealmentEvents,
	REPORT.concealed,
];
const CONCEALED_BIT = 1 << SLOTS.indexOf(REPORT.concealed);
const EVENT_BIT = 1 << SLOTS.indexOf(REPORT.concealmentEvents);

interface Taken {
	readonly calls: readonly number[];
	readonly gaps: readonly number[];
	readonly stats: Readonly<Record<string, number>>;
}

interface Call {
	readonly beginUs: number;
	readonly costUs: number;
	readonly kind: string;
	readonly isVouchedFor: boolean;
}

describe('cost of a render call', () => {
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

	async function run(mediaRate: number): Promise<Taken> {
		const span = { sampleRate: mediaRate, seconds: SECONDS };
		const planes = [speech(span, 0.7, 1), music(span, 0.7, 2)];
		const format = {
			sampleRate: mediaRate,
			sampleFormat: 's32',
			channels: 2,
			byteOrder: 'little',
		} as const;
		const bytes = encodePcm(planes, format);
		let done: Promise<void> | undefined;
		server.onSocket = (socket) => {
			const frameBytes = (mediaRate * FRAME_MS * 8) / 1000;
			({ done } = replay(socket, { arrivalMs: stallingArrivals(), bytes, frameBytes, leadMs: 300 }));
		};
		const page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${server.port}/`);
		await page.evaluate(() => import('/test/browser/page/render-cost.js' as string));
		const start = {
			url: '/audio',
			options: { format, latency: { max: MOST_DELAY } },
			sampleRate: CONTEXT_RATE,
			slots: SLOTS,
			leastGap: LEAST_GAP_US,
		};
		await page.evaluate(
			(options) =>
				(
					window as unknown as { renderCost: { start(options: unknown): Promise<void> } }
				).renderCost.start(options),
			start,
		);
		await done;
		const taken = await page.evaluate(() =>
			(
				window as unknown as { renderCost: { take(): Promise<unknown> } }
			).renderCost.take(),
		);
		await page.close();
		return taken as Taken;
	}

	it.each([16_000, 48_000])('%i Hz stereo into 48 kHz', async (mediaRate) => {
		const taken = await run(mediaRate);
		const calls = readCalls(taken);
		const begin = calls[0]!.beginUs + WARM_UP_US;
		const warm = calls.filter(({ beginUs }) => beginUs >= begin);
		const vouched = warm.filter(({ isVouchedFor }) => isVouchedFor);
		const cold = calls.filter(({ beginUs, isVouchedFor }) => beginUs < begin && isVouchedFor);
		const kinds = [STRETCH, CONCEALMENT, RESUMPTION, OTHER];
		const costs = kinds.map((kind) => costsOf(vouched.filter((call) => call.kind === kind)));
		const lines = kinds.map((kind, i) => `${kind} ${show(costs[i]!)}`);
		console.log(
			`${mediaRate} Hz stereo, % of ${QUANTUM_US.toFixed(0)} us (goal ${GOAL}): ${lines.join('; ')}; ` +
				`the first 2 s ${show(costsOf(cold))}; ${warm.length - vouched.length} of ${warm.length} calls ` +
				`left out, the clock stood still for up to ${(longest(taken.gaps) / 1000).toFixed(1)} ms`,
		);
		// What is measured must have happened.
		expect(costs[0]!.length, 'stretches').toBeGreaterThan(20);
		expect(costs[1]!.length, 'concealments').toBeGreaterThan(8);
		expect(costs[2]!.length, 'resumptions').toBeGreaterThan(8);
		expect(vouched.length).toBeGreaterThan(warm.length / 2);
		for (const [i, kind] of kinds.entries()) {
			expect.soft(costs[i]!.at(-1), kind).toBeLessThanOrEqual(LIMIT);
		}
	});
});

function stallingArrivals(): number[] {
	return Array.from({ length: (1000 * SECONDS) / FRAME_MS }, (_, k) => {
		const at = k * FRAME_MS;
		const stall = Math.floor(at / STALL_EVERY_MS);
		const end = stall * STALL_EVERY_MS + STALLS_MS[stall % STALLS_MS.length]!;
		return stall === 0 ? at : Math.max(at, end);
	});
}

function readCalls({ calls, gaps }: Taken): Call[] {
	const result: Call[] = [];
	let gap = 0;
	let wasConcealing = false;
	for (let at = 0; at < calls.length; at += 3) {
		const begin = calls[at]!;
		const end = calls[at + 1]!;
		const changes = calls[at + 2]!;
		while (gap + 2 < gaps.length && gaps[gap + 1]! < begin) {
			gap += 2;
		}
		// A clock that stands still shows the time it stopped at.
		const isVouchedFor = gap >= gaps.length || gaps[gap]! > end || gaps[gap + 1]! < begin;
		const isConcealing = (changes & CONCEALED_BIT) !== 0;
		let kind = (changes & ~CONCEALED_BIT) !== 0 ? STRETCH : OTHER;
		if (wasConcealing && !isConcealing) {
			kind = RESUMPTION;
		}
		if ((changes & EVENT_BIT) !== 0) {
			kind = CONCEALMENT;
		}
		wasConcealing = isConcealing;
		result.push({ beginUs: begin, costUs: end - begin, kind, isVouchedFor });
	}
	return result;
}

/** Percent of a quantum, rising. */
function costsOf(calls: readonly Call[]): number[] {
	return calls.map(({ costUs }) => (100 * costUs) / QUANTUM_US).sort((a, b) => a - b);
}

function show(costs: readonly number[]): string {
	const part = (share: number): string =>
		(costs[Math.min(costs.length - 1, Math.floor(share * costs.length))] ?? NaN).toFixed(1);
	return `median ${part(0.5)}, 99 % ${part(0.99)}, worst ${part(1)} of ${costs.length}`;
}

function longest(gaps: readonly number[]): number {
	let most = 0;
	for (let at = 0; at < gaps.length; at += 2) {
		most = Math.max(most, gaps[at + 1]! - gaps[at]!);
	}
	return most;
}
