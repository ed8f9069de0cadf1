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
const STALL_EVERY_MS = 600;
const STALLS_MS = [160, 220, 140, 300, 180];
const MOST_DELAY = 0.08;

/** Until then code is still being compiled, microseconds. */
const WARM_UP_US = 2e6;

/** Microseconds by which the clock must have stood still for a call to be left out. */
const LEAST_GAP_US = 60;

/** Calls of each kind to measure, and runs to get as many in: on a busy machine few can be vouched for. */
const ENOUGH = 6;
const MOST_RUNS = 3;

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
			({ done } = replay(socket, {
				arrivalMs: stallingArrivals(),
				bytes,
				frameBytes,
				leadMs: 300,
			}));
		};
		const page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${server.port}/`);
		await page.addScriptTag({ type: 'module', url: '/test/browser/page/render-cost.js' });
		await page.waitForFunction(() => 'renderCost' in window);
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
			(window as unknown as { renderCost: { take(): Promise<unknown> } }).renderCost.take(),
		);
		await page.close();
		return taken as Taken;
	}

	it.each([16_000, 48_000])(
		'%i Hz stereo into 48 kHz',
		async (mediaRate) => {
			const cold: Call[] = [];
			const warm: Call[] = [];
			const kinds = [STRETCH, CONCEALMENT, RESUMPTION, OTHER];
			const costs = (kind: string): number[] =>
				costsOf(warm.filter((call) => call.isVouchedFor && call.kind === kind));
			let stoodStillUs = 0;
			for (let i = 0; i < MOST_RUNS && kinds.some((kind) => costs(kind).length < ENOUGH); i++) {
				const taken = await run(mediaRate);
				const calls = readCalls(taken);
				const begin = calls[0]!.beginUs + WARM_UP_US;
				cold.push(...calls.filter(({ beginUs }) => beginUs < begin));
				warm.push(...calls.filter(({ beginUs }) => beginUs >= begin));
				stoodStillUs = Math.max(stoodStillUs, longest(taken.gaps));
			}
			const vouched = warm.filter(({ isVouchedFor }) => isVouchedFor);
			const all = costsOf(vouched);
			console.log(
				`${mediaRate} Hz stereo, % of ${QUANTUM_US.toFixed(0)} us (goal ${GOAL}): ` +
					`${kinds.map((kind) => `${kind} ${show(costs(kind))}`).join('; ')}; all ${show(all)}, ` +
					`99.9 % ${at(all, 0.999).toFixed(1)}, ${all.filter((cost) => cost > LIMIT).length} above ` +
					`${LIMIT}; the first 2 s ${show(costsOf(cold.filter((call) => call.isVouchedFor)))}; ` +
					`concealments as they came ${vouched
						.filter(({ kind }) => kind === CONCEALMENT)
						.map(({ costUs }) => ((100 * costUs) / QUANTUM_US).toFixed(0))
						.join(' ')}; ` +
					`${warm.length - vouched.length} of ${warm.length} calls left out, the clock stood still for ` +
					`up to ${(stoodStillUs / 1000).toFixed(1)} ms`,
			);
			for (const kind of kinds) {
				expect(costs(kind).length, `calls measured: ${kind}`).toBeGreaterThanOrEqual(ENOUGH);
			}
			for (const kind of [STRETCH, CONCEALMENT, RESUMPTION]) {
				expect.soft(at(costs(kind), 0.99), kind).toBeLessThanOrEqual(LIMIT);
			}
			// An audio thread without real-time priority is itself held up now and then, within calls of any kind, those
			// that do the same as always too; no clock of the page tells. So it is the 99 % point of those that begin
			// something (the worst of all, where there are fewer than a hundred), and of all one in a thousand.
			expect.soft(at(all, 0.999), 'all').toBeLessThanOrEqual(LIMIT);
		},
		120_000,
	);
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

/** The cost that so great a share of the calls does not exceed. */
function at(costs: readonly number[], share: number): number {
	return costs[Math.min(costs.length - 1, Math.floor(share * costs.length))] ?? NaN;
}

function show(costs: readonly number[]): string {
	const [median, most, worst] = [0.5, 0.99, 1].map((share) => at(costs, share).toFixed(1));
	return `median ${median}, 99 % ${most}, worst ${worst} of ${costs.length}`;
}

function longest(gaps: readonly number[]): number {
	let most = 0;
	for (let at = 0; at < gaps.length; at += 2) {
		most = Math.max(most, gaps[at + 1]! - gaps[at]!);
	}
	return most;
}
