// What `--source` names becomes an offer, tried before the page is served: who has no ffmpeg, or a camera that
// does not answer, learns it from a sentence and not from silence.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ffmpegSource, WavSource, type LiveSource } from '../../src/node/index.js';
import { BUILT_IN, type Offer } from './catalogue.js';

/** ms an input gets for its first sound; slow cameras take some seconds. */
const PATIENCE_MS = 12_000;

/** The offer for `input`.
 * @throws FfmpegMissingError, FfmpegError, WavError or the file system's error. */
export async function givenSource(input: string, ffmpegPath: string): Promise<Offer> {
	const builtIn = BUILT_IN.find(({ id }) => id === input);
	if (builtIn !== undefined) {
		return builtIn;
	}
	return /\.wave?$/i.test(input) && existsSync(input)
		? waveOffer(input)
		: ffmpegOffer(input, ffmpegPath);
}

async function waveOffer(path: string): Promise<Offer> {
	const bytes = await readFile(path);
	const { sampleRate, sampleFormat, channels } = new WavSource(bytes).format;
	return {
		id: 'file',
		label: basename(path),
		hint: 'Your file, in its own format, looped.',
		fixed: { sampleRate, sampleFormat, channels },
		open: () => new WavSource(bytes, { loop: true }),
	};
}

async function ffmpegOffer(input: string, ffmpegPath: string): Promise<Offer> {
	const isFile = existsSync(input);
	const inputArgs = isFile ? ['-stream_loop', '-1'] : [];
	await firstSound(ffmpegSource(input, { ffmpegPath, inputArgs, pacing: 'live' }) as LiveSource);
	return {
		id: 'ffmpeg',
		label: isFile ? basename(input) : nameOf(input),
		hint: isFile ? 'Your file, by ffmpeg, looped.' : 'Your input, by an ffmpeg of your own.',
		fixed: { sampleFormat: 's32' },
		open: ({ sampleRate, channels }) =>
			ffmpegSource(input, { sampleRate, channels, ffmpegPath, inputArgs }),
	};
}

/** Resolves when `source` gives something, or takes its time; rejects when it fails. */
function firstSound(source: LiveSource): Promise<void> {
	return new Promise<void>((resolve, reject) => {
		const timer = setTimeout(resolve, PATIENCE_MS);
		const settle = (error?: Error): void => {
			clearTimeout(timer);
			source.close();
			if (error === undefined) {
				resolve();
			} else {
				reject(error);
			}
		};
		source.start(
			() => settle(),
			(error) => settle(error),
		);
	});
}

/** A URL without user, password and query: it is shown on the page. */
function nameOf(input: string): string {
	try {
		const { protocol, host, pathname } = new URL(input);
		return host === '' ? input : `${protocol}//${host}${pathname}`;
	} catch {
		return input;
	}
}
