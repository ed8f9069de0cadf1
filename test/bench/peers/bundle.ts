// The players as a page loads them: installed, bundled for the benchmark's page, and weighed.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, minify, type Plugin, type Rolldown } from 'vite';
import { PLAYER_NAMES, type PlayerName } from './results.js';

const ROOT = new URL('../../..', import.meta.url).pathname;
const PEERS = join(ROOT, 'test/bench/peers');
const LIBRARY = join(ROOT, 'dist/index.min.js');

/** What the library is built from. */
const SOURCES = ['src', 'worklet', 'build', 'vite.lib.config.ts', 'package.json'];

/** What a page loads of each package: all that its adapter imports. */
const IMPORTS: Readonly<Record<Exclude<PlayerName, 'steadypcm'>, string>> = {
	'pcm-player': `export { default } from 'pcm-player'`,
	'yume-chan': `export { Float32PcmPlayer } from '@yume-chan/pcm-player'`,
	wavtools: `export { WavStreamPlayer } from 'wavtools'`,
	'pcm-ringbuf-player': `export { PcmPlayer } from 'pcm-ringbuf-player'`,
	textbook: `export { TextbookPlayer } from './textbook.js'`,
};

/** Bytes of what a page loads, worklets included. */
export interface BundleSize {
	readonly bytes: number;
	readonly gzipBytes: number;
}

/** Bundles every adapter into `test/output/peers/<player>/adapter.js`; installs and builds before what is
 * missing. */
export async function bundlePlayers(): Promise<Map<PlayerName, BundleSize>> {
	installPeers();
	buildLibrary();
	const sizes = new Map<PlayerName, BundleSize>();
	for (const name of PLAYER_NAMES) {
		await bundle(join(PEERS, 'page', `${name}.js`), join(ROOT, 'test/output/peers', name));
		sizes.set(name, sizeOf(name === 'steadypcm' ? [library()] : await packageFiles(name)));
	}
	return sizes;
}

function installPeers(): void {
	if (!existsSync(join(PEERS, 'node_modules'))) {
		console.log('Installing the players that are compared with: npm ci --prefix test/bench/peers');
		execFileSync('npm', ['ci', '--prefix', PEERS, '--no-audit', '--no-fund'], { stdio: 'inherit' });
	}
}

function buildLibrary(): void {
	if (!existsSync(LIBRARY) || statSync(LIBRARY).mtimeMs < newest(SOURCES)) {
		console.log('Building the library: vite build -c vite.lib.config.ts');
		const args = ['vite', 'build', '-c', 'vite.lib.config.ts', '--logLevel', 'warn'];
		execFileSync('npx', args, { cwd: ROOT, stdio: 'inherit' });
	}
}

/** When the newest of files and of files in folders was changed, milliseconds since 1970. */
function newest(paths: readonly string[]): number {
	const times = paths.map((path) => {
		const full = join(ROOT, path);
		const within = statSync(full).isDirectory() ? readdirSync(full, { recursive: true }) : [''];
		return Math.max(...within.map((file) => statSync(join(full, file.toString())).mtimeMs));
	});
	return Math.max(...times);
}

/** @param folder null: nothing is written */
async function bundle(
	input: string,
	folder: string | null,
	plugins: Plugin[] = [],
): Promise<Rolldown.RolldownOutput> {
	const made = await build({
		configFile: false,
		root: ROOT,
		base: './',
		publicDir: false,
		logLevel: 'warn',
		plugins,
		build: {
			outDir: folder ?? 'dist',
			write: folder !== null,
			emptyOutDir: folder !== null,
			target: 'es2022',
			minify: true,
			// Worklets are files of their own, as packages mean them to be.
			assetsInlineLimit: 0,
			modulePreload: false,
			rolldownOptions: {
				input,
				external: [/^\/dist\//],
				preserveEntrySignatures: 'strict',
				output: { format: 'es', codeSplitting: false, entryFileNames: 'adapter.js' },
			},
		},
	});
	return made as Rolldown.RolldownOutput;
}

function library(): string {
	return readFileSync(LIBRARY, 'utf8');
}

/** The text of each file that a page loads of the package alone. */
async function packageFiles(name: keyof typeof IMPORTS): Promise<string[]> {
	const entry = join(PEERS, 'page', 'package.js');
	const { output } = await bundle(entry, null, [
		{
			name: 'package-alone',
			resolveId: (id) => (id === entry ? entry : null),
			load: (id) => (id === entry ? IMPORTS[name] : null),
		},
	]);
	const texts = output.map(async (file) =>
		file.type === 'chunk' ? file.code : minified(file.fileName, file.source),
	);
	return Promise.all(texts);
}

/** Vite copies a worklet's file as it is. */
async function minified(fileName: string, source: string | Uint8Array): Promise<string> {
	const { code, errors } = await minify(fileName, Buffer.from(source).toString());
	if (errors.length > 0) {
		throw new Error(
			`Expected a script that can be minified, got ${fileName}: ${errors[0]!.message}`,
		);
	}
	return code;
}

function sizeOf(files: readonly string[]): BundleSize {
	return {
		bytes: sum(files.map((file) => Buffer.byteLength(file))),
		gzipBytes: sum(files.map((file) => gzipSync(file, { level: 9 }).length)),
	};
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
