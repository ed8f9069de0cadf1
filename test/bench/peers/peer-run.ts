// One player through one case in a browser of its own: what was sent, what was heard, what it cost.
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findBrowser } from '../../../build/browser.mjs';
import { sampleEncoder } from '../../../src/node/index.js';
import { ContextClock } from '../../support/context-clock.js';
import { ISOLATED, startPageServer, type PageServer } from '../../support/page-server.js';
import { planeFromBase64 } from '../../support/plane-from-base64.js';
import { analyse } from './analyser.js';
import { FRAME_MS, type BenchCase } from './cases.js';
import { CostMeter } from './cost-meter.js';
import { hasKeptUp } from './machine-gate.js';
import type { CostFigures, PeerRun, PlayerDescription } from './results.js';
import { StreamServer } from './stream-server.js';
import { TONE_RATE, toneCode } from './tone-code.js';

/** Milliseconds from a connection to the first frame. */
const LEAD_MS = 300;

/** Milliseconds after the first frame from which on the cost is counted: the player runs. */
const COUNTED_FROM_MS = 1000;

/** Milliseconds of recording after the last frame. */
const TAIL_MS = 800;

const MOST_TRIES = 5;

/** Chromium's own behaviour where puppeteer would switch it off: hidden pages are throttled. */
const AS_USERS_HAVE_IT = [
	'--disable-background-timer-throttling',
	'--disable-backgrounding-occluded-windows',
	'--disable-renderer-backgrounding',
];

interface TapRecording {
	/** Base64 of float32. */
	readonly planes: readonly string[];
	/** Of each render call, milliseconds since 1970. */
	readonly dates: readonly number[];
}

interface Taken {
	readonly startedAt: number;
	readonly recordings: readonly TapRecording[];
	readonly cost: CostFigures;
}

/** @param seconds of the stream */
export async function peerRun(
	one: BenchCase,
	player: PlayerDescription,
	run: number,
	seconds = one.seconds,
): Promise<PeerRun> {
	for (let tries = 1; ; tries++) {
		const result = await attempt(one, player, seconds);
		const isValid = hasKeptUp(result.lostMs, result.sendLatenessMs);
		if (isValid || tries === MOST_TRIES) {
			return {
				caseName: one.name,
				player: player.name,
				run,
				seed: one.seed,
				tries,
				isValid,
				...result,
			};
		}
	}
}

type Outcome = Omit<PeerRun, 'caseName' | 'player' | 'run' | 'seed' | 'tries' | 'isValid'>;

async function attempt(
	one: BenchCase,
	player: PlayerDescription,
	seconds: number,
): Promise<Outcome> {
	const { arrivalMs, capturedMs } = one.arrivals(seconds);
	const frameLength = (TONE_RATE * FRAME_MS) / 1000;
	const bytes = encoded(player, (arrivalMs.length * FRAME_MS) / 1000);
	const frameBytes = bytes.length / arrivalMs.length;
	if (frameBytes !== Math.round(frameBytes) || frameBytes % frameLength !== 0) {
		throw new Error(`Expected whole frames, got ${bytes.length} bytes in ${arrivalMs.length}.`);
	}
	const pages = await startPageServer();
	pages.headers = ISOLATED;
	const stream = await StreamServer.start({
		arrivalMs,
		bytes,
		frameBytes,
		leadMs: LEAD_MS,
		outage: one.outage,
	});
	const browser = await launch();
	try {
		const { startedAt, recordings, cost } = await take(browser, pages, stream, one, player);
		const clocks = recordings.map(({ dates }) => new ContextClock(dates, TONE_RATE));
		const heard = recordings.map(({ planes }, i) =>
			analyse(
				{ plane: planeFromBase64(planes[0]!), clock: clocks[i]! },
				{ sentMs: stream.streams.get(String(i))!.sentMs, capturedMs, frameMs: FRAME_MS },
			),
		);
		return {
			firstSoundMs: Math.max(...heard.map(({ firstSoundAt }) => firstSoundAt)) - startedAt,
			heard,
			cost,
			lostMs: Math.max(...clocks.map(({ lostMs }) => lostMs)),
			sendLatenessMs: stream.latenessMs,
		};
	} finally {
		await browser.close();
		await stream.close();
		await pages.close();
	}
}

/** The time code as the player takes it. */
function encoded({ sampleFormat, channels }: PlayerDescription, seconds: number): Uint8Array {
	const signal = toneCode(seconds);
	const encode = sampleEncoder({
		sampleRate: TONE_RATE,
		sampleFormat,
		channels,
		byteOrder: 'little',
	});
	return encode(
		Array.from({ length: channels }, () => signal),
		signal.length,
	);
}

function launch(): Promise<Browser> {
	const executablePath = findBrowser();
	return puppeteer.launch({
		...(executablePath === undefined ? { channel: 'chrome' } : { executablePath }),
		args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
		ignoreDefaultArgs: AS_USERS_HAVE_IT,
	});
}

async function take(
	browser: Browser,
	pages: PageServer,
	stream: StreamServer,
	one: BenchCase,
	player: PlayerDescription,
): Promise<Taken> {
	const page = await browser.newPage();
	const problems: string[] = [];
	page.on('pageerror', (error) => problems.push(String(error)));
	await page.goto(
		`http://127.0.0.1:${pages.port}/test/bench/peers/page/peer.html?player=${player.name}`,
	);
	await page.waitForFunction('"bench" in window');
	const meter = await CostMeter.of(browser, page);
	await meter.prepare();
	const { startedAt } = (await call(page, 'start', {
		url: stream.url,
		sampleRate: TONE_RATE,
		streams: one.streams,
	})) as { startedAt: number };
	const beginMs = await firstDue(stream, one.streams);
	const disturbed = disturb(browser, page, one, beginMs);
	disturbed.catch(() => undefined);
	await until(beginMs + COUNTED_FROM_MS);
	await meter.begin();
	await stream.done();
	await new Promise((resolve) => setTimeout(resolve, TAIL_MS));
	await disturbed;
	await meter.end();
	const recordings: TapRecording[] = [];
	for (let i = 0; i < one.streams; i++) {
		recordings.push(...((await call(page, 'report', i)) as TapRecording[]));
	}
	await call(page, 'stop');
	await page.goto('about:blank');
	const cost = await meter.figures();
	if (problems.length > 0) {
		throw new Error(`${player.name} failed in ${one.name}: ${problems.join('; ')}`);
	}
	return { startedAt, recordings, cost };
}

async function disturb(
	browser: Browser,
	page: Page,
	{ disturbance }: BenchCase,
	beginMs: number,
): Promise<void> {
	const { blockMs = 0, atMs = 0, everyMs, isHidden = false } = disturbance;
	await until(beginMs + atMs);
	if (isHidden) {
		await (await browser.newPage()).bringToFront();
		if ((await page.evaluate('document.visibilityState')) !== 'hidden') {
			throw new Error('Expected the page to be hidden behind another tab.');
		}
	} else if (everyMs !== undefined) {
		await call(page, 'blockEvery', blockMs, everyMs);
	} else if (blockMs > 0) {
		await call(page, 'block', blockMs);
	}
}

/** When the first frame of the stream that connected last is due. */
async function firstDue(stream: StreamServer, streams: number): Promise<number> {
	const GIVE_UP_MS = 10_000;
	const from = Date.now();
	while (stream.streams.size < streams) {
		if (Date.now() - from > GIVE_UP_MS) {
			throw new Error(`Expected ${streams} connections, got ${stream.streams.size}.`);
		}
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	return Math.max(...[...stream.streams.values()].map(({ dueMs }) => dueMs[0]!));
}

function until(systemMs: number): Promise<void> {
	const wait = systemMs - (performance.timeOrigin + performance.now());
	return new Promise((resolve) => setTimeout(resolve, wait));
}

function call(page: Page, method: string, ...values: unknown[]): Promise<unknown> {
	const texts = values.map((value) => JSON.stringify(value)).join(', ');
	return page.evaluate(`window.bench.${method}(${texts})`);
}
