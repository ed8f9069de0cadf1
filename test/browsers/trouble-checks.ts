// What is heard when the network, the server or the page fails.
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { ISOLATED } from '../support/page-server.js';
import type { StreamPort } from '../support/stream-port.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitingSender } from '../support/waiting-sender.js';
import { AS_PROMISED, type Check } from './check.js';
import {
	AMPLITUDE,
	FREQUENCY,
	STEADY,
	type Stage,
	type Stand,
	type StageOptions,
} from './stand.js';
import type { Take } from './take.js';

/** Milliseconds of play before and after what happens, and for which nothing arrives or there is no server. */
const BEFORE_MS = 600;
const AFTER_MS = 1500;
const STALL_MS = 1000;
const OUTAGE_MS = 500;

/** For which the page's main thread is held. */
const BLOCK_MS = 2000;

/** Milliseconds in which a player whose page hears of things late still says how it stands. */
const AFTER_BLOCK_MS = 1000;

/** What a live stream may be behind soon after. */
const MOST_BEHIND_SECONDS = 1;

const HEARD = 'heard, and recovered from without a click';

/** Of a page that is blocked: what came late is not caught up with, but skipped. */
const LIVE = { ...STEADY, profile: 'live' };

/** A framed tone on a port of its own. @param hasHttp whether players are told that it is there over HTTP, too */
async function tonePort(stand: Stand, hasHttp = false): Promise<StreamPort> {
	const sender = waitingSender(stand.tone(), { hasHttp });
	stand.atEnd(() => sender.close());
	return stand.openPort(() => sender);
}

/** It plays on, and nothing of what happened was a click. */
function expectRecovered(take: Take): void {
	expect(take.recording.state).toBe('playing');
	expect(take.clicks(FREQUENCY, AMPLITUDE)).toBe(0);
	expect(take.amplitude).toBeCloseTo(AMPLITUDE, 2);
	expect(take.stat('bufferLevel')).toBeLessThan(MOST_BEHIND_SECONDS);
}

/** Holds the page's main thread while it plays. @returns whether that was heard. */
async function block(
	stand: Stand,
	start: StageOptions,
	headers: Readonly<Record<string, string>> = {},
): Promise<string> {
	const stage = await stand.play(start, { headers });
	await wait(BEFORE_MS);
	await holdPage(stage);
	await wait(AFTER_BLOCK_MS);
	const take = await stage.end();
	expectRecovered(take);
	console.log(
		`${stand.driver.version}: blocked for ${BLOCK_MS} ms, ` +
			`${((1000 * take.stat('concealedSamples')) / take.rate).toFixed(0)} ms concealed, ` +
			take.transport,
	);
	return take.stat('concealedSamples') === 0 ? AS_PROMISED : HEARD;
}

function holdPage(stage: Stage): Promise<unknown> {
	return stage.ask(`harness.block(${BLOCK_MS});`);
}

export const TROUBLE_CHECKS: readonly Check[] = [
	{
		title: `nothing arrives for ${STALL_MS / 1000} s: \`waiting\`, then \`playing\`, no click`,
		run: async (stand) => {
			stand.serve(() => stand.tone());
			const proxy = await TcpProxy.open(stand.pages.port);
			stand.atEnd(() => proxy.close());
			const url = `ws://127.0.0.1:${proxy.port}/audio`;
			const stage = await stand.play({ url, options: { format: { sampleRate: stand.rate } } });
			await wait(BEFORE_MS);
			proxy.hold();
			await wait(STALL_MS);
			proxy.release();
			await wait(AFTER_MS);
			const take = await stage.end();
			expectRecovered(take);
			expect(take.events('waiting')).toHaveLength(1);
			expect(take.events('playing')).toHaveLength(2);
			expect(take.stat('reconnects')).toBe(0);
			return AS_PROMISED;
		},
	},
	{
		title: `the server is killed and back after ${OUTAGE_MS / 1000} s: plays again, no click`,
		run: async (stand) => {
			const port = await tonePort(stand);
			const stage = await stand.play({ url: port.url, options: { protocol: 'framed' } });
			await wait(BEFORE_MS);
			await port.goDown();
			await wait(OUTAGE_MS);
			await port.comeBack();
			await wait(AFTER_MS);
			const take = await stage.end();
			expectRecovered(take);
			expect(take.events('waiting')).toHaveLength(1);
			expect(take.stat('reconnects')).toBe(1);
			return AS_PROMISED;
		},
	},
	{
		title: `main thread blocked for ${BLOCK_MS / 1000} s, WebSocket: not heard`,
		run: (stand) => {
			stand.serve(() => stand.tone());
			const format = { sampleRate: stand.rate };
			return block(stand, { url: '/audio', options: { format, latency: LIVE } });
		},
		differences: { Firefox: HEARD, WebKitGTK: HEARD },
		answer:
			'they hold up a Worker’s WebSocket with the page: in Firefox, isolate the page or offer HTTP; a longer delay covers what is shorter than it',
	},
	{
		title: `… on a cross-origin isolated page`,
		run: (stand) => {
			stand.serve(() => stand.tone());
			const format = { sampleRate: stand.rate };
			return block(stand, { url: '/audio', options: { format, latency: LIVE } }, ISOLATED);
		},
		differences: { WebKitGTK: HEARD },
		answer:
			'in Firefox the receiver lives in a SharedWorker there; WebKitGTK holds up all networking',
	},
	{
		title: `… the server offers HTTP beside the WebSocket`,
		run: async (stand) => {
			const { url } = await tonePort(stand, true);
			return block(stand, { url, options: { protocol: 'framed', latency: LIVE } });
		},
		differences: { WebKitGTK: HEARD },
		answer: 'in Firefox the media is taken from there; as above',
	},
];
