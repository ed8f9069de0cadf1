// The package as it would be published, made in a copy of the repository.
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { run } from './command.js';

const ROOT = new URL('../..', import.meta.url).pathname;

/** In the repository: made, or not needed to make the package. */
const LEFT_OUT = /^(\.git|\.tsc|coverage|dist|docs|test\/output|(.*\/)?node_modules)$/;

export interface Tarballs {
	/** Paths. */
	readonly own: string;
	/** The same code, built under another version. */
	readonly other: string;
	/** Of `own`. */
	readonly version: string;
}

/** @param folder made; the tarballs are left in it */
export async function packTarballs(folder: string): Promise<Tarballs> {
	const copy = join(folder, 'repository');
	await mkdir(folder, { recursive: true });
	await cp(ROOT, copy, {
		recursive: true,
		filter: (path) => !LEFT_OUT.test(relative(ROOT, path)),
	});
	await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
	const { version } = JSON.parse(await readFile(join(copy, 'package.json'), 'utf8')) as {
		version: string;
	};
	const own = await pack(copy, folder);
	const otherVersion = `${version}-other`;
	await replaceVersion(join(copy, 'package.json'), `"${version}"`, `"${otherVersion}"`);
	await replaceVersion(join(copy, 'src/core/version.ts'), `'${version}'`, `'${otherVersion}'`);
	const build = ['npx', 'vite', 'build', '--config', 'vite.lib.config.ts', '--logLevel', 'warn'];
	await run(build, { cwd: copy, seconds: 60 });
	return { own, other: await pack(copy, folder, '--ignore-scripts'), version };
}

/** Builds, too, as publishing does, unless `flags` forbid it. */
async function pack(copy: string, destination: string, ...flags: string[]): Promise<string> {
	const { output } = await run(['npm', 'pack', '--pack-destination', destination, ...flags], {
		cwd: copy,
		seconds: 180,
	});
	return join(destination, basename(output.trim().split('\n').at(-1)!));
}

async function replaceVersion(file: string, before: string, after: string): Promise<void> {
	const text = await readFile(file, 'utf8');
	if (!text.includes(before)) {
		throw new Error(`Expected ${before} in ${file}, found none.`);
	}
	await writeFile(file, text.replace(before, after));
}
