// A client of the W3C WebDriver protocol, as much of it as is needed here.

/** Milliseconds a script on the page may take. */
const SCRIPT_TIMEOUT = 60_000;

/** Key of an element's reference: WebDriver, section 12.1. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Runs `body` and hands what it returns, or throws, to the driver. */
const SCRIPT = (body: string): string => `
	const done = arguments[arguments.length - 1];
	(async () => { ${body} })().then(
		(value) => done({ value: JSON.stringify(value ?? null) }),
		(error) => done({ error: String(error) }),
	);`;

interface Settled {
	readonly value?: string;
	readonly error?: string;
}

export class WebDriver {
	readonly #root: string;
	readonly #session: string;
	readonly version: string;

	private constructor(root: string, session: string, version: string) {
		this.#root = root;
		this.#session = session;
		this.version = version;
	}

	/** @param root of the driver, without a slash at its end @param capabilities that the browser must match
	 * @param patience milliseconds
	 * @throws DOMException `TimeoutError` when the browser does not start in that time */
	static async start(root: string, capabilities: object, patience: number): Promise<WebDriver> {
		const alwaysMatch = { ...capabilities, timeouts: { script: SCRIPT_TIMEOUT } };
		const { sessionId, capabilities: got } = (await request(
			'POST',
			`${root}/session`,
			{ capabilities: { alwaysMatch } },
			AbortSignal.timeout(patience),
		)) as { sessionId: string; capabilities: { browserVersion: string } };
		return new WebDriver(root, sessionId, got.browserVersion);
	}

	async go(url: string): Promise<void> {
		await this.#send('POST', '/url', { url });
	}

	async run<T>(body: string): Promise<T> {
		const { value, error } = (await this.#send('POST', '/execute/async', {
			script: SCRIPT(body),
			args: [],
		})) as Settled;
		if (value === undefined) {
			throw new Error(error);
		}
		return JSON.parse(value) as T;
	}

	/** @param selector CSS */
	async click(selector: string): Promise<void> {
		const found = (await this.#send('POST', '/element', {
			using: 'css selector',
			value: selector,
		})) as Record<typeof ELEMENT, string>;
		await this.#send('POST', `/element/${found[ELEMENT]}/click`, {});
	}

	async minimize(): Promise<void> {
		await this.#send('POST', '/window/minimize', {});
	}

	/** Undoes `minimize`. */
	async restore(): Promise<void> {
		await this.#send('POST', '/window/rect', { width: 800, height: 600 });
	}

	async end(): Promise<void> {
		await this.#send('DELETE', '');
	}

	#send(method: string, path: string, body?: object): Promise<unknown> {
		return request(method, `${this.#root}/session/${this.#session}${path}`, body);
	}
}

async function request(
	method: string,
	url: string,
	body?: object,
	signal: AbortSignal | null = null,
): Promise<unknown> {
	const response = await fetch(url, {
		method,
		signal,
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	const { value } = (await response.json()) as { value: unknown };
	if (!response.ok) {
		const { error, message } = value as { error: string; message: string };
		throw new Error(`${method} ${new URL(url).pathname}: ${error}, ${message}`);
	}
	return value;
}
