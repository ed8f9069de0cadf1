// What the demo can play. The page shows the offers in this order; the first is what it starts with.
import { MusicSource, ToneSource, type PcmSource } from '../../src/node/index.js';
import { babble } from './babble.js';
import { metronome } from './metronome.js';
import type { RequestedFormat } from './stream-request.js';
import { SynthSource } from './synth-source.js';

/** One thing to hear. */
export interface Offer {
	readonly id: string;
	readonly label: string;
	/** Why one would choose it. */
	readonly hint: string;
	/** Fields of the format that it has and that nobody can choose. */
	readonly fixed: Partial<RequestedFormat>;
	/** A source of one visitor's own. */
	open(format: RequestedFormat): PcmSource;
}

/** Nothing to install. */
export const BUILT_IN: readonly Offer[] = [
	{
		id: 'music',
		label: 'Music',
		hint: 'A quiet piece, made up as it plays.',
		fixed: {},
		open: (format) => new MusicSource(format),
	},
	{
		id: 'voice',
		label: 'Voice',
		hint: 'Sentences that say nothing, with pauses between them.',
		fixed: {},
		open: (format) => new SynthSource(format, babble),
	},
	{
		id: 'metronome',
		label: 'Metronome',
		hint: 'Two beats a second: a jump of the delay is heard at once.',
		fixed: {},
		open: (format) => new SynthSource(format, metronome),
	},
	{
		id: 'tone',
		label: 'Tone 440 Hz',
		hint: 'A sine hides nothing: the smallest click stands out.',
		fixed: {},
		open: (format) => new ToneSource(format, { frequency: 440, levelDb: -15 }),
	},
];

/** The built-in offers, with `first` before them; of the same id, `first` wins. */
export function catalogueWith(first: Offer | null): readonly Offer[] {
	return first === null ? BUILT_IN : [first, ...BUILT_IN.filter(({ id }) => id !== first.id)];
}
