// `npm run check:types`: the cases, compiled against the declarations that the package publishes, as its consumers
// do: by its name, without its sources, without its dependencies' types but those it brings along, and with every
// declaration checked.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;
const CASES = join(ROOT, 'test/types/cases');
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');

const STRICT = {
	strict: true,
	noUncheckedIndexedAccess: true,
	exactOptionalPropertyTypes: true,
	skipLibCheck: false,
	noEmit: true,
	target: 'ES2022',
};

/** How consumers have modules resolved. */
const RESOLUTIONS = {
	bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
	node16: { module: 'Node16', moduleResolution: 'Node16' },
	nodenext: { module: 'NodeNext', moduleResolution: 'NodeNext' },
};

const PAGE = { lib: ['ES2022', 'DOM'], types: [] };

/** By case: the library it has. */
const REALMS: Readonly<Record<string, object>> = {
	page: PAGE,
	disposal: { lib: ['ES2022', 'ESNext.Disposable', 'DOM'], types: [] },
	element: PAGE,
	node: { lib: ['ES2022'], types: ['node'] },
};

interface PackageFile {
	readonly dependencies: Readonly<Record<string, string>>;
}

export function main(): void {
	const folder = mkdtempSync(join(tmpdir(), 'steadypcm-types-'));
	try {
		install(folder);
		const failures = Object.keys(REALMS).flatMap((name) =>
			Object.keys(RESOLUTIONS).map((resolution) => check(folder, name, resolution)),
		);
		process.exitCode = failures.some(Boolean) ? 1 : 0;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** What npm would publish, and the types that come with it; those of node are the consumer's own. */
function install(folder: string): void {
	const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
	const [{ files }] = JSON.parse(
		execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
	) as [{ files: readonly { path: string }[] }];
	const own = files.map(({ path }) => path).filter((path) => /(\.d\.ts|package\.json)$/.test(path));
	if (!own.includes('dist/types/index.d.ts')) {
		throw new Error('Expected declarations in dist/types, got none: npm run build makes them.');
	}
	for (const path of own) {
		copy(path, join(folder, 'node_modules/steadypcm', path));
	}
	const { dependencies } = JSON.parse(
		readFileSync(join(ROOT, 'package.json'), 'utf8'),
	) as PackageFile;
	const types = Object.keys(dependencies).filter((name) => name.startsWith('@types/'));
	for (const name of ['@types/node', 'undici-types', ...types]) {
		copy(`node_modules/${name}`, join(folder, 'node_modules', name));
	}
	cpSync(CASES, folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
}

function copy(path: string, destination: string): void {
	mkdirSync(dirname(destination), { recursive: true });
	cpSync(join(ROOT, path), destination, { recursive: true });
}

/** @returns whether it failed */
function check(folder: string, name: string, resolution: string): boolean {
	const compilerOptions = {
		...STRICT,
		...RESOLUTIONS[resolution as keyof typeof RESOLUTIONS],
		...REALMS[name],
	};
	const config = { compilerOptions, files: [`${name}.ts`] };
	writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
	const { status, stdout } = spawnSync('node', [COMPILER, '-p', folder, '--pretty', 'false'], {
		cwd: folder,
		encoding: 'utf8',
	});
	console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}, ${resolution}\n${stdout}`.trimEnd());
	return status !== 0;
}
