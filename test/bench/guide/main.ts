// `npm run docs:pictures`: the pictures and the table of docs/guide/latency.md, from seeded networks played through
// the shipped playout engine on a virtual clock.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelTrace, type ModelName } from '../underrun/network-models.js';
import { picture } from '../underrun/picture.js';
import { PROFILES, type ProfileName, type Run } from '../underrun/run.js';
import { simulate } from '../underrun/simulator.js';
import { summarise, type Result } from '../underrun/summary.js';
import { between } from './between.js';

const FOLDER = 'docs/guide';
const CHAPTER = join(FOLDER, 'latency.md');

/** Of the speech that is played. */
const SIGNAL_SEED = 1;

interface Scene {
	/** Of the file, without its ending. */
	readonly name: string;
	readonly title: string;
	readonly model: ModelName;
	readonly seed: number;
	readonly seconds: number;
	readonly profile: ProfileName;
}

const LEARNING: readonly Scene[] = [
	{
		name: 'one-stall',
		title: 'A network without jitter stalls once, for 300 ms',
		model: 'single-stall',
		seed: 1,
		seconds: 60,
		profile: 'balanced',
	},
	{
		name: 'stalls-like-clockwork',
		title: 'A stall of 300 ms every 11 s, as of a Wi-Fi radio that scans',
		model: 'periodic-stall',
		seed: 1,
		seconds: 90,
		profile: 'balanced',
	},
];

/** The same network thrice. */
const LOSSY: readonly Scene[] = PROFILES.map((profile) => ({
	name: `loss-${profile}`,
	title: `A server far away, packets get lost on the way: profile '${profile}'`,
	model: 'tcp-loss-160',
	seed: 5,
	seconds: 120,
	profile,
}));

export function main(): void {
	LEARNING.forEach(draw);
	const rows = LOSSY.map((scene) => row(scene.profile, draw(scene)));
	const table = [
		'| profile    | mean delay | concealed | skipped |',
		'| ---------- | ---------- | --------- | ------- |',
		...rows,
	].join('\n');
	const chapter = readFileSync(CHAPTER, 'utf8');
	writeFileSync(CHAPTER, between(chapter, 'measured by npm run docs:pictures', table));
}

function draw(scene: Scene): Result {
	const trace = modelTrace(scene.model, scene.seed, scene.seconds);
	const { profile } = scene;
	const run: Run = simulate(trace, {
		signal: 'speech',
		content: 'speech',
		profile,
		seed: SIGNAL_SEED,
	});
	const file = join(FOLDER, 'pictures', `${scene.name}.svg`);
	writeFileSync(file, picture(scene.title, trace, run.timeline));
	console.log(`${file}: ${scene.model}, seed ${scene.seed}, ${profile}`);
	return summarise(run, trace, { signal: 'speech', profile });
}

function row(profile: ProfileName, result: Result): string {
	const cells = [
		`\`${profile}\``.padEnd(10),
		`${result.meanDelayMs.toFixed(0)} ms`.padEnd(10),
		`${result.concealedPercent.toFixed(1)} %`.padEnd(9),
		`${result.discardedPercent.toFixed(1)} %`.padEnd(7),
	];
	return `| ${cells.join(' | ')} |`;
}
