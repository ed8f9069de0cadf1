// The players that are compared, and the configuration each was given.
import { readFileSync } from 'node:fs';
import type { PlayerDescription, PlayerName } from './results.js';

/** npm's name of each; null: written for this benchmark. */
export const PACKAGES: Readonly<Record<PlayerName, string | null>> = {
	steadypcm: 'steadypcm',
	'pcm-player': 'pcm-player',
	'yume-chan': '@yume-chan/pcm-player',
	wavtools: 'wavtools',
	'pcm-ringbuf-player': 'pcm-ringbuf-player',
	textbook: null,
};

const PEERS = readPackage(new URL('package.json', import.meta.url)).dependencies!;

export const PLAYERS: readonly Omit<PlayerDescription, 'bytes' | 'gzipBytes'>[] = [
	{
		...named('steadypcm'),
		sampleFormat: 's32',
		channels: 2,
		configuration:
			'All defaults (s32 stereo; profile balanced, its own socket and reconnection, an AudioContext that all players of a page share), since that is what it is judged by.',
	},
	{
		...named('pcm-player'),
		sampleFormat: 's32',
		channels: 2,
		configuration:
			'inputCodec Int32, 2 channels, volume 1 (it starts at 0.1), flushTime 100 ms: it fades every flush in and out, which at 20 ms makes 50 dips a second; 100 ms leaves 10, for up to 100 ms of delay.',
	},
	{
		...named('yume-chan'),
		sampleFormat: 'f32',
		channels: 2,
		configuration:
			'Float32PcmPlayer, stereo: its finest sample format without a loop on the main thread; its thresholds are counted for 48 kHz, so they are as its author meant them, and the socket opens once its worklet is loaded.',
	},
	{
		...named('wavtools'),
		sampleFormat: 's16',
		channels: 1,
		configuration:
			'WavStreamPlayer at 48 kHz; s16 mono is all it takes, and the socket opens once its worklet is loaded, so that nothing queues up before.',
	},
	{
		...named('pcm-ringbuf-player'),
		sampleFormat: 's16',
		channels: 2,
		configuration:
			'Stereo s16 at 48 kHz in a cross-origin isolated page, which it needs: its ring then holds 267 ms, which bounds its delay (mono: 533 ms).',
	},
	{
		...named('textbook'),
		sampleFormat: 's32',
		channels: 2,
		configuration:
			'One AudioBufferSourceNode for each message, started where the one before ends, or 50 ms from now when that is past: the lead of widely copied examples.',
	},
];

function named(name: PlayerName): Pick<PlayerDescription, 'name' | 'title' | 'version'> {
	const title = PACKAGES[name] ?? 'textbook scheduler';
	return { name, title, version: versionOf(name) };
}

function versionOf(name: PlayerName): string | null {
	const npmName = PACKAGES[name];
	if (npmName === null) {
		return null;
	}
	return name === 'steadypcm'
		? readPackage(new URL('../../../package.json', import.meta.url)).version
		: PEERS[npmName]!;
}

interface PackageFile {
	readonly version: string;
	readonly dependencies?: Readonly<Record<string, string>>;
}

function readPackage(url: URL): PackageFile {
	return JSON.parse(readFileSync(url, 'utf8')) as PackageFile;
}
