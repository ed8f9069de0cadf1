// What the benchmark tells: a page with tables and pictures, and a table for the console.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { cardSection } from './report/card-section.js';
import { caseSection, consoleCase } from './report/case-section.js';
import { limitsSection } from './report/limits-section.js';
import { decimal } from './report/markdown.js';
import { methodSection, uncounted } from './report/method-section.js';
import { delayPlot } from './report/plots.js';
import { ratioSection } from './report/ratio-section.js';
import { traceSection } from './report/trace-section.js';
import { tradeOffPlot } from './report/trade-off-plot.js';
import { traceCases, tracePlayers } from './report/traces.js';
import { wording } from './report/verdict.js';
import type { BenchResults } from './results.js';

/** Of the pictures, below the page's folder. */
const PICTURES = 'benchmarks';

/** Writes `docs/benchmarks.md` and, in place of those that are there, `docs/benchmarks/*.svg`.
 * @param folder the repository's root. */
export async function writeReport(results: BenchResults, folder: string): Promise<void> {
	const docs = join(folder, 'docs');
	const beside = join(docs, PICTURES);
	await mkdir(beside, { recursive: true });
	const old = (await readdir(beside)).filter((name) => name.endsWith('.svg'));
	await Promise.all(old.map((name) => rm(join(beside, name))));
	const { text, pictures } = page(results);
	for (const [name, svg] of pictures) {
		await writeFile(join(beside, name), svg);
	}
	const path = join(docs, 'benchmarks.md');
	const style = await resolveConfig(path);
	await writeFile(path, await format(text, { ...style, parser: 'markdown', proseWrap: 'always' }));
}

function page(results: BenchResults): { text: string; pictures: Map<string, string> } {
	const pictures = new Map<string, string>();
	const add = (name: string, svg: string | null): string | null => {
		if (svg === null) {
			return null;
		}
		pictures.set(name, svg);
		return `${PICTURES}/${name}`;
	};
	const cases = results.cases.map((each) =>
		caseSection(results, each, add(`delay-${slug(each.name)}.svg`, delayPlot(results, each))),
	);
	const sections = [
		methodSection(results),
		ratioSection(results),
		'## Case by case',
		...cases,
		traceSection(results, add('trade-off.svg', tradeOffPlot(results))),
		cardSection(results),
		limitsSection(results),
	];
	return { text: `${sections.join('\n\n')}\n`, pictures };
}

function slug(name: string): string {
	return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** Medians of every case, J against NetEq's, and what the sound card got. */
export function consoleTable(results: BenchResults): string {
	const played = results.cases.filter(({ name }) =>
		results.peerRuns.some(({ caseName }) => caseName === name),
	);
	const traces = traceCases(results).flatMap((name) =>
		tracePlayers(results, name).map(({ profile, delay, concealed, j, ratios, standings }) =>
			[
				`${name}, ${profile ?? 'NetEq'}:`.padEnd(32),
				`delay ${decimal(delay?.median)} ms,`,
				`concealed ${decimal(concealed?.median, 2)} %,`,
				`J ${decimal(j?.median)}${profile ? ',' : ''}`,
				profile
					? `J/NetEq ${ratios.map((r) => decimal(r, 2)).join(' ')}: ${wording(standings)}`
					: '',
			]
				.join(' ')
				.trimEnd(),
		),
	);
	const { card } = results;
	const cardLine = card
		? [`Sound card: ${card.differingSamples} of ${card.comparedSamples} samples differ.`]
		: [];
	const all = [...played.map((each) => consoleCase(results, each)), ...traces, ...cardLine];
	return all.length > 0 ? [...all, uncounted(results)].join('\n') : '';
}
