// `import code from '../worklet/processor.ts?script'`: bundles a thread's entry into one classic
// script and gives it as a string, so that the library can start the thread without a second
// request. Library build, demo and tests use this one plugin: the string cannot go stale.
import { build, type Plugin, type Rolldown } from 'vite';
import { press } from './press.ts';

const QUERY = '?script';

export function inlineScript(options: { minify?: boolean } = {}): Plugin {
	return {
		name: 'inline-script',
		enforce: 'pre',
		async resolveId(source, importer) {
			if (!source.endsWith(QUERY)) {
				return null;
			}
			const resolved = await this.resolve(source.slice(0, -QUERY.length), importer);
			return resolved === null ? null : resolved.id + QUERY;
		},
		async load(id) {
			if (!id.endsWith(QUERY)) {
				return null;
			}
			const isSmall = options.minify ?? true;
			const script = await bundle(id.slice(0, -QUERY.length), isSmall);
			const code = isSmall ? await press(script.code) : script.code;
			for (const file of script.moduleIds) {
				this.addWatchFile(file);
			}
			return { code: `export default ${JSON.stringify(code)};`, map: { mappings: '' } };
		},
	};
}

async function bundle(input: string, minify: boolean): Promise<Rolldown.OutputChunk> {
	const result = await build({
		configFile: false,
		envDir: false,
		publicDir: false,
		logLevel: 'warn',
		build: {
			write: false,
			target: 'es2022',
			minify,
			modulePreload: false,
			rolldownOptions: {
				input,
				output: { format: 'iife', codeSplitting: false, strict: true },
			},
		},
	});
	const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
	return output[0];
}
