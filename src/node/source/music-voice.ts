// One sounding note: a few sine partials under one envelope that starts and ends at zero with zero slope, so
// that no note clicks. Partials are turned by rotation, exact enough for the seconds a note lasts.
import type { Note, Timbre } from './music-score.js';

interface Sound {
	/** Level of partial 1, 2, 3 … */
	readonly partials: readonly number[];
	readonly attack: number;
	readonly release: number;
	/** Seconds in which the level falls to 1/e; Infinity holds it. */
	readonly decay: number;
	/** Cents between left and right, for width. */
	readonly detune: number;
	readonly gain: number;
}

/** Times in seconds. Levels set by ear: the melody leads, pads stay under it. */
const SOUNDS: Readonly<Record<Timbre, Sound>> = {
	pad: {
		partials: [1, 0.35, 0.16, 0.06],
		attack: 0.7,
		release: 1.4,
		decay: Infinity,
		detune: 5,
		gain: 0.075,
	},
	bass: {
		partials: [1, 0.3, 0.08],
		attack: 0.03,
		release: 0.35,
		decay: 1.6,
		detune: 0,
		gain: 0.2,
	},
	bell: {
		partials: [1, 0.28, 0.1, 0.05],
		attack: 0.012,
		release: 0.6,
		decay: 0.55,
		detune: 3,
		gain: 0.17,
	},
};

/** Partials above this part of the sample rate are left out: no aliasing. */
const HIGHEST = 0.45;

/** Turns a note into samples. */
export class MusicVoice {
	readonly #startFrame: number;
	readonly #left: Partials;
	readonly #right: Partials;
	readonly #attackFrames: number;
	readonly #releaseFrames: number;
	readonly #endFrame: number;
	readonly #decay: number;
	#level: number;

	/** @param startFrame when it begins, in sample frames of the piece. @param beatSeconds one beat. */
	constructor(note: Note, startFrame: number, beatSeconds: number, sampleRate: number) {
		const sound = SOUNDS[note.timbre];
		const frequency = 440 * 2 ** ((note.pitch - 69) / 12);
		const detune = 2 ** (sound.detune / 2400);
		const angle = ((note.pan + 1) * Math.PI) / 4;
		this.#startFrame = startFrame;
		this.#left = new Partials(frequency / detune, sound.partials, Math.cos(angle), sampleRate);
		this.#right = new Partials(frequency * detune, sound.partials, Math.sin(angle), sampleRate);
		this.#attackFrames = Math.round(sound.attack * sampleRate);
		this.#releaseFrames = Math.round(sound.release * sampleRate);
		this.#endFrame = startFrame + Math.round(note.beats * beatSeconds * sampleRate);
		this.#decay = Math.exp(-1 / (sound.decay * sampleRate));
		this.#level = note.level * sound.gain;
	}

	/** Adds the part from `frame` on, in sample frames of the piece, to `left` and `right`. False when the
	 * note is over. Call with every stretch of the piece, in order. */
	addTo(left: Float64Array, right: Float64Array, frame: number): boolean {
		const from = Math.max(0, this.#startFrame - frame);
		const to = Math.min(left.length, this.#endFrame - frame);
		for (let i = from; i < to; i++) {
			const level = this.#level * this.#envelope(frame + i);
			this.#level *= this.#decay;
			left[i]! += level * this.#left.next();
			right[i]! += level * this.#right.next();
		}
		return this.#endFrame > frame + left.length;
	}

	#envelope(frame: number): number {
		const attack = Math.min(1, (frame - this.#startFrame) / this.#attackFrames);
		const release = Math.min(1, (this.#endFrame - frame) / this.#releaseFrames);
		return (attack === 1 ? 1 : hann(attack)) * (release === 1 ? 1 : hann(release));
	}
}

/** Harmonic sines of one frequency that all start at phase 0. */
class Partials {
	/** Sine, cosine, and the rotation per sample, of each partial. */
	readonly #sine: Float64Array;
	readonly #cosine: Float64Array;
	readonly #turnSine: Float64Array;
	readonly #turnCosine: Float64Array;

	constructor(frequency: number, levels: readonly number[], gain: number, sampleRate: number) {
		const count = levels.filter((_, i) => frequency * (i + 1) < HIGHEST * sampleRate).length;
		const turns = Array.from(
			{ length: count },
			(_, i) => (2 * Math.PI * frequency * (i + 1)) / sampleRate,
		);
		this.#sine = new Float64Array(count);
		this.#cosine = Float64Array.from(turns, (_, i) => levels[i]! * gain);
		this.#turnSine = Float64Array.from(turns, Math.sin);
		this.#turnCosine = Float64Array.from(turns, Math.cos);
	}

	next(): number {
		let sum = 0;
		for (let i = 0; i < this.#sine.length; i++) {
			const sine = this.#sine[i]!;
			const cosine = this.#cosine[i]!;
			sum += sine;
			this.#sine[i] = sine * this.#turnCosine[i]! + cosine * this.#turnSine[i]!;
			this.#cosine[i] = cosine * this.#turnCosine[i]! - sine * this.#turnSine[i]!;
		}
		return sum;
	}
}

/** 0 … 1 to 0 … 1 with no slope at either end. */
function hann(position: number): number {
	return 0.5 - 0.5 * Math.cos(Math.PI * position);
}
