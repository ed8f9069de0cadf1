// Every field of PcmPlayerStats in plain words. A field that is missing here does not compile.
import type { PcmPlayerStats } from '../src/index.js';
import { bytes, count, milliseconds, ppm, text } from './quantity.js';

/** Where a statistic stands in the table. */
export type StatGroup = 'Now' | 'Received' | 'Played';

/** One statistic for people. */
export interface StatMeaning {
	readonly group: StatGroup;
	readonly label: string;
	readonly meaning: string;
	show(stats: PcmPlayerStats): string;
}

type Field = keyof PcmPlayerStats;
type NumberField = Exclude<Field, 'transport' | 'deviceUnderruns' | 'endToEndDelay' | 'roundTrip'>;

const samples = (field: NumberField) => (stats: PcmPlayerStats) => text(count(stats[field]));
const seconds = (field: NumberField) => (stats: PcmPlayerStats) =>
	`${stats[field].toLocaleString('en', { maximumFractionDigits: 1 })}\u00a0s`;
const delay = (field: NumberField) => (stats: PcmPlayerStats) => text(milliseconds(stats[field]));
const toldDelay = (field: 'endToEndDelay' | 'roundTrip') => (stats: PcmPlayerStats) => {
	const told = stats[field];
	return told === null ? 'not told' : text(milliseconds(told));
};

/** In the order of the table. */
export const STAT_MEANINGS: Readonly<Record<Field, StatMeaning>> = {
	bufferLevel: {
		group: 'Now',
		label: 'Buffer level',
		meaning: 'Sound that has arrived and waits to be played.',
		show: delay('bufferLevel'),
	},
	targetDelay: {
		group: 'Now',
		label: 'Target delay',
		meaning: 'How long sound should be held back, to bridge the stalls of this network.',
		show: delay('targetDelay'),
	},
	playoutDelay: {
		group: 'Now',
		label: 'Playout delay',
		meaning:
			'How long sound is held back: from when it would have come, had it been as fast as the fastest, until it leaves for the audio device.',
		show: delay('playoutDelay'),
	},
	endToEndDelay: {
		group: 'Now',
		label: 'End to end',
		meaning:
			'From the moment the sender captured the sound until it leaves this machine’s speaker. Framed streams tell.',
		show: toldDelay('endToEndDelay'),
	},
	roundTrip: {
		group: 'Now',
		label: 'Round trip',
		meaning: 'From a message to the server until its answer. Framed streams answer.',
		show: toldDelay('roundTrip'),
	},
	arrivalDelay: {
		group: 'Now',
		label: 'Arrival delay',
		meaning:
			'How much later than the fastest the latest sound came; the greatest of the last moment.',
		show: delay('arrivalDelay'),
	},
	arrivalDelayP95: {
		group: 'Now',
		label: 'Arrival delay, 95 %',
		meaning: 'Of the last ten seconds, 95 % came at most this late.',
		show: delay('arrivalDelayP95'),
	},
	driftPpm: {
		group: 'Now',
		label: 'Clock drift',
		meaning: 'How much faster the sender’s clock runs than this machine’s, in millionths.',
		show: ({ driftPpm }) => text(ppm(driftPpm)),
	},
	transport: {
		group: 'Now',
		label: 'Transport',
		meaning: 'Who reads the socket, how sound gets to the audio thread, and what renders it.',
		show: ({ transport }) => transport?.replaceAll('/', ' / ') ?? 'none yet',
	},
	packetsReceived: {
		group: 'Received',
		label: 'Messages',
		meaning: 'Binary messages that came on the socket.',
		show: samples('packetsReceived'),
	},
	bytesReceived: {
		group: 'Received',
		label: 'Bytes',
		meaning: 'What those messages held, headers included.',
		show: ({ bytesReceived }) => text(bytes(bytesReceived)),
	},
	malformedMessages: {
		group: 'Received',
		label: 'Malformed messages',
		meaning: 'Messages that were no audio and were dropped: they never become noise.',
		show: samples('malformedMessages'),
	},
	framesLost: {
		group: 'Received',
		label: 'Frames lost',
		meaning: 'Frames that never came, as their numbers tell. Raw streams have no numbers.',
		show: samples('framesLost'),
	},
	framesDuplicated: {
		group: 'Received',
		label: 'Frames twice',
		meaning: 'Frames that came a second time; the second is dropped.',
		show: samples('framesDuplicated'),
	},
	framesRecovered: {
		group: 'Received',
		label: 'Frames recovered',
		meaning:
			'Missing frames that came after all, by a repeat or the second connection, before their turn.',
		show: samples('framesRecovered'),
	},
	framesLate: {
		group: 'Received',
		label: 'Frames late',
		meaning: 'Frames that came whole, but after their turn had passed.',
		show: samples('framesLate'),
	},
	connectionsOpen: {
		group: 'Now',
		label: 'Connections',
		meaning: 'Connections open at this moment; two where redundancy is asked for.',
		show: samples('connectionsOpen'),
	},
	reconnects: {
		group: 'Received',
		label: 'Reconnects',
		meaning: 'How often a lost connection was made again.',
		show: samples('reconnects'),
	},
	discardedSamples: {
		group: 'Received',
		label: 'Samples discarded',
		meaning: 'Samples that were skipped, came too late, or came while paused.',
		show: samples('discardedSamples'),
	},
	totalSamplesReceived: {
		group: 'Played',
		label: 'Samples in all',
		meaning: 'Samples that went to the device, made-up ones included. Per channel.',
		show: samples('totalSamplesReceived'),
	},
	concealedSamples: {
		group: 'Played',
		label: 'Samples concealed',
		meaning: 'Samples made up because the true ones had not come.',
		show: samples('concealedSamples'),
	},
	silentConcealedSamples: {
		group: 'Played',
		label: 'Of these, silent',
		meaning:
			'The silent part of the concealed samples: made-up sound fades within a tenth of a second.',
		show: samples('silentConcealedSamples'),
	},
	concealmentEvents: {
		group: 'Played',
		label: 'Underruns',
		meaning: 'How often concealment began.',
		show: samples('concealmentEvents'),
	},
	insertedSamplesForDeceleration: {
		group: 'Played',
		label: 'Samples stretched in',
		meaning: 'Samples added to play a little slower, so that the buffer can grow.',
		show: samples('insertedSamplesForDeceleration'),
	},
	removedSamplesForAcceleration: {
		group: 'Played',
		label: 'Samples squeezed out',
		meaning: 'Samples left out to play a little faster, so that the delay can shrink.',
		show: samples('removedSamplesForAcceleration'),
	},
	jitterBufferDelay: {
		group: 'Played',
		label: 'Waiting, summed up',
		meaning: 'Seconds that all samples together have waited. Over the next row: the mean wait.',
		show: seconds('jitterBufferDelay'),
	},
	jitterBufferEmittedCount: {
		group: 'Played',
		label: 'Samples that waited',
		meaning: 'Samples that left the buffer. Per channel.',
		show: samples('jitterBufferEmittedCount'),
	},
	jitterBufferTargetDelay: {
		group: 'Played',
		label: 'Wanted wait, summed up',
		meaning: 'Seconds that all samples together should have waited.',
		show: seconds('jitterBufferTargetDelay'),
	},
	deviceUnderruns: {
		group: 'Played',
		label: 'Device underruns',
		meaning: 'How often the audio device itself ran out, where the browser tells.',
		show: ({ deviceUnderruns }) =>
			deviceUnderruns === null ? 'not told' : text(count(deviceUnderruns)),
	},
};
