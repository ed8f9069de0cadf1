// What an endless piece consists of: a four-chord round, a bass, and a melody of two-bar ideas that return.
// One seed gives one piece. Notes come bar by bar; nothing here knows of samples.
import { seededRandom, type Random } from './seeded-random.js';

/** How a note sounds. */
export type Timbre = 'pad' | 'bass' | 'bell';

/** One note; times in beats. */
export interface Note {
	readonly timbre: Timbre;
	/** From the start of the bar. */
	readonly beat: number;
	readonly beats: number;
	/** Semitones, 69 is A at 440 Hz. */
	readonly pitch: number;
	/** Peak, 0 to 1. */
	readonly level: number;
	/** -1 left, 1 right. */
	readonly pan: number;
}

/** Of every piece. */
export const BEATS_PER_BAR = 4;
/** Tempo of every piece. */
export const BEATS_PER_MINUTE = 76;

/** Rounds that can follow each other in any order; scale degrees from 0. */
const ROUNDS: readonly (readonly number[])[] = [
	[0, 4, 5, 3],
	[5, 3, 0, 4],
	[0, 5, 1, 4],
	[3, 0, 1, 5],
	[0, 2, 3, 4],
];
const MAJOR: readonly number[] = [0, 2, 4, 5, 7, 9, 11];
const PENTATONIC: readonly number[] = [0, 2, 4, 7, 9];

/** Order in which a round's four bars take the three ideas of the melody. */
const IDEA_OF_BAR: readonly number[] = [0, 1, 0, 2];
const ROUNDS_PER_IDEAS = 2;

/** A step of the pentatonic scale at an eighth of the bar. */
interface Step {
	readonly eighth: number;
	readonly step: number;
	readonly level: number;
}

/** Makes up a piece, bar after bar. */
export class MusicScore {
	readonly #random: Random;
	readonly #tonic: number;
	#bar = 0;
	#round: readonly number[] = ROUNDS[0]!;
	#ideas: readonly (readonly Step[])[] = [];
	#pads: readonly number[] = [55, 59, 62];

	/** @param seed any integer. */
	constructor(seed: number) {
		this.#random = seededRandom(seed);
		this.#tonic = Math.floor(this.#random() * 8) - 4;
	}

	/** The notes of the next bar. */
	nextBar(): Note[] {
		const barOfRound = this.#bar % 4;
		if (barOfRound === 0) {
			this.#beginRound();
		}
		const degree = this.#round[barOfRound]!;
		this.#bar++;
		return [...this.#padNotes(degree), ...this.#bassNotes(degree), ...this.#melody(barOfRound)];
	}

	#beginRound(): void {
		if (this.#bar > 0) {
			this.#round = ROUNDS[Math.floor(this.#random() * ROUNDS.length)]!;
		}
		if ((this.#bar / 4) % ROUNDS_PER_IDEAS === 0) {
			this.#ideas = [this.#idea(0.6), this.#idea(0.45), this.#idea(0.25)];
		}
	}

	/** A wandering line; `density` is the chance of a note on a beat. */
	#idea(density: number): Step[] {
		const steps: Step[] = [];
		let step = Math.floor(this.#random() * 5);
		for (let eighth = 0; eighth < 2 * BEATS_PER_BAR; eighth++) {
			const onBeat = eighth % 2 === 0;
			if (this.#random() < (onBeat ? density : density * 0.55)) {
				steps.push({ eighth, step, level: (onBeat ? 0.85 : 0.6) + 0.15 * this.#random() });
				step += Math.floor(this.#random() * 5) - 2;
				step = Math.max(-1, Math.min(7, step));
			}
		}
		return steps;
	}

	#padNotes(degree: number): Note[] {
		const classes = [0, 2, 4].map((third) => this.#tonic + scaleSemitones(degree + third));
		this.#pads = this.#pads.map((near, i) => nearestOctave(classes[i]!, near, 52, 67));
		return this.#pads.map((pitch, i) => ({
			timbre: 'pad',
			beat: 0,
			beats: BEATS_PER_BAR + 1.5,
			pitch,
			level: 0.8,
			pan: (i - 1) * 0.5,
		}));
	}

	#bassNotes(degree: number): Note[] {
		const root = nearestOctave(this.#tonic + scaleSemitones(degree), 41, 36, 47);
		const bass = { timbre: 'bass', pan: 0, pitch: root } as const;
		return [
			{ ...bass, beat: 0, beats: 2.6, level: 0.9 },
			{ ...bass, beat: 2.5, beats: 1.4, level: 0.55 },
		];
	}

	#melody(barOfRound: number): Note[] {
		const idea = this.#ideas[IDEA_OF_BAR[barOfRound]!]!;
		return idea.map(({ eighth, step, level }) => {
			const octave = Math.floor(step / 5);
			const semitones = PENTATONIC[step - 5 * octave]! + 12 * octave;
			const pitch = 72 + this.#tonic + semitones;
			const pan = 0.8 * this.#random() - 0.4;
			return { timbre: 'bell', beat: eighth / 2, beats: 4, pitch, level, pan };
		});
	}
}

/** Semitones above the tonic of the major scale's degree, any degree from 0. */
function scaleSemitones(degree: number): number {
	return MAJOR[degree % 7]! + 12 * Math.floor(degree / 7);
}

/** The pitch of `pitch`'s class that is nearest to `near` within `low` to `high`, at least an octave apart. */
function nearestOctave(pitch: number, near: number, low: number, high: number): number {
	const best = pitch + 12 * Math.round((near - pitch) / 12);
	if (best < low) {
		return best + 12;
	}
	return best > high ? best - 12 : best;
}
