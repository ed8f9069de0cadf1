// The same page in Firefox, whose Worker WebSockets stall with the page: the receiver lives in a SharedWorker where
// that helps, and the media comes over HTTP where the server offers it. Needs firefox-esr and pulseaudio.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToneSource } from '../../src/node/index.js';
import { findSineClicks } from '../support/click-detector.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { planeFromBase64 } from '../support/plane-from-base64.js';
import { serve } from '../support/play.js';
import { haveAll, startSoundCard, type SoundCard } from '../support/sound-card.js';
import { steadily, type Gate } from '../support/steadily.js';
import { StreamPort } from '../support/stream-port.js';
import type { Recording, StartOptions } from '../support/test-page.js';
import { waitingSender } from '../support/waiting-sender.js';

const RATE = 16_000;
/** Hz, of the harness's context. */
const CONTEXT_RATE = 48_000;

const FREQUENCY = 440;
const LEVEL_DB = -12;
const AMPLITUDE = 10 ** (LEVEL_DB / 20);

/** What would tell of a blocked page. */
const INTERRUPTIONS = [
	'concealedSamples',
	'silentConcealedSamples',
	'concealmentEvents',
	'discardedSamples',
	'framesLost',
	'reconnects',
] as const;

/** How long the main thread is held, and how often in one run. */
const BLOCK_MS = 2000;
const BLOCKS = 4;

/** What holds up a busy machine is covered; what holds up the page is ten times as long. */
const LATENCY = { min: 0.2, max: 0.2 };

const RAW: StartOptions = {
	url: '/audio',
	options: { format: { sampleRate: RATE }, latency: LATENCY },
};

const GATE: Gate = { mostLateMs: 50, mostRuns: 4 };

const isPossible = haveAll('firefox-esr', 'pulseaudio');

type Stats = Recording['stats'];

interface Run {
	/** When it had played for a second, before anything held up the page. */
	readonly before: Stats;
	/** A second after the last time. */
	readonly recording: Recording;
	/** By how much a timer of this process, which serves the stream, was late at most: milliseconds. */
	readonly lateMs: number;
}

describe.skipIf(!isPossible && process.env['CI'] === undefined)('Firefox', () => {
	let card: SoundCard;
	let browser: Browser;
	let server: PageServer;

	beforeAll(async () => {
		card = await startSoundCard();
		browser = await puppeteer.launch({
			browser: 'firefox',
			executablePath: '/usr/bin/firefox-esr',
			headless: true,
			env: { ...process.env, ...card.variables },
			extraPrefsFirefox: { 'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0 },
		});
		server = await startPageServer();
		server.onSocket = serve(tone);
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
		card.close();
	});

	function tone(): ToneSource {
		return new ToneSource({ sampleRate: RATE }, { frequency: FREQUENCY, levelDb: LEVEL_DB });
	}

	/** Plays on a new page, whose main thread is blocked `blocks` times with a second between. */
	async function playOnce(isolated: boolean, blocks: number, start: StartOptions): Promise<Run> {
		server.headers = isolated ? ISOLATED : {};
		const page: Page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${server.port}/`);
		await page.waitForFunction('"harness" in window');
		const loop = monitorEventLoopDelay({ resolution: 5 });
		loop.enable();
		const before = await ask<Stats>(
			page,
			`const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
			await harness.start(${JSON.stringify(start)});
			await pause(1000);
			const before = player.stats;
			for (let i = 0; i < ${blocks}; i++) {
				harness.block(${BLOCK_MS});
				await pause(1000);
			}
			return before;`,
		);
		loop.disable();
		const { planes, ...rest } = await ask<Omit<Recording, 'planes'> & { planes: string[] }>(
			page,
			'return await harness.report();',
		);
		await ask(page, 'await harness.stop();');
		// page.close() may hang in headless Firefox 153.
		await page.goto('about:blank');
		const recording = { ...rest, planes: planes.map(planeFromBase64) };
		return { before, recording, lateMs: loop.max / 1e6 };
	}

	function play(isolated: boolean, blocks: number): Promise<Run> {
		return steadily(GATE, () => playOnce(isolated, blocks, RAW), lateOf);
	}

	/** Plays a framed stream on an ordinary page. */
	function playFramed(hasHttp: boolean, blocks: number): Promise<Run> {
		const run = async (): Promise<Run> => {
			const sender = waitingSender(tone(), { hasHttp });
			const port = await StreamPort.open({ stream: () => sender });
			const options = { protocol: 'framed', latency: LATENCY };
			const heard = await playOnce(false, blocks, { url: port.url, options });
			sender.close();
			await port.goDown();
			return heard;
		};
		return steadily(GATE, run, lateOf);
	}

	it('conceals nothing while the main thread of an isolated page is blocked for 2 s', async () => {
		const { recording } = await play(true, 1);
		expect(recording.stats['transport']).toBe('shared-worker/message-port/audio-worklet');
		expect(recording.stats['concealedSamples']).toBe(0);
		expect(recording.state).toBe('playing');
		expect(playedSeconds(recording)).toBeGreaterThan(3);
	});

	it('plays on an ordinary page', async () => {
		const { recording } = await play(false, 0);
		expect(recording.stats['transport']).toBe('worker/message-port/audio-worklet');
		expect(recording.state).toBe('playing');
		expect(recording.stats['concealedSamples']).toBe(0);
	});

	it(`takes HTTP where the server has it: an ordinary page blocked ${BLOCKS} times for 2 s is not heard`, async () => {
		const { before, recording } = await playFramed(true, BLOCKS);
		const { stats, events, planes } = recording;
		console.log(
			`${stats['transport']}: blocked for ${(BLOCKS * BLOCK_MS) / 1000} of ` +
				`${playedSeconds(recording).toFixed(1)} s, ${stats['concealedSamples']} samples concealed`,
		);
		expect(before['transport']).toBe('worker/message-port/audio-worklet/http');
		expect(stats['transport']).toBe('worker/message-port/audio-worklet/http');
		for (const name of INTERRUPTIONS) {
			expect(`${name}: ${stats[name]}`).toBe(`${name}: 0`);
		}
		expect(events.filter(({ type }) => type === 'waiting')).toEqual([]);
		expect(recording.state).toBe('playing');
		expect(playedSeconds(recording)).toBeGreaterThan((BLOCKS * (BLOCK_MS + 1000)) / 1000);
		expect(findSineClicks(planes[0]!, CONTEXT_RATE, FREQUENCY, AMPLITUDE)).toEqual([]);
	});

	it('hears the blocked page where the server has the WebSocket alone', async () => {
		const { before, recording } = await playFramed(false, 1);
		expect(recording.stats['transport']).toBe('worker/message-port/audio-worklet');
		const [concealed, earlier] = [recording.stats, before].map(({ concealedSamples }) =>
			Number(concealedSamples),
		) as [number, number];
		expect((concealed - earlier) / CONTEXT_RATE).toBeGreaterThan(1);
	});
});

/** What `body` returns, run on the page. */
async function ask<T>(page: Page, body: string): Promise<T> {
	const answer = await page.evaluate(
		`(async () => { ${body} })().then((value) => JSON.stringify(value ?? null))`,
	);
	return JSON.parse(answer as string) as T;
}

function lateOf({ lateMs }: Run): number {
	return lateMs;
}

function playedSeconds({ stats }: Recording): number {
	return Number(stats['jitterBufferEmittedCount']) / CONTEXT_RATE;
}
