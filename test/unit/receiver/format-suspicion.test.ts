import { describe, expect, test } from 'vitest';
import { bytesPerSampleFrame, type StreamFormat } from '../../../src/core/stream-format.js';
import { FormatSuspicion, type Suspicion } from '../../../src/receiver/format-suspicion.js';
import type { Reading } from '../../../src/receiver/sample-plane.js';
import { random } from '../../support/random.js';
import * as signals from '../../support/signals.js';

type Signal = (span: signals.Span, seed: number) => Float64Array;
type Layout = (signal: Signal, span: signals.Span, seed: number) => Float64Array[];

const SEED = 20_260_101;

const READINGS: readonly Reading[] = (
	['u8', 's8', 'mulaw', 'alaw', 's16', 's24', 's32', 'f32'] as const
).flatMap((sampleFormat) =>
	(['s16', 's24', 's32', 'f32'].includes(sampleFormat)
		? (['little', 'big'] as const)
		: (['little'] as const)
	).map((byteOrder) => ({ sampleFormat, byteOrder })),
);

const RATES = [8_000, 16_000, 44_100, 48_000];

/** Within a fifth octave above 50 Hz and below 7 kHz, or what the rate can hold. */
function frequency({ sampleRate }: signals.Span, seed: number): number {
	return 50 * (Math.min(7_000, 0.44 * sampleRate) / 50) ** random(seed)();
}

const SOUNDS: Readonly<Record<string, Signal>> = {
	speech: (span, seed) => signals.speech(span, 0.3, seed),
	music: (span, seed) => signals.music(span, 0.5, seed),
	tone: (span, seed) => signals.tone(span, frequency(span, seed), 0.4, seed),
	tones: (span, seed) =>
		signals.tones(
			span,
			[0, 1, 2, 3].map((i) => frequency(span, 4 * seed + i)),
			0.8,
			seed,
		),
};

const GRID_SIGNALS: Readonly<Record<string, Signal>> = {
	...SOUNDS,
	'round tone': (span, seed) => signals.tone(span, [100, 400, 500, 1_000, 2_000][seed % 5]!, 0.5),
	sweep: (span) => signals.sweep(span, 50, 0.45 * span.sampleRate),
	'hot speech': (span, seed) => signals.clip(signals.speech(span, 6, seed)),
	'hot music': (span, seed) => signals.clip(signals.music(span, 3, seed)),
	'hot tone': (span, seed) => signals.clip(signals.tone(span, frequency(span, seed), 5)),
	square: (span, seed) => signals.square(span, frequency(span, seed), 0.7),
	'round square': (span, seed) => signals.square(span, [100, 500, 1_000][seed % 3]!, 0.4),
	'white noise': (span, seed) => signals.whiteNoise(span, 0.2, seed),
	'full noise': (span, seed) => signals.uniformNoise(span, 1, seed),
	'pink noise': (span, seed) => signals.pinkNoise(span, 0.1, seed),
	silence: (span) => signals.silence(span),
	'direct current': (span) => signals.constant(span, 0.3),
	offset: (span, seed) =>
		signals.mix(signals.constant(span, 0.3), signals.whiteNoise(span, 1e-3, seed)),
	'-80 dB noise': (span, seed) => signals.whiteNoise(span, 1e-4, seed),
	'-90 dB speech': (span, seed) => signals.speech(span, 3e-5, seed),
	'-100 dB tone': (span, seed) => signals.tone(span, frequency(span, seed), 1e-5),
	'fade in': (span, seed) => signals.fadeIn(signals.music(span, 0.5, seed)),
	'8-bit content': (span, seed) =>
		signals.music(span, 0.5, seed).map((value) => Math.round(value * 128) / 128),
};

const LAYOUTS: Readonly<Record<string, Layout>> = {
	mono: (signal, span, seed) => [signal(span, seed)],
	stereo: (signal, span, seed) => [signal(span, seed), signal(span, seed + 1)],
	'mono twice': (signal, span, seed) => Array<Float64Array>(2).fill(signal(span, seed)),
	'silent left': (signal, span, seed) => [signals.silence(span), signal(span, seed)],
	'silent right': (signal, span, seed) => [signal(span, seed), signals.silence(span)],
	'5.1': (signal, span, seed) => {
		const left = signal(span, seed);
		const right = signal(span, seed + 1);
		const centre = signals.scale(signals.mix(left, right), 0.5);
		const rear = signals.scale(left, 0.3);
		return [left, right, centre, signals.silence(span), rear, signals.scale(right, 0.3)];
	},
};

const ENCODINGS: readonly signals.EncodeOptions[] = [
	{},
	{ bitDepth: 16, ditherSeed: SEED },
	{ bitDepth: 24 },
];

function encodingsOf({ sampleFormat }: Reading): readonly signals.EncodeOptions[] {
	return ['s24', 's32', 'f32'].includes(sampleFormat) ? ENCODINGS : [{}];
}

function nameOf({ sampleFormat, byteOrder }: Reading): string {
	return byteOrder === 'big' ? `${sampleFormat} be` : sampleFormat;
}

/** The verdict on at most a second of bytes, in true and in declared time, and when it came. */
function judgeOneSecond(
	bytes: Uint8Array,
	truth: StreamFormat,
	declared: StreamFormat,
): { verdict: Suspicion | null; seconds: number } {
	const second =
		truth.sampleRate * Math.min(bytesPerSampleFrame(truth), bytesPerSampleFrame(declared));
	const verdict = new FormatSuspicion(declared).feed(bytes.subarray(0, second));
	return { verdict, seconds: (verdict?.bytesHeard ?? Infinity) / second };
}

// Milliseconds. Seconds of work, on a machine that may be busy with other tests.
describe('FormatSuspicion', { timeout: 60_000 }, () => {
	test('never suspects a right declaration', () => {
		const falseAlarms: string[] = [];
		let streams = 0;
		Object.entries(GRID_SIGNALS).forEach(([sound, signal], s) => {
			Object.entries(LAYOUTS).forEach(([layoutName, layout], l) => {
				// Each signal and layout at one rate and in a fifth of the formats: all meet in turn.
				const sampleRate = RATES[(s + l) % RATES.length]!;
				const planes = layout(signal, { sampleRate, seconds: 0.3 }, SEED + 10 * s);
				for (const [r, reading] of READINGS.entries()) {
					if ((s + l + r) % 5 !== 0) {
						continue;
					}
					const format = { ...reading, sampleRate, channels: planes.length };
					const options = encodingsOf(reading);
					const bytes = signals.encodePcm(planes, format, options[(s + r) % options.length]);
					const verdict = new FormatSuspicion(format).feed(bytes);
					streams++;
					if (verdict !== null) {
						const looks = nameOf(verdict.looksLike);
						falseAlarms.push(
							`${nameOf(reading)} as ${looks}: ${sound}, ${layoutName}, ${sampleRate}`,
						);
					}
				}
			});
		});
		console.log(`false alarms: ${falseAlarms.length} of ${streams} streams, seed ${SEED}`);
		expect(falseAlarms).toEqual([]);
	});

	test('finds s16 declared s32, s32 declared s16 and wrong byte orders within a second', () => {
		const missed: string[] = [];
		let slowest = 0;
		const wide = READINGS.filter(({ sampleFormat }) => ['s16', 's32'].includes(sampleFormat));
		Object.entries(SOUNDS).forEach(([sound, signal], s) => {
			['mono', 'stereo', 'mono twice'].forEach((layoutName, l) => {
				const sampleRate = RATES[(s + l) % RATES.length]!;
				const planes = LAYOUTS[layoutName]!(signal, { sampleRate, seconds: 1 }, SEED + s);
				for (const truth of wide) {
					const format = { ...truth, sampleRate, channels: planes.length };
					const bytes = signals.encodePcm(planes, format);
					for (const other of wide.filter((reading) => reading !== truth)) {
						const { verdict, seconds } = judgeOneSecond(bytes, format, { ...format, ...other });
						slowest = Math.max(slowest, seconds);
						if (verdict === null || nameOf(verdict.looksLike) !== nameOf(truth)) {
							const pair = `${nameOf(truth)} declared ${nameOf(other)}`;
							missed.push(`${pair}: ${sound}, ${layoutName}, ${sampleRate}`);
						}
					}
				}
			});
		});
		console.log(`slowest of the required pairs: ${slowest.toFixed(2)} s`);
		expect(missed).toEqual([]);
	});

	test('finds the other wrong pairs for stereo speech', () => {
		const sampleRate = 16_000;
		const planes = LAYOUTS['stereo']!(SOUNDS['speech']!, { sampleRate, seconds: 1 }, SEED);
		const missed: string[] = [];
		const table = [['true \\ declared', ...READINGS.map(nameOf)]];
		for (const truth of READINGS) {
			const format = { ...truth, sampleRate, channels: 2 };
			const bytes = signals.encodePcm(planes, format);
			const row = READINGS.map((declared) => {
				const { seconds } = judgeOneSecond(bytes, format, { ...format, ...declared });
				if (seconds > 1 && declared !== truth) {
					missed.push(`${nameOf(truth)} declared ${nameOf(declared)}`);
				}
				return seconds > 1 ? '-' : seconds.toFixed(2);
			});
			table.push([nameOf(truth), ...row]);
		}
		console.log(
			[
				'seconds to the verdict:',
				...table.map(([first, ...cells]) =>
					[first!.padEnd(16), ...cells.map((cell) => cell.padStart(7))].join(''),
				),
			].join('\n'),
		);
		expect(missed).toEqual([]);
	});

	test('comes to the same verdict however the stream is cut into messages', () => {
		const truth: StreamFormat = {
			sampleRate: 16_000,
			sampleFormat: 's16',
			channels: 2,
			byteOrder: 'little',
		};
		const planes = LAYOUTS['stereo']!(SOUNDS['speech']!, { sampleRate: 16_000, seconds: 1 }, SEED);
		const bytes = signals.encodePcm(planes, truth);
		const declared = { ...truth, sampleFormat: 's32' } as const;
		const whole = new FormatSuspicion(declared).feed(bytes);
		const uniform = random(SEED);
		const suspicion = new FormatSuspicion(declared);
		const verdicts: (Suspicion | null)[] = [];
		for (let at = 0; at < bytes.length;) {
			const next = at + 1 + Math.floor(700 * uniform());
			verdicts.push(suspicion.feed(bytes.subarray(at, next)));
			at = next;
		}
		expect(whole?.looksLike).toEqual({ sampleFormat: 's16', byteOrder: 'little' });
		expect(verdicts.filter((verdict) => verdict !== null)).toEqual([whole]);
	});

	test('still finds a wrong declaration after ten seconds of silence', () => {
		const truth: StreamFormat = {
			sampleRate: 8_000,
			sampleFormat: 's16',
			channels: 1,
			byteOrder: 'big',
		};
		const suspicion = new FormatSuspicion({ ...truth, byteOrder: 'little' });
		expect(suspicion.feed(new Uint8Array(160_000))).toBeNull();
		const planes = [signals.speech({ sampleRate: 8_000, seconds: 1 }, 0.3, SEED)];
		const verdict = suspicion.feed(signals.encodePcm(planes, truth));
		expect(verdict?.looksLike).toEqual({ sampleFormat: 's16', byteOrder: 'big' });
	});

	test('says nothing of silence, however declared', () => {
		for (const reading of READINGS) {
			const format = { ...reading, sampleRate: 48_000, channels: 2 };
			expect(new FormatSuspicion(format).feed(new Uint8Array(400_000))).toBeNull();
		}
	});
});
