// A sine per channel, exact for hours: sample i is amplitude · sin(2π · ((f · i) mod rate) / rate), computed
// from i alone, so no error adds up and any sample can be checked.
import type { StreamFormat } from '../../core/stream-format.js';
import { inRange } from '../../core/validation.js';
import { sampleEncoder, type SampleEncoder } from './sample-encoder.js';
import { streamFormat, type SourceFormat } from './source-format.js';
import type { PacedSource } from './source.js';

/** What a `ToneSource` plays. */
export interface ToneOptions {
	/** Hz, above 0 to half the sample rate: one for all channels, or one for each. @default 440 */
	readonly frequency?: number | readonly number[];
	/** Peak level, dBFS, -120 to 0. @default -12 */
	readonly levelDb?: number;
	/** Seconds until the source ends. @default Infinity */
	readonly duration?: number;
}

/** Sample `index` of a sine of peak 1 that starts at phase 0. `frequency` and `sampleRate` in Hz. */
export function toneSample(index: number, frequency: number, sampleRate: number): number {
	return Math.sin((2 * Math.PI * ((frequency * index) % sampleRate)) / sampleRate);
}

/** A sine per channel, of any format. */
export class ToneSource implements PacedSource {
	readonly kind = 'paced';
	readonly format: StreamFormat;
	readonly #frequencies: readonly number[];
	readonly #amplitude: number;
	readonly #endIndex: number;
	readonly #encode: SampleEncoder;
	#index = 0;

	/** @throws TypeError or RangeError for values outside their ranges. */
	constructor(format: SourceFormat, options: ToneOptions = {}) {
		const { frequency = 440, levelDb = -12, duration = Infinity } = options;
		this.format = streamFormat(format);
		this.#frequencies = frequencies(frequency, this.format);
		this.#amplitude = 10 ** (inRange('levelDb', levelDb, -120, 0) / 20);
		this.#endIndex = Math.round(
			inRange('duration', duration, 0, Infinity) * this.format.sampleRate,
		);
		this.#encode = sampleEncoder(this.format);
	}

	read(sampleFrames: number): Uint8Array | null {
		const count = Math.min(sampleFrames, this.#endIndex - this.#index);
		if (count <= 0) {
			return null;
		}
		const planes = this.#frequencies.map((frequency) => this.#sine(frequency, count));
		this.#index += count;
		return this.#encode(planes, count);
	}

	close(): void {
		this.#index = Infinity;
	}

	#sine(frequency: number, count: number): Float64Array {
		const plane = new Float64Array(count);
		for (let i = 0; i < count; i++) {
			plane[i] = this.#amplitude * toneSample(this.#index + i, frequency, this.format.sampleRate);
		}
		return plane;
	}
}

function frequencies(
	frequency: number | readonly number[],
	{ sampleRate, channels }: StreamFormat,
): readonly number[] {
	const each =
		typeof frequency === 'number' ? new Array<number>(channels).fill(frequency) : [...frequency];
	if (each.length !== channels) {
		throw new RangeError(
			`Expected one frequency or one per channel (${channels}), got ${each.length}.`,
		);
	}
	for (const one of each) {
		inRange('frequency', one, Number.MIN_VALUE, sampleRate / 2);
	}
	return each;
}
