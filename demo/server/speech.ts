// Text spoken by a throat of three resonances, with the times of its words: what a speech service sends.
import { sampleEncoder } from '../../src/node/index.js';
import { Formant } from './formant.js';
import { phonesOf, type Phone } from './phones.js';

/** What speech services send: 24 kHz, s16, mono. */
export const SPEECH_FORMAT = {
	sampleRate: 24_000,
	sampleFormat: 's16',
	channels: 1,
	byteOrder: 'little',
} as const;

/** Bytes per second. */
export const SPEECH_BYTES = 2 * SPEECH_FORMAT.sampleRate;

export interface SpokenWord {
	/** As written, with what punctuation belongs to it. */
	readonly text: string;
	/** Seconds from the beginning of the speech. */
	readonly start: number;
	readonly end: number;
}

export interface Speech {
	readonly pcm: Uint8Array;
	readonly words: readonly SpokenWord[];
}

/** Seconds: between words, after a comma, after a sentence. */
const GAP = 0.03;
const PAUSE = 0.18;
const STOP = 0.34;

/** Hz at the beginning of a sentence, and of what it falls by. */
const PITCH = 128;
const FALL = 36;

/** Seconds in which a level follows what it should be: a voice has no switch. */
const ATTACK = 0.006;

const FORMANT_LEVELS = [1, 0.55, 0.3] as const;
const PEAK = 0.6;

/** Says `text`; the same text gives the same samples. */
export function speechOf(text: string): Speech {
	const throat = new Throat();
	const words: SpokenWord[] = [];
	for (const sentence of text.match(/[^.?!]+[.?!]*/g) ?? []) {
		const spellings = sentence.trim().split(/\s+/);
		spellings.forEach((word, i) => {
			throat.pitch = PITCH - (FALL * i) / spellings.length;
			const start = throat.seconds;
			phonesOf(word).forEach((phone) => throat.sound(phone));
			words.push({ text: word, start, end: throat.seconds });
			throat.rest(i === spellings.length - 1 ? STOP : /[,;:]$/.test(word) ? PAUSE : GAP);
		});
	}
	const plane = throat.plane();
	return { pcm: sampleEncoder(SPEECH_FORMAT)([plane], plane.length), words };
}

class Throat {
	/** Hz. */
	pitch = PITCH;
	readonly #samples: number[] = [];
	readonly #formants = FORMANT_LEVELS.map(() => new Formant(500, SPEECH_FORMAT.sampleRate));
	#frequencies: Phone['formants'] = [500, 1500, 2500];
	#voice = 0;
	#breath = 0;
	#phase = 0;
	#noise = 1;

	get seconds(): number {
		return this.#samples.length / SPEECH_FORMAT.sampleRate;
	}

	sound({ formants, voice, breath, seconds }: Phone): void {
		this.#frequencies = formants;
		this.#run(voice, breath, seconds);
	}

	rest(seconds: number): void {
		this.#run(0, 0, seconds);
	}

	/** All of it, at its level. */
	plane(): Float64Array {
		const peak = this.#samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
		return Float64Array.from(this.#samples, (sample) => (PEAK * sample) / peak);
	}

	#run(voice: number, breath: number, seconds: number): void {
		const { sampleRate } = SPEECH_FORMAT;
		const follow = 1 / (ATTACK * sampleRate);
		for (let left = Math.round(seconds * sampleRate); left > 0; left--) {
			this.#voice += follow * (voice - this.#voice);
			this.#breath += follow * (breath - this.#breath);
			const source = this.#voice * this.#pulse() + this.#breath * this.#hiss();
			this.#samples.push(
				this.#formants.reduce(
					(sum, formant, i) =>
						sum + FORMANT_LEVELS[i]! * formant.next(source, this.#frequencies[i]!),
					0,
				),
			);
		}
	}

	/** A rounded pulse: its overtones fall as a throat's do. */
	#pulse(): number {
		this.#phase = (this.#phase + this.pitch / SPEECH_FORMAT.sampleRate) % 1;
		return this.#phase < 0.6 ? Math.sin(Math.PI * (this.#phase / 0.6)) ** 2 - 0.3 : -0.3;
	}

	/** White, the same every time. */
	#hiss(): number {
		this.#noise = (Math.imul(this.#noise, 1_664_525) + 1_013_904_223) | 0;
		return this.#noise / 2 ** 31;
	}
}
