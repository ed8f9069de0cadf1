// The summary: steadypcm against the best peer of each case, in ratios.
import type { BenchResults, CaseDescription } from '../results.js';
import { decimal, MISSING, plural, table, type Column } from './markdown.js';
import { outcomesOf, PRICE_OF_PERCENT_MS, spreadOf, type Outcome } from './outcome.js';
import { bestOf, JUDGED, METRICS, ratioOf, verdictsOf, wording } from './verdict.js';
import type { Metric, Verdict } from './verdict.js';

export function ratioSection(results: BenchResults): string {
	const columns: Column<CaseDescription>[] = [
		{ title: 'Case', cell: ({ title }) => title, isText: true },
		...METRICS.flatMap((metric) => columnsOf(results, metric)),
	];
	return [
		'## Ratios first',
		`Each cell beside steadypcm's names the peer that is best in that figure and that case, its value, the ratio
(steadypcm's part of it: below 1, steadypcm has less), and in how many runs steadypcm is ahead of it. All are medians
over the runs, and less is better. **Bold: the peer has less.**`,
		table(columns, results.cases),
		caution(),
		tally(results),
		...goals(results),
	].join('\n\n');
}

function columnsOf(results: BenchResults, metric: Metric): Column<CaseDescription>[] {
	const own = ({ name }: CaseDescription): string =>
		decimal(spreadOf(outcomesOf(results, name, 'steadypcm').map(metric.shown))?.median);
	return [
		{ title: `${metric.title}: steadypcm`, cell: own },
		{
			title: 'best peer',
			cell: ({ name }) => bestCell(results, bestOf(verdictsOf(results, name, metric))),
			isText: true,
		},
	];
}

function bestCell(results: BenchResults, best: readonly Verdict[]): string {
	// Of those that share the lowest value the one that steadypcm does worst against.
	const worth = (found: Verdict): number =>
		found.standings.filter((each) => each === 'behind').length / found.standings.length;
	const [first] = [...best].sort((a, b) => worth(b) - worth(a));
	if (!first?.own || !first.theirs) {
		return MISSING;
	}
	const others = best.length > 1 ? ` and ${best.length - 1} more` : '';
	const name = first.peer + others;
	const less = first.own.median - first.theirs.median;
	const value = decimal(first.theirs.median);
	const isBehind = first.standings.includes('behind') && less > 0;
	const head = isBehind
		? `**${name} ${decimal(less)} ${first.metric.unit} less**: ${value}`
		: `${name}: ${value}`;
	const ratio = ratioOf(first);
	const parts = [
		head,
		ratio === null ? '' : `ratio ${decimal(ratio, 2)}`,
		wording(first.standings),
	];
	const paid = first.metric.name === 'delay' ? paidFor(results, first) : '';
	return [...parts, paid].filter((part) => part !== '').join('<br>');
}

/** What a low delay was bought with. */
export function paidFor(results: BenchResults, { caseName, peer }: Verdict): string {
	const outcomes = outcomesOf(results, caseName, peer);
	const median = (value: (outcome: Outcome) => number): string =>
		decimal(spreadOf(outcomes.map((each) => value(each) / each.minutes))?.median);
	const silent = median(({ silentMs }) => silentMs);
	const skipped = median(({ skippedMs }) => skippedMs);
	const clicks = median(({ clicks }) => clicks);
	return `<small>with ${silent} ms silent, ${skipped} ms skipped, ${clicks} clicks a minute</small>`;
}

function caution(): string {
	return `> **A caution.** A player has a low delay too if it falls silent, or drops what came late: what is not heard is
> not late. So read the delay together with the silence, the skipped and the clicks under it. J sums up:
> J = mean delay + ${PRICE_OF_PERCENT_MS} ms × (silent + made up time, in percent of the time listened), as NetEq's own target
> weighs them. What is skipped is not in it: it was paid for as the silence before it, or is heard in less time.`;
}

interface Count {
	readonly metric: Metric;
	readonly verdicts: readonly Verdict[];
}

/** How many of all pairs of a case and a peer steadypcm wins. */
function tally(results: BenchResults): string {
	const rows = METRICS.map((metric) => ({
		metric,
		verdicts: results.cases.flatMap(({ name }) => verdictsOf(results, name, metric)),
	}));
	const count = (wanted: Verdict['conclusion']) => (row: Count) =>
		String(row.verdicts.filter(({ conclusion }) => conclusion === wanted).length);
	const columns: Column<Count>[] = [
		{ title: 'steadypcm', cell: ({ metric }) => metric.name, isText: true },
		{ title: 'ahead in all runs', cell: count('ahead') },
		{ title: 'equal in all runs', cell: count('equal') },
		{ title: 'behind in all runs', cell: count('behind') },
		{ title: 'not the same in all runs', cell: count('mixed') },
		{ title: 'pairs', cell: ({ verdicts }) => String(verdicts.length) },
	];
	return `Every case with every peer, one pair each. Differences below 1 ms (of the mean delay, of the silence of a whole
run, of J) and equal numbers of clicks are equal.

${table(columns, rows)}`;
}

/** What the benchmark is to show, and whether it does. */
function goals(results: BenchResults): string[] {
	const played = results.cases.filter(
		({ name }) => verdictsOf(results, name, JUDGED[0]!).length > 0,
	);
	const disturbed = played.filter(({ isPerfect }) => !isPerfect);
	const kept = disturbed.filter(({ name }) =>
		JUDGED.every((metric) =>
			verdictsOf(results, name, metric).every(({ standings }) => !standings.includes('behind')),
		),
	);
	const sentences = played
		.filter(({ isPerfect }) => isPerfect)
		.map((each) => perfectSentence(results, each));
	if (disturbed.length > 0) {
		sentences.unshift(
			`Of ${plural(disturbed.length, 'case')} in which something is amiss, in ${kept.length} no peer has less delay, less
silence or fewer clicks than steadypcm in any run.`,
		);
	}
	return sentences.length > 0 ? [sentences.join('\n')] : [];
}

function perfectSentence(results: BenchResults, { name, title }: CaseDescription): string {
	const [best] = bestOf(verdictsOf(results, name, JUDGED[0]!));
	if (!best?.own || !best.theirs) {
		return '';
	}
	const more = best.own.median - best.theirs.median;
	const place = more > 0 ? `${decimal(more)} ms above` : `${decimal(-more)} ms below`;
	return `In the case “${title}” steadypcm's mean delay is ${place} that of the best peer, ${best.peer}.`;
}
