// Links within the documentation lead somewhere: to a file, a folder, a heading.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentationPages, ROOT } from '../../support/code-blocks.js';

const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g;

/** What GitHub makes of a heading: lower case, no punctuation, hyphens for spaces. */
function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
		.replace(/\s/g, '-');
}

function anchorsOf(page: string): string[] {
	const text = readFileSync(page, 'utf8').replace(/^ *```[\s\S]*?^ *```$/gm, '');
	return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
}

/** @returns null: it leads somewhere */
function brokenLink(page: string, path: string, anchor: string | undefined): string | null {
	const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
	if (!existsSync(target)) {
		return path;
	}
	const isFound =
		anchor === undefined || (statSync(target).isFile() && anchorsOf(target).includes(anchor));
	return isFound ? null : `${path}#${anchor}`;
}

describe('links', () => {
	it.each(documentationPages())('of %s lead somewhere', (page) => {
		const text = readFileSync(join(ROOT, page), 'utf8');
		const broken = [...text.matchAll(LINK)].map(([, path, anchor]) =>
			brokenLink(page, path!, anchor),
		);
		expect(broken.filter(Boolean)).toEqual([]);
	});

	it('that lead nowhere are noticed', () => {
		expect(brokenLink('README.md', 'docs/nothing.md', undefined)).toBe('docs/nothing.md');
		expect(brokenLink('README.md', '', 'nothing')).toBe('#nothing');
		expect(brokenLink('README.md', '', 'framed-streams-steadypcmv1')).toBeNull();
	});
});
