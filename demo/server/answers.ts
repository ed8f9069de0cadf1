// What the voice has to say: the next of a few answers, and first, to whoever interrupted it, where that was.
import type { SpokenWord } from './speech.js';

const GREETING = 'Hello! Press the space bar while I speak, and I am silent at once.';

const ANSWERS = [
	'All of this sentence is already in your browser, since I was made faster than you can listen. Stop me in the middle of a word, and see which of my words were heard.',
	'A voice agent has to know what you heard. Its words are sent far ahead of the sound, so only the player can tell which of them reached you. The rest was never said, and should not be remembered.',
	'The sound fades within five milliseconds, which is too short to notice and too long to click. What was waiting in the ring, in the worker and on its way is dropped, and the next answer begins with its first sample.',
	'When I am done, and you have let me finish, the player says that everything was heard. That is the moment to open the microphone, and not a second before.',
] as const;

/** The greeting, then the others by turns. */
export class Answers {
	#given = 0;

	next(): string {
		const nth = this.#given - 1;
		this.#given++;
		return nth < 0 ? GREETING : ANSWERS[nth % ANSWERS.length]!;
	}

	/** After an interruption. @param heard seconds of the answer that was heard, whose words are `words` */
	afterInterruption(words: readonly SpokenWord[], heard: number): string {
		return `${placeIn(words, heard)} ${this.next()}`;
	}
}

function placeIn(words: readonly SpokenWord[], heard: number): string {
	const last = words.filter(({ start }) => start < heard).at(-1);
	if (last === undefined) {
		return 'You stopped me before I said a word.';
	}
	const place = heard < last.end ? 'in the middle of' : 'after';
	return `You stopped me ${place} ${last.text.replace(/[^a-z]/gi, '').toLowerCase()}.`;
}
