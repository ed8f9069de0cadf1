// A pump takes PCM from a source and passes it on, whole sample frames at a time. One kind pulls by the
// sender's clock, the other is pushed by the source's.

/** Where a pump's PCM goes. */
export interface PumpSink {
	/** Whole sample frames, at most one frame of them; `captureTime` in ms since the Unix epoch. */
	onPcm(pcm: Uint8Array, captureTime: number): void;
	/** Once, last, unless the pump was stopped; with an error when the source failed. */
	onEnd(error?: Error): void;
}

/** Moves PCM from a source to a sink. */
export interface Pump {
	/** How much faster than true the clock runs, ppm; without effect where the source has its own. */
	ratePpm: number;
	/** Times the schedule began anew after the process had slept. */
	readonly reanchors: number;
	/** Frames that came later because the source had nothing yet. */
	readonly starvedFrames: number;
	start(): void;
	/** Idempotent. */
	stop(): void;
}
