// What a page may be like, and what engines have.
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { AS_PROMISED, type Check } from './check.js';
import { LAN_HOST } from './driver.js';
import { AMPLITUDE, FREQUENCY, STEADY, type PagePlan, type Stage, type Stand } from './stand.js';
import type { Take } from './take.js';

/** Milliseconds listened to. */
const LISTEN_MS = 1000;

/** Milliseconds after which a player without a gesture has said so. */
const REFUSAL_MS = 1500;

/** Milliseconds out of sight: timers of hidden pages run once a second. */
const HIDDEN_MS = 2500;

/** What a page does on its main thread now and then, and between: milliseconds. */
const WORK_MS = 30;
const LEISURE_MS = 137;
const WORKS = 6;

/** Milliseconds between the looks of a page's clock, and from one to the next at most: a block of 2048 sample frames at
 * 48 kHz takes 43. More is not the page's work. */
const CLOCK_MS = 5;
const MOST_CLOCK_MS = WORK_MS + CLOCK_MS + 6;

const WITH_OWN_FILES = { workletUrl: '/dist/worklet.js', workerUrl: '/dist/worker.js' };

function optionsFor(stand: Stand, options: object = {}): object {
	stand.serve(() => stand.tone());
	return { format: { sampleRate: stand.rate }, latency: STEADY, ...options };
}

/** A tone on such a page. */
async function listen(stand: Stand, plan: PagePlan, options?: object): Promise<Take> {
	const start = { url: '/audio', options: optionsFor(stand, options) };
	const stage = await stand.play(start, plan);
	await wait(LISTEN_MS);
	return expectTone(stage);
}

async function expectTone(stage: Stage): Promise<Take> {
	const take = await stage.end();
	expect(take.soundSeconds).toBeGreaterThan(LISTEN_MS / 2000);
	expect(take.amplitude).toBeCloseTo(AMPLITUDE, 2);
	expect(take.clicks(FREQUENCY, AMPLITUDE)).toBe(0);
	expect(take.stat('concealedSamples')).toBe(0);
	return take;
}

export const PAGE_CHECKS: readonly Check[] = [
	{
		title: 'no sound before a click: `autoplay-blocked`, then plays with the click',
		run: async (stand) => {
			const start = { url: '/audio', options: optionsFor(stand), onClick: false };
			const stage = await stand.open(start);
			await wait(REFUSAL_MS);
			await stage.click();
			await stage.until('player.state === "playing"');
			await wait(LISTEN_MS);
			const take = await stage.end();
			expect(take.events('error').map(({ detail }) => detail)).toEqual(['autoplay-blocked']);
			expect(take.events('playing')).toHaveLength(1);
			expect(take.clicks(FREQUENCY, AMPLITUDE)).toBe(0);
			return AS_PROMISED;
		},
	},
	{
		title: `plain http on a LAN, the page works for ${WORK_MS} ms at a time: a ScriptProcessorNode plays, no click`,
		run: async (stand) => {
			const start = { url: '/audio', options: optionsFor(stand) };
			const stage = await stand.play(start, { host: LAN_HOST });
			const longest = await stage.ask<number>(`
				let last = performance.now();
				let longest = 0;
				setInterval(() => {
					const now = performance.now();
					longest = Math.max(longest, now - last);
					last = now;
				}, ${CLOCK_MS});
				for (let i = 0; i < ${WORKS}; i++) {
					await new Promise((resolve) => setTimeout(resolve, ${LEISURE_MS}));
					harness.block(${WORK_MS});
				}
				await new Promise((resolve) => setTimeout(resolve, ${2 * LEISURE_MS}));
				return longest;`);
			if (longest > MOST_CLOCK_MS) {
				stand.pageWasLate();
			}
			const take = await expectTone(stage);
			expect(take.transport).toBe('worker/message-port/script-processor');
			return AS_PROMISED;
		},
	},
	{
		title: 'strict CSP with `workletUrl` and `workerUrl`',
		run: async (stand) => {
			const policy = "default-src 'self'";
			const take = await listen(
				stand,
				{ headers: { 'Content-Security-Policy': policy } },
				WITH_OWN_FILES,
			);
			expect(take.transport).toBe('worker/message-port/audio-worklet');
			return AS_PROMISED;
		},
	},
	{
		title: 'strict CSP without them: `blocked-by-csp`',
		run: async (stand) => {
			const stage = await stand.open(
				{ url: '/audio', options: optionsFor(stand) },
				{ headers: { 'Content-Security-Policy': "default-src 'self'" } },
			);
			await stage.until('"player" in window');
			await stage.click();
			await stage.until('player.state === "failed"');
			const { recording } = await stage.end();
			const errors = recording.events.filter(({ type }) => type === 'error');
			expect(errors.map(({ detail }) => detail)).toEqual(['blocked-by-csp']);
			return AS_PROMISED;
		},
	},
	{
		title: 'a CSP without Workers: received on the main thread',
		run: async (stand) => {
			const policy = "worker-src 'none'";
			const take = await listen(stand, { headers: { 'Content-Security-Policy': policy } });
			expect(take.transport).toBe('main-thread/message-port/audio-worklet');
			return AS_PROMISED;
		},
	},
	{
		title: 'page hidden: plays on',
		run: async (stand) => {
			const start = { url: '/audio', options: optionsFor(stand) };
			const stage = await stand.play(start);
			expect(await stage.hide()).toBe(true);
			await wait(HIDDEN_MS);
			const take = await expectTone(stage);
			expect(take.events('waiting')).toEqual([]);
			return AS_PROMISED;
		},
	},
	{
		title: '`sinkId` of a device that is gone: plays on the system’s',
		run: async (stand) => {
			const stage = await stand.play({ url: '/audio', options: optionsFor(stand) });
			const options = JSON.stringify(optionsFor(stand, { sinkId: 'gone' }));
			return stage.ask<string>(`
				const { PcmPlayer } = await import('/dist/index.js');
				const other = new PcmPlayer('/audio', ${options});
				const outcome = await other.play().then(() => '${AS_PROMISED}', ({ code }) => code);
				await other.close();
				return outcome;`);
		},
		differences: { Firefox: 'unsupported', WebKitGTK: 'unsupported' },
		answer: 'no `AudioContext.setSinkId`: `play()` rejects',
	},
	{
		title: '`stats.deviceUnderruns`',
		run: async (stand) => {
			const stage = await stand.play({ url: '/audio', options: optionsFor(stand) });
			const isTold = await stage.ask<boolean>('return player.stats.deviceUnderruns !== null;');
			return isTold ? AS_PROMISED : 'null';
		},
		differences: { Firefox: 'null', WebKitGTK: 'null' },
		answer: 'no `AudioContext.playbackStats`',
	},
];
