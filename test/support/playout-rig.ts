// The shipped playout engine on a virtual clock: samples are fed, render calls are made, the output kept.
import { REPORT, REPORT_SLOTS } from '../../src/core/playout-report.js';
import type { PlayoutContent, PlayoutMode } from '../../src/core/playout-messages.js';
import { RingMemory, ringByteLength, ringLayout } from '../../src/core/ring-layout.js';
import { RingReader } from '../../src/core/ring-reader.js';
import { RingWriter } from '../../src/core/ring-writer.js';
import { designSincFilter } from '../../src/core/sinc-filter.js';
import { PlayoutEngine } from '../../worklet/playout-engine.js';

export interface RigOptions {
	/** Hz of the stream. @default 48000 */
	readonly mediaRate?: number;
	/** Hz of the output. @default 48000 */
	readonly outputRate?: number;
	/** @default 1 */
	readonly channels?: number;
	/** @default 'live' */
	readonly mode?: PlayoutMode;
	/** @default 'auto' */
	readonly content?: PlayoutContent;
	/** Seconds, fixed; null: learned. @default 0.1 */
	readonly targetDelay?: number | null;
	/** Seconds the ring holds. @default 2 */
	readonly ringSeconds?: number;
	/** Sample frames per render call. @default 128 */
	readonly quantum?: number;
}

export class PlayoutRig {
	readonly engine: PlayoutEngine;
	readonly report = new Float64Array(REPORT_SLOTS);
	readonly #options: Required<RigOptions>;
	readonly #output: Float32Array[];
	readonly #heard: Float32Array[] = [];
	#writer: RingWriter;

	constructor(options: RigOptions = {}) {
		this.#options = {
			mediaRate: 48_000,
			outputRate: 48_000,
			channels: 1,
			mode: 'live',
			content: 'auto',
			targetDelay: 0.1,
			ringSeconds: 2,
			quantum: 128,
			...options,
		};
		const { channels, mode, content, targetDelay, outputRate, quantum } = this.#options;
		this.engine = new PlayoutEngine({
			sampleRate: outputRate,
			mode,
			content,
			profile: 'balanced',
			minDelay: targetDelay ?? 0,
			maxDelay: targetDelay ?? 2,
			report: this.report,
		});
		this.#output = Array.from({ length: channels }, () => new Float32Array(quantum));
		this.#writer = this.openRing(this.#options.mediaRate);
		this.engine.play();
	}

	get writer(): RingWriter {
		return this.#writer;
	}

	/** A new ring at another rate, as after a change of format. */
	openRing(mediaRate: number): RingWriter {
		const layout = ringLayout(this.#options.channels, mediaRate, this.#options.ringSeconds);
		const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
		this.engine.attach(
			new RingReader(memory),
			designSincFilter(mediaRate, this.#options.outputRate),
		);
		this.#writer = new RingWriter(memory);
		return this.#writer;
	}

	/** The same samples to every channel. @returns sample frames that fitted. */
	write(samples: Float32Array): number {
		const planes = Array.from({ length: this.#options.channels }, () => samples);
		return this.#writer.write(planes, 0, samples.length);
	}

	/** Renders `seconds` of output, and keeps the first channel. */
	render(seconds: number): void {
		const { outputRate, quantum } = this.#options;
		const calls = Math.round((seconds * outputRate) / quantum);
		for (let call = 0; call < calls; call++) {
			this.#output.forEach((plane) => plane.fill(Number.NaN));
			this.engine.render(this.#output);
			this.#heard.push(this.#output[0]!.slice());
		}
	}

	/** Feeds `signal` in frames of `frameSeconds` each when it is due, rendering between; `arrives` may hold a
	 * frame back (seconds late) or lose it (null). */
	stream(
		signal: Float32Array,
		frameSeconds: number,
		arrives: (frame: number) => number | null = () => 0,
	): void {
		const { mediaRate, outputRate, quantum } = this.#options;
		const length = Math.round(frameSeconds * mediaRate);
		const frames = Math.floor(signal.length / length);
		let now = 0;
		let isGap = false;
		let last = 0;
		for (let frame = 0; frame < frames; frame++) {
			const lateness = arrives(frame);
			if (lateness === null) {
				isGap = true;
				continue;
			}
			const due = Math.max(last, frame * frameSeconds + lateness);
			last = due;
			for (; now < due; now += quantum / outputRate) {
				this.render(quantum / outputRate);
			}
			if (isGap) {
				this.#writer.mark('splice', frame * length);
				isGap = false;
			}
			this.write(signal.subarray(frame * length, (frame + 1) * length));
		}
	}

	/** All output so far. */
	get heard(): Float32Array {
		const all = new Float32Array(this.#heard.length * this.#options.quantum);
		this.#heard.forEach((block, i) => {
			all.set(block, i * this.#options.quantum);
		});
		return all;
	}

	value(slot: keyof typeof REPORT): number {
		return this.report[REPORT[slot]]!;
	}
}
