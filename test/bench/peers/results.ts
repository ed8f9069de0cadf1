// What a run of the benchmark measured: the shape of its JSON, and all that its report is made from.

/** Players that can be installed, in the order of the tables. */
export const PLAYER_NAMES = [
	'steadypcm',
	'pcm-player',
	'yume-chan',
	'wavtools',
	'pcm-ringbuf-player',
	'textbook',
] as const;
export type PlayerName = (typeof PLAYER_NAMES)[number];

export type SampleFormat = 's16' | 's32' | 'f32';

/** A player as it was measured. */
export interface PlayerDescription {
	readonly name: PlayerName;
	/** As in the tables: `@yume-chan/pcm-player`. */
	readonly title: string;
	/** Of the npm package; null: written for this benchmark. */
	readonly version: string | null;
	readonly sampleFormat: SampleFormat;
	readonly channels: 1 | 2;
	/** A sentence: the configuration it was given, and why it is its best. */
	readonly configuration: string;
	/** Bytes of what a page loads, minified; worklets included. */
	readonly bytes: number;
	readonly gzipBytes: number;
}

/** What the analyser reads off a recording. */
export interface HeardFigures {
	/** Milliseconds above the frame that came fastest: mean and 95th percentile over the media heard. */
	readonly delayMeanMs: number;
	readonly delayP95Ms: number;
	/** Milliseconds between the first sound and the end in which nothing was heard. */
	readonly silentMs: number;
	/** Milliseconds of output in which the stream did not advance: repeated, slowed down, made up. */
	readonly insertedMs: number;
	/** Milliseconds of the stream that were never heard, or heard in less time than they take. */
	readonly skippedMs: number;
	/** Milliseconds of sound, silence not counted, whose media had not arrived yet: made up. */
	readonly concealedMs: number;
	readonly clicks: number;
	/** dB: the three tones at the level they are mostly heard at, against all else, silence left out. */
	readonly snrDb: number;
	/** System time of the first sound, milliseconds since 1970. */
	readonly firstSoundAt: number;
	/** Milliseconds looked at, from the first sound. */
	readonly heardMs: number;
	/** Delay over time: [milliseconds since the first frame was sent, delay in ms or null where nothing is heard],
	 * every 50 ms. */
	readonly curve: readonly (readonly [number, number | null])[];
}

/** What the browser's process spent. */
export interface CostFigures {
	/** CPU time as a part of the time measured: of all audio threads, of the page's main thread, of all threads of
	 * the page's process. */
	readonly audioCpu: number;
	readonly mainCpu: number;
	readonly processCpu: number;
	/** Bytes by which the page's heap had grown at the end, garbage collected at both. */
	readonly heapGrowthBytes: number;
	/** Garbage collections on audio threads. */
	readonly audioCollections: number;
	/** Milliseconds the audio threads stood still for them. */
	readonly audioCollectionMs: number;
}

export interface PeerRun {
	readonly caseName: string;
	readonly player: PlayerName;
	/** 0, 1, 2 */
	readonly run: number;
	/** Of the network model. */
	readonly seed: number;
	/** Milliseconds from asking the player to connect until sound. */
	readonly firstSoundMs: number;
	/** One for each stream played at once. */
	readonly heard: readonly HeardFigures[];
	readonly cost: CostFigures;
	/** What the validity gate saw: milliseconds the device lost, the latest frame's lateness at the server. */
	readonly lostMs: number;
	readonly sendLatenessMs: number;
	/** Times the run was taken, and whether the gate let the last of them pass. */
	readonly tries: number;
	readonly isValid: boolean;
}

/** steadypcm or NetEq on the same arrivals, speech. */
export interface TraceRun {
	readonly caseName: string;
	readonly player: 'steadypcm' | 'NetEq';
	readonly profile: 'live' | 'balanced' | 'smooth' | null;
	readonly run: number;
	readonly seed: number;
	readonly meanDelayMs: number;
	/** Of all that was played, silence while nothing came included. */
	readonly concealedPercent: number;
	readonly concealmentEvents: number;
	/** meanDelayMs + 100 · concealedPercent */
	readonly j: number;
	readonly lostMs: number | null;
	/** The latest frame's release after its time, ms. */
	readonly latenessMs: number;
	readonly tries: number;
	readonly isValid: boolean;
}

/** The browser's output as the sound card gets it. */
export interface CardFigures {
	/** Samples compared and samples that differ, at 48 kHz. */
	readonly comparedSamples: number;
	readonly differingSamples: number;
	/** Milliseconds from the server's send to the card, of each impulse. */
	readonly impulseMs: readonly number[];
	readonly heard: HeardFigures;
	/** What the validity gate saw, in words. */
	readonly gate: string;
	readonly tries: number;
}

export interface CaseDescription {
	readonly name: string;
	/** As in the tables. */
	readonly title: string;
	/** A sentence: what happens to the stream or to the page. */
	readonly what: string;
	readonly seconds: number;
	/** True when the network is as it should be and nothing disturbs the page. */
	readonly isPerfect: boolean;
}

export interface BenchResults {
	/** ISO 8601 */
	readonly date: string;
	/** Processor, cores, system, node, Chromium: one line each. */
	readonly machine: readonly string[];
	readonly players: readonly PlayerDescription[];
	readonly cases: readonly CaseDescription[];
	readonly peerRuns: readonly PeerRun[];
	readonly traceRuns: readonly TraceRun[];
	/** null: there was no sound card to record from. */
	readonly card: CardFigures | null;
}
