import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../../../src/page/', import.meta.url);
const html = readFileSync(new URL('page.html', FOLDER), 'utf8');
const scripts = readdirSync(FOLDER)
	.filter((name) => name.endsWith('.ts'))
	.map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));

function all(pattern: RegExp, text: string): string[] {
	return [...text.matchAll(pattern)].map(([, found]) => found!);
}

describe('the gateway’s page', () => {
	const ids = all(/\sid="([^"]+)"/g, html);

	it('has every element that its script asks for, each once', () => {
		const asked = scripts.flatMap((script) => all(/element\('([^']+)'/g, script));
		expect(asked.length).toBeGreaterThan(10);
		expect(asked.filter((id) => !ids.includes(id))).toEqual([]);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('has nothing inline, as its policy demands', () => {
		expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|https?:\/\/(?!www\.w3\.org)/i);
		expect(all(/<script([^>]*)>/g, html)).toEqual([' type="module" src="/page.js"']);
		expect(scripts.join('')).not.toMatch(/innerHTML|insertAdjacentHTML|\.style\b/);
	});

	it('names every control', () => {
		const labelled = all(/ for="([^"]+)"/g, html);
		const inputs = all(/<input\sid="([^"]+)"/g, html);
		expect(inputs.length).toBeGreaterThan(1);
		expect(inputs.filter((id) => !labelled.includes(id))).toEqual([]);
		for (const button of all(/<button([^>]*>[^<]*)/g, html)) {
			expect(button).toMatch(/aria-label=|>\s*\w/);
		}
	});
});
