// The fenced code blocks of the documentation, with what a reader has read before them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** Pages for the package's users and its contributors: files, and folders of them. */
const FILES = [
	'README.md',
	'CONTRIBUTING.md',
	'CHANGELOG.md',
	'docs/benchmarks.md',
	'docs/browsers.md',
	'docs/bundlers.md',
];
const FOLDERS = ['docs/guide', 'demo/servers'];

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

/** Stands before a block that cannot run, and says why. */
const NOT_RUN = /<!-- not run: (.+) -->\s*$/;

/** Stands before a block of a file that is built and played elsewhere. */
const FROM = /<!-- from: (\S+) -->\s*$/;

export interface CodeBlock {
	/** Path from the root. */
	readonly page: string;
	/** Of its first line of code, from 1. */
	readonly line: number;
	/** What the fence says; '' of drawings. */
	readonly language: string;
	readonly text: string;
	/** The page's word that it is not run; null: it is. */
	readonly notRun: string | null;
	/** Path from the root of the file that it shows; null: it stands for itself. */
	readonly from: string | null;
	/** Of the same page, the nearest first. */
	readonly earlier: readonly CodeBlock[];
}

/** Where it stands, as an editor opens it. */
export function place(block: CodeBlock): string {
	return `${block.page}:${block.line}`;
}

/** Whether it is to be run by itself. */
export function isRun({ notRun, from }: CodeBlock): boolean {
	return notRun === null && from === null;
}

/** Paths from the root. */
export function documentationPages(): string[] {
	return [...FILES, ...FOLDERS.flatMap(pagesOf)];
}

export function codeBlocks(): CodeBlock[] {
	return documentationPages().flatMap((page) =>
		blocksOf(page, readFileSync(join(ROOT, page), 'utf8')),
	);
}

function pagesOf(folder: string): string[] {
	const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
	return names
		.filter((name) => name.endsWith('.md'))
		.sort()
		.map((name) => join(folder, name));
}

/** @param markdown of the page */
export function blocksOf(page: string, markdown: string): CodeBlock[] {
	const blocks: CodeBlock[] = [];
	for (const match of markdown.matchAll(FENCE)) {
		const [, indent = '', language = '', text = ''] = match;
		const before = markdown.slice(0, match.index);
		blocks.push({
			page,
			line: before.split('\n').length + 1,
			language,
			text: indent === '' ? text : text.replace(new RegExp(`^${indent}`, 'gm'), ''),
			notRun: NOT_RUN.exec(before)?.[1] ?? null,
			from: FROM.exec(before)?.[1] ?? null,
			earlier: [...blocks].reverse(),
		});
	}
	return blocks;
}
