// The library build: every file of dist/ but the types, which `tsc -b` writes.
import { chmod, readFile } from 'node:fs/promises';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';
import { inlineScript } from './build/inline-script.ts';
import { pressed } from './build/press.ts';

/** A thread's entry as a classic script, for `workletUrl` and `workerUrl` under a strict CSP. */
function script(input: string, file: string): EnvironmentOptions {
	return {
		consumer: 'client',
		build: {
			minify: true,
			rolldownOptions: {
				input,
				output: { format: 'iife', strict: true, entryFileNames: file },
			},
		},
	};
}

function esm(
	input: string,
	file: string,
	options: { minify?: boolean; node?: boolean } = {},
): EnvironmentOptions {
	return {
		consumer: 'client',
		build: {
			minify: options.minify ?? false,
			cssMinify: true,
			// Style sheets say themselves what is for newer browsers; lowered, light-dark() would not follow the page.
			cssTarget: 'esnext',
			rolldownOptions: {
				input,
				platform: options.node === true ? 'node' : 'browser',
				external: options.node === true ? [/^node:/, 'ws', 'prom-client', 'pino'] : [],
				preserveEntrySignatures: 'strict',
				output: { format: 'es', codeSplitting: false, entryFileNames: file },
			},
		},
	};
}

/** Leaves imports of `module` to a file of dist that another environment writes. */
function built(environment: string, module: RegExp, file: string): Plugin {
	return {
		name: `built-${file}`,
		applyToEnvironment: ({ name }) => name === environment,
		enforce: 'pre',
		resolveId: (id, importer) =>
			importer !== undefined && module.test(id) ? { id: file, external: true } : null,
	};
}

/** The gateway page's files that need no building. */
function pageFiles(): Plugin {
	return {
		name: 'page-files',
		applyToEnvironment: ({ name }) => name === 'page',
		async generateBundle() {
			for (const fileName of ['page.html', 'page.css', 'icon.svg']) {
				const source = await readFile(`src/page/${fileName}`);
				this.emitFile({ type: 'asset', fileName, source });
			}
		},
	};
}

/** In this repository `npx steadypcm` runs the file itself; where the package is installed, npm makes it a program. */
function program(environment: string, file: string): Plugin {
	return {
		name: `program-${file}`,
		applyToEnvironment: ({ name }) => name === environment,
		writeBundle: () => chmod(`dist/${file}`, 0o755),
	};
}

const environments = {
	worklet: script('worklet/processor.ts', 'worklet.js'),
	worker: script('src/receiver/receiver.worker.ts', 'worker.js'),
	index: esm('src/index.ts', 'index.js'),
	min: esm('src/index.ts', 'index.min.js', { minify: true }),
	mediaSession: esm('src/media-session.ts', 'media-session.js'),
	node: esm('src/node/index.ts', 'node.js', { node: true }),
	cli: esm('src/node/command-line/main.ts', 'cli.js', { node: true }),
	page: esm('src/page/main.ts', 'page.js', { minify: true }),
	element: esm('src/element/index.ts', 'element.js'),
};

export default defineConfig({
	publicDir: false,
	plugins: [
		inlineScript(),
		pressed('worklet'),
		pressed('worker'),
		built('cli', /^\.\.\/index\.js$/, './node.js'),
		built('page', /^\.\.\/index\.js$/, './index.min.js'),
		built('element', /^\.\.\/index\.js$/, './index.js'),
		pageFiles(),
		program('cli', 'cli.js'),
	],
	build: {
		outDir: 'dist',
		emptyOutDir: false,
		target: 'es2022',
		sourcemap: true,
		modulePreload: false,
	},
	environments,
	builder: {
		async buildApp(builder) {
			for (const name of Object.keys(environments)) {
				const environment = builder.environments[name];
				if (environment === undefined) {
					throw new Error(`Expected a build environment called ${name}.`);
				}
				await builder.build(environment);
			}
		},
	},
});
