// What a render quantum costs: contestants take turns within every round, so that what else the machine does
// falls on all alike.
import { designSincFilter } from '../../../src/core/sinc-filter.js';
import { Resampler, type SampleSource } from '../../../worklet/resampler.js';
import { median } from '../../support/median.js';
import { random } from '../../support/random.js';
import {
	Libsamplerate,
	LIBSAMPLERATE_QUALITIES,
	type LibsamplerateQuality,
} from './libsamplerate.js';

const BLOCK = 128;
const CHANNELS = 2;
const ROUNDS = 60;
const BLOCKS_A_ROUND = 40;

export interface CostCase {
	readonly name: string;
	readonly sourceRate: number;
	readonly outputRate: number;
	/** Parts per 10⁹ before block `block`. */
	readonly drift: (block: number) => number;
}

export const COST_CASES: readonly CostCase[] = [
	{ name: '16 -> 48 kHz', sourceRate: 16_000, outputRate: 48_000, drift: () => 0 },
	{
		name: '16 -> 48 kHz, ratio moving',
		sourceRate: 16_000,
		outputRate: 48_000,
		drift: (block) => Math.round(100_000 * Math.sin(block / 100)),
	},
	{ name: '44.1 -> 48 kHz', sourceRate: 44_100, outputRate: 48_000, drift: () => 0 },
	{ name: '48 -> 48 kHz + 100 ppm', sourceRate: 48_000, outputRate: 48_000, drift: () => 100_000 },
	{ name: '48 -> 16 kHz', sourceRate: 48_000, outputRate: 16_000, drift: () => 0 },
];

export interface Cost {
	readonly name: string;
	/** Microseconds for 128 sample frames of stereo output. */
	readonly resampler: number;
	readonly libsamplerate: Record<LibsamplerateQuality, number>;
}

/** Makes output, and says how many sample frames. */
type Contestant = () => number;

/** The same noise over and over. */
class NoiseSource implements SampleSource {
	readonly available = 1_000_000;
	readonly #noise = noise(1024);

	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		for (const plane of planes) {
			plane.set(this.#noise.subarray(0, count), offset);
		}
	}
}

function noise(length: number): Float32Array {
	const uniform = random(1);
	return Float32Array.from({ length }, () => uniform() - 0.5);
}

export async function measureCost(costCase: CostCase): Promise<Cost> {
	const names = Object.keys(LIBSAMPLERATE_QUALITIES) as LibsamplerateQuality[];
	const contestants = [
		ours(costCase),
		...(await Promise.all(names.map((quality) => theirs(quality, costCase)))),
	];
	const times = contestants.map((): number[] => []);
	for (let round = 0; round < ROUNDS; round++) {
		contestants.forEach((contestant, i) => times[i]!.push(timeOf(contestant)));
	}
	const [resampler, FASTEST, MEDIUM, BEST] = times.map(median);
	const libsamplerate = { FASTEST: FASTEST!, MEDIUM: MEDIUM!, BEST: BEST! };
	return { name: costCase.name, resampler: resampler!, libsamplerate };
}

function ours({ sourceRate, outputRate, drift }: CostCase): Contestant {
	const resampler = new Resampler(CHANNELS, designSincFilter(sourceRate, outputRate), BLOCK);
	const source = new NoiseSource();
	const output = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
	let block = 0;
	return () => {
		resampler.setDrift(drift(block));
		resampler.render(source, output, 0, BLOCK);
		block++;
		return BLOCK;
	};
}

/** Its npm package has no call that moves the ratio; the library takes the same path for all ratios. */
async function theirs(quality: LibsamplerateQuality, costCase: CostCase): Promise<Contestant> {
	const { sourceRate } = costCase;
	const outputRate = costCase.outputRate / (1 + costCase.drift(0) * 1e-9);
	const frames = Math.round((BLOCK * sourceRate) / outputRate);
	const converter = await Libsamplerate.open(quality, CHANNELS, sourceRate, outputRate, 4 * BLOCK);
	const samples = noise(frames * CHANNELS);
	return () => converter.convert(samples);
}

/** Microseconds for 128 sample frames. */
function timeOf(contestant: Contestant): number {
	let made = 0;
	const begin = performance.now();
	for (let block = 0; block < BLOCKS_A_ROUND; block++) {
		made += contestant();
	}
	return ((performance.now() - begin) * 1000 * BLOCK) / made;
}
