// What is played when data runs out: speech of espeak-ng's where it is installed (else synthetic) and
// music of several kinds. Mono, float32.
import { execFileSync } from 'node:child_process';
import { random } from '../../support/random.js';
import {
	mix,
	music,
	pinkNoise,
	speech,
	tones,
	withPeak,
	type Span,
} from '../../support/signals.js';

export interface Material {
	readonly kind: 'speech' | 'music';
	readonly name: string;
	/** Hz. */
	readonly sampleRate: number;
	readonly signal: Float32Array;
}

const SECONDS = 8;
const PEAK = 0.5;

const VOICES = ['en-us', 'en-gb+f3', 'de', 'fr+f2'];
const SENTENCES =
	'The quick brown fox jumps over the lazy dog. She sells sea shells by the sea shore, ' +
	'and nobody knows how many of them there were. All of us are going home early this evening.';

export function materials(sampleRate: number): Material[] {
	const span = { sampleRate, seconds: SECONDS };
	return [
		...speeches(span),
		{ kind: 'music', name: 'band', signal: music(span, PEAK, 3) },
		{ kind: 'music', name: 'band, other key', signal: music(span, PEAK, 8) },
		{ kind: 'music', name: 'chords', signal: chords(span, 5) },
		{ kind: 'music', name: 'plucked', signal: plucked(span, 6) },
		{ kind: 'music', name: 'dense', signal: dense(span, 7) },
	].map((material) => ({
		...material,
		kind: material.kind as Material['kind'],
		sampleRate,
		signal: Float32Array.from(material.signal),
	}));
}

/** True when the voices are espeak-ng's. */
export function hasVoices(): boolean {
	try {
		execFileSync('espeak-ng', ['--version']);
		return true;
	} catch {
		return false;
	}
}

function speeches(span: Span): { kind: string; name: string; signal: Float64Array }[] {
	if (!hasVoices()) {
		return [1, 2, 4].map((seed) => ({
			kind: 'speech',
			name: `synthetic ${seed}`,
			signal: speech(span, PEAK, seed),
		}));
	}
	return VOICES.map((voice) => {
		const wav = execFileSync('espeak-ng', ['-v', voice, '--stdout', SENTENCES], {
			maxBuffer: 1 << 26,
		});
		const rate = wav.readUInt32LE(24);
		const start = wav.indexOf('data') + 8;
		const samples = Float64Array.from(
			{ length: (wav.length - start) >> 1 },
			(_, i) => wav.readInt16LE(start + 2 * i) / 32_768,
		);
		return { kind: 'speech', name: voice, signal: withPeak(resample(samples, rate, span), PEAK) };
	});
}

/** Windowed sinc, 32 zero crossings to either side. */
function resample(from: Float64Array, rate: number, span: Span): Float64Array {
	const ratio = span.sampleRate / rate;
	const cutoff = 0.95 * Math.min(1, ratio);
	const length = Math.min(
		Math.floor(from.length * ratio),
		Math.round(span.seconds * span.sampleRate),
	);
	const reach = 32 / cutoff;
	return Float64Array.from({ length }, (_, i) => {
		const at = i / ratio;
		let sum = 0;
		for (let j = Math.ceil(at - reach); j <= at + reach; j++) {
			const x = Math.PI * cutoff * (j - at);
			const window = 0.5 + 0.5 * Math.cos((Math.PI * (j - at)) / reach);
			sum += (from[j] ?? 0) * cutoff * window * (x === 0 ? 1 : Math.sin(x) / x);
		}
		return sum;
	});
}

/** Sustained chords of organ-like tones, a new one every 0.8 s. */
function chords(span: Span, seed: number): Float64Array {
	const uniform = random(seed);
	const signal = new Float64Array(Math.round(span.sampleRate * span.seconds));
	const length = Math.round(0.8 * span.sampleRate);
	for (let start = 0; start < signal.length; start += length) {
		const root = 130 * 2 ** (Math.floor(uniform() * 12) / 12);
		const notes = [0, 4, 7, 12].flatMap((step) =>
			[1, 2, 3, 4, 6].map((harmonic) => ({
				step: (2 * Math.PI * root * 2 ** (step / 12) * harmonic) / span.sampleRate,
				level: 1 / harmonic,
				phase: 2 * Math.PI * uniform(),
			})),
		);
		for (let i = 0; i < length && start + i < signal.length; i++) {
			const edge = Math.min(
				1,
				i / (0.02 * span.sampleRate),
				(length - i) / (0.02 * span.sampleRate),
			);
			signal[start + i] =
				edge *
				notes.reduce((sum, note) => sum + note.level * Math.sin(note.phase + note.step * i), 0);
		}
	}
	return withPeak(signal, PEAK);
}

/** Strings after Karplus and Strong, 1983, eight notes a second, that ring into each other. */
function plucked(span: Span, seed: number): Float64Array {
	const uniform = random(seed);
	const signal = new Float64Array(Math.round(span.sampleRate * span.seconds));
	for (let start = 0; start < signal.length; start += Math.round(span.sampleRate / 8)) {
		const pitch = 110 * 2 ** ([0, 3, 5, 7, 10, 12, 15, 19][Math.floor(uniform() * 8)]! / 12);
		const string = Float64Array.from(
			{ length: Math.round(span.sampleRate / pitch) },
			() => 2 * uniform() - 1,
		);
		for (let i = 0; start + i < signal.length && i < 1.5 * span.sampleRate; i++) {
			const place = i % string.length;
			const value = string[place]!;
			signal[start + i]! += value;
			string[place] = 0.498 * (value + string[(place + 1) % string.length]!);
		}
	}
	return withPeak(signal, PEAK);
}

/** Many tones at once over noise: no period to be found. */
function dense(span: Span, seed: number): Float64Array {
	const uniform = random(seed);
	const frequencies = Array.from({ length: 24 }, () => 80 * 2 ** (6 * uniform()));
	return withPeak(mix(tones(span, frequencies, 1, seed), pinkNoise(span, 0.04, seed + 1)), PEAK);
}
