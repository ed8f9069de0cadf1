// A voice that says nothing: vowels through three formants, in sentences with pauses between them, as a
// telephone or a voice agent sends them. A pause is full of samples: it is no stall of the network.
import { Formant } from './formant.js';
import type { Synth } from './synth-source.js';

/** Hz of the first three formants of a, e, i, o, u. */
const VOWELS: readonly (readonly [number, number, number])[] = [
	[730, 1090, 2440],
	[530, 1840, 2480],
	[300, 2240, 2900],
	[570, 840, 2410],
	[330, 870, 2240],
];
const FORMANT_LEVELS = [1, 0.5, 0.2] as const;

/** Seconds. */
const SYLLABLE = 0.19;
const PAUSE = 0.7;

const SYLLABLES_PER_SENTENCE = 9;
const LEVEL = 0.9;

export function babble(sampleRate: number): Synth {
	const sentence = SYLLABLES_PER_SENTENCE * SYLLABLE;
	const formants = VOWELS[0]!.map((frequency) => new Formant(frequency, sampleRate));
	let index = 0;
	let phase = 0;
	return () => {
		const time = index++ / sampleRate;
		const nth = Math.floor(time / (sentence + PAUSE));
		const spoken = time - nth * (sentence + PAUSE);
		const syllable = Math.floor(spoken / SYLLABLE);
		const vowel = VOWELS[(nth * 7 + syllable * (2 + (nth % 3)) + (syllable % 4)) % 5]!;
		// The melody of speech: falls over the sentence, with a little life.
		const pitch = 142 - (34 * spoken) / sentence + 7 * Math.sin(9 * spoken + nth);
		phase = (phase + pitch / sampleRate) % 1;
		const breath = spoken < sentence ? envelope(spoken - syllable * SYLLABLE) : 0;
		// A rounded pulse: its overtones fall as a throat's do.
		const pulse = breath * (phase < 0.6 ? Math.sin(Math.PI * (phase / 0.6)) ** 2 - 0.3 : -0.3);
		return formants.reduce((sum, formant, i) => {
			const frequency = Math.min(vowel[i]!, 0.45 * sampleRate);
			return sum + LEVEL * FORMANT_LEVELS[i]! * formant.next(pulse, frequency);
		}, 0);
	};
}

/** Level of a syllable, `since` seconds after its start: soft at both ends, never quite silent. */
function envelope(since: number): number {
	return 0.25 + 0.75 * Math.sin(Math.PI * Math.min(1, since / SYLLABLE)) ** 0.7;
}
