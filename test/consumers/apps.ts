// The apps of apps/, and on which pages each is played. To add one: a folder with what a user would write, and an
// entry here.
import type { ConditionName } from './conditions.js';

/** A page that plays when its button is clicked and leaves its player, or `players`, on `window`. */
export interface Visit {
	readonly path: string;
	readonly condition: ConditionName;
	/** Hz, what each player plays. @default [TONE] */
	readonly tones?: readonly number[];
	/** What is on the page, where that is not plain. */
	readonly title?: string;
}

/** What an app's pages come from: a folder that its build writes, or a program that serves them. */
export type Origin = { readonly folder: string } | { readonly program: readonly string[] };

/** A row of the table. */
export interface Site {
	readonly title: string;
	readonly origin: Origin;
	readonly visits: readonly Visit[];
	/** Whether its pages hold what the bundler made for users: its size is told. @default true */
	readonly isBundled?: boolean;
	/** Whether the pages, not the tool, are what is tried. @default false */
	readonly isOnePage?: boolean;
}

export interface App {
	/** In apps/. */
	readonly folder: string;
	/** Of an app without pages, in the table. */
	readonly title?: string;
	/** The dependency whose version the table tells. */
	readonly tool?: string;
	/** Whether another version of the package is installed beside it, as `steadypcm-other`. @default false */
	readonly hasOtherVersion?: boolean;
	readonly sites: readonly Site[];
}

/** Hz, what a stream without a `frequency` in its URL plays. */
export const TONE = 440;

/** The four kinds of page that every bundler's app is played on. */
function everywhere(index: string, ownFiles: string): readonly Visit[] {
	return [
		{ path: index, condition: 'plain' },
		{ path: index, condition: 'isolated' },
		{ path: ownFiles, condition: 'strict-csp' },
		{ path: ownFiles, condition: 'trusted-types' },
	];
}

function withElement(framework: string): Site {
	return {
		title: `${framework}, \`<pcm-player>\``,
		origin: { folder: 'dist' },
		visits: [
			{ path: '/', condition: 'plain' },
			{ path: '/', condition: 'isolated' },
		],
	};
}

const REACT_WITH_PLAYER: Site = {
	title: 'React, own controls',
	origin: { folder: 'dist' },
	isOnePage: true,
	visits: [
		{ path: '/own-controls.html', condition: 'plain', title: 'React, a player of an effect' },
	],
};

const THREE_PLAYERS = {
	path: '/several-players.html',
	tones: [440, 660, 880],
	title: 'three players',
};

const TWO_VERSIONS = {
	path: '/two-versions.html',
	tones: [440, 660],
	title: 'two versions of the package',
};

export const APPS: readonly App[] = [
	{
		folder: 'vite',
		tool: 'vite',
		sites: [
			{
				title: 'Vite, dev server',
				origin: { program: ['vite', '--strictPort', '--port'] },
				visits: everywhere('/', '/own-files.html'),
				isBundled: false,
			},
			{
				title: 'Vite, build',
				origin: { folder: 'dist' },
				visits: everywhere('/', '/own-files.html'),
			},
		],
	},
	{
		folder: 'webpack',
		tool: 'webpack',
		sites: [
			{
				title: 'webpack',
				origin: { folder: 'public' },
				visits: everywhere('/', '/own-files.html'),
			},
		],
	},
	{
		folder: 'rollup',
		tool: 'rollup',
		sites: [
			{ title: 'Rollup', origin: { folder: 'public' }, visits: everywhere('/', '/own-files.html') },
		],
	},
	{
		folder: 'esbuild',
		tool: 'esbuild',
		sites: [
			{
				title: 'esbuild',
				origin: { folder: 'public' },
				visits: everywhere('/', '/own-files.html'),
			},
		],
	},
	{
		folder: 'parcel',
		tool: 'parcel',
		sites: [
			{ title: 'Parcel', origin: { folder: 'dist' }, visits: everywhere('/', '/own-files.html') },
		],
	},
	{
		folder: 'next',
		tool: 'next',
		sites: [
			{
				title: 'Next.js, app router',
				origin: { program: ['next', 'start', '--port'] },
				visits: everywhere('/', '/own-files'),
			},
		],
	},
	...['React', 'Vue', 'Svelte'].map((framework) => ({
		folder: framework.toLowerCase(),
		tool: framework.toLowerCase(),
		sites: [withElement(framework), ...(framework === 'React' ? [REACT_WITH_PLAYER] : [])],
	})),
	{
		folder: 'script-tag',
		sites: [
			{
				title: 'no bundler, another origin',
				origin: { folder: 'public' },
				visits: [
					{ path: '/', condition: 'plain' },
					{ path: '/', condition: 'isolated' },
				],
			},
			{
				title: 'no bundler, own origin',
				origin: { folder: 'public' },
				visits: everywhere('/own-files.html', '/own-files.html'),
			},
		],
	},
	{
		folder: 'conditions',
		tool: 'esbuild',
		hasOtherVersion: true,
		sites: [
			{
				title: 'pages',
				origin: { folder: 'public' },
				isOnePage: true,
				visits: [
					{ ...THREE_PLAYERS, condition: 'plain' },
					{ ...THREE_PLAYERS, condition: 'isolated' },
					{ ...TWO_VERSIONS, condition: 'plain' },
					{ ...TWO_VERSIONS, condition: 'isolated' },
					{ ...TWO_VERSIONS, condition: 'trusted-types-twice' },
					{ path: '/', condition: 'blob-csp' },
					{ path: '/', condition: 'trusted-types-blob' },
					{ path: '/default-policy.html', condition: 'default-policy' },
				],
			},
		],
	},
	{ folder: 'node', title: 'Node: imported, required, a server run', sites: [] },
];
