// What a converter does to a signal besides converting it.
import { powerSpectrum, thdPlusNoiseDb } from '../../support/spectrum.js';
import type { Converter } from './converters.js';

const MINUS_1_DB = 10 ** (-1 / 20);

/** Ends of bands, relative to half the lower rate. */
export const PASS_BAND = 0.8;
export const WIDE_BAND = 0.9;
/** From here on, tones of a higher source rate should be gone. */
const STOP_BAND = 1.2;

/** Tones that images or aliases are looked for with. */
const TONES = 24;

export interface Quality {
	readonly name: string;
	readonly rates: string;
	/** Seconds. */
	readonly lookAhead: number | null;
	/** Most and least gain up to PASS_BAND, dB apart. */
	readonly rippleDb: number;
	/** Gain at WIDE_BAND. */
	readonly wideDb: number;
	/** Worst of tones up to PASS_BAND: all that is not the tone, in dB of it: images, and aliases. */
	readonly worstImageDb: number;
	/** Worst of tones above STOP_BAND: what is left of them. null when the source rate has none. */
	readonly worstAliasDb: number | null;
	/** Of 997 Hz at -1 dBFS. */
	readonly thdNDb: number;
}

export async function measureQuality(
	converter: Converter,
	sourceRate: number,
	outputRate: number,
): Promise<Quality> {
	const lowest = Math.min(sourceRate, outputRate) / 2;
	const through = async (frequency: number): Promise<Float32Array> =>
		middle(
			await converter.convert(sine(sourceRate, frequency), sourceRate, outputRate),
			outputRate,
		);
	const gains = await gainsDb(converter, sourceRate, outputRate);
	let worstImageDb = -Infinity;
	let worstAliasDb = null;
	for (let part = 1; part <= TONES; part++) {
		const inside = (PASS_BAND * lowest * part) / TONES;
		worstImageDb = Math.max(
			worstImageDb,
			thdPlusNoiseDb(await through(inside), outputRate, inside),
		);
		const outside =
			STOP_BAND * lowest + ((sourceRate / 2 - STOP_BAND * lowest) * part) / (TONES + 1);
		if (sourceRate / 2 > STOP_BAND * lowest) {
			worstAliasDb = Math.max(worstAliasDb ?? -Infinity, levelDb(await through(outside)));
		}
	}
	const inBand = gains.filter((_, bin) => bin <= PASS_BAND * (gains.length - 1));
	return {
		name: converter.name,
		rates: `${sourceRate / 1000} -> ${outputRate / 1000} kHz`,
		lookAhead: await converter.lookAhead(sourceRate, outputRate),
		rippleDb: Math.max(...inBand) - Math.min(...inBand),
		wideDb: gains[Math.round(WIDE_BAND * (gains.length - 1))]!,
		worstImageDb,
		worstAliasDb,
		thdNDb: thdPlusNoiseDb(await through(997), outputRate, 997),
	};
}

function sine(rate: number, frequency: number): Float32Array {
	const step = (2 * Math.PI * frequency) / rate;
	return Float32Array.from({ length: rate / 2 }, (_, i) => MINUS_1_DB * Math.sin(step * i));
}

function middle(signal: Float32Array, rate: number): Float32Array {
	return signal.slice(0.15 * rate, 0.35 * rate);
}

/** In dB of the tones' level. */
function levelDb(signal: Float32Array): number {
	const power = signal.reduce((sum, x) => sum + x * x, 0) / signal.length;
	return 10 * Math.log10((2 * power) / MINUS_1_DB ** 2);
}

/** In dB of the gain at 0 Hz, at even distances up to half the lower rate: the spectrum of what becomes of an
 * impulse. */
async function gainsDb(
	converter: Converter,
	sourceRate: number,
	outputRate: number,
): Promise<number[]> {
	const impulse = new Float32Array(sourceRate / 2);
	impulse[sourceRate / 4] = 0.5;
	const response = await converter.convert(impulse, sourceRate, outputRate);
	const size = 1 << 14;
	const from = Math.round(outputRate / 4 - size / 2);
	const cut = Float64Array.from({ length: size }, (_, i) => response[from + i] ?? 0);
	const power = powerSpectrum(cut);
	const bins = Math.floor((size / 2) * Math.min(1, sourceRate / outputRate));
	return Array.from({ length: bins + 1 }, (_, bin) => 10 * Math.log10(power[bin]! / power[0]!));
}
