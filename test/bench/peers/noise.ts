// All in a recording that is not the time code's three tones as they are mostly heard.
import { median } from '../../support/median.js';
import type { MediaTrack } from './media-track.js';
import type { Stretch } from './progress.js';
import type { Silence } from './silence.js';
import { TONE_RATE, TONES } from './tone-code.js';
import { REACH, type ToneFit } from './tone-fit.js';

/** dB: what float32 can hold of the tones. */
const CAP_DB = 150;

/** A tone that runs this much off, in parts, is none: the fit went astray, in noise. */
const MOST_BEND = 0.03;

/** Samples at either end that are left out: 10 ms, in which the signal itself rises and falls. */
const ENDS = 480;

/** Power of the tones at their median levels against that of what is left of the recording when they are taken
 * out of it at the phases they have there: a dip in level and made-up sound count as noise. Silence is left out. */
export function snrDb(
	plane: Float32Array,
	track: MediaTrack,
	silence: Silence,
	stretch: Stretch,
): number {
	const levels = toneLevels(track);
	let noise = 0;
	let length = 0;
	for (let k = 0; k < track.samples.length; k++) {
		const middle = track.samples[k]!;
		const [from, to] = [middle - REACH, middle + REACH];
		if (from >= stretch.from + ENDS && to <= stretch.to - ENDS && silence.within(from, to) === 0) {
			noise += noiseEnergy(plane, middle, track.fits[k]!, levels);
			length += to - from;
		}
	}
	const tones = levels.reduce((sum, level) => sum + level ** 2 / 2, 0);
	return noise === 0 ? CAP_DB : Math.min(CAP_DB, 10 * Math.log10((tones * length) / noise));
}

/** Median amplitude of each tone, where the stream is heard. */
export function toneLevels({ mediaMs, fits }: MediaTrack): number[] {
	const heard = fits.filter((_, k) => !Number.isNaN(mediaMs[k]));
	return TONES.map((_, tone) => median(heard.map(({ amplitudes }) => amplitudes[tone]!)));
}

function noiseEnergy(
	plane: Float32Array,
	middle: number,
	{ cycles, rate }: ToneFit,
	levels: readonly number[],
): number {
	const pace = Math.abs(rate - 1) < MOST_BEND ? rate : 1;
	let energy = 0;
	for (let n = -REACH; n < REACH; n++) {
		const left = TONES.reduce(
			(rest, frequency, tone) =>
				rest -
				levels[tone]! *
					Math.sin(2 * Math.PI * (cycles[tone]! + (frequency * pace * n) / TONE_RATE)),
			plane[middle + n]!,
		);
		energy += left * left;
	}
	return energy;
}
