// WebKitGTK's MiniBrowser, driven by WebKitWebDriver on a screen of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { BrowserDriver, DrivenPage } from './driver.js';
import { openNameProxy } from './name-proxy.js';
import { openDisplay } from './virtual-display.js';
import { WebDriver } from './web-driver.js';

/** Milliseconds between attempts to reach the driver, and how many. */
const ATTEMPT_MS = 50;
const ATTEMPTS = 100;

/** Milliseconds a browser may take to start, which is ten times what it takes, and how often it is tried: now and then
 * it is gone at once, and its driver waits for it for ever. */
const START_MS = 10_000;
const STARTS = 3;

/** Null: the package is not installed. */
function findMiniBrowser(): string | null {
	const { stdout } = spawnSync('dpkg', ['-L', 'libwebkit2gtk-4.1-0'], { encoding: 'utf8' });
	return stdout.split('\n').find((path) => path.endsWith('/MiniBrowser')) ?? null;
}

/** @param soundCard variables of the environment that lead to it */
export async function driveWebKit(
	soundCard: Readonly<Record<string, string>>,
): Promise<BrowserDriver> {
	const ends: (() => unknown)[] = [];
	const close = async (): Promise<void> => {
		for (const end of ends.splice(0).reverse()) {
			await end();
		}
	};
	try {
		const display = await openDisplay();
		ends.push(() => display.close());
		const names = await openNameProxy();
		ends.push(() => names.close());
		const env = { ...process.env, ...soundCard, ...display.variables };
		const { program, driver } = await start(env, names.port);
		ends.push(() => program.kill());
		ends.push(() => driver.end());
		return { version: driver.version, open: (url) => openPage(driver, url), close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function openPage(driver: WebDriver, url: string): Promise<DrivenPage> {
	await driver.go(url);
	let isHidden = false;
	return {
		ask: (body) => driver.run(body),
		click: () => driver.click('button'),
		hide: async () => {
			await driver.minimize();
			isHidden = true;
			return (await driver.run('return document.visibilityState;')) === 'hidden';
		},
		close: async () => {
			if (isHidden) {
				await driver.restore();
			}
			await driver.go('about:blank');
		},
	};
}

/** @param proxyPort for all hosts but this machine's address */
async function start(
	env: NodeJS.ProcessEnv,
	proxyPort: number,
): Promise<{ program: ChildProcess; driver: WebDriver }> {
	const httpProxy = `127.0.0.1:${proxyPort}`;
	const capabilities = {
		browserName: 'MiniBrowser',
		'webkitgtk:browserOptions': { binary: findMiniBrowser(), args: ['--automation'] },
		proxy: { proxyType: 'manual', httpProxy, noProxy: ['127.0.0.1'] },
	};
	for (let left = STARTS; ; left--) {
		const port = await freePort();
		const root = `http://127.0.0.1:${port}`;
		const program = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' });
		try {
			await untilItListens(root);
			return { program, driver: await WebDriver.start(root, capabilities, START_MS) };
		} catch (error) {
			program.kill();
			if (left === 1) {
				throw error;
			}
		}
	}
}

/** @param root of the driver */
async function untilItListens(root: string): Promise<void> {
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		try {
			await (await fetch(`${root}/status`)).text();
			return;
		} catch {
			await wait(ATTEMPT_MS);
		}
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}
