import { beforeAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../bench/redundancy/arguments.js';
import {
	compare,
	firstArrivals,
	playCase,
	playPaths,
	type Comparison,
	type PathsResult,
} from '../../bench/redundancy/comparison.js';
import { ReceivedPlayout } from '../../bench/redundancy/received-playout.js';
import { table } from '../../bench/redundancy/report.js';
import { modelTrace } from '../../bench/underrun/network-models.js';
import { record } from '../../bench/underrun/recorder.js';
import { play, signalOf } from '../../bench/underrun/simulator.js';

const MODEL = 'tcp-loss-40';
const SECONDS = 45;
const SEED = 1;
/** Milliseconds a test may take: others may share the machine. */
const SLOW = 120_000;
const OPTIONS = {
	model: MODEL,
	seed: SEED,
	seeds: 1,
	seconds: SECONDS,
	profile: 'balanced',
} as const;

describe('a received playout', { timeout: SLOW }, () => {
	const seconds = 20;
	// The path that opens first leads: until it brings something, what the other brings does not count.
	const paths = [2, 3]
		.map((seed) => modelTrace('tcp-loss-160', seed, seconds))
		.sort((a, b) => a.arrivalMs[0]! - b.arrivalMs[0]!);
	const playing = { content: 'speech', profile: 'balanced', minDelay: 0, maxDelay: 2 } as const;
	const signal = signalOf(paths[0]!, { ...playing, signal: 'speech', seed: SEED });

	it.each([
		['the first', paths.slice(0, 1)],
		['the second', paths.slice(1)],
		['the first copy of each frame', paths],
	])('hears of %s path what the engine alone makes of its arrivals', (_, received) => {
		const arrivals = firstArrivals(received);
		const { heard } = record(arrivals, new ReceivedPlayout(received, signal, playing));
		const alone = play(arrivals, signal, playing).heard;
		expect(Buffer.from(heard.buffer).equals(Buffer.from(alone.buffer))).toBe(true);
		expect(heard.some((sample) => sample !== 0)).toBe(true);
	});
});

describe('two paths that stall independently', { timeout: SLOW }, () => {
	let results: readonly PathsResult[];
	let fixed: Comparison;
	let learned: Comparison;

	beforeAll(() => {
		const cases = [100, null].map((delayMs) => playCase(delayMs, OPTIONS));
		[fixed, learned] = cases.map((found) => compare(found, MODEL)) as [Comparison, Comparison];
		results = cases.flat();
	}, SLOW);

	it('conceal clearly less than one at equal delay', () => {
		expect(fixed.one.concealedPercent.mean).toBeGreaterThan(0.2);
		expect(fixed.concealedRatio).toBeLessThan(0.2);
		expect(fixed.two.delayMs.mean).toBeLessThan(fixed.one.delayMs.mean + 1);
	});

	it('need less delay where it is learned, and conceal less all the same', () => {
		expect(learned.concealedRatio).toBeLessThan(0.3);
		expect(learned.two.delayMs.mean).toBeLessThan(0.7 * learned.one.delayMs.mean);
		expect(learned.two.j.mean).toBeLessThan(learned.one.j.mean / 2);
	});

	it('lose no frame, get every one twice, and click as little as one', () => {
		const frames = (1000 * SECONDS) / 20;
		for (const { paths, clicks, received } of results) {
			expect(clicks).toBe(0);
			expect(received).toMatchObject({ framesLost: 0, framesLate: 0, connectionsOpen: paths });
			// Less what is on its way when the last frame is there.
			const { packetsReceived, framesDuplicated } = received;
			expect(packetsReceived - framesDuplicated).toBe(frames - 1);
			expect(framesDuplicated).toBeGreaterThan((paths - 1) * (frames - 25) - 1);
		}
	});

	it('gain nothing where both stall alike', () => {
		const path = modelTrace(MODEL, 2 * SEED, SECONDS);
		const twice = playPaths([path, path], 100, OPTIONS);
		const once = results.find(({ trace }) => trace === path.name)!;
		expect(twice).toMatchObject({ j: once.j, concealedPercent: once.concealedPercent });
		expect(once.concealedPercent).toBeGreaterThan(0);
	});

	it('are told in columns that align, by delay', () => {
		const [title, ...lines] = table([fixed, learned]).split('\n');
		expect(title).toBe(`${MODEL}, mean ± standard deviation: one path in 2 runs, two in 1`);
		expect(new Set(lines.map((line) => line.length)).size).toBe(1);
		expect(lines[1]).toMatch(/^ 100 ms +\d\.\d\d ± \d\.\d\d +0\.\d{3} ± 0\.000 /);
		expect(lines[2]).toMatch(/^learned /);
	});
});

describe('the flags of the redundancy benchmark', () => {
	it('have defaults', () => {
		expect(readArguments([])).toMatchObject({
			models: ['tcp-loss-40', 'tcp-loss-160'],
			delaysMs: [60, 100, 150, 200, 300],
			profile: 'balanced',
			json: 'test/output/bench-redundancy.json',
		});
	});

	it.each([
		[['--model', 'rain'], '--model: expected perfect, wired'],
		[['--delay', 'none'], '--delay: expected a number from 1 to 2000, got "none".'],
		[['--seeds', '0'], '--seeds: expected a whole number from 1, got "0".'],
		[['--sedes', '1'], 'See --help.'],
	])('refuse %j in plain words', (args, message) => {
		expect(() => readArguments(args)).toThrow(message);
	});
});
