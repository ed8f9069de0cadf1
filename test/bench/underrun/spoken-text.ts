// Speech of espeak-ng, if it is there: sentences in several voices, with pauses between them.
import { spawnSync } from 'node:child_process';
import { random } from '../../support/random.js';
import { withPeak } from '../../support/signals.js';

export interface SpokenOptions {
	/** Hz. */
	readonly sampleRate: number;
	readonly seconds: number;
	/** Of every sentence. */
	readonly peak: number;
	readonly seed: number;
}

const PROGRAM = 'espeak-ng';

/** espeak-ng's names; +f and +m are variants of a voice. */
const VOICES = ['en-us+m3', 'en-gb+f2', 'en-us+f4', 'en-gb+m7', 'en-gb-scotland+m1', 'en-us+f1'];

/** Harvard sentences, lists 1 and 2 (IEEE Recommended Practice for Speech Quality Measurements, 1969). */
const SENTENCES = [
	'The birch canoe slid on the smooth planks.',
	'Glue the sheet to the dark blue background.',
	"It's easy to tell the depth of a well.",
	'These days a chicken leg is a rare dish.',
	'Rice is often served in round bowls.',
	'The juice of lemons makes fine punch.',
	'The box was thrown beside the parked truck.',
	'The hogs were fed chopped corn and garbage.',
	'Four hours of steady work faced us.',
	'A large size in stockings is hard to sell.',
	'The boy was there when the sun rose.',
	'A rod is used to catch pink salmon.',
	'The source of the huge river is the clear spring.',
	'Kick the ball straight and follow through.',
	'Help the woman get back to her feet.',
	'A pot of tea helps to pass the evening.',
	'Smoky fires lack flame and heat.',
	'The soft cushion broke the man\u2019s fall.',
	'The salt breeze came across from the sea.',
	'The girl at the booth sold fifty bonds.',
] as const;

/** Least and greatest pause between sentences, seconds. */
const PAUSE = { least: 0.2, most: 1 };

/** @returns null if the program is not installed. */
export function spokenText({
	sampleRate,
	seconds,
	peak,
	seed,
}: SpokenOptions): Float64Array | null {
	const uniform = random(seed);
	const all = new Float64Array(Math.round(sampleRate * seconds));
	for (let at = 0; at < all.length;) {
		const voice = VOICES[Math.floor(uniform() * VOICES.length)]!;
		const sentence = SENTENCES[Math.floor(uniform() * SENTENCES.length)]!;
		// Words a minute, and pitch of 0 to 99.
		const speed = Math.round(140 + 50 * uniform());
		const pitch = Math.round(35 + 30 * uniform());
		const wav = spawnSync(
			PROGRAM,
			['-v', voice, '-s', String(speed), '-p', String(pitch), '--stdout', sentence],
			{ maxBuffer: 1 << 26 },
		);
		if (wav.error || wav.status !== 0) {
			return null;
		}
		const spoken = withPeak(resampled(trimmed(readWav(wav.stdout)), sampleRate), peak);
		all.set(spoken.subarray(0, all.length - at), at);
		const pause = PAUSE.least + (PAUSE.most - PAUSE.least) * uniform();
		at += spoken.length + Math.round(pause * sampleRate);
	}
	return all;
}

interface Sound {
	readonly sampleRate: number;
	readonly samples: Float64Array;
}

/** 16-bit mono, as the program writes it: a chunk "fmt ", then "data" up to the end, whose length is not
 * known when its header goes to a pipe. */
function readWav(bytes: Buffer): Sound {
	const data = bytes.indexOf('data') + 8;
	const sampleRate = bytes.readUInt32LE(bytes.indexOf('fmt ') + 12);
	const length = Math.floor((bytes.length - data) / 2);
	return {
		sampleRate,
		samples: Float64Array.from({ length }, (_, i) => bytes.readInt16LE(data + 2 * i) / 32_768),
	};
}

/** Without the silence around it, that pauses are as long as they should be. */
function trimmed({ sampleRate, samples }: Sound): Sound {
	const isHeard = (value: number): boolean => Math.abs(value) > 0.002;
	const first = Math.max(0, samples.findIndex(isHeard));
	return { sampleRate, samples: samples.slice(first, samples.findLastIndex(isHeard) + 1) };
}

/** Half the width of the resampler's filter, in samples of the source. */
const HALF = 16;

/** Windowed sinc, band-limited to the lower of the rates; its phases repeat, as both rates are whole. */
function resampled({ sampleRate, samples }: Sound, rate: number): Float64Array {
	const common = gcd(sampleRate, rate);
	const step = sampleRate / common;
	const phases = rate / common;
	const taps = sincPhases(phases, 0.95 * Math.min(1, rate / sampleRate));
	return Float64Array.from({ length: Math.floor((samples.length * rate) / sampleRate) }, (_, i) => {
		const first = Math.floor((i * step) / phases) - HALF + 1;
		const phase = 2 * HALF * ((i * step) % phases);
		let sum = 0;
		for (let n = 0; n < 2 * HALF; n++) {
			sum += (samples[first + n] ?? 0) * taps[phase + n]!;
		}
		return sum;
	});
}

/** 2·HALF taps of each phase. @param cut of the source's band, 0 to 1. */
function sincPhases(phases: number, cut: number): Float64Array {
	return Float64Array.from({ length: 2 * HALF * phases }, (_, i) => {
		const distance = (i % (2 * HALF)) - HALF + 1 - Math.floor(i / (2 * HALF)) / phases;
		const x = Math.PI * distance;
		const sinc = x === 0 ? cut : Math.sin(cut * x) / x;
		return sinc * (0.5 + 0.5 * Math.cos(x / HALF));
	});
}

function gcd(a: number, b: number): number {
	return b === 0 ? a : gcd(b, a % b);
}
