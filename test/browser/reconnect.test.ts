// Connections that are lost or die, over real sockets: what is heard of it.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fanout, systemClock, ToneSource, type StreamFormat } from '../../src/node/index.js';
import { sourcePump } from '../../src/node/pump/source-pump.js';
import { BrowserRig } from '../support/browser-rig.js';
import { exactPassages } from '../support/exact-passages.js';
import { exactPlane, noise } from '../support/noise.js';
import { random } from '../support/random.js';
import { Session } from '../support/session.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { epochMs } from '../support/trace-server.js';
import { bytesSource, waitingSender } from '../support/waiting-sender.js';

const RATE = 48_000;
const FORMAT: StreamFormat = {
	sampleRate: RATE,
	sampleFormat: 's32',
	channels: 2,
	byteOrder: 'little',
};
const FRAME_MS = 20;
const FREQUENCY = 440;
const LEVEL_DB = -6;
const AMPLITUDE = 0.502;
const SEED = 20_261_121;

/** Sample frames that a fade, or the crossfade from what was made up, may touch: 5 ms. */
const FADE = 240;

/** Kills of the server's process; milliseconds of play before each, and until it is back; and from then to sound. */
const KILLS = 3;
const PLAY_MS = [1800, 2300] as const;
const OUTAGE_MS = [400, 1000] as const;
const MOST_SILENT_MS = 1500;

/** Milliseconds away of a stream that must be played whole, and of a live one, that a fixed delay covers (s). */
const AWAY_MS = 2000;
const RESET_MS = 50;
const COVERING_DELAY = 0.4;

/** Of a connection that is open and dead: the player's idleTimeout, s, and until it plays again, ms. */
const IDLE_SECONDS = 1;
const MOST_DEAD_MS = 2500;

describe('connections that fail', () => {
	let rig: BrowserRig;

	beforeAll(async () => {
		rig = await BrowserRig.open();
	});
	afterAll(() => rig.close());

	it(`plays again after each of ${KILLS} kills of its server`, async () => {
		let fanout = new Fanout(FORMAT);
		const pump = sourcePump(tone(), FRAME_MS, systemClock, {
			onPcm: (pcm, captureTime) => fanout.broadcast(pcm, captureTime),
			onEnd: () => undefined,
		});
		pump.start();
		rig.atEnd(() => pump.stop());
		const port = await rig.openPort({ stream: () => fanout });
		const test = await rig.play(port.url);
		const uniform = random(SEED);
		const between = ([least, most]: readonly [number, number]): number =>
			least + uniform() * (most - least);
		const returns: number[] = [];
		for (let kill = 0; kill < KILLS; kill++) {
			await wait(between(PLAY_MS));
			await port.goDown();
			await wait(between(OUTAGE_MS));
			// Another process knows nothing of the run before.
			fanout = new Fanout(FORMAT);
			await port.comeBack();
			returns.push(epochMs());
		}
		await wait(PLAY_MS[0]);
		const session = await Session.end(test);
		const silentMs = returns.map((at) => session.soundAfter(at) - at);
		console.log(
			`sound ${silentMs.map((ms) => ms.toFixed(0)).join(', ')} ms after the server's return ` +
				`(bound ${MOST_SILENT_MS})`,
		);
		expect(Math.max(...silentMs)).toBeLessThanOrEqual(MOST_SILENT_MS);
		expect(session.clicks(FREQUENCY, AMPLITUDE)).toEqual([]);
		expect(session.stat('reconnects')).toBe(KILLS);
		expect(session.stat('malformedMessages')).toBe(0);
		expect(session.events('open')).toHaveLength(KILLS + 1);
		expect(session.events('waiting')).toHaveLength(KILLS);
		const round = ['connecting', 'buffering', 'playing'];
		expect(session.states).toEqual(Array.from({ length: KILLS + 1 }, () => round).flat());
	});

	it(`plays every sample once after ${AWAY_MS} ms away in complete mode`, async () => {
		const sent = noise(5 * RATE, 2, SEED);
		const sender = waitingSender(bytesSource(new Uint8Array(sent.buffer), FORMAT));
		const port = await rig.openPort({ stream: () => sender });
		const test = await rig.play(port.url, { mode: 'complete' });
		await wait(1000);
		await port.goDown();
		await wait(AWAY_MS);
		await port.comeBack();
		await test.untilState('ended', 'failed');
		const session = await Session.end(test);
		const total = sent.length / 2;
		console.log(
			`${session.stat('framesRecovered')} frames repeated after ${AWAY_MS} ms away, ` +
				`${session.stat('framesLost')} lost; ${session.concealedMs} ms concealed; ` +
				`${session.stat('jitterBufferEmittedCount')} of ${total} sample frames played`,
		);
		for (const channel of [0, 1]) {
			const plane = exactPlane(sent, 2, channel);
			const [first, second, ...others] = exactPassages(session.recording.planes[channel]!, plane);
			expect(others).toEqual([]);
			expect(first!.from).toBeLessThanOrEqual(FADE);
			// What is neither in the one nor in the other is in the crossfade from what was made up.
			expect(second!.from).toBeGreaterThanOrEqual(first!.to);
			expect(second!.from - first!.to).toBeLessThanOrEqual(FADE);
			expect(second!.to).toBeGreaterThanOrEqual(total - FADE);
		}
		expect(session.recording.state).toBe('ended');
		expect(session.stat('framesLost')).toBe(0);
		expect(session.stat('framesRecovered')).toBeGreaterThanOrEqual(AWAY_MS / FRAME_MS);
		expect(session.stat('jitterBufferEmittedCount')).toBe(total);
		expect(session.stat('discardedSamples')).toBe(0);
		expect(session.stat('reconnects')).toBe(1);
	});

	it('conceals nothing that its delay covers when a live connection is reset', async () => {
		const sent = noise(8 * RATE, 2, SEED);
		const sender = waitingSender(bytesSource(new Uint8Array(sent.buffer), FORMAT));
		const port = await rig.openPort({ stream: () => sender });
		const latency = { min: COVERING_DELAY, max: COVERING_DELAY };
		const tests = [await rig.play(port.url, { latency }), await rig.play(port.url)];
		await wait(1500);
		await port.goDown();
		await wait(RESET_MS);
		await port.comeBack();
		await wait(1500);
		const covered = await Session.end(tests[0]!);
		const learned = await Session.end(tests[1]!);
		for (const session of [covered, learned]) {
			console.log(
				`connection reset, ${RESET_MS} ms without a server: at a delay of ` +
					`${(1000 * session.stat('targetDelay')).toFixed(0)} ms ${session.concealedMs} ms concealed, ` +
					`${session.stat('framesRecovered')} frames recovered, ${session.stat('framesLost')} lost`,
			);
			expect(session.stat('reconnects')).toBe(1);
			expect(session.stat('framesRecovered')).toBeGreaterThan(0);
		}
		expect(covered.stat('concealedSamples')).toBe(0);
		expect(covered.stat('framesLost')).toBe(0);
		const passages = exactPassages(covered.recording.planes[0]!, exactPlane(sent, 2, 0));
		expect(passages).toHaveLength(1);
		expect(passages[0]!.to - passages[0]!.from).toBeGreaterThan(2.5 * RATE);
	});

	it('notices a connection that is open and dead, and plays again', async () => {
		const sender = waitingSender(tone());
		rig.atEnd(() => sender.close());
		const port = await rig.openPort({ stream: () => sender });
		const proxy = await TcpProxy.open(port.port);
		rig.atEnd(() => proxy.close());
		const url = port.url.replace(String(port.port), String(proxy.port));
		const test = await rig.play(url, { idleTimeout: IDLE_SECONDS });
		await wait(1000);
		const deadAt = epochMs();
		proxy.swallow();
		await wait(MOST_DEAD_MS + 500);
		const session = await Session.end(test);
		// What waited is played first.
		const playedAt = session.soundAfter(deadAt + IDLE_SECONDS * 500) - deadAt;
		console.log(
			`a dead connection: sound again after ${playedAt.toFixed(0)} ms (bound ${MOST_DEAD_MS})`,
		);
		expect(playedAt).toBeGreaterThan(IDLE_SECONDS * 1000);
		expect(playedAt).toBeLessThanOrEqual(MOST_DEAD_MS);
		expect(session.recording.state).toBe('playing');
		expect(session.stat('reconnects')).toBe(1);
		expect(session.clicks(FREQUENCY, AMPLITUDE)).toEqual([]);
		const reasons = session.events('close').map(({ detail }) => (detail as CloseDetail).reason);
		expect(reasons).toEqual([expect.stringMatching(/^nothing came for 1(\.\d)? s$/)]);
	});
});

interface CloseDetail {
	readonly reason: string;
}

function tone(): ToneSource {
	return new ToneSource(FORMAT, { frequency: FREQUENCY, levelDb: LEVEL_DB });
}
