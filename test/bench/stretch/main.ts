// `npm run bench:stretch`: the shipped time stretch beside sox and Rubber Band, on speech and music. Prints
// tables and writes test/output/bench-stretch.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { findSineClicks } from '../../support/click-detector.js';
import { thdPlusNoiseDb } from '../../support/spectrum.js';
import { addedClicks } from './added-clicks.js';
import { hasProgram, material, process16, type Material } from './material.js';
import { stretch, type Stretched } from './media-loop.js';
import { SpectralReference } from './spectral-distance.js';

const TEMPOS = [850, 1150] as const;
const CORRELATIONS = [0, 50, 60, 70, 80, 85, 90, 95] as const;

/** Asked of the seams in the comparison, percent. */
const COMPARED_CORRELATION = 60;

interface Rival {
	readonly name: string;
	readonly kind?: Material['kind'];
	readonly program: 'sox' | 'rubberband';
	readonly args: (from: string, to: string, tempo: string) => string[];
}

const RIVALS: readonly Rival[] = [
	{ name: 'sox tempo', program: 'sox', args: (from, to, tempo) => [from, to, 'tempo', tempo] },
	{
		name: 'sox tempo -s',
		kind: 'speech',
		program: 'sox',
		args: (from, to, tempo) => [from, to, 'tempo', '-s', tempo],
	},
	{
		name: 'sox tempo -m',
		kind: 'music',
		program: 'sox',
		args: (from, to, tempo) => [from, to, 'tempo', '-m', tempo],
	},
	{
		name: 'rubberband',
		program: 'rubberband',
		args: (from, to, tempo) => ['-q', '--tempo', tempo, from, to],
	},
	{
		name: 'rubberband -3',
		program: 'rubberband',
		args: (from, to, tempo) => ['-q', '-3', '--tempo', tempo, from, to],
	},
];

/** Hz and channels; the first one is measured before anything is compiled. */
const COST_SHAPES = [
	[48_000, 2],
	[16_000, 1],
	[48_000, 1],
	[48_000, 8],
	[192_000, 2],
	[192_000, 8],
] as const;
const COST_RUNS = 8;

const SETTLED = 0.2;

type Row = Record<string, string | number>;

export function main(): void {
	const pieces = material();
	const result = {
		costs: costs(pieces),
		distances: distances(pieces),
		rates: rates(pieces),
		sines: sines(),
	};
	for (const [title, rows] of Object.entries(result)) {
		console.log(`\n${title}`);
		console.table(rows);
	}
	mkdirSync('test/output', { recursive: true });
	writeFileSync('test/output/bench-stretch.json', JSON.stringify(result, null, '\t'));
}

/** Log-spectral distance to the original, dB: less is better. And the clicks that our seams made. */
function distances(pieces: readonly Material[]): Row[] {
	const programs = ['sox', 'rubberband'].filter((name) => {
		const isThere = hasProgram(name) && hasProgram('sox');
		if (!isThere) {
			console.log(`${name} is not installed: left out.`);
		}
		return isThere;
	});
	return pieces.flatMap((piece) => {
		const reference = new SpectralReference(piece.signal, piece.sampleRate);
		return TEMPOS.map((permille) => {
			const row: Row = {
				piece: piece.name,
				rate: piece.sampleRate,
				tempo: permille / 1000,
			};
			const ours = stretch([piece.signal], {
				sampleRate: piece.sampleRate,
				permille,
				leastCorrelation: COMPARED_CORRELATION,
			});
			row['clicks'] = addedClicks(
				ours.planes[0]!,
				piece.signal,
				piece.sampleRate,
				ours.seams,
			).length;
			row['seams/s'] = round((ours.seams.length * piece.sampleRate) / ours.planes[0]!.length, 1);
			row['reached'] = round(ours.rate, 3);
			row['ours'] = round(reference.distance(ours.planes[0]!, mapOf(ours)), 2);
			for (const rival of RIVALS) {
				if (programs.includes(rival.program) && (rival.kind ?? piece.kind) === piece.kind) {
					const tempo = `${permille / 1000}`;
					const made = process16(piece.signal, piece.sampleRate, (from, to) => [
						rival.program,
						rival.args(from, to, tempo),
					]);
					const distance = reference.distance(made, (at) => (at * permille) / 1000);
					row[rival.name] = round(distance, 2);
				}
			}
			return row;
		});
	});
}

function mapOf({ positions, block }: Stretched): (at: number) => number {
	return (at) => {
		const index = Math.min(positions.length - 1, Math.floor(at / block));
		return positions[index]! + at - index * block;
	};
}

/** Rate reached, permille of the original's pace, for each least correlation. */
function rates(pieces: readonly Material[]): Row[] {
	return pieces.flatMap((piece) =>
		TEMPOS.map((permille) => {
			const row: Row = { piece: piece.name, rate: piece.sampleRate, tempo: permille / 1000 };
			for (const leastCorrelation of CORRELATIONS) {
				const made = stretch([piece.signal], {
					sampleRate: piece.sampleRate,
					permille,
					leastCorrelation,
				});
				row[`≥ ${leastCorrelation} %`] = round(made.rate, 3);
			}
			return row;
		}),
	);
}

/** THD+N of a sine in windows of 50 ms, dB, from SETTLED seconds on: the first jump back has hardly any history
 * to choose from. */
function sines(): Row[] {
	const rows: Row[] = [];
	for (const sampleRate of [16_000, 48_000]) {
		for (const frequency of [997, 220, 440, 3000]) {
			for (const permille of [900, 1100]) {
				const amplitude = 10 ** (-1 / 20);
				const step = (2 * Math.PI * frequency) / sampleRate;
				const signal = Float32Array.from(
					{ length: 4 * sampleRate },
					(_, i) => amplitude * Math.sin(step * i),
				);
				const made = stretch([signal], { sampleRate, permille, leastCorrelation: 85 });
				const window = Math.round(0.05 * sampleRate);
				const values: number[] = [];
				for (
					let at = SETTLED * sampleRate;
					at + window <= made.planes[0]!.length;
					at += window >> 1
				) {
					values.push(
						thdPlusNoiseDb(made.planes[0]!.subarray(at, at + window), sampleRate, frequency),
					);
				}
				values.sort((a, b) => a - b);
				rows.push({
					rate: sampleRate,
					frequency,
					tempo: permille / 1000,
					reached: round(made.rate, 3),
					'worst THD+N': round(values.at(-1)!, 1),
					'median THD+N': round(values[values.length >> 1]!, 1),
					clicks: findSineClicks(made.planes[0]!, sampleRate, frequency, amplitude).length,
				});
			}
		}
	}
	return rows;
}

/** Microseconds of the calls of `advance` that search, by channels and rate. The same calls are made again and
 * again and the least time of each counts: the rest is other programs'. */
function costs(pieces: readonly Material[]): Row[] {
	const source = pieces.find(({ kind }) => kind === 'music')!.signal;
	return COST_SHAPES.map(([sampleRate, channels]) => {
		const signal = Array.from({ length: channels }, (_, i) =>
			source.subarray(100 * i, 3 * sampleRate + 100 * i),
		);
		const once = (): number[] =>
			[900, 1150].flatMap((permille) => [
				...stretch(signal, { sampleRate, permille, leastCorrelation: 60 }).costs,
			]);
		let least = once();
		const cold = Math.max(...least);
		for (let run = 1; run < COST_RUNS; run++) {
			const costs = once();
			least = least.map((cost, i) => Math.min(cost, costs[i]!));
		}
		const searches = least.filter((cost) => cost > 0.005).sort((a, b) => a - b);
		const call = 128 / sampleRate;
		return {
			rate: sampleRate,
			channels,
			'worst of the first run': round(cold * 1000, 0),
			median: round(searches[searches.length >> 1]! * 1000, 0),
			worst: round(searches.at(-1)! * 1000, 0),
			'% of a render call': round((searches.at(-1)! / 1000 / call) * 100, 1),
		};
	});
}

function round(value: number, digits: number): number {
	return Number(value.toFixed(digits));
}
