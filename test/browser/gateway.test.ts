// The gateway's ready page as a listener meets it: a browser, a mouse, and the rules of the page's own policy.
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	createGateway,
	SourceStation,
	ToneSource,
	type Gateway,
	type GatewayOptions,
} from '../../src/node/index.js';
import { launchChromium } from '../support/test-page.js';
import { alice, PASSWORD } from '../unit/node/gateway-rig.js';
import { CERTIFICATE, KEY } from '../unit/node/loopback-certificate.js';

const OUTPUT = 'test/output';

const FORMAT = { sampleRate: 16_000 };
const DOOR = 440;
const YARD = 1000;
/** Peak of both tones at the speaker with the volume at 100 %. */
const AMPLITUDE = 10 ** (-12 / 20);

/** Samples of the tap, 0.7 s at 48 kHz. */
const TAP = 32_768;

/** What is heard. */
interface Sound {
	/** Of a sine, as its power tells. */
	readonly amplitude: number;
	/** Of the strongest tone, Hz. */
	readonly frequency: number;
}

function tone(frequency: number): ToneSource {
	return new ToneSource(FORMAT, { frequency, levelDb: -12 });
}

function station(name: string, frequency: number): SourceStation {
	return new SourceStation(name, tone(frequency).format, () => tone(frequency));
}

/** A page of a gateway's, with a tap where its sound goes to the speaker. */
class Visit {
	readonly page: Page;
	/** Exceptions and console errors. */
	readonly problems: string[] = [];

	private constructor(page: Page) {
		this.page = page;
		page.on('pageerror', (error) => this.problems.push(error.message));
		page.on('console', (message) => {
			if (message.type() === 'error') {
				this.problems.push(message.text());
			}
		});
	}

	static async pay(browser: Browser, gateway: Gateway): Promise<Visit> {
		const page = await browser.newPage({ viewport: { width: 900, height: 640 } });
		const visit = new Visit(page);
		await page.addInitScript(tapSpeakers, TAP);
		await page.goto(gateway.url);
		return visit;
	}

	click(name: string): Promise<void> {
		return this.page.getByRole('button', { name, exact: true }).click();
	}

	async untilState(words: string): Promise<void> {
		await this.page.getByRole('status').filter({ hasText: words }).waitFor({ timeout: 10_000 });
	}

	/** The newest 0.7 s. */
	async hear(): Promise<Sound> {
		const { sampleRate, samples } = await this.page.evaluate(() => {
			const { tap } = window as unknown as { tap?: AnalyserNode };
			const newest = new Float32Array(tap?.fftSize ?? 0);
			tap?.getFloatTimeDomainData(newest);
			return { sampleRate: tap?.context.sampleRate ?? 0, samples: [...newest] };
		});
		const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
		const rising = samples.filter((sample, i) => sample >= 0 && samples[i - 1]! < 0).length;
		return {
			amplitude: Math.sqrt(2 * power),
			frequency: (rising * sampleRate) / samples.length,
		};
	}

	/** Waits until `frequency` alone fills the tap with `amplitude`. */
	async untilHeard(frequency: number, amplitude: number): Promise<void> {
		const isHeard = async (): Promise<string> => {
			const heard = await this.hear();
			const isRight =
				Math.abs(heard.frequency - frequency) < 5 &&
				Math.abs(heard.amplitude - amplitude) < 0.02 * AMPLITUDE;
			return isRight ? 'heard' : JSON.stringify(heard);
		};
		await expect.poll(isHeard, { timeout: 8000, interval: 200 }).toBe('heard');
	}
}

/** In the page, before its own scripts: what goes to the speaker goes to `window.tap` too. */
function tapSpeakers(fftSize: number): void {
	const connect = Reflect.get(AudioNode.prototype, 'connect') as (to: unknown) => unknown;
	const tapped = function (this: AudioNode, ...to: [unknown]): unknown {
		if (to[0] instanceof AudioDestinationNode) {
			const tap = new AnalyserNode(this.context, { fftSize });
			Object.assign(window, { tap });
			connect.call(this, tap);
		}
		return connect.apply(this, to);
	};
	Object.assign(AudioNode.prototype, { connect: tapped });
}

describe('the gateway’s page', () => {
	let browser: Browser;
	const gateways: Gateway[] = [];

	beforeAll(async () => {
		mkdirSync(OUTPUT, { recursive: true });
		// The browser's own rules on sound and gestures; the certificate alone needs a flag.
		browser = await launchChromium(['--ignore-certificate-errors']);
	});

	afterAll(async () => {
		await browser.close();
		await Promise.all(gateways.map((gateway) => gateway.close()));
	});

	async function start(options: GatewayOptions): Promise<Gateway> {
		const gateway = await createGateway({ port: 0, ...options });
		gateways.push(gateway);
		return gateway;
	}

	it('plays at a click, follows its volume, changes the stream and pauses', async () => {
		const stations = [station('door', DOOR), station('yard', YARD)];
		const visit = await Visit.pay(browser, await start({ stations }));
		const { page, problems } = visit;
		await visit.click('Play');
		await visit.untilState('Playing');
		await visit.untilHeard(DOOR, 0.8 * AMPLITUDE);
		await expect.poll(() => page.locator('#delay').innerText()).toMatch(/^[1-9]\d* ms$/);
		await page.screenshot({ path: `${OUTPUT}/gateway.png` });

		await page.getByRole('slider', { name: 'Volume' }).fill('40');
		await visit.untilHeard(DOOR, 0.4 * AMPLITUDE);
		await visit.click('Mute');
		await expect.poll(async () => (await visit.hear()).amplitude).toBeLessThan(1e-4);
		await visit.click('Mute');

		await page.getByRole('radio', { name: 'yard' }).check();
		await visit.untilHeard(YARD, 0.4 * AMPLITUDE);
		expect(await page.locator('#interruptions').innerText()).toMatch(/^\d+$/);
		expect(stations.map(({ fanout }) => fanout.listeners.length)).toEqual([0, 1]);

		await visit.click('Pause');
		await visit.untilState('Paused');
		expect(problems).toEqual([]);
		await page.close();
	});

	it('asks who listens, and plays over TLS to who may', async () => {
		const gateway = await start({
			stations: [station('door', DOOR)],
			access: { users: await alice() },
			tls: { cert: CERTIFICATE, key: KEY },
		});
		const visit = await Visit.pay(browser, gateway);
		const { page, problems } = visit;
		await page.getByRole('textbox', { name: 'Name' }).fill('alice');
		await page.getByRole('textbox', { name: 'Password' }).fill('a guess');
		await visit.click('Enter');
		await page.getByRole('alert').filter({ hasText: 'Wrong name or password.' }).waitFor();
		await page.screenshot({ path: `${OUTPUT}/gateway-login.png` });
		expect(await page.getByRole('button', { name: 'Play' }).isVisible()).toBe(false);
		// Chromium's own word for the refusal; nothing else was wrong.
		expect(problems.splice(0)).toEqual([expect.stringContaining('401')]);

		await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
		await page.keyboard.press('Enter');
		await visit.click('Play');
		await visit.untilState('Playing');
		await visit.untilHeard(DOOR, 0.8 * AMPLITUDE);
		expect(await page.title()).toBe('door · steadypcm');
		expect(problems).toEqual([]);
		await page.close();
	});

	it('gives the exact PCM to whoever asks for the path', async () => {
		const gateway = await start({ stations: [station('door', DOOR)] });
		const asked = new AbortController();
		const response = await fetch(`${gateway.url}door`, { signal: asked.signal });
		expect(response.headers.get('content-type')).toBe(
			'audio/x-steadypcm-raw;rate=16000;channels=2;format=s32le',
		);
		const expected = tone(DOOR).read(16_000)!;
		const heard = Buffer.alloc(expected.byteLength);
		let length = 0;
		for await (const bytes of response.body!) {
			length += Buffer.from(bytes as Uint8Array).copy(heard, length);
			if (length === heard.byteLength) {
				break;
			}
		}
		asked.abort();
		expect(heard.equals(expected)).toBe(true);
	});
});
