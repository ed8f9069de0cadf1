// A folder outside the repository, in which apps install the packed package as strangers do, and are built.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from './apps.js';
import { run } from './command.js';
import { packTarballs, type Tarballs } from './package-tarball.js';

const APPS = new URL('apps', import.meta.url).pathname;

export interface Built {
	readonly folder: string;
	/** Of the app's tool; '' without one. */
	readonly version: string;
	readonly buildSeconds: number;
}

export class Workplace {
	readonly folder: string;
	readonly tarballs: Tarballs;

	private constructor(folder: string, tarballs: Tarballs) {
		this.folder = folder;
		this.tarballs = tarballs;
	}

	static async open(): Promise<Workplace> {
		const folder = await mkdtemp(join(tmpdir(), 'steadypcm-consumers-'));
		return new Workplace(folder, await packTarballs(join(folder, 'package')));
	}

	/** @param cdn an origin that serves what the app builds, too */
	async build(app: App, cdn: string): Promise<Built> {
		const folder = join(this.folder, app.folder);
		await cp(join(APPS, app.folder), folder, { recursive: true });
		const packages = [`steadypcm@${this.tarballs.own}`];
		if (app.hasOtherVersion === true) {
			packages.push(`steadypcm-other@${this.tarballs.other}`);
		}
		const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
		await run(['npm', 'install', ...quiet, ...packages], { cwd: folder, seconds: 120 });
		const build = ['npm', 'run', 'build'];
		const { seconds } = await run(build, { cwd: folder, seconds: 120, env: { CDN: cdn } });
		return { folder, version: await versionOf(app.tool, folder), buildSeconds: seconds };
	}

	close(): Promise<void> {
		return rm(this.folder, { recursive: true, force: true });
	}
}

async function versionOf(tool: string | undefined, folder: string): Promise<string> {
	if (tool === undefined) {
		return '';
	}
	const file = await readFile(join(folder, 'node_modules', tool, 'package.json'), 'utf8');
	return (JSON.parse(file) as { version: string }).version;
}
