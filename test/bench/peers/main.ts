// `npm run bench:peers`: every player through every case, in turn.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import { findBrowser } from '../../../build/browser.mjs';
import { readArguments, USAGE, type Arguments } from './arguments.js';
import { bundlePlayers } from './bundle.js';
import { measureCard } from './card.js';
import { CASES } from './cases.js';
import { peerRun } from './peer-run.js';
import { PLAYERS } from './players.js';
import { consoleTable, writeReport } from './report.js';
import type { BenchResults, PeerRun, PlayerName, TraceRun } from './results.js';
import { traceRun, type Contender } from './trace-run.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Results = Mutable<BenchResults> & { peerRuns: PeerRun[]; traceRuns: TraceRun[] };

export async function main(args: readonly string[]): Promise<void> {
	const options = readArguments(args);
	if (options.isHelp) {
		console.log(USAGE);
		return;
	}
	const results = await begin(options);
	if (!options.isReport) {
		await takeRuns(results, options);
	}
	console.log(consoleTable(results));
	console.log(`Runs: ${options.json}`);
	if (options.isReport || options.isWhole) {
		await writeReport(results, '.');
		console.log('Tables and pictures: docs/benchmarks.md');
	}
}

async function begin(options: Arguments): Promise<Results> {
	if (options.isReport || options.isResumed) {
		try {
			const kept = JSON.parse(await readFile(options.json, 'utf8')) as Results;
			const players = kept.players.map((player) => ({ ...player, ...playerNamed(player.name) }));
			return { ...kept, cases: descriptions(), players };
		} catch (error) {
			if (options.isReport) {
				throw error;
			}
		}
	}
	return {
		date: new Date().toISOString(),
		machine: machine(),
		players: [],
		cases: descriptions(),
		peerRuns: [],
		traceRuns: [],
		card: null,
	};
}

function descriptions(): BenchResults['cases'] {
	return CASES.map(({ name, title, what, seconds, isPerfect }) => ({
		name,
		title,
		what,
		seconds,
		isPerfect,
	}));
}

async function takeRuns(results: Results, options: Arguments): Promise<void> {
	const sizes = await bundlePlayers();
	results.players = PLAYERS.map((player) => ({ ...player, ...sizes.get(player.name)! }));
	const { parts } = options;
	const runs = [...Array(Math.ceil(options.runs)).keys()];
	for (const run of parts.includes('players') ? runs : []) {
		await takePeers(results, options, run);
	}
	if (parts.includes('card') && results.card === null) {
		results.card = await measureCard();
		await keep(results, options);
	}
	for (const run of parts.includes('traces') ? runs : []) {
		await takeTraces(results, options, run);
	}
}

async function takePeers(results: Results, options: Arguments, run: number): Promise<void> {
	for (const one of options.cases) {
		for (const name of options.players) {
			const isTaken = results.peerRuns.some(
				(taken) => taken.caseName === one.name && taken.player === name && taken.run === run,
			);
			if (isTaken) {
				continue;
			}
			const player = results.players.find((candidate) => candidate.name === name)!;
			const taken = await peerRun(one, player, run, one.seconds * options.stretch);
			results.peerRuns.push(taken);
			const [heard] = taken.heard;
			console.log(
				`${one.name} ${name} #${run}: ${heard!.delayMeanMs.toFixed(1)} ms, silent ` +
					`${heard!.silentMs.toFixed(0)} ms, ${heard!.clicks} clicks${remark(taken)}`,
			);
			await keep(results, options);
		}
	}
}

function playerNamed(name: PlayerName): (typeof PLAYERS)[number] {
	return PLAYERS.find((player) => player.name === name)!;
}

/** The trade-off needs each profile once, the comparison balanced as often as NetEq. */
async function takeTraces(results: Results, options: Arguments, run: number): Promise<void> {
	const contenders: Contender[] =
		run === 0 ? ['NetEq', 'balanced', 'live', 'smooth'] : ['NetEq', 'balanced'];
	for (const one of options.cases.filter(({ isTrace }) => isTrace)) {
		for (const contender of contenders) {
			const profile = contender === 'NetEq' ? null : contender;
			const isTaken = results.traceRuns.some(
				(taken) => taken.caseName === one.name && taken.profile === profile && taken.run === run,
			);
			if (isTaken) {
				continue;
			}
			const taken = await traceRun(one, contender, run);
			results.traceRuns.push(taken);
			console.log(
				`${one.name} ${contender} #${run}: ${taken.meanDelayMs.toFixed(1)} ms, concealed ` +
					`${taken.concealedPercent.toFixed(2)} %, J ${taken.j.toFixed(1)}${remark(taken)}`,
			);
			await keep(results, options);
		}
	}
}

function remark({ tries, isValid }: { tries: number; isValid: boolean }): string {
	const last = isValid ? '' : ', and the machine did not keep up in the last';
	return tries === 1 && isValid ? '' : ` (${tries} tries${last})`;
}

/** After every run: what was taken is not lost. */
async function keep(results: Results, { json }: Arguments): Promise<void> {
	results.date = new Date().toISOString();
	await mkdir(dirname(json), { recursive: true });
	await writeFile(json, JSON.stringify(results, null, '\t'));
}

function machine(): string[] {
	const [cpu] = cpus();
	const browser = findBrowser();
	return [
		`${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
		`${type()} ${release()}, ${arch()}`,
		`Node ${process.version}`,
		browser === undefined
			? 'Chromium'
			: execFileSync(browser, ['--version'], { encoding: 'utf8' }).trim(),
	];
}
