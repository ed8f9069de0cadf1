// The one crossfade: from the samples at one place of the ring to those at another, so that nothing jumps
// where media was lost or skipped. Owner: the audio thread.
import type { RingReader } from '../src/core/ring-reader.js';

export class Crossfade {
	/** Ring indexes of the next sample frame of either side. */
	from = 0;
	to = 0;
	/** Sample frames left; 0 when no crossfade is under way. */
	remaining = 0;
	#length = 0;
	#correlation = 0;

	/** Over `length` sample frames, which both sides must hold. */
	begin(reader: RingReader, from: number, to: number, length: number): void {
		this.from = from;
		this.to = to;
		this.remaining = length;
		this.#length = length;
		this.#correlation = correlation(reader, from, to, length);
	}

	cancel(): void {
		this.remaining = 0;
	}

	/** Writes `count` mixed sample frames, at most `remaining`. The gains keep the power the sum would have
	 * anywhere else: with correlation ρ, a² + b² + 2ρab = 1. */
	pull(reader: RingReader, planes: readonly Float32Array[], offset: number, count: number): void {
		for (let i = 0; i < count; i++) {
			const place = 1 - (this.remaining - 0.5) / this.#length;
			const rise = 0.5 - 0.5 * Math.cos(Math.PI * place);
			const fall = 1 - rise;
			const norm = 1 / Math.sqrt(rise * rise + fall * fall + 2 * this.#correlation * rise * fall);
			for (let channel = 0; channel < planes.length; channel++) {
				planes[channel]![offset + i] =
					norm *
					(fall * reader.sample(channel, this.from) + rise * reader.sample(channel, this.to));
			}
			this.from++;
			this.to++;
			this.remaining--;
		}
	}
}

/** Normalised cross-correlation of two stretches of the ring, all channels together; 0 when they oppose
 * each other: making up for what they cancel would ask for an endless gain. */
function correlation(reader: RingReader, a: number, b: number, length: number): number {
	let ab = 0;
	let aa = 0;
	let bb = 0;
	for (let channel = 0; channel < reader.layout.channels; channel++) {
		for (let i = 0; i < length; i++) {
			const x = reader.sample(channel, a + i);
			const y = reader.sample(channel, b + i);
			ab += x * y;
			aa += x * x;
			bb += y * y;
		}
	}
	const power = Math.sqrt(aa * bb);
	return power > 0 ? Math.max(0, ab / power) : 1;
}
