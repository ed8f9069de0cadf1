import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { beforeAll, describe, expect, it } from 'vitest';
import { consoleTable, writeReport } from '../../bench/peers/report.js';
import { spacedOut } from '../../bench/peers/report/svg.js';
import { ticks } from '../../support/svg.js';
import { PLAYER_NAMES, type BenchResults } from '../../bench/peers/results.js';
import { madeUp, resultsOf, runOf } from './made-up-results.js';

const OUTPUT = 'test/output/peers-report';
const NOT_A_NUMBER = /NaN|undefined|Infinity|\[object|null/;

/** Writes the report and reads it. */
async function written(name: string, results: BenchResults): Promise<string> {
	const folder = join(OUTPUT, name);
	await rm(folder, { recursive: true, force: true });
	await writeReport(results, folder);
	return readFile(join(folder, 'docs/benchmarks.md'), 'utf8');
}

/** Cells of the row that begins with `first`, of the first table under `heading`. */
function cellsOf(page: string, heading: string, first: string): string[] {
	const section = page.slice(page.indexOf(heading));
	const row = section.split('\n').find((line) => line.startsWith(`| ${first} `))!;
	return row
		.split('|')
		.slice(1, -1)
		.map((cell) => cell.trim());
}

describe('the report', () => {
	let page = '';
	let pictures: string[] = [];

	beforeAll(async () => {
		page = await written('all', madeUp());
		const folder = join(OUTPUT, 'all/docs/benchmarks');
		const names = (await readdir(folder)).sort();
		expect(names).toEqual([
			'delay-eight.svg',
			'delay-fast.svg',
			'delay-perfect.svg',
			'delay-stalls.svg',
			'trade-off.svg',
		]);
		pictures = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
	});

	it('shows no value that is none, on paper or in the console', () => {
		for (const text of [page, ...pictures, consoleTable(madeUp())]) {
			expect(text).not.toMatch(NOT_A_NUMBER);
		}
	});

	it('has tables of even rows', () => {
		const cells = (line: string): number => line.split(/(?<!\\)\|/).length;
		const lines = page.split('\n');
		const rows = lines.flatMap((line, i) => (line.startsWith('|') ? [i] : []));
		expect(rows.length).toBeGreaterThan(60);
		for (const i of rows.filter((row) => lines[row - 1]!.startsWith('|'))) {
			expect(cells(lines[i]!), lines[i]).toBe(cells(lines[i - 1]!));
		}
	});

	it('is as prettier would have it', async () => {
		const path = join(OUTPUT, 'all/docs/benchmarks.md');
		const style = await resolveConfig(path);
		expect(await check(page, { ...style, parser: 'markdown' })).toBe(true);
	});

	it('refers to pictures that are there', async () => {
		const paths = [...page.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, path]) => path!);
		expect(paths).toHaveLength(5);
		for (const path of paths) {
			expect(await readFile(join(OUTPUT, 'all/docs', path), 'utf8')).toMatch(/^<svg/);
		}
	});

	it('says in bold where a peer wins, and what that was bought with', () => {
		const [, own, best] = cellsOf(page, '## Ratios first', 'Stalls of 300 ms');
		expect(best).toMatch(/^\*\*pcm-ringbuf-player 1\d\.\d ms less\*\*: 30\.\d/);
		expect(best).toContain('behind in 3 of 3');
		expect(best).toMatch(/with 2\d\d\d ms silent, 0 ms skipped, 24\.0 clicks a minute/);
		const value = Number(/: ([\d.]+)/.exec(best!)![1]);
		const ratio = Number(/ratio ([\d.]+)/.exec(best!)![1]);
		expect(ratio * value).toBeCloseTo(Number(own), 0);
		expect(page.slice(page.indexOf('## Where peers win'))).toContain(
			'Stalls of 300 ms, delay: **pcm-ringbuf-player**',
		);
	});

	it('draws gaps where nothing is heard', () => {
		const stalls = pictures[3]!;
		const lines = [
			...stalls.matchAll(
				/<path d="(M[^"]*)" fill="none" stroke="(#\w+)" stroke-width="(?:2.6|1.3)"/g,
			),
		];
		expect(lines).toHaveLength(PLAYER_NAMES.length);
		const parts = (color: string): number =>
			lines.find(([, , stroke]) => stroke === color)![1]!.split('M').length - 1;
		expect(parts('#0072b2')).toBe(1);
		// 12 gaps, the first of which is before the first sound.
		expect(parts('#5f5f5f')).toBe(12);
	});

	it('leaves out of its folder only old pictures', async () => {
		const folder = join(OUTPUT, 'again/docs/benchmarks');
		await rm(folder, { recursive: true, force: true });
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, 'delay-old.svg'), '<svg/>');
		await writeFile(join(folder, 'results.json'), '{}');
		await writeReport(resultsOf([]), join(OUTPUT, 'again'));
		expect(await readdir(folder)).toEqual(['results.json']);
	});
});

describe('the report of a part', () => {
	it('shows what is missing as missing', async () => {
		const { peerRuns } = madeUp();
		const some = peerRuns.filter(
			({ player, caseName, run }) =>
				(player !== 'wavtools' || run > 0) && (player !== 'steadypcm' || caseName !== 'fast'),
		);
		const dead = runOf(
			'textbook',
			0,
			[{ heardMs: 0, delayMeanMs: NaN, curve: [[0, null]] }],
			'unplayed',
		);
		const results = resultsOf([...some, dead]);
		// As read from a file.
		const page = await written('some', JSON.parse(JSON.stringify(results)) as BenchResults);
		expect(page).not.toMatch(NOT_A_NUMBER);
		expect(cellsOf(page, '## Ratios first', 'Source 2 % fast').slice(1, 3)).toEqual(['–', '–']);
		expect(page).toContain('Nothing heard of textbook in 1 run.');
		expect(page).toContain('Not measured here: there was no sound card');
		expect(consoleTable(results)).not.toMatch(NOT_A_NUMBER);
	});

	it('can be of nothing', async () => {
		const results = resultsOf([], { cases: [], players: [], machine: [] });
		expect(await written('nothing', results)).not.toMatch(NOT_A_NUMBER);
		expect(consoleTable(results)).toBe('');
	});
});

describe('an axis', () => {
	it('has round numbers from 0 on', () => {
		expect(ticks(1000, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
		expect(ticks(0.7, 5)).toEqual([0, 0.2, 0.4, 0.6]);
	});

	it('has labels that do not cover each other', () => {
		expect(spacedOut([100, 50, 102, 104], 10, 120)).toEqual([100, 50, 110, 120]);
		expect(spacedOut([118, 119], 10, 120)).toEqual([110, 120]);
	});
});
