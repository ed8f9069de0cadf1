// The capacity benchmark with three listeners of each kind and time that stands still but for its ticks: does it do the
// work it measures, and does it tell what it saw?
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../bench/capacity/arguments.js';
import { Audience, jitterOf } from '../../bench/capacity/audience.js';
import { Contest, CONTENDERS, type Turn } from '../../bench/capacity/contest.js';
import { summarise } from '../../bench/capacity/load.js';
import { edge } from '../../bench/capacity/edge.js';
import { heldBetween } from '../../bench/capacity/held-memory.js';
import { edgeReport, loadReport, stalledReport } from '../../bench/capacity/report.js';
import { ACKING, SILENT, Stage } from '../../bench/capacity/stage.js';
import { BOUND_BYTES, isWithinBound } from '../../bench/capacity/stalled.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const COUNT = 3;

/** A round that does not count and one that does, three turns of 25 frames each. */
const FRAMES_PER_CONTENDER = 50;

describe('the contest', () => {
	const clock = new VirtualClock();
	let stage: Stage;
	let silent: Audience;
	let acking: Audience;

	beforeAll(async () => {
		stage = await Stage.open(clock);
		const manner = { port: stage.port, count: COUNT, isFramed: true };
		silent = await Audience.open({ ...manner, path: SILENT, acknowledges: false });
		acking = await Audience.open({ ...manner, path: ACKING, acknowledges: true });
	});
	afterAll(() => {
		silent.end();
		acking.end();
		stage.close();
	});

	/** Time passes, and everything that was sent arrives. */
	async function pass(frames: number): Promise<void> {
		for (let frame = 0; frame < frames; frame++) {
			clock.advance(20);
			await new Promise((resolve) => setImmediate(resolve));
		}
	}

	it('sends every frame to every listener, whoever sends', async () => {
		let turns: readonly Turn[] = [];
		void new Contest(stage, CONTENDERS, 1, clock).run().then((all) => (turns = all));
		await pass(CONTENDERS.length * FRAMES_PER_CONTENDER);
		await expect.poll(() => turns.length).toBe(CONTENDERS.length);
		const wanted = (frames: number): number[] => new Array<number>(COUNT).fill(frames);
		await expect.poll(() => silent.frames).toEqual(wanted(2 * FRAMES_PER_CONTENDER));
		await expect.poll(() => acking.frames).toEqual(wanted(FRAMES_PER_CONTENDER));
		// The order of turns was reversed in the round that counts.
		expect(turns.map(({ contender }) => contender)).toEqual(CONTENDERS.toReversed());
		for (const { sends, missed, beginsMs, endsMs, cpuMicros } of turns) {
			expect({ sends, missed }).toEqual({ sends: 17 * COUNT, missed: 0 });
			expect([...beginsMs, ...endsMs]).toEqual(new Array(34).fill(0));
			expect(cpuMicros).toBeGreaterThan(0);
		}
	});

	it('has listeners that acknowledge as players do', async () => {
		const [listener] = stage.acking.fanout.listeners;
		const texts = new Promise((resolve) => {
			listener!.socket.on('message', (text) => resolve(JSON.parse(Buffer.from(text).toString())));
		});
		stage.acking.fanout.broadcast(new Uint8Array(2560), clock.wallNow());
		expect(await texts).toEqual({ type: 'ack', sequence: FRAMES_PER_CONTENDER });
	});

	it('counts frames that are left out as late', async () => {
		let turns: readonly Turn[] = [];
		void new Contest(stage, CONTENDERS, 1, clock).run().then((all) => (turns = all));
		await pass(90);
		clock.sleep(2000);
		await pass(60);
		await expect.poll(() => turns.length).toBe(CONTENDERS.length);
		expect(turns.map(({ missed }) => missed)).toEqual([99, 0, 0]);
		expect(summarise(COUNT, turns)[2]!.onTime).toBeCloseTo(17 / (17 + 99), 10);
	});
});

describe('its figures', () => {
	const turn = (contender: Turn['contender'], round: number, cpuMicros: number): Turn => ({
		...{ round, contender, cpuMicros },
		...{ lengthMs: 40, waitedMs: 1, sends: 200, missed: 0, beginsMs: [0.5, 1], endsMs: [5, 25] },
	});
	const turns = [
		...[turn('bare loop', 1, 1000), turn('fan-out', 1, 1100), turn('fan-out, acks', 1, 1500)],
		...[turn('fan-out, acks', 2, 3000), turn('fan-out', 2, 2200), turn('bare loop', 2, 2000)],
	];

	it('compare within a round', () => {
		const rows = summarise(100, turns);
		expect(rows.map(({ ratio }) => ratio)).toEqual([1, 1.1, 1.5]);
		expect(rows[1]).toMatchObject({
			low: 1.1,
			high: 1.1,
			onTime: 0.5,
			beginMsP50: 1,
			endMsP99: 25,
		});
		expect(rows[1]!.microsPerSend).toBe(11);
		expect(rows[1]!.cpu).toBeCloseTo(0.055, 10);
	});

	it('are told with the ratio first, and how many are served', () => {
		const onTime = summarise(300, turns).map((row) => ({ ...row, onTime: 0.975 }));
		const text = loadReport([...onTime, ...summarise(600, turns)]);
		expect(text).toMatch(/^ +300 +fan-out, acks +1\.50 +1\.50 to 1\.50 +15\.0/m);
		expect(text).toContain('up to 300 listeners');
	});

	it('find the edge: up until it is late, then half a step back', async () => {
		const asked: number[] = [];
		const take = (listeners: number) => {
			asked.push(listeners);
			// The first look at 1500 falls on a busy moment.
			const isBusy = asked.filter((count) => count === 1500).length === 1 && listeners === 1500;
			const waited = isBusy ? 0.2 : 0;
			const onTime = listeners < 2100 && !isBusy ? 0.98 : 0.9;
			const rest = { microsPerSend: 10, cpu: 0.5, waited, endMsP50: 5, endMsP99: 9 };
			return Promise.resolve({ listeners, onTime, ...rest });
		};
		const steps = await edge(9, take);
		expect(asked).toEqual([1000, 1500, 1500, 2000, 2500, 2250]);
		expect(steps.map(({ listeners }) => listeners)).toEqual([1000, 1500, 2000, 2250, 2500]);
		const text = edgeReport(steps);
		expect(text).toMatch(/^ +2000 +10\.0 +50 +0\.0 +98\.0 +5\.0 +9\.0$/m);
		expect(text).toContain('up to 2000 listeners');
		expect(text).not.toContain('NOT VALID');
		expect(edgeReport([{ ...steps[0]!, waited: 0.04 }])).toContain('NOT VALID');
	});

	it('measure jitter above the least delay of each listener', () => {
		const slow = Array.from({ length: 100 }, (_, i) => 1000 + i / 10);
		expect(jitterOf([slow, new Array<number>(100).fill(3)])).toEqual({
			p50: 0,
			p99: expect.closeTo(9.8, 6) as number,
			most: expect.closeTo(9.9, 6) as number,
			frames: 200,
		});
	});

	it('tell of those who stopped', () => {
		const jitter = { p50: 1, p99: 8, most: 9, frames: 100 };
		const text = stalledReport([
			{
				...{
					kind: 'stock',
					others: 100,
					stopped: 10,
					without: jitter,
					with: jitter,
					ratio: 1,
					waited: 0.01,
				},
				...{ held: { bytes: 9000, low: -1000, high: 10_100 }, heldHeap: 800, cut: 10 },
				...{ fillingSeconds: 30, mostBuffered: 64_000, boundBytes: BOUND_BYTES },
			},
		]);
		expect(text).toMatch(
			/^stock ×10 +1\.00 +8\.0 +8\.0 +1\.0 +9\.0 +-1\.0 to 10\.1 +0\.8 +64\.0 +66\.6 +30\.0 +10$/m,
		);
	});

	it.each([
		[9000, 64_000, true],
		[67_000, 64_000, false],
		[9000, 67_000, false],
	])('hold %d bytes, %d of them waiting, to the bound: %s', (bytes, mostBuffered, isKept) => {
		const held = { bytes, low: 0, high: 80_000 };
		expect(isWithinBound({ held, mostBuffered, boundBytes: BOUND_BYTES })).toBe(isKept);
	});

	it('take from what memory grew by what it grew by where nobody stopped', () => {
		const readings = (stopped: readonly number[], control: readonly number[]) => ({
			stopped: stopped.map((heap) => ({ heap, buffers: 50 })),
			control: control.map((heap) => ({ heap, buffers: 50 })),
		});
		const before = readings([1000, 1000, 1000], [500, 500, 500]);
		const after = readings([1300, 1200, 1500], [600, 600, 500]);
		expect(heldBetween(before, after, 10, ({ heap }) => heap)).toEqual({
			...{ bytes: 20, low: 10, high: 50 },
		});
	});
});

describe('its flags', () => {
	it('are read', () => {
		const usual = readArguments([]);
		expect(usual.listeners).toEqual([100, 300, 600, 1000, 1500]);
		expect(usual).toMatchObject({ seconds: 9, hasEdge: false, hasStalled: true, isHelp: false });
		const words = [
			'--listeners',
			'20,40',
			'--seconds',
			'3',
			'--edge',
			'--no-stalled',
			'--json',
			'x.json',
		];
		expect(readArguments(words)).toMatchObject({
			...{ listeners: [20, 40], seconds: 3, hasEdge: true, hasStalled: false, json: 'x.json' },
		});
		expect(readArguments(['--listeners', '0']).listeners).toEqual([]);
	});

	it.each([
		[['--seconds', '1'], '--seconds: expected a number from 1.5 to 600, got "1"'],
		[['--listeners', 'many'], '--listeners: expected a number from 0 to 20000, got "many"'],
		[['--speed', '2'], 'See --help'],
	])('are refused where they cannot be: %s', (words, message) => {
		expect(() => readArguments(words)).toThrow(message);
	});
});
