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
	const left = Float64Array.from(plane.subarray(middle - REACH, middle + REACH));
	TONES.forEach((frequency, tone) => {
		const step = (2 * Math.PI * frequency * pace) / TONE_RATE;
		takeOut(left, levels[tone]!, 2 * Math.PI * cycles[tone]! - step * REACH, step);
	});
	return left.reduce((energy, value) => energy + value * value, 0);
}

/** A sine less, made by rotation, which over so few samples is exact to 10⁻¹³. @param phase of the first sample, and
 * @param step from one to the next, radians */
function takeOut(signal: Float64Array, level: number, phase: number, step: number): void {
	const [turnSine, turnCosine] = [Math.sin(step), Math.cos(step)];
	let sine = level * Math.sin(phase);
	let cosine = level * Math.cos(phase);
	for (let i = 0; i < signal.length; i++) {
		signal[i]! -= sine;
		const next = sine * turnCosine + cosine * turnSine;
		cosine = cosine * turnCosine - sine * turnSine;
		sine = next;
	}
}
