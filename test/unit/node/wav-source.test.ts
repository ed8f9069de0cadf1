import { describe, expect, it } from 'vitest';
import { WavError } from '../../../src/node/source/errors.js';
import { parseWav } from '../../../src/node/source/wav-file.js';
import { WavSource } from '../../../src/node/source/wav-source.js';
import { concat } from './fake-socket.js';

interface WavShape {
	readonly tag: number;
	readonly bits: number;
	readonly channels?: number;
	readonly sampleRate?: number;
	readonly extensible?: boolean;
	readonly pcm?: Uint8Array;
	readonly little?: boolean;
	readonly lengthSaid?: number;
	readonly blockAlign?: number;
}

function ascii(text: string): Uint8Array {
	return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function section(
	id: string,
	bytes: Uint8Array,
	little = true,
	lengthSaid = bytes.length,
): Uint8Array {
	const length = new DataView(new ArrayBuffer(4));
	length.setUint32(0, lengthSaid, little);
	const padding = new Uint8Array(bytes.length % 2);
	return concat([ascii(id), new Uint8Array(length.buffer), bytes, padding]);
}

function wav(shape: WavShape): Uint8Array {
	const { tag, bits, channels = 2, sampleRate = 16_000, extensible = false } = shape;
	const { pcm = new Uint8Array(96).map((_, i) => i), little = true } = shape;
	const blockAlign = shape.blockAlign ?? (channels * bits) / 8;
	const header = new DataView(new ArrayBuffer(extensible ? 40 : 16));
	header.setUint16(0, extensible ? 0xfffe : tag, little);
	header.setUint16(2, channels, little);
	header.setUint32(4, sampleRate, little);
	header.setUint32(8, sampleRate * blockAlign, little);
	header.setUint16(12, blockAlign, little);
	header.setUint16(14, bits, little);
	if (extensible) {
		header.setUint16(16, 22, little);
		header.setUint16(24, tag, little);
		const tail = '000000001000800000aa00389b71'.match(/../g)!;
		tail.forEach((byte, i) => header.setUint8(26 + i, parseInt(byte, 16)));
	}
	const body = concat([
		ascii('WAVE'),
		section('LIST', ascii('odd'), little),
		section('fmt ', new Uint8Array(header.buffer), little),
		section('data', pcm, little, shape.lengthSaid),
	]);
	return section(little ? 'RIFF' : 'RIFX', body, little);
}

describe('parseWav', () => {
	it.each([
		[1, 8, 'u8'],
		[1, 16, 's16'],
		[1, 24, 's24'],
		[1, 32, 's32'],
		[3, 32, 'f32'],
		[6, 8, 'alaw'],
		[7, 8, 'mulaw'],
	])(
		'reads format tag %i of %i bits as %s, plain, extensible and big endian',
		(tag, bits, sampleFormat) => {
			for (const extensible of [false, true]) {
				for (const little of [true, false]) {
					const { format, pcm } = parseWav(wav({ tag, bits, extensible, little }));
					expect(format).toEqual({
						sampleRate: 16_000,
						sampleFormat,
						channels: 2,
						byteOrder: little ? 'little' : 'big',
					});
					expect([...pcm]).toEqual(Array.from({ length: 96 }, (_, i) => i));
				}
			}
		},
	);

	it('takes what is there from files without a true length, and whole sample frames of cut ones', () => {
		const pcm = new Uint8Array(10).fill(7);
		const piped = parseWav(wav({ tag: 1, bits: 16, pcm, lengthSaid: 0xffff_ffff }));
		expect(piped.pcm).toHaveLength(8);
		const whole = wav({ tag: 1, bits: 16 });
		expect(parseWav(whole.subarray(0, whole.length - 3)).pcm).toHaveLength(92);
	});

	it.each([
		['nothing', new Uint8Array(0), '"RIFF" and "WAVE", got "" and "" (0 bytes)'],
		['an MP3', ascii('ID3\x04\0\0\0\0\0\0\0\0'), 'got "ID3?" and "????"'],
		['an AVI', ascii('RIFF\0\0\0\0AVI '), 'got "RIFF" and "AVI "'],
		[
			'no samples',
			ascii('RIFF\0\0\0\0WAVEfmt \0\0\0\0'),
			'a "data" section in the WAVE file, got "fmt "',
		],
		['no sections', ascii('RIFF\0\0\0\0WAVE'), 'got none'],
		[
			'a short header',
			concat([
				ascii('RIFF\0\0\0\0WAVE'),
				section('fmt ', new Uint8Array(8)),
				section('data', new Uint8Array(4)),
			]),
			'16 bytes or more, got 8',
		],
		['MP3 inside', wav({ tag: 0x55, bits: 16 }), 'bit samples, got MP3 16 bit'],
		['an unknown tag', wav({ tag: 0x1234, bits: 16 }), 'got format tag 0x1234 16 bit'],
		['12 bits', wav({ tag: 1, bits: 12, blockAlign: 4 }), 'got PCM 12 bit'],
		['double precision', wav({ tag: 3, bits: 64 }), 'got float 64 bit'],
		['no channels', wav({ tag: 1, bits: 16, channels: 0 }), 'got 0 at 16000 Hz'],
		['a rate of 0', wav({ tag: 1, bits: 16, sampleRate: 0 }), 'got 2 at 0 Hz'],
		[
			'padded samples',
			wav({ tag: 1, bits: 24, blockAlign: 8 }),
			'Expected 6 bytes per sample frame for 2 channels of PCM 24 bit, got 8',
		],
	])('says what it found in %s', (_name, bytes, message) => {
		expect(() => parseWav(bytes)).toThrow(WavError);
		expect(() => parseWav(bytes)).toThrow(message);
	});
});

describe('WavSource', () => {
	const file = Buffer.from(
		wav({ tag: 1, bits: 8, channels: 1, pcm: Uint8Array.of(1, 2, 3, 4, 5) }),
	);

	it('plays once and ends', () => {
		const source = new WavSource(file);
		expect(source.read(3)).toEqual(Uint8Array.of(1, 2, 3));
		expect(source.read(3)).toEqual(Uint8Array.of(4, 5));
		expect(source.read(3)).toBe(null);
	});

	it('loops without a gap, even when asked for more than there is', () => {
		const source = new WavSource(file, { loop: true });
		expect(source.read(3)).toEqual(Uint8Array.of(1, 2, 3));
		expect(source.read(3)).toEqual(Uint8Array.of(4, 5, 1));
		expect(source.read(12)).toEqual(Uint8Array.of(2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3));
		source.close();
		expect(source.read(3)).toBe(null);
	});

	it('ends at once without samples, looped or not', () => {
		const empty = wav({ tag: 1, bits: 8, channels: 1, pcm: new Uint8Array(0) });
		expect(new WavSource(empty, { loop: true }).read(1)).toBe(null);
	});

	it('gives no Buffers', () => {
		expect(Buffer.isBuffer(new WavSource(file).read(1))).toBe(false);
	});
});
