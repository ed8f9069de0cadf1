// A render quantum: the paths of the shipped engine, beside libsamplerate (WebAssembly) at the same rates.
import {
	Libsamplerate,
	LIBSAMPLERATE_QUALITIES,
	type LibsamplerateQuality,
} from '../resampler/libsamplerate.js';
import { microsecondsSince, type Contender, type Group } from './contender.js';
import { concealing, moving, steady, stretching } from './engine-paths.js';
import { OUTPUT_RATE, QUANTUM, sound, type Rendered } from './stage.js';

/** Quanta of a round. */
const QUANTA = 24;
const CHANNELS = 2;
const REFERENCE = 'libsamplerate MEDIUM';

/** Parts by which the clocks of a live stream are taken to differ where rates are equal: at a ratio of 1
 * libsamplerate would have nothing to do. */
const CLOCK_ERROR = 1e-4;

export async function quantumGroups(): Promise<Group<Rendered>[]> {
	return [
		await quantumGroup(48_000, [
			steady('copy', 48_000),
			moving(48_000),
			...states(48_000),
			memoryCopy(),
		]),
		await quantumGroup(16_000, [steady('fixed ratio', 16_000), moving(16_000), ...states(16_000)]),
		await quantumGroup(44_100, [steady('fixed ratio', 44_100), moving(44_100)]),
	];
}

async function quantumGroup(
	mediaRate: number,
	contenders: readonly Contender<Rendered>[],
): Promise<Group<Rendered>> {
	return {
		name: `${QUANTUM} frames of stereo, ${mediaRate / 1000} -> ${OUTPUT_RATE / 1000} kHz`,
		reference: REFERENCE,
		contenders: [...(await converters(mediaRate)), ...contenders],
	};
}

function states(mediaRate: number): Contender<Rendered>[] {
	return [
		stretching(mediaRate, 'mean'),
		stretching(mediaRate, 'begin'),
		concealing(mediaRate, 'mean'),
		concealing(mediaRate, 'begin'),
	];
}

function converters(mediaRate: number): Promise<Contender<Rendered>[]> {
	const qualities = Object.keys(LIBSAMPLERATE_QUALITIES) as LibsamplerateQuality[];
	return Promise.all(qualities.map((quality) => converter(quality, mediaRate)));
}

/** Interleaved in and out: what a player would spend on planes is spared it. */
async function converter(
	quality: LibsamplerateQuality,
	mediaRate: number,
): Promise<Contender<Rendered>> {
	const outputRate = mediaRate === OUTPUT_RATE ? OUTPUT_RATE / (1 + CLOCK_ERROR) : OUTPUT_RATE;
	const library = await Libsamplerate.open(quality, CHANNELS, mediaRate, outputRate, 4 * QUANTUM);
	const samples = interleaved(Math.round((QUANTUM * mediaRate) / outputRate), mediaRate);
	let made = 0;
	return {
		name: `libsamplerate ${quality}`,
		round: () => {
			const before = made;
			const begin = performance.now();
			for (let quantum = 0; quantum < QUANTA; quantum++) {
				made += library.convert(samples);
			}
			return (microsecondsSince(begin) * QUANTUM) / (made - before);
		},
		result: () => ({ output: library.output, made, report: null }),
	};
}

/** What only copying costs. */
function memoryCopy(): Contender<Rendered> {
	const planes = sound(OUTPUT_RATE);
	const output = planes.map(() => new Float32Array(QUANTUM));
	let made = 0;
	return {
		name: 'Float32Array.set, the limit',
		round: () => {
			const begin = performance.now();
			for (let quantum = 0; quantum < QUANTA; quantum++) {
				const from = made % (planes[0]!.length - QUANTUM);
				output[0]!.set(planes[0]!.subarray(from, from + QUANTUM));
				output[1]!.set(planes[1]!.subarray(from, from + QUANTUM));
				made += QUANTUM;
			}
			return microsecondsSince(begin) / QUANTA;
		},
		result: () => ({ output: output[0]!, made, report: null }),
	};
}

function interleaved(sampleFrames: number, mediaRate: number): Float32Array {
	const planes = sound(mediaRate);
	const from = mediaRate >> 1;
	return Float32Array.from(
		{ length: sampleFrames * CHANNELS },
		(_, i) => planes[i % CHANNELS]![from + Math.floor(i / CHANNELS)]!,
	);
}
