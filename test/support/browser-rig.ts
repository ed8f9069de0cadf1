// A real Chromium, a server of its pages, and servers of streams beside it: players on isolated pages hear those.
import type { Browser } from 'playwright';
import { ISOLATED, startPageServer, type PageServer } from './page-server.js';
import { StreamPort, type StreamPortOptions } from './stream-port.js';
import { launchChromium, TestPage, type StartOptions } from './test-page.js';

export class BrowserRig {
	readonly #browser: Browser;
	readonly #pages: PageServer;
	readonly #ends: (() => unknown)[] = [];

	private constructor(browser: Browser, pages: PageServer) {
		this.#browser = browser;
		this.#pages = pages;
		pages.headers = ISOLATED;
	}

	static async open(): Promise<BrowserRig> {
		return new BrowserRig(await launchChromium(), await startPageServer());
	}

	/** `end` is called when the rig closes, before those of earlier. */
	atEnd(end: () => unknown): void {
		this.#ends.unshift(end);
	}

	async openPort(options: StreamPortOptions): Promise<StreamPort> {
		const port = await StreamPort.open(options);
		this.atEnd(() => port.goDown());
		return port;
	}

	/** A player of a framed stream, on a page of its own. Resolves when it sounds.
	 * @param start what is recorded of it, and how */
	async play(
		url: string | readonly string[],
		options: object = {},
		start: Omit<StartOptions, 'url' | 'options'> = {},
	): Promise<TestPage> {
		const test = await TestPage.open(this.#browser, `http://127.0.0.1:${this.#pages.port}/`);
		await test.start({ url, options: { protocol: 'framed', ...options }, ...start });
		return test;
	}

	async close(): Promise<void> {
		for (const end of this.#ends) {
			await end();
		}
		await this.#browser.close();
		await this.#pages.close();
	}
}
