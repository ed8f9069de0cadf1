// `npm run bench:capacity`: how many listeners one core serves, what a send costs by a bare loop's, and what a listener
// that stops reading does to the others. Prints tables and writes test/output/bench-capacity.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { readArguments, USAGE } from './arguments.js';
import { edge } from './edge.js';
import { load, type LoadRow } from './load.js';
import { bundle } from './processes.js';
import { canPin } from './remote.js';
import { edgeReport, loadReport, stalledReport } from './report.js';
import { isWithinBound, stalled, type StalledResult } from './stalled.js';

export async function main(args: readonly string[]): Promise<void> {
	const { listeners, seconds, hasEdge, hasStalled, json, isHelp } = readArguments(args);
	if (isHelp) {
		console.log(USAGE);
		return;
	}
	await bundle();
	const loads: LoadRow[] = [];
	for (const count of listeners) {
		loads.push(...(await load(count, seconds)));
	}
	if (loads.length > 0) {
		console.log(`${loadReport(loads)}\n`);
	}
	const steps = hasEdge ? await edge(seconds) : [];
	if (steps.length > 0) {
		console.log(`${edgeReport(steps)}\n`);
	}
	const stalls: StalledResult[] = [];
	for (const kind of hasStalled ? (['player', 'stock'] as const) : []) {
		stalls.push(await stalled(kind));
	}
	if (stalls.length > 0) {
		console.log(`${stalledReport(stalls)}\n`);
		process.exitCode = stalls.every(isWithinBound) ? 0 : 1;
	}
	const results = { seconds, loads, steps, stalls };
	const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', isPinned: canPin };
	mkdirSync(dirname(json), { recursive: true });
	writeFileSync(json, `${JSON.stringify({ ...machine, ...results }, null, '\t')}\n`);
}
