// Two connections to two servers of one stream: a stall on either is not heard.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Impairment, PacedSender, Relay, ToneSource } from '../../src/node/index.js';
import type { HttpStream } from '../../src/node/index.js';
import { BrowserRig } from '../support/browser-rig.js';
import { Session } from '../support/session.js';
import type { StreamPort } from '../support/stream-port.js';

const FREQUENCY = 440;
const LEVEL_DB = -6;
const AMPLITUDE = 0.502;
const FRAME_MS = 20;

/** A stall of a path, and the playout delay of both players, ms. */
const STALL_MS = 400;
const DELAY_MS = 150;

/** Milliseconds from the end of one stall to the next. */
const CALM_MS = 1000;

describe('redundancy 2', () => {
	let rig: BrowserRig;

	beforeAll(async () => {
		rig = await BrowserRig.open();
	});
	afterAll(() => rig.close());

	/** A port whose WebSockets stall together. */
	async function openPath(stream: () => HttpStream | null): Promise<[StreamPort, () => void]> {
		const ways: Impairment[] = [];
		const port = await rig.openPort({
			stream,
			between: (socket) => {
				const way = new Impairment(socket);
				ways.push(way);
				return way;
			},
		});
		return [port, () => ways.forEach((way) => way.stallNow(STALL_MS))];
	}

	it('conceals nothing while one of two paths stalls', async () => {
		const source = new ToneSource(
			{ sampleRate: 48_000 },
			{ frequency: FREQUENCY, levelDb: LEVEL_DB },
		);
		const sender = new PacedSender(source, { frameMs: FRAME_MS });
		rig.atEnd(() => sender.close());
		sender.start();
		const inner = await rig.openPort({ stream: () => sender });
		const relay = new Relay(inner.url);
		rig.atEnd(() => relay.close());
		relay.start();
		const [direct, stallDirect] = await openPath(() => sender);
		const [mirror, stallMirror] = await openPath(() => relay.fanout);
		await expect.poll(() => relay.fanout).not.toBe(null);
		const latency = { min: DELAY_MS / 1000, max: DELAY_MS / 1000 };
		const tests = [
			await rig.play([direct.url, mirror.url], { latency, redundancy: 2 }),
			await rig.play(direct.url, { latency }),
		];
		await wait(CALM_MS / 2);
		for (const stall of [stallDirect, stallMirror]) {
			stall();
			await wait(STALL_MS + CALM_MS);
		}
		const both = await Session.end(tests[0]!);
		const alone = await Session.end(tests[1]!);
		console.log(
			`a stall of ${STALL_MS} ms at a delay of ${DELAY_MS} ms: ${alone.concealedMs} ms concealed with ` +
				`one path; with two, one on each: ${both.concealedMs} ms`,
		);
		expect(both.stat('connectionsOpen')).toBe(2);
		expect(both.stat('concealedSamples')).toBe(0);
		expect(both.stat('framesLost')).toBe(0);
		expect(both.states).toEqual(['connecting', 'buffering', 'playing']);
		expect(both.clicks(FREQUENCY, AMPLITUDE)).toEqual([]);
		// What the delay does not cover, less what playing slower meanwhile gains.
		expect(alone.concealedMs).toBeGreaterThan((STALL_MS - DELAY_MS) / 2);
		expect(alone.clicks(FREQUENCY, AMPLITUDE)).toEqual([]);
	});
});
