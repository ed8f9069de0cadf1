// Pages with <pcm-player>, under a policy that allows nothing but the page's own files, and no string to become a
// script; and the server of those pages and of what the elements play.
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright';
import type { PcmPlayerElement } from '../../src/element/index.js';
import { ToneSource } from '../../src/node/index.js';
import { startPageServer, type PageServer } from './page-server.js';
import { serve } from './play.js';
import { TestPage } from './test-page.js';

/** Hz, of the streams. */
export const RATE = 16_000;
export const TONE = 440;

/** dBFS, of the tones. */
export const LEVEL_DB = -12;

const POLICY = {
	'Content-Security-Policy':
		"default-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; " +
		"require-trusted-types-for 'script'; trusted-types steadypcm",
};

/** What the policy above asks for, and enough in store for a machine that does other things. */
export const ATTRIBUTES = {
	src: '/audio',
	'sample-rate': RATE,
	'worklet-url': '/dist/worklet.js',
	'worker-url': '/dist/worker.js',
	'latency-min': 0.3,
	'latency-max': 0.3,
	controls: '',
};

export type Attributes = Readonly<Record<string, string | number>>;

/** A page with the element's module. */
export class Visit {
	readonly page: Page;
	readonly problems: string[];

	private constructor(page: Page) {
		this.page = page;
		this.problems = TestPage.of(page).problems;
	}

	static async pay(
		browser: Browser,
		port: number,
		options: BrowserContextOptions = {},
		path = 'element.html',
	): Promise<Visit> {
		const page = await browser.newPage({ viewport: { width: 640, height: 240 }, ...options });
		const visit = new Visit(page);
		await page.goto(`http://127.0.0.1:${port}/test/browser/page/${path}`);
		return visit;
	}

	/** @param file another is another copy of the module */
	define(file = '/dist/element.js'): Promise<unknown> {
		// A string: an import in a function would become the test runner's own.
		return this.page.evaluate(`import('${file}').then(() => undefined)`);
	}

	/** @returns it, in the page */
	async add(attributes: Attributes = ATTRIBUTES, id = 'player'): Promise<Locator> {
		await this.page.evaluate(
			([entries, name]) => {
				const element = document.createElement('pcm-player');
				element.id = name;
				for (const [attribute, value] of entries) {
					element.setAttribute(attribute, String(value));
				}
				document.querySelector('main')!.append(element);
			},
			[Object.entries(attributes), id] as const,
		);
		return this.page.locator(`#${id}`);
	}

	click(name: string): Promise<void> {
		return this.page.getByRole('button', { name, exact: true }).click();
	}

	async untilStatus(text: string): Promise<void> {
		await this.page
			.getByRole('status')
			.filter({ hasText: new RegExp(`^${text}$`) })
			.waitFor({ timeout: 10_000 });
	}
}

export function stateOf(element: Locator): Promise<string> {
	return element.evaluate((one: PcmPlayerElement) => one.state);
}

export class ElementServer {
	readonly #server: PageServer;
	#connections = 0;

	private constructor(server: PageServer) {
		this.#server = server;
		server.headers = POLICY;
		server.onSocket = (socket, request) => {
			this.#connections++;
			socket.on('close', () => this.#connections--);
			const asked = new URL(request.url!, 'http://page').searchParams.get('frequency');
			const frequency = asked === null ? TONE : Number(asked);
			serve(() => new ToneSource({ sampleRate: RATE }, { frequency, levelDb: LEVEL_DB }))(socket);
		};
	}

	static async start(): Promise<ElementServer> {
		return new ElementServer(await startPageServer());
	}

	get port(): number {
		return this.#server.port;
	}

	/** Streams that are being heard. */
	get connections(): number {
		return this.#connections;
	}

	close(): Promise<void> {
		return this.#server.close();
	}
}
