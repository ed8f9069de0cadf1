// What one run of the player over a trace gives, for summary.ts to summarise and picture.ts to draw.
import type { Trace } from './trace.js';

export const SIGNALS = ['speech', 'music', 'tone'] as const;
export type SignalKind = (typeof SIGNALS)[number];
export const PROFILES = ['live', 'balanced', 'smooth'] as const;
export type ProfileName = (typeof PROFILES)[number];
export const CONTENTS = ['auto', 'speech', 'music'] as const;
export type ContentKind = (typeof CONTENTS)[number];

export interface SimulateOptions {
	readonly signal: SignalKind;
	readonly content: ContentKind;
	readonly profile: ProfileName;
	/** Of the signal, and of whatever else the run draws. */
	readonly seed: number;
	/** Hz of the stream. @default 16000 */
	readonly mediaRate?: number;
}

/** One entry per render quantum, of the whole run. */
export interface Timeline {
	/** When the quantum begins to be heard, on the clock of the trace's arrivals. */
	readonly timeMs: Float64Array;
	/** The delay the player aims at, above the fastest frame; NaN while it has none. */
	readonly targetMs: Float64Array;
	/** Mean playout delay of the media in the quantum: when played, less when captured, less
	 * `fastestTransitMs` of the trace; NaN if the quantum has no media. */
	readonly playoutDelayMs: Float64Array;
	/** Output frames of the quantum that are concealed (0 to quantumFrames, at most 255): no media was
	 * there to play, whether silence, fade or invention was heard instead. */
	readonly concealed: Uint8Array;
}

export interface Run {
	readonly timeline: Timeline;
	/** Media consumed by each quantum, ms: the weight of its playout delay. */
	readonly mediaMs: Float32Array;
	/** Output frames of a quantum. */
	readonly quantumFrames: number;
	/** Hz. */
	readonly outputRate: number;
	// Counted from countedFromMs(trace) on:
	/** Output frames worth of media that arrived and was never played: skipped, too late, too much. */
	readonly discardedFrames: number;
	/** Output frames added by stretching and taken away by shortening, other than by the rate's change. */
	readonly insertedFrames: number;
	readonly removedFrames: number;
	/** Least and greatest of media time per output time. */
	readonly minRate: number;
	readonly maxRate: number;
	/** Clicks in the counted output. */
	readonly clicks: number;
	/** All output, one channel. */
	readonly heard: Float32Array;
}

export type Simulate = (trace: Trace, options: SimulateOptions) => Run | Promise<Run>;
