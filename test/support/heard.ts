// What was heard of a time-coded stream, and when: read off a recording, with nothing of the player's own word.
import type { TestPage } from "./test-page.js";
import { decodeTime } from './time-code.js';

const RENDER_QUANTUM = 128;

/** Milliseconds: Date.now() is rounded down. */
const HALF_DATE = 0.5;

/** Milliseconds between render calls above which they belong to different batches: a device takes several
 * render quanta at a time. */
const BATCH_GAP = 1.5;

/** One look at the player's stats; `at` in milliseconds since 1970, delays in seconds. */
export interface Look {
	readonly at: number;
	readonly playoutDelay: number;
	readonly targetDelay: number;
	readonly concealedSamples: number;
}

/** The context's time on the clock of the server. */
export interface ContextClock {
	/** When the device took the first recorded sample, milliseconds since 1970. */
	readonly startMs: number;
	readonly sampleRate: number;
	/** How much later than that line says each batch of render calls was made, milliseconds. */
	readonly latenesses: readonly number[];
	/** Most render quanta made at a time. */
	readonly mostQuanta: number;
	/** When each batch was made, milliseconds since 1970, by that line. */
	readonly batchMs: readonly number[];
}

/** From when each render call was made. The first of a batch is made when the device asks for it, which it does
 * at the pace of its clock: the median leaves out what a busy machine adds now and then. */
export function contextClock(dates: readonly number[], sampleRate: number): ContextClock {
	const quantumMs = (1000 * RENDER_QUANTUM) / sampleRate;
	const firsts: number[] = [];
	for (let call = 0; call < dates.length; call++) {
		if (call === 0 || dates[call]! - dates[call - 1]! > BATCH_GAP) {
			firsts.push(call);
		}
	}
	const starts = firsts.map((call) => dates[call]! + HALF_DATE - call * quantumMs);
	const startMs = median(starts);
	return {
		startMs,
		sampleRate,
		latenesses: starts.map((start) => start - startMs),
		mostQuanta: firsts.reduce((most, call, i) => Math.max(most, call - (firsts[i - 1] ?? call)), 1),
		batchMs: firsts.map((call) => startMs + call * quantumMs),
	};
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1]!;
}

export interface HeardOptions {
	/** Hz. */
	readonly mediaRate: number;
	/** Sample frames of a frame of the stream. */
	readonly frameLength: number;
	/** When each frame was sent, milliseconds since 1970. */
	readonly sentMs: readonly number[];
}

/** What was made up because nothing was there. Indexes of samples of the recording. */
export interface Concealment {
	readonly from: number;
	readonly to: number;
}

/** Milliseconds over which a passage is straight when the position advances by as much, within this many
 * milliseconds. */
const STRAIGHT_MS = 1;
const AFTER_MS = 2;
const BEND_MS = 0.08;

/** Milliseconds of the crossfade from what was made up back to the stream. The stream advances in it. */
const RETURN_MS = 5;

/** A frame is not there to be played before this long, milliseconds, after it was sent: it must be received,
 * and the device takes samples some 10 ms at a time. */
const MOST_TRANSIT = 25;

export class Heard {
	readonly clock: ContextClock;
	/** Sample frame of the stream heard at each sample of the recording. */
	readonly position: Float64Array;
	readonly #options: HeardOptions;
	/** Sample frames of the stream per sample. */
	readonly #pace: number;

	constructor(code: Float32Array, clock: ContextClock, options: HeardOptions) {
		this.clock = clock;
		this.position = decodeTime(code);
		this.#options = options;
		this.#pace = options.mediaRate / clock.sampleRate;
	}

	/** Index of the first sample that is not silent. */
	get first(): number {
		return this.position.findIndex((value) => value > -0.999);
	}

	/** When a sample left for the device, milliseconds since 1970. */
	timeOf(sample: number): number {
		return this.clock.startMs + (1000 * sample) / this.clock.sampleRate;
	}

	sampleAt(timeMs: number): number {
		const sample = ((timeMs - this.clock.startMs) * this.clock.sampleRate) / 1000;
		return Math.max(0, Math.min(this.position.length - 1, Math.round(sample)));
	}

	/** True when the stream is heard as it is from `sample` on for `ms`. */
	#isStraight(sample: number, ms: number): boolean {
		const count = Math.round((ms * this.clock.sampleRate) / 1000);
		const to = this.position[sample + count];
		const bend = (BEND_MS * this.#options.mediaRate) / 1000;
		return (
			to !== undefined && Math.abs(to - this.position[sample]! - count * this.#pace) <= bend
		);
	}

	/** The stream stopped short where a frame ended that the next one had not followed yet, and went on from
	 * there later. */
	concealments(): Concealment[] {
		const { position } = this;
		const { frameLength, sentMs, mediaRate } = this.#options;
		const perMs = this.clock.sampleRate / 1000;
		const found: Concealment[] = [];
		for (let i = Math.max(this.first + 2 * perMs * STRAIGHT_MS, 1); i < position.length; i++) {
			const frame = Math.floor(position[i]! / frameLength + 1e-3);
			const isBoundary = frame > Math.floor(position[i - 1]! / frameLength + 1e-3);
			if (!isBoundary || frame < 1 || !this.#isStraight(i - perMs * STRAIGHT_MS, STRAIGHT_MS)) {
				continue;
			}
			const next = sentMs[frame];
			if (next === undefined) {
				break;
			}
			if (next < this.timeOf(i) - MOST_TRANSIT || this.#isStraight(i, AFTER_MS)) {
				continue;
			}
			const landed = frame * frameLength + ((RETURN_MS - 0.5) / 1000) * mediaRate;
			let end = i;
			while (
				end < position.length &&
				!(
					position[end]! >= landed &&
					position[end]! < landed + 0.1 * mediaRate &&
					this.#isStraight(end, AFTER_MS)
				)
			) {
				end++;
			}
			if (end < position.length) {
				found.push({ from: i, to: Math.max(i, end - RETURN_MS * perMs) });
			}
			i = end;
		}
		return found;
	}

	/** From when the frame was sent to when it was heard, milliseconds, for the media heard for the first time in
	 * each render quantum between two times: the mean of it, and how much media it is of. */
	delays(fromMs: number, toMs: number): { at: number; delayMs: number; mediaMs: number }[] {
		const { mediaRate, frameLength, sentMs } = this.#options;
		const isMadeUp = new Uint8Array(this.position.length);
		for (const { from, to } of this.concealments()) {
			isMadeUp.fill(1, from, to);
		}
		const result: { at: number; delayMs: number; mediaMs: number }[] = [];
		let furthest = 0;
		for (let i = this.first + RENDER_QUANTUM; i < this.position.length; i += RENDER_QUANTUM) {
			const end = this.position[i]!;
			if (isMadeUp[i] === 1 || end < 0 || end <= furthest) {
				continue;
			}
			const mediaMs = (1000 * (end - Math.max(furthest, this.position[i - RENDER_QUANTUM]!))) / mediaRate;
			furthest = end;
			const at = this.timeOf(i);
			if (at < fromMs || at >= toMs || sentMs[Math.floor(end / frameLength)] === undefined) {
				continue;
			}
			result.push({ at, delayMs: at - (1000 * end) / mediaRate, mediaMs: Math.max(0, mediaMs) });
		}
		return result;
	}
}

/** When each recorded render call was made. */
export function renderDates(test: TestPage): Promise<number[]> {
	return test.page.evaluate(() =>
		(window as unknown as { harness: { dates(): Promise<number[]> } }).harness.dates(),
	);
}

export async function watchStats(test: TestPage, intervalMs: number): Promise<void> {
	await test.page.evaluate((interval) => {
		(window as unknown as { harness: { watch(ms: number): void } }).harness.watch(interval);
	}, intervalMs);
}

export function seenStats(test: TestPage): Promise<Look[]> {
	return test.page.evaluate(() =>
		(window as unknown as { harness: { looks(): Look[] } }).harness.looks(),
	);
}

