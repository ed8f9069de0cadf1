// What the capacity benchmark tells, for people: ratios first.
import type { LoadRow } from './load.js';
import type { StalledResult } from './stalled.js';

/** What a send may cost by a bare loop's, and how many ticks must be on time. */
export const MOST_RATIO = 1.15;
export const LEAST_ON_TIME = 0.97;

interface Column<Row> {
	readonly title: string;
	readonly cell: (row: Row) => string;
	/** Texts go left, numbers right. */
	readonly isText?: boolean;
}

const LOAD: readonly Column<LoadRow>[] = [
	{ title: 'listeners', cell: ({ listeners }) => String(listeners) },
	{ title: '', cell: ({ contender }) => contender, isText: true },
	{ title: 'ratio', cell: ({ ratio }) => ratio.toFixed(2) },
	{ title: '80 % of rounds', cell: ({ low, high }) => `${low.toFixed(2)} to ${high.toFixed(2)}` },
	{ title: 'us/send', cell: ({ microsPerSend }) => microsPerSend.toFixed(1) },
	{ title: 'core %', cell: ({ cpu }) => (100 * cpu).toFixed(0) },
	{ title: 'on time %', cell: ({ onTime }) => (100 * onTime).toFixed(1) },
	{ title: 'first ms p50', cell: ({ beginMsP50 }) => beginMsP50.toFixed(1) },
	{ title: 'p99', cell: ({ beginMsP99 }) => beginMsP99.toFixed(1) },
	{ title: 'last ms p50', cell: ({ endMsP50 }) => endMsP50.toFixed(1) },
	{ title: 'p99', cell: ({ endMsP99 }) => endMsP99.toFixed(1) },
];

const STALLED: readonly Column<StalledResult>[] = [
	{ title: 'who stops', cell: ({ kind, stopped }) => `${kind} ×${stopped}`, isText: true },
	{ title: 'ratio of p99', cell: ({ ratio }) => ratio.toFixed(2) },
	{ title: 'without ms', cell: (result) => result.without.p99.toFixed(1) },
	{ title: 'with ms', cell: (result) => result.with.p99.toFixed(1) },
	{ title: 'bytes held each', cell: ({ heldBytes }) => heldBytes.toFixed(0) },
	{ title: 'resident', cell: ({ residentBytes }) => residentBytes.toFixed(0) },
	{ title: 'most waiting', cell: ({ mostBuffered }) => String(mostBuffered) },
	{ title: 'bound', cell: ({ boundBytes }) => String(boundBytes) },
	{ title: 'full after s', cell: ({ fillingSeconds }) => fillingSeconds.toFixed(1) },
	{ title: 'cut', cell: ({ cut }) => String(cut) },
];

/** A line a contender and number of listeners, and what it comes to. */
export function loadReport(rows: readonly LoadRow[]): string {
	const kept = rows.filter(
		({ contender, onTime }) => contender === 'fan-out, acks' && onTime >= LEAST_ON_TIME,
	);
	const most = Math.max(0, ...kept.map(({ listeners }) => listeners));
	return [
		'Cost of a send; ratio to: bare loop of socket.write. Lateness of a tick at its first and last listener.',
		table(LOAD, rows),
		`On time: the last listener was written to before the next frame was due. ` +
			`${100 * LEAST_ON_TIME} % of ticks or more: up to ${most} listeners, with acks.`,
	].join('\n');
}

export function stalledReport(results: readonly StalledResult[]): string {
	return [
		'Listeners that stop reading: arrival jitter of the others, p99, with by without; memory of the server.',
		table(STALLED, results),
	].join('\n');
}

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
	const lines = [columns.map(({ title }) => title), ...rows.map((row) => cells(columns, row))];
	const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
	const pad = (text: string, i: number): string =>
		columns[i]!.isText === true ? text.padEnd(widths[i]!) : text.padStart(widths[i]!);
	return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

function cells<Row>(columns: readonly Column<Row>[], row: Row): string[] {
	return columns.map(({ cell }) => cell(row));
}
