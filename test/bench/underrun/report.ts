// What the benchmark tells: a table for people, JSON for programs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { textTable, type Column } from '../../support/text-table.js';
import type { Result } from './summary.js';

const number =
	(value: (result: Result) => number | undefined, digits = 0) =>
	(result: Result): string => {
		const found = value(result);
		return found === undefined ? '' : found.toFixed(digits);
	};

const COLUMNS: readonly Column<Result>[] = [
	{ title: 'trace', cell: ({ trace }) => trace, isText: true },
	{ title: 'signal', cell: ({ signal }) => signal, isText: true },
	{ title: 'profile', cell: ({ profile }) => profile, isText: true },
	{ title: 'mean ms', cell: number((r) => r.meanDelayMs) },
	{ title: 'p95', cell: number((r) => r.p95DelayMs) },
	{ title: 'p99', cell: number((r) => r.p99DelayMs) },
	{ title: 'conc %', cell: number((r) => r.concealedPercent, 2) },
	{ title: 'disc %', cell: number((r) => r.discardedPercent, 2) },
	{ title: 'ev/min', cell: number((r) => r.concealmentEventsPerMinute, 1) },
	{ title: '≥150ms', cell: number((r) => r.interruptions) },
	{ title: 'str %', cell: number((r) => r.stretchedPercent, 2) },
	{ title: 'rate min', cell: number((r) => r.minRate, 3) },
	{ title: 'max', cell: number((r) => r.maxRate, 3) },
	{ title: 'clicks', cell: number((r) => r.clicks) },
	{ title: 'J', cell: number((r) => r.j) },
	{ title: '/NetEq', cell: number((r) => r.netEq && r.j / r.netEq.j, 2) },
	{ title: 'fix 1% J', cell: number((r) => r.fixed['1']?.j) },
	{ title: 'clair J', cell: number((r) => r.clairvoyant.j) },
];

/** One row a result, then the geometric means. */
export function table(results: readonly Result[]): string {
	return `${textTable(COLUMNS, results)}\n${means(results)}`;
}

function means(results: readonly Result[]): string {
	const mean = (value: (result: Result) => number | undefined, digits: number): string => {
		const values = results.map(value).filter((found) => found !== undefined);
		return geometricMean(values)?.toFixed(digits) ?? 'none';
	};
	return [
		`Geometric means of ${results.length}:`,
		`J ${mean(({ j }) => j, 1)},`,
		`J/NetEq ${mean(({ j, netEq }) => netEq && j / netEq.j, 3)},`,
		`J/fixed 1 % ${mean((result) => perFixed(result), 3)},`,
		`fixed 1 % J ${mean(({ fixed }) => fixed['1']?.j, 1)},`,
		`clairvoyant J ${mean(({ clairvoyant }) => clairvoyant.j, 1)}.`,
	].join(' ');
}

/** J against that of the best fixed delay in hindsight, 1 % late; 10 ms at least, about the block of a device,
 * since nothing compares with the 0 of a perfect network. */
export function perFixed({ j, fixed }: Result): number {
	return j / Math.max(10, fixed['1']!.j);
}

/** Of values ≥ 0, in ms or a ratio; those below 0.1 count as 0.1, lest one perfect trace decide.
 * @returns undefined if there is none. */
export function geometricMean(values: readonly number[]): number | undefined {
	if (values.length === 0) {
		return undefined;
	}
	const logs = values.reduce((sum, value) => sum + Math.log(Math.max(0.1, value)), 0);
	return Math.exp(logs / values.length);
}

/** Makes the folder if need be. */
export function writeJson(path: string, report: object): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, `${JSON.stringify(report, null, '\t')}\n`);
}
