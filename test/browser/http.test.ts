// Streams as endless HTTP responses.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToneSource } from '../../src/node/index.js';
import { BrowserRig } from '../support/browser-rig.js';
import { exactPassages } from '../support/exact-passages.js';
import { exactPlane, noise } from '../support/noise.js';
import { Session } from '../support/session.js';
import type { TestPage } from '../support/test-page.js';
import { bytesSource, waitingSender } from '../support/waiting-sender.js';

const RATE = 48_000;
const FREQUENCY = 440;
const LEVEL_DB = -6;
const AMPLITUDE = 0.502;
const SEED = 20_261_121;

/** Sample frames a fade may touch at either end: 5 ms. */
const FADE = 240;

const TRANSPORT = 'worker/shared-memory/audio-worklet/http';

describe('a framed stream over HTTP', () => {
	let rig: BrowserRig;

	beforeAll(async () => {
		rig = await BrowserRig.open();
	});
	afterAll(() => rig.close());

	it('is played exactly', async () => {
		const sent = noise(3 * RATE, 2, SEED);
		const source = bytesSource(new Uint8Array(sent.buffer), { sampleRate: RATE });
		const sender = waitingSender(source);
		const port = await rig.openPort({ stream: () => sender });
		const test = await rig.play(port.httpUrl, { latency: { min: 0.4, max: 0.4 } });
		expect(await transportOf(test)).toBe(TRANSPORT);
		await test.untilState('ended', 'failed');
		const session = await Session.end(test);
		expect(session.recording.state).toBe('ended');
		expect(session.stat('concealedSamples')).toBe(0);
		for (const channel of [0, 1]) {
			const plane = exactPlane(sent, 2, channel);
			const passages = exactPassages(session.recording.planes[channel]!, plane);
			expect(passages).toHaveLength(1);
			expect(passages[0]!.from).toBeLessThanOrEqual(FADE);
			expect(passages[0]!.to).toBeGreaterThanOrEqual(plane.length - FADE);
		}
	});

	it('is asked for anew after a length that cannot be', async () => {
		const source = new ToneSource(
			{ sampleRate: RATE },
			{ frequency: FREQUENCY, levelDb: LEVEL_DB },
		);
		const sender = waitingSender(source);
		rig.atEnd(() => sender.close());
		const port = await rig.openPort({ stream: () => sender });
		const test = await rig.play(port.httpUrl);
		await wait(1000);
		port.responses.at(-1)!.write(Buffer.alloc(4, 0xff));
		await wait(1500);
		expect(await transportOf(test)).toBe(TRANSPORT);
		const session = await Session.end(test);
		expect(session.recording.state).toBe('playing');
		expect(session.stat('malformedMessages')).toBe(1);
		expect(session.stat('reconnects')).toBe(1);
		expect(session.events('error').map(({ detail }) => detail)).toEqual(['malformed']);
		expect(session.clicks(FREQUENCY, AMPLITUDE)).toEqual([]);
	});
});

function transportOf(test: TestPage): Promise<unknown> {
	return test.page.evaluate(
		() =>
			(window as unknown as { player: { stats: { transport: string } } }).player.stats.transport,
	);
}
