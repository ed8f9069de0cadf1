// One snapshot of all that is measured. Names are those of W3C webrtc-stats where it has one.
import { REPORT } from './core/playout-report.js';
import type { ReceiverReport } from './core/receiver-messages.js';

/** How the sound gets from the socket to the device:
 * `<receiver's thread>/<way to the audio thread>/<what renders>`, and `/http` at the end while it comes as an
 * HTTP response instead of on a WebSocket. */
export type Transport =
	`${'worker' | 'shared-worker' | 'main-thread'}/${'shared-memory' | 'message-port'}/${'audio-worklet' | 'script-processor'}${'' | '/http'}`;

/** Counters only grow and are never reset, but for a new output after `output-lost`; counts of samples are per
 * channel. */
export interface PcmPlayerStats {
	/** null before the first `play()`. */
	readonly transport: Transport | null;

	/** Binary messages received. */
	readonly packetsReceived: number;
	readonly bytesReceived: number;
	/** Messages dropped because they were no audio. */
	readonly malformedMessages: number;
	/** Frames the sequence numbers tell of that never came. */
	readonly framesLost: number;
	/** Frames that came twice. */
	readonly framesDuplicated: number;
	/** Frames missing at first that a repeat or the other connection brought in time. */
	readonly framesRecovered: number;
	/** Frames that came intact, but after their turn. */
	readonly framesLate: number;
	readonly reconnects: number;
	/** 0 to 2. */
	readonly connectionsOpen: number;
	/** Seconds from a message to the server to its answer; null for a raw stream, which has none. */
	readonly roundTrip: number | null;

	/** Samples played or concealed, at the context's rate. */
	readonly totalSamplesReceived: number;
	/** Samples played in place of ones that had not come, at the context's rate. */
	readonly concealedSamples: number;
	/** The silent part of `concealedSamples`. */
	readonly silentConcealedSamples: number;
	/** Times concealment began. */
	readonly concealmentEvents: number;
	/** Samples stretched in to play slower, at the stream's rate. */
	readonly insertedSamplesForDeceleration: number;
	/** Samples left out to play faster, at the stream's rate. */
	readonly removedSamplesForAcceleration: number;
	/** Samples skipped, too old, or held back by a pause, at the stream's rate. */
	readonly discardedSamples: number;
	/** Seconds all emitted samples together waited; divided by the next: the mean. */
	readonly jitterBufferDelay: number;
	readonly jitterBufferEmittedCount: number;
	/** Seconds all emitted samples together should have waited. */
	readonly jitterBufferTargetDelay: number;

	/** Seconds of sound that wait to be played. */
	readonly bufferLevel: number;
	/** Seconds of playout delay that are wanted. */
	readonly targetDelay: number;
	/** Seconds from when a sample would have arrived, had it been as fast as the fastest of the last seconds,
	 * to its leaving for the device. */
	readonly playoutDelay: number;
	/** Seconds from the sender's capture to the speaker, clocks compared; null while nothing sounds, and when the
	 * stream does not tell: a raw one, or a sender without capture times. */
	readonly endToEndDelay: number | null;
	/** Seconds above the fastest arrival: the greatest of the last second, and the 95 % quantile of the last
	 * ten. */
	readonly arrivalDelay: number;
	readonly arrivalDelayP95: number;
	/** Sender's clock against the receiver's, parts per million; positive: the sender is fast. */
	readonly driftPpm: number;
	/** Times the device itself ran out, where the browser tells; else null. */
	readonly deviceUnderruns: number | null;
}

const NOTHING_RECEIVED: ReceiverReport = {
	packetsReceived: 0,
	bytesReceived: 0,
	malformedMessages: 0,
	framesLost: 0,
	framesDuplicated: 0,
	framesRecovered: 0,
	framesLate: 0,
	discarded: 0,
	reconnects: 0,
	connectionsOpen: 0,
	via: null,
	backlog: 0,
	arrivalDelay: 0,
	arrivalDelayP95: 0,
	driftPpm: 0,
	capture: null,
	clockOffset: null,
	roundTrip: null,
	isShared: false,
};

export interface StatsSources {
	readonly transport: Transport | null;
	/** REPORT slots. */
	readonly playout: Float64Array;
	readonly receiver: ReceiverReport | null;
	readonly deviceUnderruns: number | null;
	/** Seconds. */
	readonly endToEndDelay: number | null;
}

export function composeStats(sources: StatsSources): PcmPlayerStats {
	const received = sources.receiver ?? NOTHING_RECEIVED;
	const slot = (name: keyof typeof REPORT): number => sources.playout[REPORT[name]]!;
	const bufferLevel = slot('bufferLevel') + received.backlog;
	return {
		transport: sources.transport,
		packetsReceived: received.packetsReceived,
		bytesReceived: received.bytesReceived,
		malformedMessages: received.malformedMessages,
		framesLost: received.framesLost,
		framesDuplicated: received.framesDuplicated,
		framesRecovered: received.framesRecovered,
		framesLate: received.framesLate,
		reconnects: received.reconnects,
		connectionsOpen: received.connectionsOpen,
		roundTrip: received.roundTrip === null ? null : received.roundTrip / 1000,
		totalSamplesReceived: slot('emitted') + slot('concealed'),
		concealedSamples: slot('concealed'),
		silentConcealedSamples: slot('silentConcealed'),
		concealmentEvents: slot('concealmentEvents'),
		insertedSamplesForDeceleration: slot('inserted'),
		removedSamplesForAcceleration: slot('removed'),
		discardedSamples: slot('discarded') + received.discarded,
		jitterBufferDelay: slot('delaySum'),
		jitterBufferEmittedCount: slot('emitted'),
		jitterBufferTargetDelay: slot('targetSum'),
		bufferLevel,
		targetDelay: slot('targetDelay'),
		playoutDelay: slot('playoutDelay'),
		endToEndDelay: sources.endToEndDelay,
		arrivalDelay: received.arrivalDelay,
		arrivalDelayP95: received.arrivalDelayP95,
		driftPpm: received.driftPpm,
		deviceUnderruns: sources.deviceUnderruns,
	};
}
