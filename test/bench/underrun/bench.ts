// The underrun benchmark: plays arrival traces on a virtual clock, and tells the delay, and what was
// concealed, beside bounds that no player can beat.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArguments, USAGE, type Arguments } from './arguments.js';
import { modelTrace } from './network-models.js';
import { picture } from './picture.js';
import { table, writeJson } from './report.js';
import type { ContentKind, SignalKind, Simulate } from './run.js';
import { summarise, type Result } from './summary.js';
import { readTrace, type Trace } from './trace.js';

// So that the benchmark of all models ends within a minute.
const SECONDS = 120;
const SEEDS_PER_HALF = 1;

/** Exit code after a bad flag or file. */
const MISUSED = 2;

/** What the signals are, in the words of the player's option. */
const CONTENT: Readonly<Record<SignalKind, ContentKind>> = {
	speech: 'speech',
	music: 'music',
	tone: 'music',
};

interface Group {
	readonly title: string;
	readonly traces: readonly Trace[];
}

/** @returns the exit code. */
export async function bench(args: readonly string[], simulate: Simulate): Promise<number> {
	let options: Arguments;
	let groups: Group[];
	try {
		options = readArguments(args);
		if (options.isHelp) {
			console.log(USAGE);
			return 0;
		}
		groups = groupsOf(options);
		makeFolders(options);
	} catch (error) {
		console.error((error as Error).message);
		return MISUSED;
	}
	console.log(`Profile ${options.profile}, seed ${options.seed}.`);
	const results: Result[] = [];
	for (const { title, traces } of groups) {
		const found = await play(traces, options, simulate);
		console.log(`\n${title}\n${table(found)}`);
		results.push(...found);
	}
	writeJson(options.json, { seed: options.seed, results });
	console.log(`\nResults: ${options.json}`);
	return 0;
}

/** Seed 1, the default, begins with the model seeds 2 (tuned) and 3 (held out). */
function groupsOf({ traces, models, seed, seeds = SEEDS_PER_HALF }: Arguments): Group[] {
	if (traces.length > 0) {
		return [{ title: 'Traces', traces: traces.map(readTrace) }];
	}
	const half = (odd: number): Trace[] =>
		models.flatMap((name) =>
			Array.from({ length: seeds }, (_, i) => modelTrace(name, 2 * (seed + i) + odd, SECONDS)),
		);
	return [
		{ title: 'Models, even seeds: for tuning', traces: half(0) },
		{ title: 'Models, odd seeds: held out', traces: half(1) },
	];
}

/** Before the work, not after it, it shows whether results can be written. */
function makeFolders({ json, svg }: Arguments): void {
	mkdirSync(dirname(json), { recursive: true });
	if (svg !== undefined) {
		mkdirSync(svg, { recursive: true });
	}
}

async function play(
	traces: readonly Trace[],
	options: Arguments,
	simulate: Simulate,
): Promise<Result[]> {
	const { profile, seed, svg } = options;
	const results: Result[] = [];
	for (const trace of traces) {
		for (const signal of options.signals) {
			const content = options.content ?? CONTENT[signal];
			const run = await simulate(trace, { signal, content, profile, seed });
			const result = summarise(run, trace, { signal, profile });
			results.push(result);
			if (svg !== undefined) {
				const title = `${trace.name}, ${signal}, ${profile}: J = ${result.j.toFixed(0)}`;
				const file = `${trace.name}-${signal}-${profile}.svg`.replace(/[^\w.+-]/g, '-');
				writeFileSync(join(svg, file), picture(title, trace, run.timeline));
			}
		}
	}
	return results;
}
