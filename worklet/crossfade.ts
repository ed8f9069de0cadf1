// The one crossfade: from any sound to the samples at a place of the ring, so that nothing jumps where media
// was lost, skipped, stretched or made up. Owner: the audio thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';

/** Nodes of the raised cosine between which gains are interpolated: exact to (π / nodes)² / 16, -106 dB. */
const SHAPE_NODES = 512;

/** Samples that the correlation is taken from, at most; of more, every second, third … */
const MOST_PRODUCTS = 2048;

export class Crossfade {
	/** The side that fades out, one plane per channel: filled by `copyOutgoing`, or by whoever makes the
	 * sound, before `begin`. */
	readonly outgoing: readonly Float32Array[];
	/** Greatest length, sample frames. */
	readonly longest: number;
	readonly #reader: RingReader;
	/** Sample frames left; 0 when no crossfade is under way. */
	#remaining = 0;
	/** Sample frame of `outgoing` that comes next. */
	#next = 0;
	/** Gains of either side by sample frame. */
	readonly #fall: Float32Array;
	readonly #rise: Float32Array;
	readonly #shape: Float64Array;
	/** Correlation of the two sides, 0 to 1. An array, since a fraction in a field may be an allocation. */
	readonly #correlation = new Float64Array(1);

	/** @param longest sample frames */
	constructor(reader: RingReader, longest: number) {
		this.#reader = reader;
		this.longest = longest;
		this.outgoing = Array.from({ length: reader.layout.channels }, () => new Float32Array(longest));
		this.#fall = new Float32Array(longest);
		this.#rise = new Float32Array(longest);
		this.#shape = Float64Array.from(
			{ length: SHAPE_NODES + 2 },
			(_, i) => 0.5 - 0.5 * Math.cos((Math.PI * Math.min(i, SHAPE_NODES)) / SHAPE_NODES),
		);
	}

	get remaining(): number {
		return this.#remaining;
	}

	/** Fills `outgoing` with `length` sample frames from ring index `from` on. */
	copyOutgoing(from: number, length: number): void {
		for (let channel = 0; channel < this.outgoing.length; channel++) {
			this.#reader.copy(channel, from, this.outgoing[channel]!, 0, length);
		}
	}

	/** Fills `outgoing` with what the `length` sample frames before ring index `end` give when turned about the last
	 * of them: goes on from there with its level and its slope. */
	turnOutgoing(end: number, length: number): void {
		for (let channel = 0; channel < this.outgoing.length; channel++) {
			const plane = this.outgoing[channel]!;
			const last = this.#reader.sample(channel, (end - 1) >>> 0);
			for (let i = 0; i < length; i++) {
				plane[i] = 2 * last - this.#reader.sample(channel, (end - 2 - i) >>> 0);
			}
		}
	}

	/** From the first `length` sample frames of `outgoing` to those at ring index `to`, which the ring must
	 * hold. */
	begin(to: number, length: number): void {
		this.#remaining = length;
		this.#next = 0;
		this.#correlate(to, length);
		this.#shapeGains(length);
	}

	cancel(): void {
		this.#remaining = 0;
	}

	/** Writes `count` mixed sample frames, at most `remaining`; the incoming ones are at ring index `to`. */
	pull(to: number, planes: readonly Float32Array[], offset: number, count: number): void {
		const next = this.#next;
		for (let channel = 0; channel < planes.length; channel++) {
			const plane = planes[channel]!;
			const outgoing = this.outgoing[channel]!;
			this.#reader.copy(channel, to, plane, offset, count);
			for (let i = 0; i < count; i++) {
				plane[offset + i] =
					this.#fall[next + i]! * outgoing[next + i]! + this.#rise[next + i]! * plane[offset + i]!;
			}
		}
		this.#next += count;
		this.#remaining -= count;
	}

	/** Gains that keep the power the sum would have anywhere else: with correlation ρ,
	 * a² + b² + 2ρab = 1. */
	#shapeGains(length: number): void {
		const correlation = this.#correlation[0]!;
		for (let i = 0; i < length; i++) {
			const place = ((i + 0.5) / length) * SHAPE_NODES;
			const node = place | 0;
			const below = this.#shape[node]!;
			const rise = below + (this.#shape[node + 1]! - below) * (place - node);
			const fall = 1 - rise;
			const norm = 1 / Math.sqrt(rise * rise + fall * fall + 2 * correlation * rise * fall);
			this.#rise[i] = norm * rise;
			this.#fall[i] = norm * fall;
		}
	}

	/** Normalised cross-correlation of the two sides, all channels together; 0 when they oppose each other:
	 * making up for what they cancel would ask for an endless gain. */
	#correlate(to: number, length: number): void {
		const stride = 1 + (((length * this.outgoing.length) / MOST_PRODUCTS) | 0);
		let ab = 0;
		let aa = 0;
		let bb = 0;
		for (let channel = 0; channel < this.outgoing.length; channel++) {
			const outgoing = this.outgoing[channel]!;
			for (let i = 0; i < length; i += stride) {
				const a = outgoing[i]!;
				const b = this.#reader.sample(channel, to + i);
				ab += a * b;
				aa += a * a;
				bb += b * b;
			}
		}
		const power = Math.sqrt(aa * bb);
		this.#correlation[0] = power > 0 ? Math.max(0, ab / power) : 1;
	}
}
