// What TypeScript says of the documentation's programs against the package's own sources, as strictly as the
// package itself is checked.
import { join } from 'node:path';
import ts from 'typescript';
import type { BlockProgram, Realm } from '../../support/block-program.js';
import { place, ROOT } from '../../support/code-blocks.js';

const STRICT: ts.CompilerOptions = {
	target: ts.ScriptTarget.ES2022,
	module: ts.ModuleKind.ESNext,
	moduleResolution: ts.ModuleResolutionKind.Bundler,
	strict: true,
	noUncheckedIndexedAccess: true,
	exactOptionalPropertyTypes: true,
	noImplicitOverride: true,
	noFallthroughCasesInSwitch: true,
	isolatedModules: true,
	skipLibCheck: true,
	noEmit: true,
	allowJs: true,
	checkJs: true,
	paths: {
		steadypcm: [join(ROOT, 'src/index.ts')],
		'steadypcm/element': [join(ROOT, 'src/element/index.ts')],
		'steadypcm/media-session': [join(ROOT, 'src/media-session.ts')],
		'steadypcm/node': [join(ROOT, 'src/node/index.ts')],
	},
};

const REALMS: Readonly<Record<Realm, ts.CompilerOptions>> = {
	page: { lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'], types: [] },
	node: { lib: ['lib.es2022.d.ts'], types: ['node'] },
};

/** JavaScript cannot say that a button is there, or of what type a parameter is. */
const LANGUAGES: Readonly<Record<BlockProgram['language'], ts.CompilerOptions>> = {
	ts: {},
	js: { strictNullChecks: false, exactOptionalPropertyTypes: false, noImplicitAny: false },
};

/** What browsers and Vite have and TypeScript's library lacks. */
const BROWSERS = {
	file: join(ROOT, 'test/output/docs/browsers.d.ts'),
	text: `declare const trustedTypes: { createPolicy(name: string, rules: object): unknown };
		interface ImportMeta { readonly hot?: { dispose(end: () => void): void } }`,
};

/** @param programs of one realm and one language
 * @returns complaints by the block's place; none: it compiles */
export function complaints(programs: readonly BlockProgram[]): Map<string, string[]> {
	const first = programs[0];
	if (first === undefined) {
		return new Map();
	}
	const files = new Map(programs.map((program) => [fileOf(program), program]));
	const options = { ...STRICT, ...REALMS[first.realm], ...LANGUAGES[first.language] };
	const compiler = ts.createProgram(
		[BROWSERS.file, ...files.keys()],
		options,
		hostOf(files, options),
	);
	const found = new Map<string, string[]>();
	for (const [file, { block }] of files) {
		const source = compiler.getSourceFile(file);
		const diagnostics = [
			...compiler.getSyntacticDiagnostics(source),
			...compiler.getSemanticDiagnostics(source),
		];
		found.set(
			place(block),
			diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
		);
	}
	return found;
}

function fileOf({ block, language }: BlockProgram): string {
	return join(ROOT, `test/output/docs/${block.page.replace(/\W/g, '-')}-${block.line}.${language}`);
}

/** Reads the programs from memory, all else from the disk. */
function hostOf(
	files: ReadonlyMap<string, BlockProgram>,
	options: ts.CompilerOptions,
): ts.CompilerHost {
	const host = ts.createCompilerHost(options);
	const texts = new Map([...files].map(([file, { text }]) => [file, text]));
	texts.set(BROWSERS.file, BROWSERS.text);
	const disk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
	host.fileExists = (file) => texts.has(file) || disk.fileExists(file);
	host.readFile = (file) => texts.get(file) ?? disk.readFile(file);
	const sourceOf = host.getSourceFile.bind(host);
	host.getSourceFile = (file, languageVersion, ...rest) => {
		const text = texts.get(file);
		return text === undefined
			? sourceOf(file, languageVersion, ...rest)
			: ts.createSourceFile(file, text, languageVersion, true);
	};
	return host;
}
