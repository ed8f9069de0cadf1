// Results that no run gave, for tests of what is made from them.
import {
	PLAYER_NAMES,
	type BenchResults,
	type CaseDescription,
	type HeardFigures,
	type PeerRun,
	type PlayerName,
	type TraceRun,
} from '../../bench/peers/results.js';
import { gaussian, random } from '../../support/random.js';

const SEED = 4;
const SECONDS = 60;

export const CASES: readonly CaseDescription[] = [
	caseOf('perfect', 'Perfect network', true),
	caseOf('stalls', 'Stalls of 300 ms'),
	caseOf('fast', 'Source 2 % fast'),
	caseOf('eight', 'Eight streams'),
	caseOf('unplayed', 'Never played'),
];

function caseOf(name: string, title: string, isPerfect = false): CaseDescription {
	return { name, title, what: `What “${title}” says happens.`, seconds: SECONDS, isPerfect };
}

/** A minute of even delay, nothing wrong with it. */
function heardOf(changes: Partial<HeardFigures> = {}): HeardFigures {
	return {
		delayMeanMs: 50,
		delayP95Ms: 60,
		silentMs: 0,
		insertedMs: 0,
		skippedMs: 0,
		concealedMs: 0,
		clicks: 0,
		snrDb: 90,
		firstSoundAt: 1_790_000_000_000,
		heardMs: 60_000,
		curve: [
			[0, null],
			[50, 50],
			[100, 50],
		],
		...changes,
	};
}

export function runOf(
	player: PlayerName,
	run: number,
	heard: readonly Partial<HeardFigures>[],
	caseName = 'stalls',
): PeerRun {
	return {
		caseName,
		player,
		run,
		seed: SEED + run,
		firstSoundMs: 120,
		heard: heard.map(heardOf),
		cost: {
			audioCpu: 0.012,
			mainCpu: 0.003,
			processCpu: 0.03,
			heapGrowthBytes: 12_000,
			audioCollections: 0,
			audioCollectionMs: 0,
		},
		lostMs: 0,
		sendLatenessMs: 2.5,
		tries: 1 + (run % 2),
		isValid: true,
	};
}

export function resultsOf(
	peerRuns: readonly PeerRun[],
	changes: Partial<BenchResults> = {},
): BenchResults {
	return {
		date: '2026-03-04T05:06:07.000Z',
		machine: ['A processor, 2 cores', 'Chromium 156'],
		players: PLAYER_NAMES.map((name) => ({
			name,
			title: name === 'yume-chan' ? '@yume-chan/pcm-player' : name,
			version: name === 'textbook' ? null : '1.2.3',
			sampleFormat: name === 'steadypcm' ? 's32' : 's16',
			channels: name === 'wavtools' ? 1 : 2,
			configuration: 'A | pipe in a sentence, and why.',
			bytes: 20_480,
			gzipBytes: 7_300,
		})),
		cases: CASES,
		peerRuns,
		traceRuns: [],
		card: null,
		...changes,
	};
}

/** How a made-up player sounds: ms of delay to begin with and gained a second, stalls survived or not. */
const MADE_UP: Readonly<Record<PlayerName, { delay: number; growth: number; gaps: boolean }>> = {
	steadypcm: { delay: 48, growth: 0, gaps: false },
	'pcm-player': { delay: 140, growth: 20, gaps: true },
	'yume-chan': { delay: 300, growth: 4, gaps: false },
	wavtools: { delay: 60, growth: 18, gaps: true },
	'pcm-ringbuf-player': { delay: 30, growth: 19, gaps: true },
	textbook: { delay: 75, growth: 90, gaps: true },
};

function madeUpRun(player: PlayerName, { name }: CaseDescription, run: number): PeerRun {
	const uniform = random(SEED + 31 * run + 7 * PLAYER_NAMES.indexOf(player));
	const normal = gaussian(uniform);
	const { delay, growth, gaps } = MADE_UP[player];
	const isGap = (ms: number): boolean => gaps && name === 'stalls' && ms % 5000 < 200;
	const curve = Array.from({ length: SECONDS * 20 }, (_, i) => {
		const ms = 50 * i;
		const grown = name === 'fast' ? (growth * ms) / 1000 : 0;
		return [ms, ms < 150 || isGap(ms) ? null : delay + grown + 2 * normal()] as const;
	});
	const played = curve.flatMap(([, value]) => value ?? []).sort((a, b) => a - b);
	const heard = {
		delayMeanMs: played.reduce((sum, value) => sum + value, 0) / played.length,
		delayP95Ms: played[Math.floor(0.95 * played.length)]!,
		silentMs: 50 * (curve.length - 3 - played.length),
		insertedMs: player === 'steadypcm' ? 12.4 : 0,
		clicks: isGap(0) ? 24 : 0,
		snrDb: 90 + normal(),
		curve,
	};
	return runOf(
		player,
		run,
		Array.from({ length: name === 'eight' ? 8 : 1 }, () => heard),
		name,
	);
}

function madeUpTrace(caseName: string, run: number): TraceRun[] {
	const normal = gaussian(random(SEED + run + caseName.length));
	const points = [
		['NetEq', null, 95, 1.2],
		['steadypcm', 'live', 60, 1.1],
		['steadypcm', 'balanced', 78, 0.5],
		['steadypcm', 'smooth', 120, 0.1],
	] as const;
	return points.map(([player, profile, delay, percent]) => {
		const meanDelayMs = delay + 2 * normal();
		const concealedPercent = percent * (1 + 0.05 * normal());
		const j = meanDelayMs + 100 * concealedPercent;
		const seed = SEED + run;
		const concealmentEvents = 9;
		const validity = { lostMs: profile ? 0 : null, latenessMs: 3, tries: 1, isValid: true };
		return {
			caseName,
			player,
			profile,
			run,
			seed,
			meanDelayMs,
			concealedPercent,
			concealmentEvents,
			j,
			...validity,
		};
	});
}

export function madeUp(): BenchResults {
	const played = CASES.filter(({ name }) => name !== 'unplayed');
	const runs = played.flatMap((each) =>
		PLAYER_NAMES.flatMap((player) => [0, 1, 2].map((run) => madeUpRun(player, each, run))),
	);
	const traces = ['stalls', 'wifi', 'lte', 'tcp'].flatMap((name) =>
		[0, 1, 2].flatMap((run) => madeUpTrace(name, run)),
	);
	return resultsOf(runs, {
		traceRuns: traces,
		card: {
			comparedSamples: 480_000,
			differingSamples: 0,
			impulseMs: [61.2, 62.4, 60.8],
			heard: heardOf(),
			gate: 'the recording has no gap.',
			tries: 2,
		},
	});
}
