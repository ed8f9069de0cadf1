// The Qt program of demo/servers/qt, built and played: a stock QWebSocketServer, and our frames from C++. Needs
// cmake, a C++ compiler and Qt 6 with its WebSockets.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { parseFrame, SUBPROTOCOL, type Frame } from '../../src/core/frame.js';
import { parseProtocolText } from '../../src/core/protocol-text.js';
import { toneSample } from '../../src/node/index.js';
import { findSineClicks } from '../support/click-detector.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { launchChromium, TestPage, type Recording } from '../support/test-page.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const SOURCE = `${ROOT}demo/servers/qt`;
const BUILD = `${ROOT}test/output/qt`;

const SECONDS = 8;
const RATE = 16_000;
/** Of demo/servers/qt/tone-source.cpp: Hz of each channel, and the peak. */
const FREQUENCIES = [441, 661];
const LEVEL = 0.25;
/** Sample frames of a frame. */
const FRAME_LENGTH = 320;
/** Samples the fade at the start may touch: 5 ms. */
const FADE = 80;

function configure(): boolean {
	const words = ['-S', SOURCE, '-B', BUILD, '-DCMAKE_COMPILE_WARNING_AS_ERROR=ON'];
	const { status, stderr, error } = spawnSync('cmake', words, { encoding: 'utf8' });
	if (status !== 0) {
		console.warn(`The Qt program cannot be built: ${error?.message ?? stderr}`);
	}
	return status === 0;
}

function build(): void {
	const { status, stdout, stderr } = spawnSync('cmake', ['--build', BUILD], { encoding: 'utf8' });
	if (status !== 0) {
		throw new Error(`The Qt program does not build.\n${stdout}\n${stderr}`);
	}
}

interface QtServer {
	readonly process: ChildProcess;
	readonly url: string;
}

async function startQtServer(): Promise<QtServer> {
	const child = spawn(`${BUILD}/pcm-server`, ['--port', '0', '--rate', String(RATE)]);
	const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
	const url = /ws:\S+\d/.exec(line)?.[0];
	if (url === undefined) {
		throw new Error(`Expected a line with a ws: URL, got "${line}".`);
	}
	return { process: child, url };
}

/** What a player has to give for sample `index` of `channel`. */
function expectedSample(index: number, channel: number): number {
	const exact = LEVEL * toneSample(index, FREQUENCIES[channel]!, RATE);
	return Math.fround(Math.round(exact * 2 ** 31) * 2 ** -31);
}

/** Every sample is the tone's, from the first fade to the end: none wrong, missing or repeated. */
function expectTone(recording: Recording): void {
	const begin = recording.planes[0]!.findIndex((sample) => sample !== 0) + FADE;
	const heard = recording.planes.map((plane) => plane.subarray(begin));
	expect(heard[0]!.length / RATE).toBeGreaterThan(SECONDS - 2);
	// The tone has a period of a second: where in it the listener came is read off eight samples.
	const period = Array.from({ length: RATE }, (_, i) => expectedSample(i, 0));
	const start = period.findIndex((_, at) =>
		heard[0]!.subarray(0, 8).every((sample, i) => sample === period[(at + i) % RATE]),
	);
	expect(start, 'place in the tone').toBeGreaterThanOrEqual(0);
	for (const [channel, plane] of heard.entries()) {
		const wrong = plane.findIndex((sample, i) => sample !== expectedSample(start + i, channel));
		expect(wrong, `first sample of channel ${channel} that is not the tone's`).toBe(-1);
	}
	for (const [channel, frequency] of FREQUENCIES.entries()) {
		expect(findSineClicks(recording.planes[channel]!, RATE, frequency, LEVEL)).toEqual([]);
	}
}

describe.skipIf(!configure() && process.env['CI'] === undefined)('a Qt server', () => {
	let browser: Browser;
	let pages: PageServer;
	let qt: QtServer;

	beforeAll(async () => {
		build();
		qt = await startQtServer();
		browser = await launchChromium();
		pages = await startPageServer();
		pages.headers = ISOLATED;
	}, 300_000);
	afterAll(async () => {
		await browser.close();
		await pages.close();
		qt.process.kill('SIGKILL');
	});

	async function play(options: object): Promise<Recording> {
		const test = await TestPage.open(browser, `http://127.0.0.1:${pages.port}/`);
		await test.start({
			url: qt.url,
			sampleRate: RATE,
			// The figure is exactness, not delay: the controller leads nothing, and half a second outlasts what a
			// busy machine holds up.
			options: { ...options, mode: 'complete', latency: { min: 0.5, max: 0.5 } },
		});
		await test.page.evaluate(() =>
			(window as unknown as { player: { send(text: string): boolean } }).player.send('你好, Qt'),
		);
		await test.page.waitForTimeout(SECONDS * 1000);
		const recording = await test.report();
		await test.close();
		expect(test.problems).toEqual([]);
		expect(recording.state).toBe('playing');
		expect(recording.stats['concealedSamples']).toBe(0);
		expect(recording.stats['malformedMessages']).toBe(0);
		return recording;
	}

	function textsOf(recording: Recording): unknown[] {
		return recording.events.filter(({ type }) => type === 'message').map(({ detail }) => detail);
	}

	it('is played raw, sample for sample, and answers a text', async () => {
		const recording = await play({ protocol: 'raw', format: { sampleRate: RATE } });
		expectTone(recording);
		expect(textsOf(recording)).toEqual(['你好, Qt']);
	});

	it('is played framed, sample for sample, its format told by the frames', async () => {
		const recording = await play({ protocol: 'framed' });
		expectTone(recording);
		expect(textsOf(recording)).toEqual(['你好, Qt']);
		expect(recording.stats['framesLost']).toBe(0);
		expect(recording.stats['framesDuplicated']).toBe(0);
		// Capture times and answered time messages make it known. Above the fastest arrival: what that took, and the device.
		const { endToEndDelay, playoutDelay } = recording.stats;
		expect(playoutDelay).toBeGreaterThan(0.4);
		expect(Number(endToEndDelay) - Number(playoutDelay)).toBeGreaterThan(0);
		expect(Number(endToEndDelay) - Number(playoutDelay)).toBeLessThan(0.2);
	});

	it('speaks steadypcm.v1, and takes leave of its listeners when it is interrupted', async () => {
		const socket = new WebSocket(qt.url, [SUBPROTOCOL]);
		const texts: unknown[] = [];
		const frames: Frame[] = [];
		socket.on('message', (message: Buffer, isBinary) => {
			if (isBinary) {
				frames.push(parseFrame(message) as Frame);
			} else {
				texts.push(parseProtocolText(message.toString()));
			}
		});
		await once(socket, 'open');
		const sent = Date.now() + 0.25;
		socket.send(JSON.stringify({ type: 'time', sent }));
		socket.send(JSON.stringify({ type: 'resume', stream: 'x', sequence: 7, seconds: null }));
		socket.send(JSON.stringify({ type: 'ack', sequence: 1 }));
		await new Promise((resolve) => setTimeout(resolve, 1000));
		qt.process.kill('SIGINT');
		const [[code], [exitCode]] = await Promise.all([
			once(socket, 'close') as Promise<[number]>,
			once(qt.process, 'exit') as Promise<[number | null]>,
		]);
		expect([socket.protocol, code, exitCode]).toEqual([SUBPROTOCOL, 1001, 0]);

		const first = frames[0]!;
		const { sequence: next } = first;
		const format = { sampleRate: RATE, sampleFormat: 's32', channels: 2, byteOrder: 'little' };
		expect(texts).toEqual([
			expect.objectContaining({ type: 'hello', format, frameMs: 20, next, oldest: next }),
			expect.objectContaining({ type: 'time', sent, received: expect.any(Number) as number }),
			expect.objectContaining({ type: 'resumed', sequence: 7, frames: 0 }),
		]);
		expect(frames.length).toBeGreaterThan(40);
		for (const [i, frame] of frames.entries()) {
			expect(frame.sequence).toBe(next + i);
			expect(frame.pts).toBe((next + i) * FRAME_LENGTH);
			expect(frame.sampleFrames).toBe(FRAME_LENGTH);
			// The schedule is absolute: capture times keep to it, whenever the timer fired.
			expect(Math.abs(frame.captureTime - first.captureTime - 20 * i)).toBeLessThan(5);
		}
		expect(Math.abs(first.captureTime - sent)).toBeLessThan(2000);
	});
});
