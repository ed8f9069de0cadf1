import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FfmpegError, FfmpegMissingError } from '../../../src/node/source/errors.js';
import { ffmpegArgs, ffmpegSource } from '../../../src/node/source/ffmpeg-source.js';
import { secretFree } from '../../../src/node/source/secret-free.js';
import type { LiveSource, PacedSource } from '../../../src/node/source/source.js';
import { concat } from './fake-socket.js';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** Reads a paced source to its end, or to its error. */
async function readAll(source: PacedSource, sampleFrames = 480): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for (let pcm = source.read(sampleFrames); pcm !== null; pcm = source.read(sampleFrames)) {
		parts.push(pcm);
		await new Promise((resolve) => setTimeout(resolve, pcm.length === 0 ? 5 : 0));
	}
	return concat(parts);
}

describe('ffmpegSource', () => {
	it('reads RTSP over TCP and all that is live without buffering, files plainly', () => {
		const output = '-vn -f s32le -acodec pcm_s32le -ac 2 -ar 16000 pipe:1';
		expect(ffmpegArgs('rtsp://cam/1', ['-timeout', '5'], 16_000, 2, true).join(' ')).toBe(
			'-hide_banner -nostdin -loglevel error -rtsp_transport tcp -fflags nobuffer ' +
				`-flags low_delay -analyzeduration 1000000 -timeout 5 -i rtsp://cam/1 ${output}`,
		);
		expect(ffmpegArgs('udp://0.0.0.0:5000', [], 16_000, 2, true).join(' ')).toBe(
			'-hide_banner -nostdin -loglevel error -fflags nobuffer -flags low_delay ' +
				`-analyzeduration 1000000 -i udp://0.0.0.0:5000 ${output}`,
		);
		expect(ffmpegArgs('a.mp3', [], 16_000, 2, false).join(' ')).toBe(
			`-hide_banner -nostdin -loglevel error -i a.mp3 ${output}`,
		);
	});

	it.each([
		['rtsp://camera/1', {}, 'live'],
		['udp://239.0.0.1:5000', {}, 'live'],
		['hw:0', { inputArgs: ['-f', 'alsa'] }, 'live'],
	] as const)('takes %s %o as %s', (input, options, kind) => {
		expect(ffmpegSource(input, options).kind).toBe(kind);
	});

	it('says how to install ffmpeg when there is none, live and paced', async () => {
		const ffmpegPath = '/nonexistent/ffmpeg';
		const paced = ffmpegSource('song.mp3', { ffmpegPath }) as PacedSource;
		expect(paced.kind).toBe('paced');
		const error = await readAll(paced).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(FfmpegMissingError);
		expect((error as Error).message).toContain('apt install ffmpeg');
		expect((error as Error).message).toContain('"/nonexistent/ffmpeg"');

		const live = ffmpegSource('rtsp://camera/1', { ffmpegPath }) as LiveSource;
		const end = await new Promise((resolve) => live.start(() => {}, resolve));
		expect(end).toBeInstanceOf(FfmpegMissingError);
	});

	it('refuses what cannot be read before anything is started', () => {
		expect(() => ffmpegSource('')).toThrow('Expected the name of an input, got "".');
		expect(() => ffmpegSource('a.mp3', { sampleRate: 1 })).toThrow(RangeError);
	});
});

describe('secretFree', () => {
	it.each([
		['rtsp://admin:secret@cam/1', 'rtsp://***@cam/1'],
		["cannot open 'rtsp://admin:p@ss/wo:rd@cam/1': 401", "cannot open 'rtsp://***@cam/1': 401"],
		['http://cam/a?user=x&password=secret&n=1', 'http://cam/a?user=x&password=***&n=1'],
		['srt://h:1?passphrase=secret', 'srt://h:1?passphrase=***'],
		['plain.wav', 'plain.wav'],
	])('%s', (text, expected) => {
		expect(secretFree(text)).toBe(expected);
	});
});

describe.skipIf(!hasFfmpeg)('ffmpegSource with the real ffmpeg', () => {
	it('decodes a file sample for sample, paced by whoever reads', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'steadypcm-'));
		try {
			const path = join(folder, 'ramp.s16');
			const samples = Int16Array.from({ length: 2 * 48_000 }, (_, i) => (i * 7) % 65_536);
			await writeFile(path, new Uint8Array(samples.buffer));
			const inputArgs = ['-f', 's16le', '-ar', '48000', '-ac', '2'];
			const source = ffmpegSource(path, { inputArgs }) as PacedSource;
			expect(source.kind).toBe('paced');
			const pcm = await readAll(source, 4800);
			expect(new Int32Array(pcm.buffer)).toEqual(Int32Array.from(samples, (x) => x * 65_536));
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it('gives the last lines of ffmpeg when it fails, without the password', async () => {
		const server = createServer((socket) => socket.end('HTTP/1.0 401 Unauthorized\r\n\r\n'));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const url = `http://admin:hunter2@127.0.0.1:${port}/a.mp3?token=hunter2`;
		const source = ffmpegSource(url, { pacing: 'live' }) as LiveSource;
		const error = await new Promise((resolve) => source.start(() => {}, resolve));
		server.close();
		expect(error).toBeInstanceOf(FfmpegError);
		expect(error).toMatchObject({ exitCode: expect.any(Number) as number });
		expect((error as Error).message).toContain('401');
		expect((error as Error).message).not.toContain('hunter2');
	});

	it('leaves out where ffmpeg was in its memory, whose digits look like statuses', async () => {
		const source = ffmpegSource('rtsp://127.0.0.1:1/live') as LiveSource;
		const error = await new Promise((resolve) => source.start(() => {}, resolve));
		expect((error as Error).message).toContain('\n[tcp] Connection to tcp://127.0.0.1:1');
		expect((error as Error).message).toContain('Connection refused');
	});

	it('stops ffmpeg on close and says nothing more', async () => {
		const inputArgs = ['-re', '-f', 'lavfi'];
		const source = ffmpegSource('sine=r=16000', { pacing: 'live', inputArgs, sampleRate: 16_000 });
		const ends: unknown[] = [];
		await new Promise<void>((resolve) => {
			(source as LiveSource).start(
				() => resolve(),
				(error) => ends.push(error),
			);
		});
		source.close();
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(ends).toEqual([]);
		const children = spawnSync('pgrep', ['-P', String(process.pid), 'ffmpeg']);
		expect(children.stdout.toString()).toBe('');
	});
});
