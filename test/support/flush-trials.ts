// Flushes at seeded moments in a page, and what its recording says of each.
import type { PcmPlayer, PlayedPosition } from '../../src/index.js';
import { findSineClicks } from './click-detector.js';
import { random } from './random.js';
import type { TestPage } from './test-page.js';
import { AMPLITUDE, HIGHEST, placeOf, waveringPcm } from './wavering-tone.js';

export interface FlushRun {
	/** Hz of the stream, s16 mono, and of the context. */
	readonly mediaRate: number;
	readonly contextRate: number;
	readonly seed: number;
	/** Flushes wanted, of those that the machine did not hold up. */
	readonly trials: number;
}

/** What is written at once, and flushed after a while. */
interface Turn {
	/** Sample frames of the media, from the beginning of the stream. */
	readonly from: number;
	readonly to: number;
	/** Milliseconds from when the page knows that it sounds to the flush. */
	readonly after: number;
}

/** One flush as the page knows it; moments are sample frames of the recording. */
interface Flushed {
	/** Before the turn was written, and when flush() was called. */
	readonly written: number;
	readonly called: number;
	/** When a message that was sent right after it, to the recorder, was there. */
	readonly told: number;
	/** What flush() resolved with: sample frames of the media. */
	readonly position: number;
}

/** What a recording says of one flush. */
export interface FlushHeard {
	/** Milliseconds from the call to the first sample of silence. */
	readonly silentMs: number;
	/** Milliseconds that were heard of the turn. */
	readonly soundMs: number;
	/** Sample frames of the context by which the position told is beyond the last that was heard. */
	readonly positionError: number;
	/** Greatest difference from what was written, before the fade. */
	readonly sampleError: number;
	/** Index into the recording: the first sample of silence. */
	readonly end: number;
}

/** Seconds of a turn: more than is heard of it; most of it goes into the ring, some of it waits before. */
const LEAST_TURN = 0.4;
const MOST_TURN = 2;

/** Milliseconds. */
const LEAST_AFTER = 16;
const MOST_AFTER = 60;

/** Turns at hand for each one wanted. */
const SPARE = 1.5;

/** Milliseconds after which a message is late: the device takes 11.6 at a time, at most. */
const LATE = 12;

/** Seconds of sound by which its place is told, and seconds before its end in which it was fading. */
const TELLING = 0.006;
const FADING = 0.0055;

function turnsOf({ mediaRate, seed, trials }: FlushRun): Turn[] {
	const uniform = random(seed);
	let to = 0;
	return Array.from({ length: Math.round(SPARE * trials) }, () => {
		const from = to;
		to += Math.round(mediaRate * (LEAST_TURN + (MOST_TURN - LEAST_TURN) * uniform()));
		return { from, to, after: LEAST_AFTER + (MOST_AFTER - LEAST_AFTER) * uniform() };
	});
}

/** Flushes a player without URL, on its page. @returns the recording, and what it says of each flush that the
 * machine did not hold up: whose message, as that to another node shows, was there in time */
export async function flushAll(
	test: TestPage,
	run: FlushRun,
): Promise<{ readonly recording: Float32Array; readonly heard: readonly FlushHeard[] }> {
	const turns = turnsOf(run);
	const { buffer } = waveringPcm(run.mediaRate, turns.at(-1)!.to);
	const base64 = Buffer.from(buffer).toString('base64');
	const late = (LATE / 1000) * run.contextRate;
	const flushes = await test.page.evaluate(flushInPage, {
		turns,
		base64,
		late,
		wanted: run.trials,
	});
	const { planes } = await test.report();
	const recording = planes[0]!;
	const heard = flushes
		.map((flush, i) => heardOf(recording, flush, flushes[i + 1], turns[i]!, run))
		.filter((_, i) => flushes[i]!.told - flushes[i]!.called <= late);
	return { recording, heard };
}

/** Goes to the page as it is: nothing of this file is known there. */
async function flushInPage(given: {
	readonly turns: readonly Turn[];
	readonly base64: string;
	readonly late: number;
	readonly wanted: number;
}): Promise<Flushed[]> {
	const { player, harness } = window as unknown as {
		player: PcmPlayer;
		harness: {
			moment<T>(act?: () => T): Promise<{ called: number; told: number; outcome: Awaited<T> }>;
		};
	};
	const pcm = Uint8Array.from(atob(given.base64), (byte) => byte.charCodeAt(0));
	const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
	const flushed: Flushed[] = [];
	let inTime = 0;
	for (const { from, to, after } of given.turns) {
		const { called: written } = await harness.moment();
		const before = player.stats.jitterBufferEmittedCount;
		player.write(pcm.subarray(2 * from, 2 * to));
		while (player.stats.jitterBufferEmittedCount === before) {
			await wait(4);
		}
		await wait(after);
		const flush = (): Promise<PlayedPosition> => player.flush();
		const { called, told, outcome } = await harness.moment(flush);
		flushed.push({ written, called, told, position: outcome.sampleFrames });
		inTime += told - called <= given.late ? 1 : 0;
		if (inTime === given.wanted) {
			break;
		}
	}
	return flushed;
}

function heardOf(
	recording: Float32Array,
	flush: Flushed,
	next: Flushed | undefined,
	turn: Turn,
	{ mediaRate, contextRate }: FlushRun,
): FlushHeard {
	const part = recording.subarray(flush.written, next?.written);
	const begin = flush.written + part.findIndex((sample) => sample !== 0);
	const end = flush.written + part.findLastIndex((sample) => sample !== 0) + 1;
	const known = end - Math.round((FADING + TELLING) * contextRate);
	const telling = recording.subarray(known, known + Math.round(TELLING * contextRate));
	const place = placeOf(telling, contextRate, turn.from / mediaRate, turn.to / mediaRate);
	const ended = place.seconds + (end - known) / contextRate;
	return {
		silentMs: (1000 * (end - flush.called)) / contextRate,
		soundMs: (1000 * (end - begin)) / contextRate,
		positionError: (flush.position / mediaRate - ended) * contextRate,
		sampleError: place.error,
		end,
	};
}

/** Clicks in a recording of the tone, indexes. */
export function toneClicks(recording: Float32Array, sampleRate: number): number[] {
	return findSineClicks(recording, sampleRate, HIGHEST, AMPLITUDE);
}

/** The recording as it would be if every fade stopped short, a few milliseconds before its end, at the loudest sample
 * there. @returns it, and the first sample of silence of each */
export function cutShort(
	recording: Float32Array,
	heard: readonly FlushHeard[],
	sampleRate: number,
) {
	const cut = recording.slice();
	const places = heard.map(({ end }) => {
		const from = end - Math.round(0.0035 * sampleRate);
		const levels = recording.subarray(from, end - Math.round(0.0015 * sampleRate)).map(Math.abs);
		const place = from + levels.indexOf(Math.max(...levels)) + 1;
		cut.fill(0, place, end);
		return place;
	});
	return { cut, places };
}
