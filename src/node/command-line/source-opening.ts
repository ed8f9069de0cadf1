// How each kind of source is opened, and the format it has.
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
	ffmpegSource,
	MusicSource,
	PacedStreamSource,
	StreamSource,
	ToneSource,
	WavSource,
	type PcmSource,
	type SourceFormat,
	type StreamFormat,
} from '../index.js';
import type { SourceWord } from './source-word.js';

/** What the command line says of all sources. */
export interface SourceSettings {
	/** Of what has no format of its own. */
	readonly format: Required<Pick<SourceFormat, 'sampleRate' | 'channels' | 'sampleFormat'>>;
	/** Standard input is a file: it is played at its own speed. */
	readonly isPaced: boolean;
	readonly inputArgs: readonly string[];
	readonly ffmpegPath: string;
	readonly stdin: Readable;
}

/** A source that can be opened, again and again unless `once`. */
export interface Opening {
	readonly format: StreamFormat;
	readonly once: boolean;
	readonly needsFfmpeg: boolean;
	readonly open: () => PcmSource;
}

/** What devices would otherwise collect before they hand it over. */
const DEVICE_LOW_DELAY: Readonly<Record<string, readonly string[]>> = {
	dshow: ['-audio_buffer_size', '50'],
};

/** Rejects with the file system's error or a `WavError`. */
export async function openingOf(word: SourceWord, settings: SourceSettings): Promise<Opening> {
	const { format, inputArgs } = settings;
	switch (word.kind) {
		case 'tone':
			return generated(() => new ToneSource(format));
		case 'music':
			return generated(() => new MusicSource(format));
		case 'stdin':
			return standardInput(settings);
		case 'wave':
			return waveFile(word.input);
		case 'file':
			return throughFfmpeg(word.input, ['-stream_loop', '-1', ...inputArgs], settings);
		case 'url':
			return throughFfmpeg(word.input, inputArgs, settings);
		case 'device': {
			const device = word.device!;
			const lowDelay = DEVICE_LOW_DELAY[device] ?? [];
			return throughFfmpeg(word.input, ['-f', device, ...lowDelay, ...inputArgs], settings);
		}
	}
}

function generated(open: () => PcmSource): Opening {
	return { format: formatOf(open), once: false, needsFfmpeg: false, open };
}

function standardInput({ format, isPaced, stdin }: SourceSettings): Opening {
	const open = (): PcmSource =>
		isPaced ? new PacedStreamSource(stdin, format) : new StreamSource(stdin, format);
	const streamFormat = formatOf(() => new ToneSource(format));
	return { format: streamFormat, once: true, needsFfmpeg: false, open };
}

/** Looped, in its own format. */
async function waveFile(path: string): Promise<Opening> {
	const bytes = await readFile(path);
	return generated(() => new WavSource(bytes, { loop: true }));
}

function throughFfmpeg(
	input: string,
	inputArgs: readonly string[],
	{ format, ffmpegPath }: SourceSettings,
): Opening {
	const { sampleRate, channels } = format;
	const open = (): PcmSource =>
		ffmpegSource(input, { sampleRate, channels, inputArgs, ffmpegPath });
	const pcm: StreamFormat = { sampleRate, channels, sampleFormat: 's32', byteOrder: 'little' };
	return { format: pcm, once: false, needsFfmpeg: true, open };
}

function formatOf(open: () => PcmSource): StreamFormat {
	const source = open();
	source.close();
	return source.format;
}
