// One stream played by steadypcm onto a private sound card, and what hindered the system in it.
import type { Browser } from 'playwright';
import type { PageServer } from '../../support/page-server.js';
import { CARD_CHANNELS, CARD_RATE, type SoundCard } from '../../support/sound-card.js';
import { TestPage, type StartOptions } from '../../support/test-page.js';
import { epochMs, replay, type Replay } from '../../support/trace-server.js';
import { CardClock } from './card-clock.js';
import { BLOCK_MS, CardRecorder } from './card-recorder.js';

export const FRAME_MS = 20;
export const FRAME_LENGTH = (CARD_RATE * FRAME_MS) / 1000;
const FRAME_BYTES = FRAME_LENGTH * CARD_CHANNELS * 4;

/** Milliseconds from the connection to the first frame. */
const LEAD_MS = 500;

/** Milliseconds from the end of the player to the last sample's way through the card. */
const TAIL_MS = 600;

/** Milliseconds off its line from which on the card's clock was not even: half a block. */
const MOST_UNEVEN_MS = BLOCK_MS / 2;

export interface CardSetting {
	readonly card: SoundCard;
	readonly browser: Browser;
	readonly server: PageServer;
}

export interface CardStream {
	/** Interleaved. */
	readonly samples: Int32Array<ArrayBuffer>;
	readonly latencyHint: number | 'interactive';
	/** Of the player, beside the format. */
	readonly options: object;
	/** Milliseconds a frame may be sent after its time. */
	readonly mostLateMs: number;
}

export interface CardRun {
	readonly planes: readonly Float32Array[];
	readonly clock: CardClock;
	readonly sentMs: readonly number[];
	/** What hindered the system, in words, of which nothing is read off the sound; empty: the run is valid. */
	readonly hindrances: readonly string[];
}

export async function playOnCard(setting: CardSetting, stream: CardStream): Promise<CardRun> {
	const { card, browser, server } = setting;
	let started: Replay | undefined;
	server.onSocket = (socket) => {
		const bytes = new Uint8Array(stream.samples.buffer);
		const arrivalMs = Array.from(
			{ length: bytes.byteLength / FRAME_BYTES },
			(_, k) => FRAME_MS * k,
		);
		started = replay(socket, { arrivalMs, bytes, frameBytes: FRAME_BYTES, leadMs: LEAD_MS });
		void started.done.then(() => {
			socket.close(1000);
		});
	};
	const recorder = await CardRecorder.start(card);
	try {
		const test = await TestPage.open(browser, `http://127.0.0.1:${server.port}/`);
		const device = await play(test, stream);
		await new Promise((resolve) => setTimeout(resolve, TAIL_MS));
		const endMs = epochMs();
		await test.close();
		const { planes, arrivals } = recorder.stop();
		const clock = new CardClock(arrivals, CARD_RATE, BLOCK_MS, device.latencyMs);
		const { sentMs, dueMs } = started!;
		const underruns = card.underrunsMs.filter((at) => at >= sentMs[0]! && at <= endMs).length;
		const lateMs = Math.max(...sentMs.map((at, k) => at - dueMs[k]!));
		const hindrances = [
			...(underruns > 0 ? [`${underruns} underruns of the card`] : []),
			...(device.underruns > 0 ? [`${device.underruns} underruns told by the browser`] : []),
			...(clock.unevennessMs > MOST_UNEVEN_MS
				? [`the card's clock off by ${clock.unevennessMs.toFixed(1)} ms`]
				: []),
			...(lateMs > stream.mostLateMs ? [`a frame sent ${lateMs.toFixed(1)} ms late`] : []),
		];
		return { planes, clock, sentMs, hindrances };
	} finally {
		recorder.stop();
	}
}

interface Device {
	/** From rendering to the speaker, as the browser tells at the end. */
	readonly latencyMs: number;
	/** From the first sound on. */
	readonly underruns: number;
}

/** Plays to the end. */
async function play(test: TestPage, stream: CardStream): Promise<Device> {
	const start: StartOptions = {
		url: '/audio',
		options: { ...stream.options, format: { sampleRate: CARD_RATE } },
		latencyHint: stream.latencyHint,
		isAudible: true,
		wait: false,
	};
	await test.start(start);
	await test.untilState('playing');
	const before = await deviceOf(test);
	await test.untilState('ended', 'failed');
	const after = await deviceOf(test);
	const { state } = await test.report();
	if (state !== 'ended' || test.problems.length > 0) {
		throw new Error(`Expected the stream to end, got ${state}: ${test.problems.join('; ')}`);
	}
	return { latencyMs: after.latencyMs, underruns: after.underruns - before.underruns };
}

function deviceOf(test: TestPage): Promise<Device> {
	return test.page.evaluate(() => {
		const { player } = window as unknown as {
			player: { node: AudioNode; stats: { deviceUnderruns: number | null } };
		};
		const { outputLatency } = player.node.context as AudioContext;
		return { latencyMs: 1000 * outputLatency, underruns: player.stats.deviceUnderruns ?? 0 };
	});
}
