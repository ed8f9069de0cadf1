// A source of one made-up voice: a function gives a sample after the other, the same for all channels.
import { sampleEncoder, type PacedSource, type SourceFormat } from '../../src/node/index.js';

/** Gives the next sample, ±1. */
export type Synth = () => number;

/** Endless; its format has every field that matters given. */
export class SynthSource implements PacedSource {
	readonly kind = 'paced';
	readonly format: PacedSource['format'];
	readonly #synth: Synth;
	#closed = false;

	constructor(format: SourceFormat, synth: (sampleRate: number) => Synth) {
		const { sampleRate, sampleFormat = 's32', channels = 2, byteOrder = 'little' } = format;
		this.format = { sampleRate, sampleFormat, channels, byteOrder };
		this.#synth = synth(sampleRate);
	}

	read(sampleFrames: number): Uint8Array | null {
		if (this.#closed) {
			return null;
		}
		const plane = new Float64Array(sampleFrames);
		for (let i = 0; i < sampleFrames; i++) {
			plane[i] = this.#synth();
		}
		const planes = Array.from({ length: this.format.channels }, () => plane);
		return sampleEncoder(this.format)(planes, sampleFrames);
	}

	close(): void {
		this.#closed = true;
	}
}
