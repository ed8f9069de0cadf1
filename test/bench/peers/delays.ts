// How late the media of a stream are heard, and what is heard before it can have been there.
import type { ContextClock } from '../../support/context-clock.js';
import type { Arrivals } from './arrivals.js';
import { HOP, type MediaTrack } from './media-track.js';
import type { Stretch } from './progress.js';
import type { Silence } from './silence.js';
import { TONE_RATE } from './tone-code.js';

const PER_MS = TONE_RATE / 1000;
const HOP_MS = HOP / PER_MS;

/** Milliseconds that a frame may be sent after its sound was rendered: system time is read in whole ones. */
const CLOCK_MS = 2;

/** Media can be heard this much faster or slower than they are, in parts; beyond, there was a jump. */
const MOST_RATE = 1.3;

/** Milliseconds between the points of the curve. */
const CURVE_MS = 50;

/** Milliseconds within which a reading stands for a moment that has none. */
const NEAR_MS = 25;

/** When a sample left, and when it was rendered, in milliseconds since 1970. */
export type SystemClock = Pick<ContextClock, 'systemOf' | 'renderedAt'>;

export interface Delays {
	readonly meanMs: number;
	readonly p95Ms: number;
	readonly concealedMs: number;
	/** [milliseconds since the first frame was sent, delay in milliseconds or null], every CURVE_MS. */
	readonly curve: readonly (readonly [number, number | null])[];
}

/** What was read at one hop. */
interface Reading {
	readonly sample: number;
	readonly mediaMs: number;
	readonly delayMs: number;
	/** Its frame had not been sent when it was rendered. */
	readonly isMadeUp: boolean;
}

export function delays(
	track: MediaTrack,
	clock: SystemClock,
	arrivals: Arrivals,
	silence: Silence,
	stretch: Stretch,
): Delays {
	const readings = bridged(track, silence, stretch).map(([sample, mediaMs]) => ({
		sample,
		mediaMs,
		delayMs: clock.systemOf(sample) - arrivals.soonest(mediaMs),
		isMadeUp: arrivals.sentAt(mediaMs) > clock.renderedAt(sample) + CLOCK_MS,
	}));
	return {
		...weighed(freshMedia(readings, silence)),
		concealedMs: concealedMs(readings, silence, stretch),
		curve: curve(readings, clock, arrivals, silence, stretch),
	};
}

/** Samples and the media times heard at them, milliseconds. Between readings further apart the stream is taken to
 * have gone on evenly, when there is sound and its pace is one that a player takes: one that stretches time by
 * adding up places that are far apart tells none of them. */
function bridged(
	{ samples, mediaMs }: MediaTrack,
	silence: Silence,
	stretch: Stretch,
): [number, number][] {
	const places: [number, number][] = [];
	samples.forEach((sample, k) => {
		if (sample < stretch.from || sample >= stretch.to || Number.isNaN(mediaMs[k])) {
			return;
		}
		const [last, lastMs] = places.at(-1) ?? [sample, 0];
		const pace = ((mediaMs[k]! - lastMs) * PER_MS) / (sample - last);
		if (pace > 1 / MOST_RATE && pace < MOST_RATE && silence.within(last, sample) === 0) {
			for (let at = last + HOP; at < sample; at += HOP) {
				places.push([at, lastMs + (pace * (at - last)) / PER_MS]);
			}
		}
		places.push([sample, mediaMs[k]!]);
	});
	return places;
}

/** Delays of media heard for the first time, each with how much of it, in milliseconds. */
function freshMedia(readings: readonly Reading[], silence: Silence): [number, number][] {
	let furthest = -Infinity;
	const fresh: [number, number][] = [];
	readings.forEach(({ sample, mediaMs, delayMs, isMadeUp }, i) => {
		const before = readings[i - 1];
		const heardMs =
			before === undefined
				? HOP_MS
				: (sample - before.sample - silence.within(before.sample, sample)) / PER_MS;
		const freshMs = Math.min(mediaMs - furthest, MOST_RATE * heardMs);
		if (freshMs > 0 && !isMadeUp) {
			fresh.push([delayMs, freshMs]);
		}
		// What is made up is heard for the first time when it has come.
		furthest = isMadeUp ? furthest : Math.max(furthest, mediaMs);
	});
	return fresh;
}

function weighed(fresh: [number, number][]): { meanMs: number; p95Ms: number } {
	const all = fresh.reduce((sum, [, ms]) => sum + ms, 0);
	const meanMs = fresh.reduce((sum, [delay, ms]) => sum + delay * ms, 0) / all;
	let below = 0;
	const p95 = fresh
		.sort(([a], [b]) => a - b)
		.find(([, ms]) => {
			below += ms;
			return below >= 0.95 * all;
		});
	return { meanMs, p95Ms: p95?.[0] ?? NaN };
}

/** Sound between two readings goes half to the one and half to the other. */
function concealedMs(readings: readonly Reading[], silence: Silence, stretch: Stretch): number {
	const middles = readings.map(({ sample }, i) =>
		i === 0 ? stretch.from : (readings[i - 1]!.sample + sample) / 2,
	);
	return readings.reduce((sum, { isMadeUp }, i) => {
		const [from, to] = [Math.round(middles[i]!), Math.round(middles[i + 1] ?? stretch.to)];
		return sum + (isMadeUp ? (to - from - silence.within(from, to)) / PER_MS : 0);
	}, 0);
}

function curve(
	readings: readonly Reading[],
	clock: SystemClock,
	arrivals: Arrivals,
	silence: Silence,
	stretch: Stretch,
): [number, number | null][] {
	const points: [number, number | null][] = [];
	let at = 0;
	let next = 0;
	for (let sample = 0; sample < stretch.to; sample += HOP) {
		const since = clock.systemOf(sample) - arrivals.firstMs;
		if (since < at) {
			continue;
		}
		while (next < readings.length && readings[next]!.sample < sample) {
			next++;
		}
		const isSilent = sample < stretch.from || silence.within(sample, sample + 1) > 0;
		points.push([at, isSilent ? null : nearestDelay(readings[next - 1], readings[next], sample)]);
		at = CURVE_MS * Math.floor(since / CURVE_MS + 1);
	}
	return points;
}

function nearestDelay(
	before: Reading | undefined,
	after: Reading | undefined,
	sample: number,
): number | null {
	const distance = (reading?: Reading): number =>
		reading === undefined ? Infinity : Math.abs(reading.sample - sample) / PER_MS;
	const nearest = distance(before) < distance(after) ? before : after;
	return nearest === undefined || distance(nearest) > NEAR_MS ? null : nearest.delayMs;
}
