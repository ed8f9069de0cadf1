import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
	captureTimeOf,
	checkTrace,
	countedFromMs,
	fastestTransitMs,
	pauseAfter,
	readTrace,
	relativeDelays,
	type Trace,
} from '../../bench/underrun/trace.js';

const GOOD = { name: 'good', frameMs: 20, skipFirstFrames: 1, arrivalMs: [5, 25, 25, 70] };

describe('a trace file', () => {
	const folder = mkdtempSync(join(tmpdir(), 'trace-'));
	afterAll(() => rmSync(folder, { recursive: true }));
	const file = (text: string): string => {
		const path = join(folder, 'trace.json');
		writeFileSync(path, text);
		return path;
	};

	it('is read', () => {
		const netEq = { signal: 'speech', meanDelayMs: 60, concealedPercent: 0.5, stretchedPercent: 1 };
		const trace = readTrace(file(JSON.stringify({ ...GOOD, netEq, source: 'made up' })));
		expect(trace).toEqual({ ...GOOD, arrivalMs: Float64Array.of(5, 25, 25, 70), netEq });
	});

	it.each([
		['no file', () => join(folder, 'none.json'), /Cannot read the trace .*none\.json/],
		['no JSON', () => file('{'), /trace\.json is not JSON/],
	])('that is %s is told', (_, path, message) => {
		expect(() => readTrace(path())).toThrow(message);
	});

	it.each([
		['a list', [], 'T: expected an object, got [].'],
		[
			'without name',
			{ ...GOOD, name: '' },
			'T: expected "name" to be a text that is not empty, got "".',
		],
		['without duration', { ...GOOD, frameMs: 0 }, 'T: expected "frameMs" above 0, got 0.'],
		[
			'without frames',
			{ ...GOOD, arrivalMs: [] },
			'T: expected "arrivalMs" to be a list of at least one time in ms, got [].',
		],
		[
			'with a hole',
			{ ...GOOD, arrivalMs: [1, null, 3] },
			'T: "arrivalMs[1]": expected a finite number, got null.',
		],
		[
			'out of order',
			{ ...GOOD, arrivalMs: [1, 30, 29] },
			'T: expected "arrivalMs[2]" of at least the one before, 30, got 29.',
		],
		[
			'with too much to skip',
			{ ...GOOD, skipFirstFrames: 4 },
			'T: expected "skipFirstFrames" to be whole, 0 to 3, got 4.',
		],
		[
			'with too few captures',
			{ ...GOOD, capturedMs: [0, 20] },
			'T: expected 4 "capturedMs", as many as arrivals, got 2.',
		],
		[
			'with half a result of NetEq',
			{ ...GOOD, netEq: { meanDelayMs: 3 } },
			'T: "netEq.concealedPercent": expected a finite number, got nothing.',
		],
	])('that is %s is refused', (_, value, message) => {
		expect(() => checkTrace(value, 'T')).toThrow(new Error(message));
	});
});

describe('delays', () => {
	const paused: Trace = {
		name: 'paused',
		frameMs: 20,
		skipFirstFrames: 2,
		arrivalMs: Float64Array.of(130, 145, 1170, 1186),
		capturedMs: Float64Array.of(0, 20, 1040, 1060),
	};

	it('are above the fastest frame', () => {
		expect(fastestTransitMs(paused)).toBe(125);
		expect([...relativeDelays(paused)]).toEqual([5, 0, 5, 1]);
	});

	it('take the media time for the capture time, if there is no other', () => {
		const { name, frameMs, skipFirstFrames, arrivalMs } = paused;
		expect([...relativeDelays({ name, frameMs, skipFirstFrames, arrivalMs })]).toEqual([
			5, 0, 1005, 1001,
		]);
	});

	it('count from the arrival of the first frame that is not skipped', () => {
		expect(countedFromMs(paused)).toBe(1170);
	});

	it('know when a place in the stream was captured', () => {
		const { capturedMs, frameMs } = paused;
		const times = [0, 39, 40, 45.5, 90].map((ms) => captureTimeOf(capturedMs!, frameMs, ms));
		expect(times).toEqual([0, 39, 1040, 1045.5, 1090]);
	});

	it('tell a pause from drift', () => {
		expect(pauseAfter(paused.capturedMs!, 20, 1)).toBe(1000);
		expect(pauseAfter(Float64Array.of(0, 20.002), 20, 0)).toBe(0);
		expect(pauseAfter(Float64Array.of(0), 20, 0)).toBe(0);
	});
});
