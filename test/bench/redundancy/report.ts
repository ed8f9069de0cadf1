// What the redundancy benchmark tells people: a line a delay, one path beside two.
import { textTable, type Column } from '../../support/text-table.js';
import { INTERRUPTION_MS } from '../underrun/summary.js';
import type { Comparison, Figures, Spread } from './comparison.js';

const spread =
	(figures: (comparison: Comparison) => Figures, value: (figures: Figures) => Spread, digits = 0) =>
	(comparison: Comparison): string => {
		const { mean, deviation } = value(figures(comparison));
		return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
	};

const one = ({ one: figures }: Comparison): Figures => figures;
const two = ({ two: figures }: Comparison): Figures => figures;
const concealed = ({ concealedPercent }: Figures): Spread => concealedPercent;
const interruptions = ({ interruptionsPerMinute }: Figures): Spread => interruptionsPerMinute;
const delay = ({ delayMs }: Figures): Spread => delayMs;
const j = (figures: Figures): Spread => figures.j;

const COLUMNS: readonly Column<Comparison>[] = [
	{
		title: 'delay',
		cell: ({ fixedDelayMs }) => (fixedDelayMs === null ? 'learned' : `${fixedDelayMs} ms`),
	},
	{ title: 'conc %: one path', cell: spread(one, concealed, 2) },
	{ title: 'two', cell: spread(two, concealed, 3) },
	{ title: 'two/one', cell: ({ concealedRatio }) => concealedRatio?.toFixed(3) ?? '' },
	{ title: `≥${INTERRUPTION_MS}ms/min: one`, cell: spread(one, interruptions, 2) },
	{ title: 'two', cell: spread(two, interruptions, 2) },
	{ title: 'mean ms: one', cell: spread(one, delay) },
	{ title: 'two', cell: spread(two, delay) },
	{ title: 'J: one', cell: spread(one, j) },
	{ title: 'two', cell: spread(two, j) },
	{ title: 'clicks', cell: (comparison) => String(comparison.one.clicks + comparison.two.clicks) },
];

/** @param comparisons of one model */
export function table(comparisons: readonly Comparison[]): string {
	const { model, one: alone, two: both } = comparisons[0]!;
	return [
		`${model}, mean ± standard deviation: one path in ${alone.runs} runs, two in ${both.runs}`,
		textTable(COLUMNS, comparisons),
	].join('\n');
}
