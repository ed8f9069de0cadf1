// A real Chromium with one page of the harness, from node.
import { chromium, type Browser, type Page } from 'playwright';
import { findBrowser } from '../../build/browser.mjs';
import { planeFromBase64 } from './plane-from-base64.js';

/** One event of the player. */
export interface SeenEvent {
	readonly type: string;
	readonly detail: unknown;
	readonly message?: string;
	/** Milliseconds, the page's clock. */
	readonly at: number;
}

export interface Recording {
	readonly planes: readonly Float32Array[];
	readonly stats: Readonly<Record<string, number | string | null>>;
	readonly state: string;
	readonly events: readonly SeenEvent[];
	readonly currentTime: number;
	readonly latency: number;
	/** Milliseconds since 1970 at which the page's clock began. */
	readonly timeOrigin: number;
}

/** Of a recording without end. */
export interface RecordedPiece {
	readonly planes: readonly Float32Array[];
	/** When each of its render calls was made: whole milliseconds since 1970. */
	readonly dates: readonly number[];
	/** Since the last piece. */
	readonly events: readonly SeenEvent[];
	readonly stats: Readonly<Record<string, number | string | null>>;
	readonly state: string;
	readonly timeOrigin: number;
}

export interface StartOptions {
	readonly url: string | readonly string[] | null;
	readonly options?: object;
	/** Hz of the context; 0: the device's own. @default 48000 */
	readonly sampleRate?: number;
	readonly channels?: number;
	/** Of the context: seconds, or what the sound is for. @default 'interactive' */
	readonly latencyHint?: number | AudioContextLatencyCategory;
	/** Whether it goes to the device, unrecorded, in place of the recorder. @default false */
	readonly isAudible?: boolean;
	/** Whether to await play(). @default true */
	readonly wait?: boolean;
	/** Of the page: something for the tests' functions to read. */
	readonly title?: string;
}

const FLAGS = [
	'--autoplay-policy=no-user-gesture-required',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
	'--host-resolver-rules=MAP lan.test 127.0.0.1',
];

/** What Chromium itself writes when a connection or a download fails. */
const NETWORK_ERROR = /^(WebSocket connection to '.*' failed|Failed to load resource)/;

/** @param soundCard variables of the environment that lead to a sound card to play on; else all is muted */
export async function launchChromium(
	flags: readonly string[] = FLAGS,
	soundCard?: Readonly<Record<string, string>>,
): Promise<Browser> {
	const executablePath = findBrowser();
	const audible = {
		ignoreDefaultArgs: ['--mute-audio'],
		env: { ...process.env, ...soundCard } as Record<string, string>,
	};
	return chromium.launch({
		...(executablePath === undefined ? {} : { executablePath }),
		...(soundCard === undefined ? {} : audible),
		args: [...flags],
	});
}

export class TestPage {
	readonly page: Page;
	/** Exceptions of the page, and what its console says of errors but those of the network. */
	readonly problems: string[] = [];

	private constructor(page: Page) {
		this.page = page;
		page.on('pageerror', (error) => this.problems.push(error.message));
		page.on('console', (message) => {
			if (message.type() === 'error' && !NETWORK_ERROR.test(message.text())) {
				this.problems.push(message.text());
			}
		});
	}

	/** A page that is open already. */
	static of(page: Page): TestPage {
		return new TestPage(page);
	}

	static async open(browser: Browser, url: string): Promise<TestPage> {
		const page = await browser.newPage();
		const test = new TestPage(page);
		await page.goto(url);
		await page.waitForFunction(() => 'harness' in window);
		return test;
	}

	/** @returns the context's rate, Hz. */
	start(options: StartOptions): Promise<number> {
		return this.#call('start', options) as Promise<number>;
	}

	async report(): Promise<Recording> {
		const raw = (await this.#call('report')) as Omit<Recording, 'planes'> & { planes: string[] };
		return { ...raw, planes: raw.planes.map(planeFromBase64) };
	}

	/** The recording goes on in a new piece. */
	async piece(): Promise<RecordedPiece> {
		const raw = (await this.#call('piece')) as Omit<RecordedPiece, 'planes'> & { planes: string[] };
		return { ...raw, planes: raw.planes.map(planeFromBase64) };
	}

	block(milliseconds: number): Promise<unknown> {
		return this.#call('block', milliseconds);
	}

	/** Waits until the player's state is one of `states`. */
	async untilState(...states: string[]): Promise<void> {
		await this.page.waitForFunction(
			(wanted) =>
				wanted.includes((window as unknown as { player: { state: string } }).player.state),
			states,
		);
	}

	async close(): Promise<void> {
		await this.#call('stop');
		await this.page.close();
	}

	#call(name: string, argument?: unknown): Promise<unknown> {
		return this.page.evaluate(
			([method, value]) =>
				(window as unknown as { harness: Record<string, (value: unknown) => unknown> }).harness[
					method
				]!(value),
			[name, argument] as const,
		);
	}
}
