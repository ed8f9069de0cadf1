// Finds a Chromium for the tests; run as a program, installs one where there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';

const NAMES = [
	'chromium',
	'chromium-browser',
	'google-chrome-stable',
	'google-chrome',
	'microsoft-edge-stable',
];

const FIXED_PATHS = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** @returns {string | undefined} path of a browser that runs */
export function findBrowser() {
	const wanted = process.env['CHROME_PATH'];
	if (wanted !== undefined) {
		if (!runs(wanted)) {
			throw new Error(`Expected CHROME_PATH to name a Chromium that runs, got ${wanted}.`);
		}
		return wanted;
	}
	const own = chromium.executablePath();
	if (existsSync(own)) {
		return own;
	}
	return [...NAMES.map(which), ...FIXED_PATHS].find((path) => path !== undefined && runs(path));
}

/** On Linux a found file may be a stub that only says how to install the browser.
 * @param {string} path */
function runs(path) {
	if (process.platform !== 'linux') {
		return existsSync(path);
	}
	return spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** @param {string} name */
function which(name) {
	const finder = process.platform === 'win32' ? 'where' : 'which';
	const { status, stdout } = spawnSync(finder, [name], { encoding: 'utf8' });
	return status === 0 ? stdout.split(/\r?\n/)[0] : undefined;
}

/** @param {string} command @param {string[]} args */
function succeeds(command, args) {
	console.log(`> ${command} ${args.join(' ')}`);
	const shell = process.platform === 'win32';
	return spawnSync(command, args, { stdio: 'inherit', shell }).status === 0;
}

function install() {
	const isRoot = process.getuid?.() === 0;
	const isDebian = existsSync('/etc/debian_version');
	if (isRoot && isDebian) {
		const packages = ['install', '-y', '--no-install-recommends', 'chromium'];
		if (succeeds('apt-get', ['update', '-qq']) && succeeds('apt-get', packages)) {
			return;
		}
	}
	succeeds('npx', ['playwright', 'install', 'chromium']);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	if (findBrowser() === undefined) {
		install();
	}
	const browser = findBrowser();
	if (browser === undefined) {
		console.error('No Chromium found or installed: install one, or name it in CHROME_PATH.');
		process.exit(1);
	}
	console.log(`Browser for the tests: ${browser}`);
}
