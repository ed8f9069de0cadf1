// steadypcm against NetEq: what delay and concealment come to.
import type { BenchResults } from '../results.js';
import { decimal, listed, MISSING, plural, spreadCell, table, type Column } from './markdown.js';
import { titleOf } from './method-section.js';
import { PRICE_OF_PERCENT_MS, spreadOf } from './outcome.js';
import { traceCases, tracePlayer, tracePlayers, type TracePlayer } from './traces.js';
import { conclude, wording } from './verdict.js';

/** @param plot path of the picture, from the page; null: there is none. */
export function traceSection(results: BenchResults, plot: string | null): string {
	const cases = traceCases(results);
	if (cases.length === 0) {
		return '## steadypcm against NetEq\n\nNot measured here.';
	}
	const rows = cases.flatMap((name) => tracePlayers(results, name));
	return [
		'## steadypcm against NetEq',
		`NetEq is the jitter buffer of WebRTC, in every browser: the best known answer to the same question. Both played
speech on the same arrivals. J = mean delay + ${PRICE_OF_PERCENT_MS} ms × concealed time in percent: less is better, and a ratio
below 1 is a lower J than NetEq's.`,
		conclusion(results, cases),
		table(columnsOf(results), rows),
		...(plot ? [`![Delay against concealment, steadypcm's profiles and NetEq](${plot})`] : []),
	].join('\n\n');
}

function columnsOf(results: BenchResults): Column<TracePlayer>[] {
	return [
		{ title: 'Trace', cell: ({ caseName }) => titleOf(results.cases, caseName), isText: true },
		{
			title: 'Player',
			cell: ({ profile }) => (profile ? `steadypcm, \`${profile}\`` : 'NetEq'),
			isText: true,
		},
		{ title: 'Mean delay, ms', cell: ({ delay }) => spreadCell(delay) },
		{ title: 'Concealed, %', cell: ({ concealed }) => spreadCell(concealed, 2) },
		{ title: 'J, ms', cell: ({ j }) => spreadCell(j) },
		{ title: 'J / J(NetEq)', cell: ratioCell },
		{ title: 'each run', cell: runsCell },
		{
			title: 'steadypcm',
			cell: ({ profile, standings }) => (profile ? wording(standings) : MISSING),
			isText: true,
		},
	];
}

function ratioCell({ profile, ratios }: TracePlayer): string {
	const median = spreadOf(ratios)?.median;
	const text = decimal(median, 2);
	return profile && median !== undefined && median > 1 ? `**${text}**` : text;
}

function runsCell({ ratios }: TracePlayer): string {
	return ratios.map((ratio) => decimal(ratio, 2)).join(' ');
}

/** Of the default profile: in how many traces it is ahead. */
function conclusion(results: BenchResults, cases: readonly string[]): string {
	const balanced = cases
		.map((name) => tracePlayer(results, name, 'balanced'))
		.filter(({ standings }) => standings.length > 0);
	const ahead = balanced.filter(({ standings }) => conclude(standings) === 'ahead');
	const others = balanced.filter((each) => !ahead.includes(each));
	const rest =
		others.length === 0
			? ''
			: ` Not so: ${listed(
					others.map(
						({ caseName, standings }) =>
							`“${titleOf(results.cases, caseName)}” (${wording(standings)})`,
					),
				)}.`;
	return `With its default profile, \`balanced\`, steadypcm has the lower J in all runs of ${ahead.length} of ${plural(balanced.length, 'trace')}.${rest}`;
}
