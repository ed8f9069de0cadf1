// The bytes of a RIFF/WAVE file in, its stream format and PCM out (a view, no copy). Files cut short and
// files written to a pipe (no true length in the header) give the whole sample frames that are there.
import {
	bytesPerSampleFrame,
	isChannelCount,
	isSampleRate,
	type SampleFormat,
	type StreamFormat,
} from '../../core/stream-format.js';
import { WavError } from './errors.js';

/** A parsed file. */
export interface WavFile {
	/** Big endian only in `RIFX` files. */
	readonly format: StreamFormat;
	/** Interleaved, whole sample frames. */
	readonly pcm: Uint8Array;
}

const EXTENSIBLE = 0xfffe;

/** Bytes 2 to 15 of the sub-format of WAVE_FORMAT_EXTENSIBLE; bytes 0 and 1 are the format tag. */
const SUBFORMAT_TAIL = '000000001000800000aa00389b71';

const SAMPLE_FORMAT: ReadonlyMap<string, SampleFormat> = new Map([
	['PCM 8', 'u8'],
	['PCM 16', 's16'],
	['PCM 24', 's24'],
	['PCM 32', 's32'],
	['float 32', 'f32'],
	['A-law 8', 'alaw'],
	['µ-law 8', 'mulaw'],
]);

const ENCODING: ReadonlyMap<number, string> = new Map([
	[0x0001, 'PCM'],
	[0x0002, 'ADPCM'],
	[0x0003, 'float'],
	[0x0006, 'A-law'],
	[0x0007, 'µ-law'],
	[0x0011, 'IMA ADPCM'],
	[0x0031, 'GSM 6.10'],
	[0x0050, 'MPEG'],
	[0x0055, 'MP3'],
	[0x00ff, 'AAC'],
]);

/** @throws WavError when the bytes are no WAVE file with PCM, float, A-law or µ-law samples. */
export function parseWav(bytes: Uint8Array): WavFile {
	const little = isLittleEndian(bytes);
	const sections = sectionsOf(bytes, little);
	const header = sections.get('fmt ');
	const pcm = sections.get('data');
	if (header === undefined || pcm === undefined) {
		const found = [...sections.keys()].map((id) => `"${id}"`).join(', ') || 'none';
		throw new WavError(`Expected a "fmt " and a "data" section in the WAVE file, got ${found}.`);
	}
	const format = parseFormat(header, little);
	const stride = bytesPerSampleFrame(format);
	return { format, pcm: pcm.subarray(0, pcm.byteLength - (pcm.byteLength % stride)) };
}

function isLittleEndian(bytes: Uint8Array): boolean {
	const container = ascii(bytes, 0);
	const type = ascii(bytes, 8);
	if ((container !== 'RIFF' && container !== 'RIFX') || type !== 'WAVE') {
		throw new WavError(
			`Expected a file that starts with "RIFF" and "WAVE", got "${container}" and "${type}" ` +
				`(${bytes.byteLength} bytes).`,
		);
	}
	return container === 'RIFF';
}

/** The first section of each id; a length beyond the end of the file is cut there. */
function sectionsOf(bytes: Uint8Array, little: boolean): Map<string, Uint8Array> {
	const view = viewOf(bytes);
	const sections = new Map<string, Uint8Array>();
	let byte = 12;
	while (byte + 8 <= bytes.byteLength) {
		const id = ascii(bytes, byte);
		const length = view.getUint32(byte + 4, little);
		if (!sections.has(id)) {
			sections.set(id, bytes.subarray(byte + 8, byte + 8 + length));
		}
		byte += 8 + length + (length % 2);
	}
	return sections;
}

function parseFormat(header: Uint8Array, little: boolean): StreamFormat {
	if (header.byteLength < 16) {
		throw new WavError(`Expected a "fmt " section of 16 bytes or more, got ${header.byteLength}.`);
	}
	const view = viewOf(header);
	const channels = view.getUint16(2, little);
	const sampleRate = view.getUint32(4, little);
	const blockAlign = view.getUint16(12, little);
	const bits = view.getUint16(14, little);
	const encoding = encodingOf(header, little);
	const sampleFormat = SAMPLE_FORMAT.get(`${encoding} ${bits}`);
	if (sampleFormat === undefined) {
		throw new WavError(
			`Expected ${[...SAMPLE_FORMAT.keys()].join(', ')} bit samples, got ${encoding} ${bits} bit.`,
		);
	}
	if (!isChannelCount(channels) || !isSampleRate(sampleRate)) {
		throw new WavError(
			`Expected 1 to 32 channels at 8 000 to 384 000 Hz, got ${channels} at ${sampleRate} Hz.`,
		);
	}
	const byteOrder = little ? 'little' : 'big';
	const format: StreamFormat = { sampleRate, sampleFormat, channels, byteOrder };
	if (blockAlign !== bytesPerSampleFrame(format)) {
		throw new WavError(
			`Expected ${bytesPerSampleFrame(format)} bytes per sample frame for ${channels} channels ` +
				`of ${encoding} ${bits} bit, got ${blockAlign}.`,
		);
	}
	return format;
}

function encodingOf(header: Uint8Array, little: boolean): string {
	const view = viewOf(header);
	let tag = view.getUint16(0, little);
	if (tag === EXTENSIBLE) {
		if (header.byteLength < 40) {
			throw new WavError(`Expected 40 bytes of WAVE_FORMAT_EXTENSIBLE, got ${header.byteLength}.`);
		}
		tag = view.getUint16(24, little);
		const tail = hex(header.subarray(26, 40));
		if (little && tail !== SUBFORMAT_TAIL) {
			return `unknown sub-format ${hex(header.subarray(24, 40))}`;
		}
	}
	return ENCODING.get(tag) ?? `format tag 0x${tag.toString(16).padStart(4, '0')}`;
}

/** Four bytes as text; what is not printable is shown as `?`. */
function ascii(bytes: Uint8Array, offset: number): string {
	return String.fromCharCode(...bytes.subarray(offset, offset + 4)).replace(/[^ -~]/g, '?');
}

function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
