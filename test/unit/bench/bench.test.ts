import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readArguments } from '../../bench/underrun/arguments.js';
import { bench } from '../../bench/underrun/bench.js';
import { MODELS } from '../../bench/underrun/network-models.js';
import { geometricMean, table } from '../../bench/underrun/report.js';
import type { Run, SimulateOptions } from '../../bench/underrun/run.js';
import type { Result } from '../../bench/underrun/summary.js';
import type { Trace } from '../../bench/underrun/trace.js';

const QUANTUM_MS = 10;

/** Not a player: plays every trace with a delay of 80 ms, without fault. */
function steady(trace: Trace): Run {
	const length = Math.floor(trace.arrivalMs.at(-1)! / QUANTUM_MS) + 1;
	return {
		timeline: {
			timeMs: Float64Array.from({ length }, (_, i) => QUANTUM_MS * i),
			targetMs: new Float64Array(length).fill(70),
			playoutDelayMs: new Float64Array(length).fill(80),
			concealed: new Uint8Array(length),
		},
		mediaMs: new Float32Array(length).fill(QUANTUM_MS),
		quantumFrames: 128,
		outputRate: 12_800,
		discardedFrames: 0,
		insertedFrames: 0,
		removedFrames: 0,
		minRate: 1,
		maxRate: 1,
		clicks: 0,
		heard: new Float32Array(0),
	};
}

let folder: string;
let told: string[];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'bench-'));
	told = [];
	vi.spyOn(console, 'log').mockImplementation((text: string) => told.push(text));
	vi.spyOn(console, 'error').mockImplementation((text: string) => told.push(text));
});
afterEach(() => {
	vi.restoreAllMocks();
	rmSync(folder, { recursive: true });
});

function results(): { seed: number; results: Result[] } {
	return JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as ReturnType<typeof results>;
}

describe('the underrun benchmark', () => {
	it('plays a trace file, tells its figures and draws it', async () => {
		const arrivalMs = Array.from({ length: 200 }, (_, k) => 20 * k + (k % 7));
		const netEq = { signal: 'speech', meanDelayMs: 100, concealedPercent: 0 };
		const path = join(folder, 'in.json');
		writeFileSync(
			path,
			JSON.stringify({ name: 'in/1', frameMs: 20, skipFirstFrames: 9, arrivalMs, netEq }),
		);
		const args = ['--trace', path, '--json', join(folder, 'out.json'), '--svg', folder];
		expect(await bench([...args, '--seed', '7'], steady)).toBe(0);
		expect(told.join('\n')).toMatch(/seed 7\.[^]*in\/1 +speech +balanced +80 +80 +80 /);
		expect(told.join('\n')).toMatch(/J\/NetEq 0\.800,/);
		expect(results().seed).toBe(7);
		expect(results().results).toHaveLength(1);
		expect(results().results[0]).toMatchObject({ trace: 'in/1', j: 80, netEq: { j: 100 } });
		expect(readdirSync(folder)).toContain('in-1-speech-balanced.svg');
	});

	it('plays models with even and odd seeds, apart, and says what is played', async () => {
		const asked: (SimulateOptions & { trace: string })[] = [];
		const args = ['--json', join(folder, 'out.json'), '--profile', 'live', '--signal', 'tone'];
		await bench(
			[...args, '--model', 'wired', '--model', 'lte', '--seeds', '2'],
			(trace, options) => {
				asked.push({ ...options, trace: trace.name });
				return steady(trace);
			},
		);
		expect(asked.map(({ trace }) => trace)).toEqual([
			'wired#2',
			'wired#4',
			'lte#2',
			'lte#4',
			'wired#3',
			'wired#5',
			'lte#3',
			'lte#5',
		]);
		const options = { profile: 'live', signal: 'tone', content: 'music', seed: 1 };
		expect(asked[0]).toMatchObject(options);
		expect(told.filter((text) => /even seeds|odd seeds/.test(text))).toHaveLength(2);
		expect(results().results).toHaveLength(8);
	});

	it.each([
		[['--tracs', 'x'], "Unknown option '--tracs'"],
		[['file.json'], 'Unexpected argument'],
		[['--trace'], 'argument missing'],
		[['--profile', 'calm'], '--profile: expected live, balanced, smooth, got "calm".'],
		[['--signal', 'noise'], '--signal: expected speech, music, tone, got "noise".'],
		[['--content', 'x'], '--content: expected auto, speech, music, got "x".'],
		[['--model', 'toString'], '--model: expected perfect, wired'],
		[['--seeds', '0'], '--seeds: expected a whole number from 1, got "0".'],
		[['--seed', '1.5'], '--seed: expected a whole number from 0, got "1.5".'],
		[['--trace', 'a', '--model', 'lte'], '--trace is played instead.'],
		[['--trace', '/none.json'], 'Cannot read the trace /none.json'],
		[['--svg', '/dev/null/x'], '/dev/null/x'],
	])('refuses %j in plain words', async (args, message) => {
		const simulate = vi.fn(steady);
		expect(await bench(args, simulate)).toBe(2);
		expect(told).toHaveLength(1);
		expect(told[0]).toContain(message);
		expect(told[0]).not.toMatch(/\n +at /);
		expect(simulate).not.toHaveBeenCalled();
	});

	it('tells its flags', async () => {
		expect(await bench(['--help'], steady)).toBe(0);
		expect(told.join('\n')).toContain('--trace FILE');
	});

	it('has defaults', () => {
		expect(readArguments([])).toMatchObject({
			traces: [],
			models: Object.keys(MODELS),
			profile: 'balanced',
			signals: ['speech'],
			seed: 1,
			json: 'test/output/bench-underrun.json',
		});
	});
});

describe('the table', () => {
	const result: Result = {
		trace: 'a long name',
		signal: 'music',
		profile: 'smooth',
		meanDelayMs: 123.4,
		p95DelayMs: 200,
		p99DelayMs: 1300,
		concealedPercent: 0.456,
		discardedPercent: 0,
		concealmentEventsPerMinute: 2.34,
		interruptions: 1,
		stretchedPercent: 3,
		minRate: 0.8,
		maxRate: 1.25,
		clicks: 0,
		j: 169,
		fixed: { '1': { delayMs: 90, concealedPercent: 1, j: 190 } },
		clairvoyant: { meanDelayMs: 40, j: 40 },
	};

	it('has columns that align', () => {
		const lines = table([result, { ...result, trace: 'b', clicks: 10_000 }]).split('\n');
		expect(lines).toHaveLength(4);
		expect(new Set(lines.slice(0, 3).map((line) => line.length)).size).toBe(1);
		expect(lines[1]).toMatch(
			/^a long name {2}music {3}smooth .* 123 .* 0\.46 .* 2\.3 .* 169 .* 190 .* 40$/,
		);
	});

	it('ends with geometric means', () => {
		const last = table([result, { ...result, j: 676 }])
			.split('\n')
			.at(-1);
		expect(last).toContain('of 2: J 338.0, J/NetEq none, J/fixed 1 % 1.779, fixed 1 % J 190.0,');
		expect(geometricMean([])).toBeUndefined();
		expect(geometricMean([0, 10])).toBeCloseTo(1, 9);
	});
});
