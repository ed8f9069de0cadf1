// What was heard of a stream that carries the time code, read off a recording with no player's word for it.
import { Arrivals, type Sent } from './arrivals.js';
import { delays, type SystemClock } from './delays.js';
import { readTrack, type MediaTrack } from './media-track.js';
import { snrDb, toneLevels } from './noise.js';
import { progress, type Progress, type Stretch } from './progress.js';
import type { HeardFigures } from './results.js';
import { Silence } from './silence.js';
import { findSplices } from './splices.js';
import { TONE_RATE } from './tone-code.js';

const PER_MS = TONE_RATE / 1000;

/** Milliseconds beyond its end at which media may be read, for the readings' own error. */
const BEYOND_MS = 1;

export interface HeardRecording {
	/** One channel, TONE_RATE samples a second. */
	readonly plane: Float32Array;
	readonly clock: SystemClock;
}

/** System times, milliseconds since 1970, between which something counts. */
export interface Span {
	readonly fromMs?: number;
	readonly toMs?: number;
}

/** Figures and what they were made from. */
export interface Analysis {
	readonly figures: HeardFigures;
	readonly progress: Progress;
	/** Samples. */
	readonly clicks: readonly number[];
	readonly track: MediaTrack;
	readonly stretch: Stretch;
}

export function analyse(recording: HeardRecording, sent: Sent, span?: Span): HeardFigures {
	return analysis(recording, sent, span).figures;
}

/** Looks at what lies between the first sound and the moment the last frame would have ended, at the delay its
 * stream was heard with; what follows is no matter of the stream's. There,
 *
 *     heardMs = what the media advanced + insertedMs + silentMs - skippedMs
 *
 * but for what resampling at less than 1 % made longer or shorter, which counts as neither. A silence in which the
 * stream goes on is both silent and skipped; one after which it continues where it was is silent only.
 * @throws {Error} when nothing of the stream is heard. */
export function analysis({ plane, clock }: HeardRecording, sent: Sent, span: Span = {}): Analysis {
	const arrivals = new Arrivals(sent);
	const track = readTrack(plane, (sample) => arrivals.newest(clock.systemOf(sample)));
	if (track.mediaMs.every(Number.isNaN)) {
		throw new Error('Nothing of the stream was heard.');
	}
	const level = Math.sqrt(toneLevels(track).reduce((sum, tone) => sum + tone ** 2 / 2, 0));
	const silence = new Silence(plane, level);
	const stretch = {
		from: Math.max(silence.soundFrom(0), sampleAt(clock, plane.length, span.fromMs ?? -Infinity)),
		to: Math.min(
			naturalEnd(track, arrivals, plane.length),
			sampleAt(clock, plane.length, span.toMs ?? Infinity),
		),
	};
	const went = progress(track, silence, stretch);
	const late = delays(track, clock, arrivals, silence, stretch);
	const clicks = findSplices(plane, level).filter((at) => at >= stretch.from && at < stretch.to);
	const figures: HeardFigures = {
		delayMeanMs: late.meanMs,
		delayP95Ms: late.p95Ms,
		silentMs: went.silentMs,
		insertedMs: went.insertedMs,
		skippedMs: went.skippedMs,
		concealedMs: late.concealedMs,
		clicks: clicks.length,
		snrDb: snrDb(plane, track, silence, stretch),
		firstSoundAt: clock.systemOf(stretch.from),
		heardMs: (stretch.to - stretch.from) / PER_MS,
		curve: late.curve,
	};
	return { figures, progress: went, clicks, track, stretch };
}

/** The sample at which the last frame would have ended, as the stream was heard where it got furthest. */
function naturalEnd({ samples, mediaMs }: MediaTrack, { endMs }: Arrivals, length: number): number {
	let furthest = -1;
	mediaMs.forEach((ms, k) => {
		if (ms <= endMs + BEYOND_MS && (furthest < 0 || ms > mediaMs[furthest]!)) {
			furthest = k;
		}
	});
	return Math.min(length, samples[furthest]! + Math.round((endMs - mediaMs[furthest]!) * PER_MS));
}

/** The first sample that left at or after a system time; `length` when none did. */
function sampleAt(clock: SystemClock, length: number, systemMs: number): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (clock.systemOf(middle) < systemMs) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}
