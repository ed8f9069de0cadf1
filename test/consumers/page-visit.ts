// Opens a page in Chromium, clicks its button and listens to its players.
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';
import type { PcmPlayer } from '../../src/index.js';
import { planeFromBase64 } from '../support/plane-from-base64.js';
import { toneHeard, type ToneHeard } from './tone-heard.js';

export interface Played {
	readonly transport: string | null;
	readonly heard: ToneHeard;
}

export interface PageVisit {
	readonly players: readonly Played[];
	/** How many AudioContexts the players have between them. */
	readonly contexts: number;
	/** Errors and warnings in the console, exceptions. */
	readonly problems: readonly string[];
	/** Bytes of the scripts that the page loads, gzip. */
	readonly scriptBytes: number;
}

/** Milliseconds until sound must run. */
const START_TIMEOUT = 15_000;

/** Samples listened to without a gap: 0.7 s. */
const WINDOW = 32_768;

interface Listened {
	readonly transport: string | null;
	readonly sampleRate: number;
	/** Base64 of float32. */
	readonly samples: string;
}

/** @param tones Hz, what each player plays */
export async function visitPage(
	browser: Browser,
	url: string,
	tones: readonly number[],
): Promise<PageVisit> {
	const page = await browser.newPage();
	try {
		const problems: string[] = [];
		page.on('pageerror', (error) => problems.push(String(error)));
		page.on('console', (message) => {
			if (message.type() === 'error' || message.type() === 'warning') {
				problems.push(message.text());
			}
		});
		const scripts = countScripts(page);
		await page.goto(url, { waitUntil: 'networkidle' });
		await page.click('button');
		await untilPlaying(page, tones.length, problems);
		const { listened, contexts } = await listen(page);
		return {
			players: listened.map(({ samples, sampleRate, ...rest }, i) => ({
				...rest,
				heard: toneHeard(planeFromBase64(samples), sampleRate, tones[i]!),
			})),
			contexts,
			problems,
			scriptBytes: await scripts(),
		};
	} finally {
		await page.close();
	}
}

/** @returns asks how much came until now */
function countScripts(page: Page): () => Promise<number> {
	const bodies: Promise<Buffer>[] = [];
	page.on('response', (response) => {
		// A Blob's was in another's body.
		if (response.request().resourceType() === 'script' && !response.url().startsWith('blob:')) {
			bodies.push(response.body());
		}
	});
	return async () => {
		const arrived = await Promise.all(bodies);
		return arrived.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
	};
}

async function untilPlaying(page: Page, count: number, problems: string[]): Promise<void> {
	const deadline = performance.now() + START_TIMEOUT;
	let states: string[] = [];
	while (states.length < count || states.some((state) => state !== 'playing')) {
		if (performance.now() > deadline || states.includes('failed')) {
			throw new Error(
				`Expected ${count} playing, got [${states.join(', ')}] at ${page.url()}. The page says:\n` +
					(problems.join('\n') || '(nothing)'),
			);
		}
		await page.waitForTimeout(100);
		states = await page.evaluate(() => {
			const { player, players } = window as { player?: PcmPlayer; players?: PcmPlayer[] };
			return (players ?? (player === undefined ? [] : [player])).map(({ state }) => state);
		});
	}
}

/** Listens to all at once. */
function listen(page: Page): Promise<{ listened: Listened[]; contexts: number }> {
	return page.evaluate(async (size) => {
		const { player, players } = window as { player?: PcmPlayer; players?: PcmPlayer[] };
		const all = players ?? [player!];
		const analysers = all.map(({ node }) => {
			const analyser = new AnalyserNode(node!.context, { fftSize: size });
			node!.connect(analyser);
			return analyser;
		});
		const { sampleRate } = analysers[0]!.context;
		// A device that has just been opened may take a moment: what it has taken counts.
		const end = analysers[0]!.context.currentTime + (size + sampleRate / 4) / sampleRate;
		while (analysers[0]!.context.currentTime < end) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		const listened = all.map(({ stats }, i) => {
			const samples = new Float32Array(size);
			analysers[i]!.getFloatTimeDomainData(samples);
			const bytes = Array.from(new Uint8Array(samples.buffer), (byte) => String.fromCharCode(byte));
			return {
				transport: stats.transport,
				sampleRate,
				samples: btoa(bytes.join('')),
			};
		});
		return { listened, contexts: new Set(all.map(({ node }) => node!.context)).size };
	}, WINDOW);
}
