// Two short beats a second, the first of four higher: what a jump of the delay sounds like is heard at once.
import type { Synth } from './synth-source.js';

const BEAT_SECONDS = 0.5;
const BEATS_PER_BAR = 4;

/** Hz of the first beat of a bar, and of the others. */
const ACCENT = 1760;
const BEAT = 1175;

/** Seconds to a third of the level, and the peak. */
const DECAY = 0.03;
const LEVEL = 0.4;

/** Seconds of rise: a beat is no click. */
const ATTACK = 0.002;

export function metronome(sampleRate: number): Synth {
	let index = 0;
	return () => {
		const time = index++ / sampleRate;
		const beat = Math.floor(time / BEAT_SECONDS);
		const since = time - beat * BEAT_SECONDS;
		const envelope = Math.min(1, since / ATTACK) * Math.exp(-since / DECAY);
		const frequency = beat % BEATS_PER_BAR === 0 ? ACCENT : BEAT;
		return LEVEL * envelope * Math.sin(2 * Math.PI * frequency * since);
	};
}
