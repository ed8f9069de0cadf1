// Where peers win, and what the benchmark cannot tell.
import type { BenchResults, CaseDescription } from '../results.js';
import { decimal, listed, plural } from './markdown.js';
import { paidFor } from './ratio-section.js';
import { JUDGED, METRICS, verdict, verdictsOf, wording, type Verdict } from './verdict.js';

export function limitsSection(results: BenchResults): string {
	return ['## Where peers win', losses(results), '## Limits', limits(results)].join('\n\n');
}

function losses(results: BenchResults): string {
	const lines = results.cases.flatMap((each) =>
		JUDGED.flatMap((metric) => verdictsOf(results, each.name, metric))
			.filter(({ standings }) => standings.includes('behind'))
			.map((found) => lossLine(results, each, found)),
	);
	if (lines.length > 0) {
		return lines.join('\n');
	}
	return results.cases.some(({ name }) => verdictsOf(results, name, JUDGED[0]!).length > 0)
		? 'In these results, nowhere: no peer has less delay, less silence or fewer clicks in any run of any case.'
		: 'No runs to tell from.';
}

function lossLine(results: BenchResults, { title }: CaseDescription, found: Verdict): string {
	const { metric, peer, own, theirs, standings, caseName } = found;
	const values = `${decimal(theirs?.median)} against ${decimal(own?.median)} ${metric.unit}`;
	const j = verdict(
		results,
		caseName,
		METRICS.find(({ name }) => name === 'J')!,
		peer,
	);
	const js = `J ${decimal(j.theirs?.median)} against ${decimal(j.own?.median)} ms`;
	const paid = metric.name === 'delay' ? `; ${peer} ${paidFor(results, found)}` : '';
	return `- ${title}, ${metric.name}: **${peer}** ${values}; steadypcm is ${wording(standings)}; ${js}${paid}.`;
}

function limits(results: BenchResults): string {
	const runs = results.peerRuns.map(({ run }) => run);
	const mixed = results.cases.flatMap(({ name, title }) =>
		JUDGED.flatMap((metric) => verdictsOf(results, name, metric))
			.filter(({ conclusion }) => conclusion === 'mixed')
			.map(({ metric, peer }) => `${title} (${metric.name}, ${peer})`),
	);
	const spread =
		mixed.length === 0
			? 'Who is ahead is the same in all runs of each case, as far as there are several.'
			: `Not the same in all runs: ${listed(mixed)}.`;
	const count = new Set(runs).size;
	return `- The sound is three steady tones, which carry the time code. Steady tones are easy to conceal and to stretch: with
  music and speech every player that does either sounds worse than these figures say.
- The speaker is a tap, and the audio device is a virtual one; a real one may ask for sound less evenly. A card's own
  buffer comes on top of every delay here.
- Server and browser share one machine and its cores (listed above), and the network between them is replayed, not real:
  as good as its models and traces. What one does costs the other time; the gate drops the worst of it only.
- ${plural(count, 'run')} of each at most, in one browser on one machine. ${spread}
- Each player has the configuration in the table above, the best found for it; another may suit it better in some case.
- The weights of J are a judgement. The figures that it is made from stand beside them.
- NetEq's delay and concealment are what it says of itself, and its stream goes through a codec; see above.`;
}
