// What the capacity benchmark tells, for people: ratios first.
import { MOST_WAITING } from './core-wait.js';
import { LEAST_ON_TIME, type EdgeStep } from './edge.js';
import type { LoadRow } from './load.js';
import { isWithinBound, type StalledResult } from './stalled.js';

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
	{ title: 'waited %', cell: ({ waited }) => (100 * waited).toFixed(1) },
	{ title: 'on time %', cell: ({ onTime }) => (100 * onTime).toFixed(1) },
	{ title: 'first ms p50', cell: ({ beginMsP50 }) => beginMsP50.toFixed(1) },
	{ title: 'p99', cell: ({ beginMsP99 }) => beginMsP99.toFixed(1) },
	{ title: 'last ms p50', cell: ({ endMsP50 }) => endMsP50.toFixed(1) },
	{ title: 'p99', cell: ({ endMsP99 }) => endMsP99.toFixed(1) },
];

const EDGE: readonly Column<EdgeStep>[] = [
	{ title: 'listeners', cell: ({ listeners }) => String(listeners) },
	{ title: 'us/send', cell: ({ microsPerSend }) => microsPerSend.toFixed(1) },
	{ title: 'core %', cell: ({ cpu }) => (100 * cpu).toFixed(0) },
	{ title: 'waited %', cell: ({ waited }) => (100 * waited).toFixed(1) },
	{ title: 'on time %', cell: ({ onTime }) => (100 * onTime).toFixed(1) },
	{ title: 'last ms p50', cell: ({ endMsP50 }) => endMsP50.toFixed(1) },
	{ title: 'p99', cell: ({ endMsP99 }) => endMsP99.toFixed(1) },
];

const STALLED: readonly Column<StalledResult>[] = [
	{ title: 'who stops', cell: ({ kind, stopped }) => `${kind} ×${stopped}`, isText: true },
	{ title: 'ratio of p99', cell: ({ ratio }) => ratio.toFixed(2) },
	{ title: 'without ms', cell: (result) => result.without.p99.toFixed(1) },
	{ title: 'with ms', cell: (result) => result.with.p99.toFixed(1) },
	{ title: 'waited %', cell: ({ waited }) => (100 * waited).toFixed(1) },
	{ title: 'kB held each', cell: ({ held }) => kilobytes(held.bytes) },
	{
		title: 'readings',
		cell: ({ held }) => `${kilobytes(held.low)} to ${kilobytes(held.high)}`,
	},
	{ title: 'of it heap', cell: ({ heldHeap }) => kilobytes(heldHeap) },
	{ title: 'most waiting', cell: ({ mostBuffered }) => kilobytes(mostBuffered) },
	{ title: 'bound', cell: ({ boundBytes }) => kilobytes(boundBytes) },
	{ title: 'full after s', cell: ({ fillingSeconds }) => fillingSeconds.toFixed(1) },
	{ title: 'cut', cell: ({ cut }) => String(cut) },
];

/** A line a contender and number of listeners, and what it comes to. */
export function loadReport(rows: readonly LoadRow[]): string {
	const acking = rows.filter(({ contender }) => contender === 'fan-out, acks');
	return [
		'Cost of a send; ratio to: bare loop of socket.write. Lateness of a tick at its first and last listener.',
		table(LOAD, rows),
		served(acking),
		...validity(rows.map(({ waited }) => waited)),
	].join('\n');
}

/** @param steps of which the last may be the first that was not on time */
export function edgeReport(steps: readonly EdgeStep[]): string {
	return [
		'How many one core serves: all acknowledge.',
		table(EDGE, steps),
		served(steps),
		...validity(steps.map(({ waited }) => waited)),
	].join('\n');
}

export function stalledReport(results: readonly StalledResult[]): string {
	const verdict = results.every(isWithinBound) ? 'kept' : 'BROKEN';
	return [
		'Listeners that stop reading: arrival jitter of the others, p99, with by without; what the memory of the server grew',
		'by for each, less the growth of one at which nobody stops.',
		table(STALLED, results),
		`The bound on what one costs: ${verdict}.`,
		...validity(results.map(({ waited }) => waited)),
	].join('\n');
}

function served(results: readonly Pick<LoadRow, 'listeners' | 'onTime'>[]): string {
	const kept = results.filter(({ onTime }) => onTime >= LEAST_ON_TIME);
	const most = Math.max(0, ...kept.map(({ listeners }) => listeners));
	return (
		`On time: the last listener was written to before the next frame was due. ` +
		`${100 * LEAST_ON_TIME} % of ticks or more: up to ${most} listeners, with acks.`
	);
}

/** @param waited parts of the time, 0 to 1 */
function validity(waited: readonly number[]): string[] {
	const isValid = waited.every((part) => part <= MOST_WAITING);
	return isValid
		? []
		: [
				`NOT VALID where the server waited for a core for more than ${100 * MOST_WAITING} % of the time: ` +
					`the machine was busy with something else.`,
			];
}

function kilobytes(bytes: number): string {
	return (bytes / 1000).toFixed(1);
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
