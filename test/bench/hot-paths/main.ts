// `npm run bench`: what the hot paths cost, side by side with what else does the same. Read the ratios. Prints
// a table and writes test/output/bench.json. Runs twice, with the order of turns reversed in the second: what
// the compiler makes of a contender must not depend on who came before.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { build } from 'vite';
import type { GroupTimes } from './contest.js';
import { summarise, table } from './report.js';

const OUTPUT = 'test/output';
const BUNDLE = 'hot-paths';
const ORDERS = ['in order', 'reversed'];

export async function main(): Promise<void> {
	await bundle();
	const groups = summarise(ORDERS.map(run));
	console.log(`${table(groups)}\n`);
	const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
	writeFileSync(`${OUTPUT}/bench.json`, `${JSON.stringify({ ...machine, groups }, null, '\t')}\n`);
}

/** One module, as the library is shipped: no module boundaries in the loops. */
async function bundle(): Promise<void> {
	await build({
		configFile: false,
		logLevel: 'warn',
		publicDir: false,
		build: {
			ssr: 'test/bench/hot-paths/run.ts',
			outDir: `${OUTPUT}/${BUNDLE}`,
			emptyOutDir: true,
			minify: false,
			rolldownOptions: { output: { entryFileNames: 'run.mjs' } },
		},
	});
}

function run(order: string): GroupTimes[] {
	const told = execFileSync(process.execPath, [`${OUTPUT}/${BUNDLE}/run.mjs`, order], {
		encoding: 'utf8',
		maxBuffer: 2 ** 26,
	});
	return JSON.parse(told) as GroupTimes[];
}
