import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { FRAME_DISCONTINUITY, FRAME_END_OF_STREAM, SUBPROTOCOL } from '../../../src/core/frame.js';
import { systemClock } from '../../../src/node/clock.js';
import { FfmpegError } from '../../../src/node/source/errors.js';
import { ffmpegSource } from '../../../src/node/source/ffmpeg-source.js';
import { silentJournal } from '../../../src/node/journal.js';
import type { SourceStationOptions } from '../../../src/node/station/source-station-options.js';
import { SourceStation } from '../../../src/node/station/source-station.js';
import type { LiveSource, PcmSource } from '../../../src/node/source/source.js';
import { ToneSource } from '../../../src/node/source/tone-source.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { FakeSocket } from './fake-socket.js';

const FORMAT = {
	sampleRate: 16_000,
	sampleFormat: 's32',
	channels: 2,
	byteOrder: 'little',
} as const;

/** 20 ms. */
const FRAME = new Uint8Array(2560);

/** A live source that a test speaks for. */
class SpokenSource implements LiveSource {
	readonly kind = 'live';
	readonly format = FORMAT;
	isClosed = false;
	say: (bytes: Uint8Array) => void = () => {};
	end: (error?: Error) => void = () => {};

	start(onPcm: (bytes: Uint8Array) => void, onEnd: (error?: Error) => void): void {
		this.say = onPcm;
		this.end = onEnd;
	}

	close(): void {
		this.isClosed = true;
	}
}

function stationWith(options: SourceStationOptions = {}, open?: () => PcmSource) {
	const clock = new VirtualClock();
	const sources: SpokenSource[] = [];
	const told: string[] = [];
	const note = (text: string): number => told.push(text);
	const journal = { ...silentJournal, info: note, warn: note };
	const station = new SourceStation(
		'door',
		FORMAT,
		open ??
			(() => {
				sources.push(new SpokenSource());
				return sources.at(-1)!;
			}),
		{ clock, journal, ...options },
	);
	const listen = async (): Promise<FakeSocket> => {
		const socket = new FakeSocket(clock, SUBPROTOCOL);
		station.fanout.attach(socket);
		await settled();
		return socket;
	};
	/** Lets `ms` pass, and what is opened then open. */
	const pass = async (ms: number): Promise<void> => {
		clock.advance(ms);
		await settled();
	};
	return { clock, sources, told, station, listen, pass };
}

function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

describe('SourceStation', () => {
	it('opens for the first listener and closes some time after the last', async () => {
		const { station, sources, listen, pass } = stationWith({ lingerMs: 5000 });
		station.start();
		expect([station.state, sources.length]).toEqual(['idle', 0]);
		const first = await listen();
		const second = await listen();
		expect([station.state, sources.length]).toEqual(['opening', 1]);
		sources[0]!.say(FRAME);
		expect(station.state).toBe('playing');
		first.close();
		await pass(10_000);
		expect(sources[0]!.isClosed).toBe(false);
		second.close();
		await pass(4999);
		expect(sources[0]!.isClosed).toBe(false);
		await pass(1);
		expect([station.state, sources[0]!.isClosed]).toEqual(['idle', true]);
	});

	it('stays open for who comes back in time', async () => {
		const { sources, station, listen, pass } = stationWith({ lingerMs: 5000 });
		const first = await listen();
		sources[0]!.say(FRAME);
		first.close();
		await pass(4000);
		await listen();
		await pass(10_000);
		expect([station.state, sources.length, sources[0]!.isClosed]).toEqual(['playing', 1, false]);
	});

	it('goes on in sequence and pts when it is opened again, and says so', async () => {
		const { sources, listen, pass, station } = stationWith();
		const listener = await listen();
		sources[0]!.say(FRAME);
		sources[0]!.say(FRAME);
		sources[0]!.end();
		expect(station.state).toBe('waiting');
		await pass(500);
		sources[1]!.say(FRAME);
		sources[1]!.say(FRAME);
		const frames = listener.frames.map(({ sequence, pts, flags }) => [sequence, pts, flags]);
		expect(frames).toEqual([
			[0, 0, 0],
			[1, 320, 0],
			[2, 640, FRAME_DISCONTINUITY],
			[3, 960, 0],
		]);
		expect([station.restarts, station.failures]).toEqual([1, 0]);
	});

	it('waits longer each time it fails, up to 5 s, and less again once it has played', async () => {
		const { sources, listen, pass, clock } = stationWith({ silenceMs: Infinity });
		await listen();
		const waits: number[] = [];
		for (let i = 0; i < 8; i++) {
			const count = sources.length;
			sources.at(-1)!.end(new Error('gone'));
			const from = clock.now();
			while (sources.length === count) {
				await pass(50);
			}
			waits.push(clock.now() - from);
		}
		for (const [i, most] of [500, 1000, 2000, 4000, 5000, 5000, 5000, 5000].entries()) {
			expect(waits[i]).toBeGreaterThanOrEqual(0.75 * most);
			expect(waits[i]).toBeLessThanOrEqual(most + 50);
		}
		sources.at(-1)!.say(FRAME);
		await pass(10_000);
		const count = sources.length;
		sources.at(-1)!.end(new Error('gone'));
		await pass(500);
		expect(sources).toHaveLength(count + 1);
	});

	it('opens nothing while nobody listens, even after a failure', async () => {
		const { sources, listen, pass, station } = stationWith({ lingerMs: 0 });
		const listener = await listen();
		sources[0]!.end(new Error('gone'));
		listener.close();
		await pass(60_000);
		expect([station.state, sources.length]).toEqual(['idle', 1]);
		await listen();
		expect(sources).toHaveLength(2);
	});

	it('takes a live source that hangs for a failed one', async () => {
		const { sources, listen, pass, station, told } = stationWith({ silenceMs: 15_000 });
		await listen();
		for (let i = 0; i < 10; i++) {
			sources[0]!.say(FRAME);
			await pass(10_000);
		}
		expect(station.failures).toBe(0);
		await pass(5000);
		expect([station.failures, sources[0]!.isClosed]).toEqual([1, true]);
		expect(told.at(-1)).toContain('The source has given nothing for 15 s.');
		await pass(500);
		expect(sources).toHaveLength(2);
	});

	it('tells what to do about ffmpeg’s errors, and lives with an opening that throws', async () => {
		const failures = [
			new FfmpegError('ffmpeg ended: Connection refused', 1),
			new FfmpegError('ffmpeg ended: 401 Unauthorized', 1),
		];
		const { told, listen, pass } = stationWith({}, () => {
			throw failures.shift()!;
		});
		await listen();
		expect(told.at(-1)).toContain('Nothing listens there: check host and port');
		await pass(500);
		expect(told.at(-1)).toContain('rtsp://name:password@host/path');
	});

	it('takes a source of another format for a failure', async () => {
		const { told, listen, station } = stationWith({}, () => new ToneSource({ sampleRate: 8000 }));
		await listen();
		expect(station.failures).toBe(1);
		expect(told.at(-1)).toContain(
			'Expected a source of 16000 Hz s32, 2 channels, got one of 8000 Hz s32, 2 channels.',
		);
	});

	it('plays a paced source by the clock', async () => {
		const { listen, pass } = stationWith({}, () => new ToneSource(FORMAT));
		const listener = await listen();
		await pass(200);
		expect(listener.frames).toHaveLength(11);
	});

	it('keeps open what cannot be opened twice, and ends with it', async () => {
		const { sources, station, listen, pass } = stationWith({ once: true, silenceMs: Infinity });
		station.start();
		await settled();
		sources[0]!.say(FRAME);
		const listener = await listen();
		await pass(60_000);
		sources[0]!.say(FRAME);
		sources[0]!.end();
		expect(station.state).toBe('over');
		expect(listener.frames.map(({ flags }) => flags)).toEqual([0, FRAME_END_OF_STREAM]);
		expect(listener.closed?.code).toBe(1000);
		expect(await station.ended).toBe(false);
		await pass(60_000);
		expect(sources).toHaveLength(1);
	});

	it('tells when what cannot be opened twice has failed', async () => {
		const { sources, station, listen } = stationWith({ once: true });
		station.start();
		const listener = await listen();
		sources[0]!.end(new Error('broken pipe'));
		expect(listener.closed?.code).toBe(1011);
		expect(await station.ended).toBe(true);
	});

	it('closes everything for good', async () => {
		const { sources, station, listen, clock } = stationWith();
		const listener = await listen();
		station.close();
		station.close();
		expect([listener.closed?.code, sources[0]!.isClosed, station.state]).toEqual([
			1001,
			true,
			'over',
		]);
		expect((await listen()).closed?.code).toBe(1001);
		expect(sources).toHaveLength(1);
		clock.advance(60_000);
		expect(clock.pending).toBe(0);
	});

	it('lets nobody wait for the end of what has ended when it closes', async () => {
		const { sources, station, listen } = stationWith({ once: true });
		station.start();
		await settled();
		sources[0]!.say(FRAME);
		sources[0]!.end();
		const late = await listen();
		expect(late.closed).toBeNull();
		station.close();
		expect(late.closed).not.toBeNull();
	});

	it('lets go of a source that opens too late', async () => {
		let give: (source: PcmSource) => void = () => {};
		const clock = new VirtualClock();
		const opening = new Promise<PcmSource>((resolve) => (give = resolve));
		const station = new SourceStation('door', FORMAT, () => opening, { clock });
		station.fanout.attach(new FakeSocket(clock));
		station.close();
		const late = new SpokenSource();
		give(late);
		await settled();
		expect(late.isClosed).toBe(true);
	});

	it('prints the advice once when sound keeps coming in bursts', async () => {
		const { sources, listen, pass, told } = stationWith();
		await listen();
		for (let i = 0; i < 40; i++) {
			sources[0]!.say(FRAME);
			await pass(320);
		}
		const advice = told.filter((text) => text.includes('bursts up to 320 ms apart'));
		expect(advice).toHaveLength(1);
		expect(advice[0]).toContain('-muxdelay 0');
	});

	it.each(['', 'a/b', 'a b', '..', 'x'.repeat(65)])('refuses the name "%s"', (name) => {
		expect(() => new SourceStation(name, FORMAT, () => new SpokenSource())).toThrow(RangeError);
	});
});

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

describe.skipIf(!hasFfmpeg)('SourceStation with the real ffmpeg', () => {
	const inputArgs = ['-re', '-f', 'lavfi'];
	const open = (): PcmSource =>
		ffmpegSource('sine=r=16000', { pacing: 'live', inputArgs, sampleRate: 16_000 });
	const children = (): string[] =>
		spawnSync('pgrep', ['-P', String(process.pid), 'ffmpeg'])
			.stdout.toString()
			.split('\n')
			.filter((line) => line !== '');

	it('starts it anew when it dies, and stops it when nobody listens', async () => {
		const station = new SourceStation('sine', FORMAT, open, { lingerMs: 50 });
		const listener = new FakeSocket(systemClock, SUBPROTOCOL);
		expect(children()).toEqual([]);
		station.fanout.attach(listener);
		await expect.poll(() => listener.binary.length, { timeout: 5000 }).toBeGreaterThan(0);
		const [first] = children();
		process.kill(Number(first), 'SIGKILL');
		await expect.poll(() => station.state).toBe('waiting');
		const heard = listener.binary.length;
		await expect.poll(() => listener.binary.length, { timeout: 5000 }).toBeGreaterThan(heard);
		expect(children()).not.toContain(first);
		const { frames } = listener;
		expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, i) => i));
		expect(frames[heard]!.flags).toBe(FRAME_DISCONTINUITY);
		listener.close();
		await expect.poll(() => station.state).toBe('idle');
		await expect.poll(children).toEqual([]);
		station.close();
	}, 15_000);
});
