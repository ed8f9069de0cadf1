// All that may go wrong with a connection, a server or what it sends, in Chromium over real sockets: each fault alone,
// then one after the other at random.
import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserRig } from '../support/browser-rig.js';
import { isValid, tryFault, type Verdict } from '../support/fault-trial.js';
import type { Fault, FaultPlace } from '../support/fault.js';
import { CONNECTION_FAULTS } from '../support/connection-faults.js';
import { FRAME_FAULTS } from '../support/frame-faults.js';
import { SERVER_FAULTS, STOPPED_LISTENER } from '../support/server-faults.js';
import { FrailServer } from '../support/frail-server.js';
import { HeapWatch } from '../support/heap-watch.js';
import { Listening } from '../support/listening.js';
import { random } from '../support/random.js';
import { StoppedReader } from '../support/stopped-reader.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { textTable, type Column } from '../support/text-table.js';
import { epochMs } from '../support/trace-server.js';

const FAULTS: readonly Fault[] = [...SERVER_FAULTS, ...CONNECTION_FAULTS, ...FRAME_FAULTS];

const SEED = Number(process.env['STEADYPCM_SEED'] ?? 20_261_121);

/** Of the random sequence, real time. */
const MINUTES = Number(process.env['STEADYPCM_FAULT_MINUTES'] ?? 10);

const TONE = { frequency: 440, levelDb: -6, frameMs: 20 };
const HEARD = { frequency: TONE.frequency, amplitude: 10 ** (TONE.levelDb / 20) };

/** Seconds of delay that are kept at least: more than a machine that counts as holding still is held up, so that what is
 * concealed is the fault's. */
const LEAST_DELAY = 0.08;

/** Times a fault is tried, while the machine does not hold still. */
const MOST_TRIES = 3;

/** Milliseconds for which a listener reads nothing, one after the other, during the sequence. */
const STOPPED_MS = 60_000;

/** Milliseconds from one look at the heaps to the next, at least. */
const LOOK_INTERVAL = 10_000;

/** Of the faults of the sequence: those while which the machine held still; the others count by their clicks only. */
const LEAST_VALID = 0.8;

/** Bytes, of each thread of the page: from the second quarter to the last, 2 per mille of the media that came in
 * between. What is in it is what the engine notes of code that it compiles, less and less. Node's is of the tests as
 * well, and of what the server keeps to repeat, which is nothing after a kill and 1.9 MB 5 s later. */
const MOST_GROWTH = { page: 262_144, worker: 262_144, worklet: 262_144, node: 4_194_304 };

describe('faults', () => {
	let rig: BrowserRig;

	beforeAll(async () => {
		rig = await BrowserRig.open();
		console.log(`seed ${SEED}`);
	});
	afterAll(() => rig.close());

	/** A server, a way to it and a player, for as long as `use` takes. */
	async function at(
		use: (place: FaultPlace, listening: Listening) => Promise<unknown>,
	): Promise<void> {
		const server = await FrailServer.open(TONE);
		const proxy = await TcpProxy.open(server.port);
		const url = server.url.replace(String(server.port), String(proxy.port));
		const test = await rig.play(url, { latency: { min: LEAST_DELAY } }, { channels: 1 });
		const listening = await Listening.begin(test, HEARD);
		try {
			await use({ server, proxy, test, uniform: random(SEED) }, listening);
		} finally {
			await test.close();
			await proxy.close();
			await server.close();
		}
		expect(test.problems).toEqual([]);
		expect(listening.clicks).toEqual([]);
		expect(listening.controls.planted).toBeGreaterThan(0);
		expect(listening.controls.found).toBe(listening.controls.planted);
	}

	it.each([...FAULTS, STOPPED_LISTENER])(
		'alone: $name',
		(fault) =>
			at(async (place, listening) => {
				let verdict = await tryFault(fault, place, listening);
				for (let i = 1; i < MOST_TRIES && !isValid(verdict); i++) {
					console.log(`The machine was held up for ${verdict.heldMs.toFixed(0)} ms: tried anew.`);
					verdict = await tryFault(fault, place, listening);
				}
				console.log(line(verdict));
				expect(verdict.failures).toEqual([]);
				expect(isValid(verdict), `held up for ${verdict.heldMs} ms`).toBe(true);
			}),
		300_000,
	);

	it(
		`one after the other for ${MINUTES} minutes`,
		() =>
			at(async (place, listening) => {
				const heaps = await HeapWatch.begin(place.test);
				const verdicts = await sequence(place, listening, heaps);
				const valid = verdicts.filter(isValid);
				const rows = summary(valid);
				console.log(
					`${verdicts.length} faults, ${valid.length} while the machine held still; ` +
						`${listening.clicks.length} clicks in ${(listening.soundMs / 1000).toFixed(0)} s of ` +
						`sound, ${listening.controls.found} of ${listening.controls.planted} planted ones ` +
						`found; heaps grew by ${JSON.stringify(heaps.growth)}`,
				);
				console.log(textTable(COLUMNS, rows));
				await keep({ seed: SEED, minutes: MINUTES, rows, verdicts, heaps: heaps.looks });
				expect(
					valid.flatMap(({ fault, failures }) => failures.map((one) => `${fault}: ${one}`)),
				).toEqual([]);
				expect(valid.length).toBeGreaterThanOrEqual(LEAST_VALID * verdicts.length);
				for (const [thread, most] of Object.entries(MOST_GROWTH)) {
					expect(heaps.growth[thread], `growth of ${thread}`).toBeLessThanOrEqual(most);
				}
			}),
		(MINUTES * 60 + 120) * 1000,
	);
});

/** All faults in a random order, then in another, while another listener reads nothing. */
async function sequence(
	place: FaultPlace,
	listening: Listening,
	heaps: HeapWatch,
): Promise<Verdict[]> {
	const { server, uniform } = place;
	const verdicts: Verdict[] = [];
	const end = epochMs() + MINUTES * 60_000;
	let left: Fault[] = [];
	let lookedAt = 0;
	let stopped: StoppedReader | null = null;
	let stoppedAt = 0;
	while (epochMs() < end) {
		if (epochMs() - stoppedAt > STOPPED_MS) {
			stopped?.close();
			stopped = new StoppedReader(server.sideUrl);
			stoppedAt = epochMs();
		}
		if (epochMs() - lookedAt > LOOK_INTERVAL) {
			await heaps.look();
			lookedAt = epochMs();
		}
		left = left.length === 0 ? [...FAULTS] : left;
		const [fault] = left.splice(Math.floor(uniform() * left.length), 1);
		const verdict = await tryFault(fault!, place, listening);
		if (verdict.failures.length > 0 || !isValid(verdict)) {
			console.log(line(verdict));
		}
		verdicts.push(verdict);
	}
	await heaps.look();
	stopped?.close();
	return verdicts;
}

async function keep(results: object): Promise<void> {
	await mkdir('test/output', { recursive: true });
	await writeFile('test/output/faults.json', JSON.stringify(results, null, '\t'));
}

function line({ fault, failures, heldMs, backMs, silentMs, counts, ...delays }: Verdict): string {
	const { endToEndDelay, targetDelay } = delays;
	return (
		`${fault}: ${failures.length === 0 ? 'as expected' : failures.join('; ')}. Sound after ` +
		`${backMs.toFixed(0)} ms, ${silentMs.toFixed(0)} ms silent; ${moved(counts)}; end to end ` +
		`${endToEndDelay.toFixed(3)} s, target ${targetDelay.toFixed(3)} s; held up ${heldMs.toFixed(0)} ms`
	);
}

function moved(counts: Readonly<Record<string, number>>): string {
	return Object.entries(counts)
		.filter(([, count]) => count !== 0)
		.map(([counter, count]) => `${counter} +${count}`)
		.join(', ');
}

interface Row {
	readonly fault: string;
	readonly times: number;
	/** Seconds from when the way was whole again to sound, at most. */
	readonly worstBack: number;
	/** Growth in all. */
	readonly counts: Readonly<Record<string, number>>;
}

function summary(verdicts: readonly Verdict[]): Row[] {
	return FAULTS.map(({ name }) => {
		const own = verdicts.filter(({ fault }) => fault === name);
		const counts: Record<string, number> = {};
		for (const [counter, count] of own.flatMap((verdict) => Object.entries(verdict.counts))) {
			counts[counter] = (counts[counter] ?? 0) + count;
		}
		const worstBack = Math.max(0, ...own.map(({ backMs }) => backMs)) / 1000;
		return { fault: name, times: own.length, worstBack, counts };
	});
}

const COLUMNS: readonly Column<Row>[] = [
	{ title: 'fault', cell: ({ fault }) => fault, isText: true },
	{ title: 'times', cell: ({ times }) => String(times) },
	{ title: 'sound after, s, at most', cell: ({ worstBack }) => worstBack.toFixed(2) },
	{ title: 'counted', cell: ({ counts }) => moved(counts), isText: true },
];
