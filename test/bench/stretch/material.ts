// What is stretched: spoken sentences where espeak-ng and sox are installed, and synthetic music.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gaussian, random } from '../../support/random.js';
import {
	mix,
	music,
	silence,
	speech,
	whiteNoise,
	withPeak,
	type Span,
} from '../../support/signals.js';

export interface Material {
	readonly name: string;
	readonly kind: 'speech' | 'music';
	readonly sampleRate: number;
	readonly signal: Float32Array;
}

const PEAK = 0.7;
const MUSIC_SECONDS = 8;

const SENTENCES = [
	[
		'en-us',
		'The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. ' +
			'It is easy to tell the depth of a well. These days a chicken leg is a rare dish.',
	],
	[
		'en-gb+f3',
		'Rice is often served in round bowls. The juice of lemons makes fine punch. ' +
			'The box was thrown beside the parked truck. Four hours of steady work faced us.',
	],
	[
		'de+m5',
		'Heute ist schönes Frühlingswetter. Die Sonne lacht am blauen Himmel. ' +
			'Am Zaune steht eine Regentonne. Leise rauscht der Wind durch die alten Bäume.',
	],
] as const;

export function hasProgram(name: string): boolean {
	try {
		execFileSync('which', [name], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

export function material(): Material[] {
	const spoken =
		hasProgram('espeak-ng') && hasProgram('sox')
			? SENTENCES.flatMap(([voice, text]) =>
					[16_000, 48_000].map((rate) => spokenBy(voice, text, rate)),
				)
			: [16_000, 48_000].flatMap((sampleRate) =>
					[1, 2, 3].map((seed): Material => ({
						name: `synthetic voice ${seed}`,
						kind: 'speech',
						sampleRate,
						signal: Float32Array.from(speech({ sampleRate, seconds: 8 }, PEAK, seed)),
					})),
				);
	const span = { sampleRate: 48_000, seconds: MUSIC_SECONDS };
	const pieces: [string, Float64Array][] = [
		['beat', music(span, PEAK, 4)],
		['chords', chords(span, 5)],
		['plucked', plucked(span, 6)],
		['dense', dense(span, 7)],
	];
	return [
		...spoken,
		...pieces.map(([name, signal]): Material => ({
			name,
			kind: 'music',
			sampleRate: span.sampleRate,
			signal: Float32Array.from(signal),
		})),
	];
}

function spokenBy(voice: string, text: string, sampleRate: number): Material {
	const folder = mkdtempSync(join(tmpdir(), 'stretch-'));
	const spoken = join(folder, 'spoken.wav');
	execFileSync('espeak-ng', ['-v', voice, '-w', spoken, text]);
	const raw = execFileSync(
		'sox',
		[spoken, '-t', 'f32', '-r', `${sampleRate}`, '-c', '1', '-', 'gain', '-n', '-3'],
		{ maxBuffer: 2 ** 28 },
	);
	rmSync(folder, { recursive: true });
	return { name: voice, kind: 'speech', sampleRate, signal: floats(raw) };
}

function floats(bytes: Buffer): Float32Array {
	return new Float32Array(new Uint8Array(bytes).buffer);
}

/** Runs a program from a float WAV file to another. `command` gets both paths. */
export function process16(
	signal: Float32Array,
	sampleRate: number,
	command: (from: string, to: string) => readonly [string, readonly string[]],
): Float32Array {
	const folder = mkdtempSync(join(tmpdir(), 'stretch-'));
	try {
		const raw = join(folder, 'in.f32');
		const from = join(folder, 'in.wav');
		const to = join(folder, 'out.wav');
		writeFileSync(raw, new Uint8Array(signal.buffer, signal.byteOffset, signal.byteLength));
		const shape = ['-t', 'f32', '-r', `${sampleRate}`, '-c', '1'];
		execFileSync('sox', [...shape, raw, '-e', 'floating-point', '-b', '32', from]);
		const [program, args] = command(from, to);
		execFileSync(program, args, { stdio: 'ignore' });
		const out = join(folder, 'out.f32');
		execFileSync('sox', [to, ...shape, out]);
		return floats(readFileSync(out));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Held chords of bright tones, each with a slow swell. */
function chords(span: Span, seed: number): Float64Array {
	const uniform = random(seed);
	const signal = silence(span);
	const length = Math.round(1.6 * span.sampleRate);
	for (let start = 0; start < signal.length; start += length) {
		const root = 130.81 * 2 ** (Math.floor(uniform() * 8) / 12);
		for (const interval of [0, 4, 7, 11, 14]) {
			addTone(
				signal,
				start,
				Math.round(1.2 * length),
				root * 2 ** (interval / 12),
				10,
				uniform,
				span,
			);
		}
	}
	return withPeak(signal, PEAK);
}

function addTone(
	signal: Float64Array,
	start: number,
	length: number,
	frequency: number,
	harmonics: number,
	uniform: () => number,
	span: Span,
): void {
	for (let harmonic = 1; harmonic <= harmonics; harmonic++) {
		const step =
			(2 * Math.PI * frequency * harmonic * (1 + 0.001 * (uniform() - 0.5))) / span.sampleRate;
		const phase = 2 * Math.PI * uniform();
		for (let i = 0; i < length && start + i < signal.length; i++) {
			signal[start + i]! +=
				(Math.sin((Math.PI * i) / length) / harmonic) * Math.sin(phase + step * i);
		}
	}
}

/** Strings after Karplus and Strong, four notes a second. */
function plucked(span: Span, seed: number): Float64Array {
	const uniform = random(seed);
	const normal = gaussian(uniform);
	const signal = silence(span);
	const scale = [0, 2, 4, 7, 9, 12, 14, 16];
	for (let start = 0; start < signal.length; start += Math.round(0.25 * span.sampleRate)) {
		const note = scale[Math.floor(uniform() * scale.length)]!;
		const period = Math.round(span.sampleRate / (146.83 * 2 ** (note / 12)));
		const line = Float64Array.from({ length: period }, normal);
		for (let i = 0; i < 2 * span.sampleRate && start + i < signal.length; i++) {
			const at = i % period;
			const value = line[at]!;
			line[at] = 0.4985 * (value + line[(at + 1) % period]!);
			signal[start + i]! += value;
		}
	}
	return withPeak(signal, PEAK);
}

/** Sixty detuned tones over five octaves and some noise: what resembles itself least. */
function dense(span: Span, seed: number): Float64Array {
	const uniform = random(seed);
	const signal = silence(span);
	for (let voice = 0; voice < 60; voice++) {
		const frequency = 65 * 2 ** (5 * uniform());
		const start = Math.floor(uniform() * 0.9 * signal.length);
		addTone(signal, start, span.sampleRate * 2, frequency, 4, uniform, span);
		addTone(signal, 0, signal.length, frequency * 1.003, 2, uniform, span);
	}
	return mix(withPeak(signal, PEAK), whiteNoise(span, 0.003, seed));
}
