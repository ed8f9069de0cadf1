// One engine with a server of pages: checks open pages here and play on them, and it watches whether the machine had
// time for them.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PcmSource } from '../../src/node/index.js';
import { ToneSource } from '../../src/node/index.js';
import { startPageServer, type PageServer } from '../support/page-server.js';
import { planeFromBase64 } from '../support/plane-from-base64.js';
import { serve } from '../support/play.js';
import { StreamPort } from '../support/stream-port.js';
import type { Recording, StartOptions } from '../support/test-page.js';
import type { BrowserDriver, DrivenPage } from './driver.js';
import { Take } from './take.js';

/** Hz and dBFS of the tone that is listened to. */
export const FREQUENCY = 440;
export const LEVEL_DB = -6;
export const AMPLITUDE = 10 ** (LEVEL_DB / 20);

/** Of sound that is exact but for its ends, a fade may touch so much at either. */
export const FADE_SECONDS = 0.005;

/** What holds up a busy machine is covered. */
export const STEADY = { min: 0.4, max: 0.4 };

/** Milliseconds between pages' looks at what they wait for, and until they give up. */
const LOOK_MS = 10;
const PATIENCE_MS = 15_000;

export interface PagePlan {
	/** Of the page and all that it loads. @default none */
	readonly headers?: Readonly<Record<string, string>>;
	/** @default 127.0.0.1 */
	readonly host?: string;
}

/** What the page is told at its start. */
export interface StageOptions extends StartOptions {
	/** Whether it waits for a click. @default true */
	readonly onClick?: boolean;
}

export class Stand {
	readonly driver: BrowserDriver;
	readonly pages: PageServer;
	/** Hz, of the engine's own contexts. */
	readonly rate: number;
	readonly #ends: (() => unknown)[] = [];
	readonly #loop = monitorEventLoopDelay({ resolution: 5 });
	#wasPageLate = false;

	private constructor(driver: BrowserDriver, pages: PageServer, rate: number) {
		this.driver = driver;
		this.pages = pages;
		this.rate = rate;
	}

	static async open(driver: BrowserDriver): Promise<Stand> {
		const pages = await startPageServer();
		const page = await driver.open(`http://127.0.0.1:${pages.port}/`);
		const rate = await page.ask<number>('return new AudioContext().sampleRate;');
		await page.close();
		return new Stand(driver, pages, rate);
	}

	/** A tone at the engine's own rate. */
	tone(sampleRate = this.rate): ToneSource {
		return new ToneSource({ sampleRate }, { frequency: FREQUENCY, levelDb: LEVEL_DB });
	}

	/** What those hear who connect to the page's server. */
	serve(source: () => PcmSource): void {
		this.pages.onSocket = serve(source);
	}

	/** A stream on a port of its own, which may go down. */
	async openPort(stream: Parameters<typeof StreamPort.open>[0]['stream']): Promise<StreamPort> {
		const port = await StreamPort.open({ stream });
		this.atEnd(() => port.goDown());
		return port;
	}

	/** A page whose player waits for a click. From here on the machine is watched. */
	async open(
		start: StageOptions,
		{ headers = {}, host = '127.0.0.1' }: PagePlan = {},
	): Promise<Stage> {
		this.pages.headers = headers;
		const options = { sampleRate: 0, wait: false, onClick: true, ...start };
		const hash = encodeURIComponent(JSON.stringify(options));
		this.#loop.reset();
		this.#wasPageLate = false;
		this.#loop.enable();
		const page = await this.driver.open(`http://${host}:${this.pages.port}/#${hash}`);
		this.atEnd(() => page.close());
		const stage = new Stage(page, this.rate, () => this.#loop.disable());
		return stage;
	}

	/** The same, clicked: resolves when it sounds. */
	async play(start: StageOptions, plan?: PagePlan): Promise<Stage> {
		const stage = await this.open(start, plan);
		await stage.until('"player" in window');
		await stage.click();
		await stage.until('player.state === "playing"');
		return stage;
	}

	/** By how much a timer of this process, which serves the streams, was late at most while pages were listened to
	 * since `open`: milliseconds. Infinity: the page was late. */
	get lateMs(): number {
		return this.#wasPageLate ? Infinity : this.#loop.max / 1e6;
	}

	/** A page that has to be in time was not, for no doing of its own. */
	pageWasLate(): void {
		this.#wasPageLate = true;
	}

	/** Called when the check is over, before those of earlier. */
	atEnd(end: () => unknown): void {
		this.#ends.unshift(end);
	}

	async endCheck(): Promise<void> {
		this.#loop.disable();
		for (const end of this.#ends.splice(0)) {
			await end();
		}
	}

	async close(): Promise<void> {
		await this.driver.close();
		await this.pages.close();
	}
}

/** A page of the harness, with a player on it. */
export class Stage {
	readonly #page: DrivenPage;
	readonly #rate: number;
	readonly #heard: () => void;

	/** @param heard called when all was heard */
	constructor(page: DrivenPage, rate: number, heard: () => void) {
		this.#page = page;
		this.#rate = rate;
		this.#heard = heard;
	}

	/** What the body of an async function returns on the page. */
	ask<T>(body: string): Promise<T> {
		return this.#page.ask<T>(body);
	}

	/** @param condition an expression of the page's */
	until(condition: string): Promise<void> {
		return this.ask(`
			const end = performance.now() + ${PATIENCE_MS};
			while (!(${condition})) {
				if (performance.now() > end) {
					throw new Error(${JSON.stringify(`Expected ${condition}, got `)} +
						(window.player?.state ?? 'no player'));
				}
				await new Promise((resolve) => setTimeout(resolve, ${LOOK_MS}));
			}`);
	}

	click(): Promise<void> {
		return this.#page.click();
	}

	hide(): Promise<boolean> {
		return this.#page.hide();
	}

	/** What was heard until now. */
	async look(): Promise<Take> {
		const { planes, ...rest } = await this.ask<Omit<Recording, 'planes'> & { planes: string[] }>(
			'return await harness.report();',
		);
		return new Take({ ...rest, planes: planes.map(planeFromBase64) }, this.#rate);
	}

	/** The same; the player is closed. */
	async end(): Promise<Take> {
		this.#heard();
		const take = await this.look();
		await this.ask('await harness.stop();');
		return take;
	}
}
