// Seeded mono test signals as Float64Array (full scale ±1), and the encoder that makes PCM bytes of
// them. Nothing here clips but `clip` and `encodePcm`.
import type { StreamFormat } from '../../src/core/stream-format.js';
import { sampleEncoder } from '../../src/node/source/sample-encoder.js';
import { gaussian, random } from './random.js';

/** How long a signal is. */
export interface Span {
	/** Hz. */
	readonly sampleRate: number;
	readonly seconds: number;
}

const TWO_PI = 2 * Math.PI;

export function silence(span: Span): Float64Array {
	return new Float64Array(Math.round(span.sampleRate * span.seconds));
}

/** The same value throughout. */
export function constant(span: Span, value: number): Float64Array {
	return silence(span).fill(value);
}

/** A sine. @param frequency Hz. @param phase radians. */
export function tone(span: Span, frequency: number, amplitude = 0.5, phase = 0): Float64Array {
	const step = (TWO_PI * frequency) / span.sampleRate;
	return silence(span).map((_, i) => amplitude * Math.sin(phase + step * i));
}

/** Sines of equal level and random phases. @param amplitude of the sum, at most. */
export function tones(
	span: Span,
	frequencies: readonly number[],
	amplitude: number,
	seed: number,
): Float64Array {
	const uniform = random(seed);
	return mix(
		...frequencies.map((frequency) =>
			tone(span, frequency, amplitude / frequencies.length, TWO_PI * uniform()),
		),
	);
}

/** A sine that glides from one frequency to the other, by equal ratios in equal times. */
export function sweep(span: Span, from: number, to: number, amplitude = 0.5): Float64Array {
	const rate = Math.log(to / from) / span.seconds;
	return silence(span).map((_, i) => {
		const time = i / span.sampleRate;
		return amplitude * Math.sin((TWO_PI * from * (Math.exp(rate * time) - 1)) / rate);
	});
}

/** Two levels only, +amplitude and -amplitude. */
export function square(span: Span, frequency: number, amplitude = 0.5): Float64Array {
	return tone(span, frequency, 1, 0.1).map((value) => (value < 0 ? -amplitude : amplitude));
}

/** Gaussian white noise. @param rms its root mean square. */
export function whiteNoise(span: Span, rms: number, seed: number): Float64Array {
	const normal = gaussian(random(seed));
	return silence(span).map(() => rms * normal());
}

/** Evenly distributed white noise: every value of ±amplitude as likely as any other. */
export function uniformNoise(span: Span, amplitude: number, seed: number): Float64Array {
	const uniform = random(seed);
	return silence(span).map(() => amplitude * (2 * uniform() - 1));
}

/** Noise that falls by 3 dB per octave: white noise through Paul Kellet's economy filter, which is
 * within 0.5 dB above 9 Hz at 44.1 kHz (musicdsp.org, "Pink noise filter"). */
export function pinkNoise(span: Span, rms: number, seed: number): Float64Array {
	const white = whiteNoise(span, 1, seed);
	let low = 0;
	let middle = 0;
	let high = 0;
	const pink = white.map((value) => {
		low = 0.99765 * low + value * 0.099046;
		middle = 0.963 * middle + value * 0.2965164;
		high = 0.57 * high + value * 1.0526913;
		return low + middle + high + value * 0.1848;
	});
	return withRms(pink, rms);
}

/** Formant frequencies F1–F3, Hz, of vowels: Peterson and Barney, 1952, table II, men. */
const VOWELS = [
	[270, 2290, 3010],
	[390, 1990, 2550],
	[530, 1840, 2480],
	[660, 1720, 2410],
	[730, 1090, 2440],
	[570, 840, 2410],
	[440, 1020, 2240],
	[300, 870, 2240],
] as const;
/** Hz, of F1–F3 above: typical of voiced speech (Klatt, 1980). */
const FORMANT_BANDWIDTHS = [60, 90, 150] as const;

/** What sounds like a voice: syllables of a fricative and a gliding vowel, with short pauses; a
 * glottal pulse train and noise through formant resonators (after Klatt, 1980). Begins to sound at
 * once. @param peak of the whole signal. */
export function speech(span: Span, peak: number, seed: number): Float64Array {
	const uniform = random(seed);
	const normal = gaussian(uniform);
	const signal = silence(span);
	const { sampleRate } = span;
	const pitch = 90 + 130 * uniform();
	const breath = 0.001 + 0.004 * uniform();
	for (let start = 0; start < signal.length;) {
		const fricative = Math.round(sampleRate * (uniform() < 0.6 ? 0.03 + 0.07 * uniform() : 0));
		addFricative(signal, start, fricative, 0.02 + 0.06 * uniform(), normal);
		const vowel = Math.round(sampleRate * (0.08 + 0.17 * uniform()));
		addVowel(
			signal,
			start + fricative,
			vowel,
			sampleRate,
			pitch * (0.9 + 0.2 * uniform()),
			uniform,
		);
		const pause = uniform() < 0.25 ? 0.03 + 0.12 * uniform() : 0.01 * uniform();
		start += fricative + vowel + Math.round(sampleRate * pause);
	}
	const voiced = withPeak(signal, 1);
	return withPeak(
		voiced.map((value) => value + breath * 0.1 * normal()),
		peak,
	);
}

function addFricative(
	signal: Float64Array,
	start: number,
	length: number,
	level: number,
	normal: () => number,
): void {
	let before = 0;
	for (let i = 0; i < length && start + i < signal.length; i++) {
		const noise = normal();
		signal[start + i]! += level * Math.sin((Math.PI * i) / length) * (noise - 0.7 * before);
		before = noise;
	}
}

function addVowel(
	signal: Float64Array,
	start: number,
	length: number,
	sampleRate: number,
	pitch: number,
	uniform: () => number,
): void {
	const from = VOWELS[Math.floor(uniform() * VOWELS.length)]!;
	const to = VOWELS[Math.floor(uniform() * VOWELS.length)]!;
	const level = 0.4 + 0.6 * uniform();
	const filters = FORMANT_BANDWIDTHS.map((bandwidth) => new Resonator(bandwidth, sampleRate));
	let phase = 0;
	for (let i = 0; i < length && start + i < signal.length; i++) {
		const part = i / length;
		phase = (phase + (pitch * (1.1 - 0.2 * part)) / sampleRate) % 1;
		let value = glottalPulse(phase) + 0.01 * (2 * uniform() - 1);
		filters.forEach((filter, formant) => {
			value = filter.run(value, from[formant]! + (to[formant]! - from[formant]!) * part);
		});
		signal[start + i]! += level * Math.sin(Math.PI * part) * value;
	}
}

/** Derivative of the glottal flow over one period, phase 0 to 1 (Rosenberg, 1971, shape C). */
function glottalPulse(phase: number): number {
	if (phase < 0.4) {
		return Math.sin((Math.PI * phase) / 0.4);
	}
	return phase < 0.56 ? -2.5 * Math.sin((Math.PI * (phase - 0.4)) / 0.32) : 0;
}

/** Two-pole resonator with unit gain at 0 Hz (Klatt, 1980, eq. 1). */
class Resonator {
	readonly #radius: number;
	readonly #sampleRate: number;
	#last = 0;
	#beforeLast = 0;

	constructor(bandwidth: number, sampleRate: number) {
		this.#radius = Math.exp((-Math.PI * bandwidth) / sampleRate);
		this.#sampleRate = sampleRate;
	}

	run(value: number, frequency: number): number {
		const c = -(this.#radius ** 2);
		const safe = Math.min(frequency, 0.45 * this.#sampleRate);
		const b = 2 * this.#radius * Math.cos((TWO_PI * safe) / this.#sampleRate);
		const result = (1 - b - c) * value + b * this.#last + c * this.#beforeLast;
		this.#beforeLast = this.#last;
		this.#last = result;
		return result;
	}
}

/** What sounds like music: plucked chords with harmonics, a bass, hits of noise and a faint hiss.
 * Begins to sound at once. @param peak of the whole signal. */
export function music(span: Span, peak: number, seed: number): Float64Array {
	const uniform = random(seed);
	const normal = gaussian(uniform);
	const signal = silence(span);
	const { sampleRate } = span;
	const root = 110 * 2 ** (uniform() * 1.5);
	const beat = Math.round(sampleRate * (0.25 + 0.35 * uniform()));
	for (let start = 0; start < signal.length; start += beat) {
		const step = Math.floor(uniform() * 8);
		for (const interval of [-12, 0, uniform() < 0.5 ? 3 : 4, 7, 12]) {
			addPluck(signal, start, sampleRate, root * 2 ** ((step + interval) / 12), uniform);
		}
		const hit = 0.05 + 0.25 * uniform();
		const decay = sampleRate * (0.01 + 0.05 * uniform());
		for (let i = 0; i < beat && start + i < signal.length; i++) {
			signal[start + i]! += hit * Math.exp(-i / decay) * normal();
		}
	}
	return withPeak(
		signal.map((value) => value + 1e-4 * normal()),
		peak,
	);
}

function addPluck(
	signal: Float64Array,
	start: number,
	sampleRate: number,
	frequency: number,
	uniform: () => number,
): void {
	const attack = 0.003 * sampleRate;
	for (let harmonic = 1; harmonic <= 8; harmonic++) {
		const step = (TWO_PI * frequency * harmonic) / sampleRate;
		if (step > 0.9 * Math.PI) {
			return;
		}
		const level = (0.2 * (0.3 + uniform())) / harmonic;
		const decay = (0.5 * sampleRate) / harmonic;
		const phase = TWO_PI * uniform();
		const length = Math.min(signal.length - start, Math.round(decay * 6));
		for (let i = 0; i < length; i++) {
			const envelope = Math.min(1, i / attack) * Math.exp(-i / decay);
			signal[start + i]! += level * envelope * Math.sin(phase + step * i);
		}
	}
}

/** The sum. All signals have the length of the first. */
export function mix(...signals: readonly Float64Array[]): Float64Array {
	return signals[0]!.map((_, i) => signals.reduce((sum, signal) => sum + signal[i]!, 0));
}

export function scale(signal: Float64Array, factor: number): Float64Array {
	return signal.map((value) => value * factor);
}

/** Limits to ±level, as an overdriven converter does. */
export function clip(signal: Float64Array, level = 1): Float64Array {
	return signal.map((value) => Math.max(-level, Math.min(level, value)));
}

/** Rises from nothing over the whole length, by equal steps in dB. @param fromDb where it
 * starts. */
export function fadeIn(signal: Float64Array, fromDb = -120): Float64Array {
	return signal.map((value, i) => value * 10 ** ((fromDb * (1 - i / signal.length)) / 20));
}

export function withPeak(signal: Float64Array, peak: number): Float64Array {
	const present = signal.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
	return present === 0 ? signal : scale(signal, peak / present);
}

export function withRms(signal: Float64Array, rms: number): Float64Array {
	const power = signal.reduce((sum, value) => sum + value * value, 0) / signal.length;
	return power === 0 ? signal : scale(signal, rms / Math.sqrt(power));
}

export interface EncodeOptions {
	/** Bits of resolution, at most those of the format; the bits below are zero.
	 * @default all that the format has (24 for f32: left as float32 rounds). */
	readonly bitDepth?: number;
	/** Seed of triangular dither of ±1 step at that resolution. @default no dither */
	readonly ditherSeed?: number;
}

/** Interleaved bytes of one plane per channel, all of the length of the first. */
export function encodePcm(
	planes: readonly Float64Array[],
	format: StreamFormat,
	options: EncodeOptions = {},
): Uint8Array {
	const { channels } = format;
	if (planes.length !== channels) {
		throw new RangeError(`Expected ${channels} planes, got ${planes.length}.`);
	}
	const limit = depthLimiter(options);
	const limited = planes.map((plane) => plane.map(limit));
	return sampleEncoder(format)(limited, planes[0]!.length);
}

function depthLimiter({ bitDepth, ditherSeed }: EncodeOptions): (value: number) => number {
	if (bitDepth === undefined) {
		return (value) => value;
	}
	const steps = 2 ** (bitDepth - 1);
	const uniform = ditherSeed === undefined ? () => 0.5 : random(ditherSeed);
	return (value) => {
		const step = Math.round(value * steps + uniform() - uniform());
		return Math.max(-steps, Math.min(steps - 1, step)) / steps;
	};
}
