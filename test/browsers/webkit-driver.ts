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
const ATTEMPTS = 200;

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
		const port = await freePort();
		const env = { ...process.env, ...soundCard, ...display.variables };
		const program = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' });
		ends.push(() => program.kill());
		const driver = await connect(program, `http://127.0.0.1:${port}`, names.port);
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

/** @param root of the driver, once it listens @param proxyPort for all hosts but this machine's address */
async function connect(program: ChildProcess, root: string, proxyPort: number): Promise<WebDriver> {
	for (let attempt = 0; attempt < ATTEMPTS && program.exitCode === null; attempt++) {
		try {
			// Read whole: the driver answers one at a time.
			await (await fetch(`${root}/status`)).text();
			break;
		} catch {
			await wait(ATTEMPT_MS);
		}
	}
	const httpProxy = `127.0.0.1:${proxyPort}`;
	return WebDriver.start(root, {
		browserName: 'MiniBrowser',
		'webkitgtk:browserOptions': { binary: findMiniBrowser(), args: ['--automation'] },
		proxy: { proxyType: 'manual', httpProxy, noProxy: ['127.0.0.1'] },
	});
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}
