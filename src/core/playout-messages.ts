// Messages to and from the audio thread; types only. They are handled between render calls, never in
// process().
import type { MarkKind, RingLayout } from './ring-layout.js';
import type { SincFilter } from './sinc-filter.js';
import type { ThreadPort } from './thread-port.js';

/** `live` keeps the delay, and may skip for it; `complete` plays every sample. */
export type PlayoutMode = 'live' | 'complete';
/** What is played: speech may be corrected more freely than music. */
export type PlayoutContent = 'auto' | 'speech' | 'music';
/** How much delay to trade for how few interruptions. */
export type LatencyProfile = 'live' | 'balanced' | 'smooth';

/** How a playout is set up, as `processorOptions`. */
export interface PlayoutSetup {
	/** Channels of the output. */
	readonly channels: number;
	readonly mode: PlayoutMode;
	readonly content: PlayoutContent;
	readonly profile: LatencyProfile;
	/** Bounds of the target delay, seconds; equal: it is fixed. */
	readonly minDelay: number;
	readonly maxDelay: number;
	/** Block of REPORT_BYTES the playout writes; null where memory cannot be shared. */
	readonly report: SharedArrayBuffer | null;
}

/** Main thread to audio thread. */
export type PlayoutCommand =
	/** The receiver's end: a port that carries FeedMessages. */
	| { readonly type: 'connect'; readonly port: ThreadPort }
	| { readonly type: 'play' }
	| { readonly type: 'pause' }
	/** Fade out, then drop all up to the flush mark of this id. */
	| { readonly type: 'flush'; readonly id: number }
	/** Do a piece of what makes the first concealment quick. */
	| { readonly type: 'warm-up' }
	/** Fade out for good. */
	| { readonly type: 'close' }
	/** Answer with a PlayoutAnswer. */
	| { readonly type: 'report' };

/** Audio thread to main thread. */
export interface PlayoutAnswer {
	readonly type: 'report';
	readonly values: Float64Array;
}

/** Receiver to audio thread. */
export type FeedMessage =
	/** A new ring, from now on; what the ring before still holds is played first. `memory` is null where
	 * it cannot be shared: then the audio thread makes it, and `samples` and `mark` fill it. `filter` takes its
	 * rate to the output's. */
	| {
			readonly type: 'ring';
			readonly id: number;
			readonly layout: RingLayout;
			readonly memory: SharedArrayBuffer | null;
			readonly filter: SincFilter;
	  }
	/** Planar sample frames, channel after channel; the buffer is transferred. */
	| {
			readonly type: 'samples';
			readonly planes: Float32Array<ArrayBuffer>;
			readonly frames: number;
	  }
	| {
			readonly type: 'mark';
			readonly kind: MarkKind;
			readonly pts: number;
			readonly id: number;
	  }
	/** Answer with a FeedAnswer. */
	| { readonly type: 'position' };

/** Audio thread to receiver, after each `samples` and `position`: how far it has read. */
export interface FeedAnswer {
	readonly type: 'position';
	readonly ring: number;
	readonly readIndex: number;
	readonly markReadIndex: number;
}
