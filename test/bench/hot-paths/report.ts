// What the hot paths cost: figures for programs, a table for people.
import { quantile } from '../../support/quantile.js';
import type { GroupTimes } from './contest.js';

/** Parts of the rounds that the spread leaves out below and above. */
const MARGIN = 0.1;

export interface Row {
	readonly name: string;
	/** Microseconds per unit: median of the rounds, and the least. */
	readonly median: number;
	readonly least: number;
	/** Time by the reference's of the same round: median, and between which 80 % of the rounds are. */
	readonly ratio: number;
	readonly low: number;
	readonly high: number;
	/** The ratio of the leasts: of rounds in which the machine did nothing else. */
	readonly leastRatio: number;
	/** The ratio by the order of turns: first to last, last to first. */
	readonly byOrder: readonly number[];
}

export interface GroupReport {
	readonly name: string;
	readonly reference: string;
	readonly rows: readonly Row[];
}

/** @param runs the same groups, once for each order of turns */
export function summarise(runs: readonly (readonly GroupTimes[])[]): GroupReport[] {
	return runs[0]!.map(({ name, reference }) => {
		const parts = runs.map((run) => run.find((group) => group.name === name)!);
		return {
			name,
			reference,
			rows: parts[0]!.contenders.map((contender) => rowOf(contender.name, parts)),
		};
	});
}

function rowOf(name: string, parts: readonly GroupTimes[]): Row {
	const times = parts.flatMap((part) => timesOf(part, name));
	const ratiosByOrder = parts.map((part) => {
		const reference = timesOf(part, part.reference);
		return timesOf(part, name).map((time, round) => time / reference[round]!);
	});
	const ratios = ratiosByOrder.flat();
	const referenceTimes = parts.flatMap((part) => timesOf(part, part.reference));
	return {
		name,
		median: quantile(times, 0.5),
		least: Math.min(...times),
		ratio: quantile(ratios, 0.5),
		low: quantile(ratios, MARGIN),
		high: quantile(ratios, 1 - MARGIN),
		leastRatio: Math.min(...times) / Math.min(...referenceTimes),
		byOrder: ratiosByOrder.map((values) => quantile(values, 0.5)),
	};
}

function timesOf({ name: group, contenders }: GroupTimes, name: string): readonly number[] {
	const found = contenders.find((contender) => contender.name === name);
	if (found === undefined) {
		throw new RangeError(`Expected ${name} among the contenders of ${group}.`);
	}
	return found.times;
}

const TITLES = ['', 'us', 'ratio', '80 % of rounds', 'of the leasts', 'by order of turns'] as const;

/** A heading a group, a line a contender. */
export function table(groups: readonly GroupReport[]): string {
	const blocks = groups.map(({ name, reference, rows }) => ({
		heading: `${name}; ratio to: ${reference}`,
		cells: rows.map(cellsOf),
	}));
	const all = [TITLES, ...blocks.flatMap(({ cells }) => cells)];
	const widths = TITLES.map((_, i) => Math.max(...all.map((cells) => cells[i]!.length)));
	const line = (cells: readonly string[]): string =>
		cells
			.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
			.join('  ');
	return blocks
		.map(({ heading, cells }) => [heading, line(TITLES), ...cells.map(line)].join('\n'))
		.join('\n\n');
}

function cellsOf({ name, median, ratio, low, high, leastRatio, byOrder }: Row): string[] {
	return [
		`  ${name}`,
		median.toFixed(median < 10 ? 3 : 1),
		ratio.toFixed(3),
		`${low.toFixed(3)} to ${high.toFixed(3)}`,
		leastRatio.toFixed(3),
		byOrder.map((value) => value.toFixed(3)).join(', '),
	];
}
