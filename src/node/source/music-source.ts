// An endless quiet piece, made up from a seed: the same samples for the same seed and format. Score → voices →
// echo → soft ceiling → encoder.
import type { StreamFormat } from '../../core/stream-format.js';
import { BEATS_PER_BAR, BEATS_PER_MINUTE, MusicScore } from './music-score.js';
import { MusicVoice } from './music-voice.js';
import { inRange, integerInRange } from '../../core/validation.js';
import { sampleEncoder, type SampleEncoder } from './sample-encoder.js';
import { streamFormat, type SourceFormat } from './source-format.js';
import type { PacedSource } from './source.js';
import { StereoEcho } from './stereo-echo.js';

/** What a `MusicSource` plays. */
export interface MusicOptions {
	/** Which piece: an integer, 0 to 2^32 - 1. @default 1 */
	readonly seed?: number;
	/** Loudness against the default, dB, -60 to 0. @default 0 */
	readonly levelDb?: number;
}

const BEAT_SECONDS = 60 / BEATS_PER_MINUTE;

/** Of the echo, in beats: off the beat, so that it fills the gaps of the melody. */
const ECHO_BEATS = 0.75;

/** An endless generated piece, of any format. */
export class MusicSource implements PacedSource {
	readonly kind = 'paced';
	readonly format: StreamFormat;
	readonly #score: MusicScore;
	readonly #echo: StereoEcho;
	readonly #gain: number;
	readonly #encode: SampleEncoder;
	#voices: MusicVoice[] = [];
	#frame = 0;
	#bar = 0;
	#closed = false;

	/** @throws TypeError or RangeError for values outside their ranges. */
	constructor(format: SourceFormat, options: MusicOptions = {}) {
		const { seed = 1, levelDb = 0 } = options;
		this.format = streamFormat(format);
		this.#score = new MusicScore(integerInRange('seed', seed, 0, 0xffff_ffff));
		const { sampleRate } = this.format;
		this.#echo = new StereoEcho(ECHO_BEATS * BEAT_SECONDS, sampleRate);
		this.#gain = 10 ** (inRange('levelDb', levelDb, -60, 0) / 20);
		this.#encode = sampleEncoder(this.format);
	}

	/** Never ends, but by `close()`. One channel gets both sides, further pairs of channels repeat them. */
	read(sampleFrames: number): Uint8Array | null {
		if (this.#closed) {
			return null;
		}
		const left = new Float64Array(sampleFrames);
		const right = new Float64Array(sampleFrames);
		this.#beginBarsUntil(this.#frame + sampleFrames);
		this.#voices = this.#voices.filter((voice) => voice.addTo(left, right, this.#frame));
		this.#frame += sampleFrames;
		this.#echo.process(left, right);
		return this.#encode(this.#planes(left, right), sampleFrames);
	}

	close(): void {
		this.#closed = true;
	}

	#beginBarsUntil(endFrame: number): void {
		const { sampleRate } = this.format;
		const barFrames = BEATS_PER_BAR * BEAT_SECONDS * sampleRate;
		while (this.#bar * barFrames < endFrame) {
			for (const note of this.#score.nextBar()) {
				const startFrame = Math.round(
					this.#bar * barFrames + note.beat * BEAT_SECONDS * sampleRate,
				);
				this.#voices.push(new MusicVoice(note, startFrame, BEAT_SECONDS, sampleRate));
			}
			this.#bar++;
		}
	}

	#planes(left: Float64Array, right: Float64Array): Float64Array[] {
		if (this.format.channels === 1) {
			return [left.map((sample, i) => this.#ceiling((sample + right[i]!) / 2))];
		}
		const sides = [left, right].map((side) => side.map((sample) => this.#ceiling(sample)));
		return Array.from({ length: this.format.channels }, (_, i) => sides[i % 2]!);
	}

	/** Straight at normal levels, never above full scale, smooth everywhere. */
	#ceiling(sample: number): number {
		return Math.tanh(sample) * this.#gain;
	}
}
