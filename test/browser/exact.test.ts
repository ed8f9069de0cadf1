import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { exactPlane, noise } from '../support/noise.js';
import { ISOLATED, startPageServer, type PageServer } from '../support/page-server.js';
import { random } from '../support/random.js';
import { launchChromium, TestPage, type Recording } from '../support/test-page.js';

const RATE = 48_000;
const CHANNELS = 2;
const SECONDS = 10;
/** Sample frames a fade may touch at either end: 5 ms. */
const FADE = 240;
const SEED = 20_261_121;

/** Sends `bytes` at the stream's pace, piece by piece, each when its first byte is due. */
function sendPaced(socket: WebSocket, bytes: Uint8Array, pieceBytes: () => number): void {
	const bytesPerMs = (RATE * CHANNELS * 4) / 1000;
	const begin = performance.now();
	let sent = 0;
	const sendDue = (): void => {
		while (sent < bytes.byteLength && sent <= (performance.now() - begin) * bytesPerMs) {
			const size = Math.min(pieceBytes(), bytes.byteLength - sent);
			socket.send(bytes.subarray(sent, sent + size));
			sent += size;
		}
		if (sent < bytes.byteLength) {
			setTimeout(sendDue, 2);
		} else {
			socket.close(1000);
		}
	};
	sendDue();
}

/** Compares what was heard with what was sent. */
function expectExact(recording: Recording, sent: Int32Array): void {
	const expected = Array.from({ length: CHANNELS }, (_, channel) =>
		exactPlane(sent, CHANNELS, channel),
	);
	const first = recording.planes[0]!.indexOf(expected[0]![FADE]!) - FADE;
	expect(first, 'sample frame at which the stream begins').toBeGreaterThanOrEqual(0);
	for (let channel = 0; channel < CHANNELS; channel++) {
		const heard = recording.planes[channel]!;
		let wrong = 0;
		for (let i = FADE; i < RATE * SECONDS - FADE; i++) {
			wrong += heard[first + i] === expected[channel]![i] ? 0 : 1;
		}
		expect(wrong, `samples that differ in channel ${channel}`).toBe(0);
		const after = heard.subarray(first + RATE * SECONDS);
		expect(after.every((sample) => sample === 0)).toBe(true);
	}
}

describe('48 kHz s32 stereo into a 48 kHz context', () => {
	let browser: Browser;
	let server: PageServer;
	const stream = noise(RATE * SECONDS, CHANNELS, SEED);
	const bytes = new Uint8Array(stream.buffer);

	beforeAll(async () => {
		browser = await launchChromium();
		server = await startPageServer();
	});
	afterAll(async () => {
		await browser.close();
		await server.close();
	});

	async function record(isolated: boolean, pieceBytes: () => number): Promise<Recording> {
		server.headers = isolated ? ISOLATED : {};
		server.onSocket = (socket) => {
			sendPaced(socket, bytes, pieceBytes);
		};
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		await test.start({
			url: '/audio',
			// Above what this machine may hold up a server's timer: the figure is exactness, not delay.
			options: { format: { sampleRate: RATE }, latency: { min: 0.5, max: 0.5 } },
		});
		await test.untilState('ended', 'failed');
		const recording = await test.report();
		await test.close();
		expect(test.problems).toEqual([]);
		expect(recording.state).toBe('ended');
		expect(recording.stats['concealmentEvents']).toBe(0);
		return recording;
	}

	it('plays every sample exactly, through shared memory', async () => {
		const recording = await record(true, () => 7680);
		expect(recording.stats['transport']).toBe('worker/shared-memory/audio-worklet');
		expectExact(recording, stream);
	});

	it('plays the same through a MessagePort, from pieces of 1 to 100 000 bytes', async () => {
		const next = random(SEED + 1);
		// As many short pieces as long ones: lengths are uniform in their logarithm.
		const recording = await record(false, () => Math.ceil(100_000 ** next()));
		expect(recording.stats['transport']).toBe('worker/message-port/audio-worklet');
		expectExact(recording, stream);
	});
});
