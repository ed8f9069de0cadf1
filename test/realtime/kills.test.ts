// A server that is killed and comes back, over and over, as listeners of it know it.
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserRig } from '../support/browser-rig.js';
import { FrailServer } from '../support/frail-server.js';
import { HeapWatch } from '../support/heap-watch.js';
import { Listening } from '../support/listening.js';
import { random } from '../support/random.js';
import type { TestPage } from '../support/test-page.js';
import { epochMs } from '../support/trace-server.js';

/** Seconds of play, and kills in them, at random moments but for the calm that shows that it plays again. */
const SECONDS = Number(process.env['STEADYPCM_KILL_SECONDS'] ?? 120);
const KILLS = Math.round(SECONDS / 6);
const OUTAGE_MS = [200, 3000] as const;
const LEAST_CALM_MS = 1700;

const SEED = Number(process.env['STEADYPCM_SEED'] ?? 20_261_121);

/** From the server's return to sound, ms. */
const MOST_SILENT_MS = 1500;

const TONE = { frequency: 440, levelDb: -6, frameMs: 20 };
const HEARD = { frequency: TONE.frequency, amplitude: 10 ** (TONE.levelDb / 20) };

/** Bytes, of each thread of the page: from the second quarter to the last, 1 % of the media that came in between.
 * What is in it is what the engine notes of code that it compiles, less and less. Node's is of the tests as well. */
const MOST_GROWTH = { page: 262_144, worker: 262_144, worklet: 262_144, node: 1_048_576 };

/** The same must be seen of what is kept on purpose. */
const KEPT_BYTES = 1_048_576;

describe(`a server killed ${KILLS} times in ${SECONDS} s`, () => {
	let rig: BrowserRig;

	beforeAll(async () => {
		rig = await BrowserRig.open();
	});
	afterAll(() => rig.close());

	it(
		`is heard again within ${MOST_SILENT_MS} ms of each return`,
		async () => {
			console.log(`seed ${SEED}`);
			const server = await FrailServer.open(TONE);
			rig.atEnd(() => server.close());
			const test = await rig.play(server.url, {}, { channels: 1 });
			const heaps = await HeapWatch.begin(test);
			const listening = await Listening.begin(test, HEARD);
			const returns: number[] = [];
			for (const { calmMs, outageMs } of plan(SEED)) {
				await wait(calmMs);
				await listening.hear();
				await heaps.look();
				await server.kill();
				await wait(outageMs);
				await server.restart();
				returns.push(epochMs());
			}
			await wait(LEAST_CALM_MS);
			await listening.hear();
			await heaps.look();
			const silentMs = returns.map((at) => silentAfter(listening, at));
			const events = listening.takeEvents();
			console.log(
				`sound ${silentMs.map((ms) => ms.toFixed(0)).join(', ')} ms after the server's return ` +
					`(bound ${MOST_SILENT_MS}); ${listening.clicks.length} clicks in ` +
					`${(listening.soundMs / 1000).toFixed(0)} s of sound, ${listening.controls.found} of ` +
					`${listening.controls.planted} planted ones found; heaps grew by ` +
					JSON.stringify(heaps.growth),
			);
			await keep({
				seed: SEED,
				seconds: SECONDS,
				silentMs,
				growth: heaps.growth,
				heaps: heaps.looks,
			});
			expect(listening.silences.length).toBeGreaterThan(0);
			expect(Math.max(...silentMs)).toBeLessThanOrEqual(MOST_SILENT_MS);
			expect(listening.clicks).toEqual([]);
			expect(listening.controls.planted).toBeGreaterThan(KILLS / 2);
			expect(listening.controls.found).toBe(listening.controls.planted);
			expect(listening.state).toBe('playing');
			expect(listening.stat('reconnects')).toBe(KILLS);
			expect(listening.stat('framesDuplicated')).toBe(0);
			expect(listening.stat('framesLost')).toBe(0);
			expect(listening.stat('malformedMessages')).toBe(0);
			expect(events.filter(({ type }) => type === 'error')).toEqual([]);
			expect(events.filter(({ type }) => type === 'playing')).toHaveLength(KILLS);
			const states = events.filter(({ type }) => type === 'statechange');
			expect(states.map(({ detail }) => (detail as { state: string }).state)).toEqual(
				returns.flatMap(() => ['connecting', 'buffering', 'playing']),
			);
			expect(test.problems).toEqual([]);
			for (const [thread, most] of Object.entries(MOST_GROWTH)) {
				expect(heaps.growth[thread], `growth of ${thread}`).toBeLessThanOrEqual(most);
			}
			expect(await growthOfKept(test, heaps)).toBeGreaterThan(KEPT_BYTES / 2);
		},
		(SECONDS + 60) * 1000,
	);
});

/** What is seen of so many bytes that the page does keep. */
async function growthOfKept({ page }: TestPage, heaps: HeapWatch): Promise<number> {
	const before = heaps.looks.at(-1)!['page']!;
	await page.evaluate((bytes) => {
		Object.assign(window, { kept: new Uint8Array(bytes).fill(1) });
	}, KEPT_BYTES);
	await heaps.look();
	return heaps.looks.at(-1)!['page']! - before;
}

async function keep(results: object): Promise<void> {
	await mkdir('test/output', { recursive: true });
	await writeFile('test/output/kills.json', JSON.stringify(results, null, '\t'));
}

interface Kill {
	/** Milliseconds of play before it, and until the server is back. */
	readonly calmMs: number;
	readonly outageMs: number;
}

/** All in all SECONDS, less the play after the last. */
function plan(seed: number): Kill[] {
	const uniform = random(seed);
	const [least, most] = OUTAGE_MS;
	const outages = Array.from({ length: KILLS }, () => least + uniform() * (most - least));
	const shares = outages.map(() => uniform());
	const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
	const left = SECONDS * 1000 - sum(outages) - (KILLS + 1) * LEAST_CALM_MS;
	return outages.map((outageMs, i) => ({
		outageMs,
		calmMs: LEAST_CALM_MS + (left * shares[i]!) / sum(shares),
	}));
}

/** Milliseconds from `at` to the end of the last silence that is the outage's: before the first, what waited may be
 * played still. */
function silentAfter(listening: Listening, at: number): number {
	const silences = listening.silencesAfter(at).filter(({ from }) => from < at + MOST_SILENT_MS);
	return Math.max(0, ...silences.map(({ to }) => to - at));
}
