// The demo as a visitor starts it: `npm start`, without npm.
import { spawn, type ChildProcess } from 'node:child_process';

const ROOT = new URL('../..', import.meta.url);

export interface Demo {
	readonly address: string;
	readonly banner: string;
	readonly server: ChildProcess;
}

/** @param words the command line */
export function startDemo(...words: string[]): ChildProcess {
	return spawn(process.execPath, ['build/start.mjs', ...words], { cwd: ROOT, stdio: 'pipe' });
}

/** Resolves when the banner names an address. */
export function served(server: ChildProcess): Promise<Demo> {
	return new Promise((resolve, reject) => {
		let banner = '';
		server.stdout!.on('data', (text: Buffer) => {
			banner += text.toString();
			const address = /http:\/\/localhost:\d+\//.exec(banner)?.[0];
			if (address !== undefined) {
				resolve({ address, banner, server });
			}
		});
		server.on('exit', () => {
			reject(new Error(`Expected a banner with an address, got: ${banner}`));
		});
	});
}
