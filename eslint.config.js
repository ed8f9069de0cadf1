import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Who may import whom: files matching `files` may import nothing that matches `forbidden`. */
function layer(files, forbidden, message) {
	return {
		files,
		rules: {
			'no-restricted-imports': ['error', { patterns: [{ regex: forbidden, message }] }],
		},
	};
}

/** Globals that TypeScript's audioworklet and ES libraries know and some browser's audio thread lacks. */
const NOT_IN_AUDIO_THREAD = [
	'TextDecoder',
	'TextEncoder',
	'URL',
	'URLSearchParams',
	'AbortController',
	'AbortSignal',
	'performance',
];

const OUTSIDE_CONSTRUCTORS =
	":matches(MethodDefinition[kind!='constructor'][key.name!='attach'], FunctionDeclaration)";

/** What would allocate, throw or post on the audio thread. Constructors and `attach`, which a message
 * handler calls, may. */
const AUDIO_THREAD_BANS = [
	['NewExpression', 'allocates'],
	['ArrayExpression', 'allocates'],
	['ObjectExpression', 'allocates'],
	['ArrowFunctionExpression', 'allocates a closure'],
	['TemplateLiteral', 'allocates'],
	['SpreadElement', 'allocates'],
	['ThrowStatement', 'throws'],
	['ForOfStatement', 'allocates an iterator'],
	[
		'CallExpression[callee.property.name=/^(subarray|slice|map|filter|push|postMessage)$/]',
		'allocates or posts',
	],
].map(([selector, why]) => ({
	selector: `${OUTSIDE_CONSTRUCTORS} ${selector}`,
	message: `This ${why}: not on the audio thread while it renders.`,
}));

/** The node side's folders in the order of a sample's way; each may import those before it. */
const NODE_LAYERS = ['source', 'pump', 'fanout', 'relay', 'station', 'access', 'gateway'];

export default defineConfig(
	globalIgnores(['dist', 'site', '.tsc', 'coverage', 'docs', 'test/output']),
	js.configs.recommended,
	tseslint.configs.strictTypeChecked,
	tseslint.configs.stylisticTypeChecked,
	{
		languageOptions: {
			parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
		},
		rules: {
			curly: 'error',
			eqeqeq: 'error',
			'no-console': 'error',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/no-empty-function': 'off',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			// Typed arrays in counted loops; noUncheckedIndexedAccess demands the mark.
			'@typescript-eslint/no-non-null-assertion': 'off',
		},
	},
	layer(['src/core/**'], '^(?!\\./)', 'src/core imports only itself.'),
	layer(
		['src/receiver/**'],
		'^(?!\\./|\\.\\./core/)',
		'The receiver imports itself and src/core: it is a thread of its own.',
	),
	layer(
		['worklet/**'],
		'^(?!\\./|\\.\\./src/core/)',
		'The audio thread imports itself and src/core.',
	),
	layer(
		['src/node/*.ts'],
		`^(?!\\./|\\.\\./core/|node:)`,
		'The node side imports itself, src/core and node.',
	),
	...NODE_LAYERS.map((folder, i) =>
		layer(
			[`src/node/${folder}/**`],
			`^(?!\\./|\\.\\./(${NODE_LAYERS.slice(0, i).join('|')})/|\\.\\./[a-z-]+\\.js$|\\.\\./\\.\\./core/|node:|ws$|prom-client$)`,
			`src/node/${folder} imports itself, the folders before it (${NODE_LAYERS.join(' < ')}), src/core, node, ws and prom-client.`,
		),
	),
	layer(
		['src/node/command-line/**'],
		'^(?!\\./|\\.\\./index\\.js$|node:|pino$)',
		'The command line uses the public node API only.',
	),
	layer(
		['src/*.ts'],
		'^(?!\\./(?!node/)|\\.\\./worklet/processor\\.ts\\?script$)|^\\./receiver/(?!receiver\\.worker\\.ts\\?script$)',
		'The main thread imports itself and src/core, and other threads as scripts.',
	),
	layer(
		['src/element/**'],
		'^(?!\\./|\\.\\./index\\.js$)',
		'The element uses the public API only.',
	),
	layer(
		['src/page/**'],
		'^(?!\\./|\\.\\./(?:element/)?index\\.js$)',
		'The page uses the public API only.',
	),
	layer(
		['demo/*.ts'],
		'^(?!\\./(?!server)|steadypcm$|\\.\\./src/index\\.js$)',
		'The demo page uses the public API only.',
	),
	layer(
		['demo/voice/**'],
		'^(?!\\./|\\.\\./[a-z-]+\\.js$|steadypcm$|\\.\\./\\.\\./src/index\\.js$)',
		'The voice page uses the public API and the parts of the demo page only.',
	),
	layer(
		['demo/server/**'],
		'^(?!\\./|\\.\\./\\.\\./src/node/index\\.js$|node:|ws$|vite$|\\.\\./\\.\\./build/)',
		'The demo server uses the public node API only.',
	),
	{
		files: ['worklet/**', 'src/core/**'],
		rules: { 'no-restricted-globals': ['error', ...NOT_IN_AUDIO_THREAD] },
	},
	{
		files: ['worklet/**', 'src/core/ring-reader.ts'],
		ignores: ['worklet/playout-host.ts', 'worklet/processor.ts', 'worklet/warm-up.ts'],
		rules: {
			'no-restricted-syntax': ['error', ...AUDIO_THREAD_BANS],
			// An iterator is an allocation.
			'@typescript-eslint/prefer-for-of': 'off',
		},
	},
	{
		files: ['test/**'],
		rules: {
			'no-console': 'off',
		},
	},
	{ files: ['build/**', 'demo/server/**'], rules: { 'no-console': 'off' } },
	{
		files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
		extends: [tseslint.configs.disableTypeChecked],
	},
	{
		// Plain scripts, of pages and of node: TypeScript does not tell which globals they have.
		files: ['**/*.mjs', 'test/**/*.js', 'test/**/*.cjs'],
		rules: { 'no-undef': 'off' },
	},
	{
		files: ['test/consumers/apps/**/*.cjs'],
		rules: { '@typescript-eslint/no-require-imports': 'off' },
	},
	{
		// With dependencies of their own, and checked by their own builds.
		files: ['test/consumers/apps/**/*.{ts,tsx}'],
		extends: [tseslint.configs.disableTypeChecked],
	},
	{
		files: ['test/consumers/apps/next/**/*.js'],
		languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
	},
);
