import { describe, expect, it } from 'vitest';
import type { Run } from '../../bench/underrun/run.js';
import { summarise } from '../../bench/underrun/summary.js';
import type { Trace } from '../../bench/underrun/trace.js';

const QUANTA = 100;
const OF = { signal: 'speech', profile: 'balanced' } as const;

/** 50 frames of 20 ms in a second, the first ten of which do not count. */
const EVEN: Trace = {
	name: 'even',
	frameMs: 20,
	skipFirstFrames: 10,
	arrivalMs: Float64Array.from({ length: 50 }, (_, k) => 20 * k),
};

/** A second in quanta of 10 ms, all played with a delay of 50 ms, but those concealed.
 * @param concealed output frames, of 100, by quantum. */
function run(concealed: Readonly<Record<number, number>>, changes: Partial<Run> = {}): Run {
	const each = (value: (i: number) => number): Float64Array =>
		Float64Array.from({ length: QUANTA }, (_, i) => value(i));
	const share = (i: number): number => 1 - (concealed[i] ?? 0) / 100;
	return {
		timeline: {
			timeMs: each((i) => 10 * i),
			targetMs: each(() => 45),
			playoutDelayMs: each((i) => (share(i) > 0 ? 50 : NaN)),
			concealed: Uint8Array.from(each((i) => concealed[i] ?? 0)),
		},
		mediaMs: Float32Array.from(each((i) => 10 * share(i))),
		quantumFrames: 100,
		outputRate: 10_000,
		discardedFrames: 0,
		insertedFrames: 0,
		removedFrames: 0,
		minRate: 1,
		maxRate: 1,
		clicks: 0,
		heard: new Float32Array(100 * QUANTA),
		...changes,
	};
}

function during(from: number, to: number): Record<number, number> {
	return Object.fromEntries(Array.from({ length: to - from }, (_, i) => [from + i, 100]));
}

describe('a summary', () => {
	it('of a run without fault is its delay', () => {
		expect(summarise(run({}), EVEN, OF)).toMatchObject({
			trace: 'even',
			...OF,
			meanDelayMs: 50,
			p95DelayMs: 50,
			p99DelayMs: 50,
			concealedPercent: 0,
			discardedPercent: 0,
			concealmentEventsPerMinute: 0,
			interruptions: 0,
			stretchedPercent: 0,
			j: 50,
			clairvoyant: { meanDelayMs: 0, j: 0 },
		});
	});

	it('counts concealment after the first frames, and what of it is long', () => {
		const concealed = { ...during(5, 10), ...during(30, 45), 60: 50, ...during(80, 94) };
		const result = summarise(run(concealed), EVEN, OF);
		expect(result.concealedPercent).toBeCloseTo((100 * (1500 + 50 + 1400)) / 8000, 9);
		expect(result.concealmentEventsPerMinute).toBeCloseTo((3 * 60) / 0.8, 9);
		expect(result.interruptions).toBe(1);
		expect(result.meanDelayMs).toBeCloseTo(50, 9);
	});

	it('weighs delays by media, and does not count the first', () => {
		const even = run({});
		even.timeline.playoutDelayMs.fill(900, 0, 20);
		even.timeline.playoutDelayMs[70] = 130;
		// Twice the media of others: 2 of 81 parts.
		even.mediaMs[70] = 20;
		const result = summarise(even, EVEN, OF);
		expect(result.meanDelayMs).toBeCloseTo((79 * 50 + 2 * 130) / 81, 6);
		expect(result.p95DelayMs).toBe(50);
		expect(result.p99DelayMs).toBe(130);
	});

	it('prices what was concealed and what was thrown away', () => {
		const result = summarise(
			run({ 50: 80 }, { discardedFrames: 160, insertedFrames: 30, removedFrames: 50 }),
			EVEN,
			OF,
		);
		expect(result.concealedPercent).toBeCloseTo(1, 9);
		expect(result.discardedPercent).toBeCloseTo(2, 9);
		expect(result.stretchedPercent).toBeCloseTo(1, 9);
		expect(result.j).toBeCloseTo(50 + 300, 6);
	});

	it('tells what NetEq did, and the bounds', () => {
		const netEq = { signal: 'speech', meanDelayMs: 60, concealedPercent: 0.5 };
		const late = EVEN.arrivalMs.map((at, k) => (k === 30 ? at + 18 : at));
		const result = summarise(run({}), { ...EVEN, arrivalMs: late, netEq }, OF);
		expect(result.netEq).toEqual({ meanDelayMs: 60, concealedPercent: 0.5, j: 110 });
		expect(Object.keys(result.fixed).sort()).toEqual(['0.1', '1', '2']);
		expect(result.fixed['1']!.delayMs).toBeCloseTo(18, 9);
		expect(result.clairvoyant.meanDelayMs).toBeGreaterThan(0);
	});
});

describe('a pause of the sender', () => {
	/** 300 ms after frame 19, which was captured and has arrived at 380 ms. */
	const capturedMs = EVEN.arrivalMs.map((at, k) => (k < 20 ? at : at + 300));
	const paused: Trace = { ...EVEN, arrivalMs: capturedMs, capturedMs };

	it('is no concealment', () => {
		const result = summarise(run(during(45, 75)), paused, OF);
		expect(result.concealedPercent).toBe(0);
		expect(result.concealmentEventsPerMinute).toBe(0);
		expect(result.interruptions).toBe(0);
	});

	it('excuses no more than its length', () => {
		const result = summarise(run(during(45, 79)), paused, OF);
		expect(result.concealedPercent).toBeCloseTo((100 * 400) / 5000, 9);
		expect(result.interruptions).toBe(0);
	});

	it('excuses nothing before it or after media plays again', () => {
		const concealed = { ...during(25, 30), ...during(50, 70), ...during(80, 90) };
		const result = summarise(run(concealed), paused, OF);
		expect(result.concealedPercent).toBeCloseTo((100 * 1500) / 6000, 9);
	});
});
