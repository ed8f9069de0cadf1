// What the audio thread tells of itself: a block of numbers it writes in place once a render call.
// The block is shared memory where there is some; elsewhere a copy is posted on request, outside
// process(). Readers must bear a block that is one render quantum old.

/** What the playout is doing. `resting`: nothing to play and nothing missed: before the first sound,
 * after the end, after a flush. `waiting`: an underrun that concealment has faded out; silent until something comes. */
export type PlayoutState = 'resting' | 'waiting' | 'playing' | 'paused';
export const PLAYOUT_STATES: readonly PlayoutState[] = ['resting', 'waiting', 'playing', 'paused'];

/** Slots of the block, by name. Counters only grow; counts are sample frames at the context's rate
 * unless said otherwise; times are seconds. */
export const REPORT = {
	/** Index into PLAYOUT_STATES. */
	state: 0,
	/** Waiting to be played: ring and resampler. */
	bufferLevel: 1,
	/** Wanted, and actual: from arrival, had it been as fast as the fastest of the last seconds, to output. */
	targetDelay: 2,
	playoutDelay: 19,
	/** Next media position, sample frames at `mediaRate`. */
	mediaPosition: 3,
	/** When the sample frame at `mediaPosition` leaves the graph, by the context's time. */
	renderedAt: 21,
	/** Hz of the stream being played; 0 before the first. */
	mediaRate: 4,
	/** Played from the stream. */
	emitted: 5,
	/** Played in place of what had not come. */
	concealed: 6,
	concealmentEvents: 7,
	/** Part of `concealed` that was silence. */
	silentConcealed: 8,
	/** Skipped over, sample frames at the media rate. */
	discarded: 9,
	/** Sum over emitted sample frames of the time each waited, and of what it should have been delayed. */
	delaySum: 10,
	targetSum: 20,
	/** Id of the last flush carried out, and the media position heard by then, sample frames. */
	flushId: 11,
	flushPosition: 12,
	/** Id of the last end that was asked for (above 0), and of the last of the stream's own (below 0), that
	 * was played out. */
	endId: 13,
	streamEndId: 18,
	/** Times sound began: first start, and recoveries. */
	starts: 14,
	/** Added and left out by stretching, sample frames at the media rate. */
	inserted: 15,
	removed: 16,
	/** Rendered at all, silence included. */
	rendered: 17,
} as const;

export const REPORT_SLOTS = Object.keys(REPORT).length;
export const REPORT_BYTES = REPORT_SLOTS * Float64Array.BYTES_PER_ELEMENT;
