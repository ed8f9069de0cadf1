// The library build: every file of dist/ but the types, which `tsc -b` writes.
import { defineConfig, type EnvironmentOptions } from 'vite';
import { inlineScript } from './build/inline-script.ts';

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
			rolldownOptions: {
				input,
				platform: options.node === true ? 'node' : 'browser',
				external: options.node === true ? [/^node:/, 'ws'] : [],
				preserveEntrySignatures: 'strict',
				output: { format: 'es', codeSplitting: false, entryFileNames: file },
			},
		},
	};
}

const environments = {
	worklet: script('worklet/processor.ts', 'worklet.js'),
	worker: script('src/receiver/receiver.worker.ts', 'worker.js'),
	index: esm('src/index.ts', 'index.js'),
	min: esm('src/index.ts', 'index.min.js', { minify: true }),
	node: esm('src/node/index.ts', 'node.js', { node: true }),
};

export default defineConfig({
	publicDir: false,
	plugins: [inlineScript()],
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
