// `npm run bench:redundancy`: what a second path is worth. Two paths stall independently of each other; the shipped
// receiver and playout, on virtual time, play either alone and both together, at fixed delays and at the learned one.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeJson } from '../underrun/report.js';
import { readArguments, USAGE } from './arguments.js';
import { compare, playCase, type Comparison, type PathsResult } from './comparison.js';
import { table } from './report.js';

export function main(args: readonly string[]): void {
	const { models, delaysMs, json, isHelp, ...options } = readArguments(args);
	if (isHelp) {
		console.log(USAGE);
		return;
	}
	// Before the work, not after it, it shows whether results can be written.
	mkdirSync(dirname(json), { recursive: true });
	const { seed, seeds, seconds, profile } = options;
	console.log(`Seeds ${seed} to ${seed + seeds - 1}, ${seconds} s each, profile ${profile}.`);
	const results: PathsResult[] = [];
	const comparisons: Comparison[] = [];
	for (const model of models) {
		const cases = [...delaysMs, null].map((delayMs) => playCase(delayMs, { ...options, model }));
		const compared = cases.map((found) => compare(found, model));
		console.log(`\n${table(compared)}`);
		results.push(...cases.flat());
		comparisons.push(...compared);
	}
	writeJson(json, { ...options, comparisons, results });
	console.log(`\nResults: ${json}`);
}
