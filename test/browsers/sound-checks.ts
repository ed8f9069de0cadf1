// That what is sent is heard, as it was sent.
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { exactPlane, noise } from '../support/noise.js';
import { ISOLATED } from '../support/page-server.js';
import { bytesSource, waitingSender } from '../support/waiting-sender.js';
import { AS_PROMISED, type Check } from './check.js';
import { AMPLITUDE, FADE_SECONDS, FREQUENCY, STEADY, type Stage, type Stand } from './stand.js';
import type { Take } from './take.js';

const SEED = 20_261_122;
const SECONDS = 2;
const CHANNELS = 2;

/** Hz, of a stream that no device has. */
const LOW_RATE = 16_000;
const MOST_THD_N_DB = -100;

interface Sent {
	readonly samples: Int32Array;
	readonly bytes: Uint8Array;
}

function noiseFor({ rate }: Stand): Sent {
	const samples = noise(SECONDS * rate, CHANNELS, SEED);
	return { samples, bytes: new Uint8Array(samples.buffer) };
}

/** Every sample of the noise, once, and nothing else. */
async function expectExact(stage: Stage, { samples }: Sent): Promise<Take> {
	await stage.until('["ended", "failed"].includes(player.state)');
	const take = await stage.end();
	expect(take.recording.state).toBe('ended');
	expect(take.stat('concealedSamples')).toBe(0);
	for (let channel = 0; channel < CHANNELS; channel++) {
		const plane = exactPlane(samples, CHANNELS, channel);
		const fade = Math.ceil(FADE_SECONDS * take.rate);
		const passages = take.passages(plane, channel);
		expect(passages).toHaveLength(1);
		expect(passages[0]!.from).toBeLessThanOrEqual(fade);
		expect(passages[0]!.to).toBeGreaterThanOrEqual(plane.length - fade);
	}
	return take;
}

/** Over a WebSocket of the page's server. */
async function playExact(
	stand: Stand,
	protocol: 'raw' | 'framed',
	headers: Readonly<Record<string, string>> = {},
): Promise<Take> {
	const sent = noiseFor(stand);
	stand.serve(() => bytesSource(sent.bytes, { sampleRate: stand.rate }));
	const format = protocol === 'raw' ? { format: { sampleRate: stand.rate } } : {};
	const stage = await stand.play(
		{ url: '/audio', options: { ...format, protocol, latency: STEADY } },
		{ headers },
	);
	return expectExact(stage, sent);
}

export const SOUND_CHECKS: readonly Check[] = [
	{
		title: 'raw s32 over a WebSocket: every sample exact at equal rates',
		run: async (stand) => {
			const take = await playExact(stand, 'raw');
			expect(take.transport).toBe('worker/message-port/audio-worklet');
			return AS_PROMISED;
		},
	},
	{
		title: 'framed over a WebSocket: every sample exact at equal rates',
		run: async (stand) => {
			const take = await playExact(stand, 'framed');
			expect(take.events('format')).toHaveLength(1);
			return AS_PROMISED;
		},
	},
	{
		title: 'framed over HTTP: every sample exact at equal rates',
		run: async (stand) => {
			const sent = noiseFor(stand);
			const sender = waitingSender(bytesSource(sent.bytes, { sampleRate: stand.rate }));
			const port = await stand.openPort(() => sender);
			const options = { protocol: 'framed', latency: STEADY };
			const stage = await stand.play({ url: port.httpUrl, options });
			expect(await stage.ask('return player.stats.transport;')).toBe(
				'worker/message-port/audio-worklet/http',
			);
			await expectExact(stage, sent);
			return AS_PROMISED;
		},
	},
	{
		title: 'the same on a cross-origin isolated page; `stats.transport`',
		run: async (stand) => (await playExact(stand, 'raw', ISOLATED)).transport,
		differences: {
			Chromium: 'worker/shared-memory/audio-worklet',
			Firefox: 'shared-worker/message-port/audio-worklet',
			WebKitGTK: 'worker/message-port/audio-worklet',
		},
		answer: 'Firefox: see the blocked page below; WebKitGTK has no `SharedArrayBuffer`',
	},
	{
		title: `${LOW_RATE / 1000} kHz resampled: THD+N below ${MOST_THD_N_DB} dB, no click`,
		run: async (stand) => {
			stand.serve(() => stand.tone(LOW_RATE));
			// As it is: what is looked at is the conversion, not how the delay is led.
			const options = { format: { sampleRate: LOW_RATE }, latency: STEADY, mode: 'complete' };
			const stage = await stand.play({ url: '/audio', options });
			await wait(2000);
			const take = await stage.end();
			expect(take.stat('concealedSamples')).toBe(0);
			expect(take.clicks(FREQUENCY, AMPLITUDE)).toBe(0);
			expect(take.amplitude).toBeCloseTo(AMPLITUDE, 3);
			expect(take.thdPlusNoiseDb(FREQUENCY)).toBeLessThan(MOST_THD_N_DB);
			return AS_PROMISED;
		},
	},
];
