// `npm run bench:resampler`: what the resampler costs and what it does to the signal, beside libsamplerate
// (WebAssembly) and sox. Read the ratios.
import { mkdirSync, writeFileSync } from 'node:fs';
import { findSox, libsamplerateBest, steadypcm, type Converter } from './converters.js';
import { COST_CASES, measureCost, type Cost } from './cost.js';
import { measureQuality, PASS_BAND, WIDE_BAND, type Quality } from './quality.js';

const RATES = [
	[16_000, 48_000],
	[44_100, 48_000],
	[48_000, 44_100],
	[48_000, 16_000],
] as const;

const OUTPUT = 'test/output';

export async function main(): Promise<void> {
	const costs: Cost[] = [];
	for (const costCase of COST_CASES) {
		costs.push(await measureCost(costCase));
	}
	console.log('Cost of 128 sample frames of stereo, µs, and relative to libsamplerate:');
	console.table(costs.map(costRow));
	const sox = findSox();
	if (sox === null) {
		console.log('sox is not installed: not compared.');
	}
	const converters = [steadypcm(0), steadypcm(100_000), libsamplerateBest, sox].filter(
		(converter): converter is Converter => converter !== null,
	);
	const qualities: Quality[] = [];
	for (const [sourceRate, outputRate] of RATES) {
		for (const converter of converters) {
			qualities.push(await measureQuality(converter, sourceRate, outputRate));
		}
	}
	console.log('Quality:');
	console.table(qualities.map(qualityRow));
	mkdirSync(OUTPUT, { recursive: true });
	writeFileSync(`${OUTPUT}/bench-resampler.json`, JSON.stringify({ costs, qualities }, null, '\t'));
}

function costRow({ name, resampler, libsamplerate }: Cost): Record<string, string> {
	const { FASTEST, MEDIUM, BEST } = libsamplerate;
	return {
		case: name,
		steadypcm: resampler.toFixed(1),
		FASTEST: FASTEST.toFixed(1),
		MEDIUM: MEDIUM.toFixed(1),
		BEST: BEST.toFixed(1),
		'/ FASTEST': (resampler / FASTEST).toFixed(3),
		'/ MEDIUM': (resampler / MEDIUM).toFixed(3),
		'/ BEST': (resampler / BEST).toFixed(3),
	};
}

function qualityRow(quality: Quality): Record<string, string> {
	const { lookAhead, worstAliasDb } = quality;
	return {
		rates: quality.rates,
		converter: quality.name,
		'look-ahead, ms': lookAhead === null ? '-' : (lookAhead * 1000).toFixed(2),
		[`ripple to ${PASS_BAND} Nyquist, dB`]: quality.rippleDb.toFixed(3),
		[`gain at ${WIDE_BAND} Nyquist, dB`]: quality.wideDb.toFixed(2),
		'worst image, dB': quality.worstImageDb.toFixed(1),
		'worst alias, dB': worstAliasDb === null ? '-' : worstAliasDb.toFixed(1),
		'THD+N 997 Hz, dB': quality.thdNDb.toFixed(1),
	};
}
