// The shipped engine, stereo, and a sender that never runs dry.
import { PlayoutRig, type RigOptions } from '../../support/playout-rig.js';
import { music, speech } from '../../support/signals.js';

/** Hz. */
export const OUTPUT_RATE = 48_000;
/** Sample frames of a render call, and seconds. */
export const QUANTUM = 128;
export const QUANTUM_SECONDS = QUANTUM / OUTPUT_RATE;
/** Seconds of a message. */
export const FRAME_SECONDS = 0.02;

/** Seconds of sound, over and over. */
const SOUND_SECONDS = 2;

const sounds = new Map<number, readonly Float32Array[]>();

/** What a contender rendered last, and sample frames of it so far; the engine's report where it is the engine. */
export interface Rendered {
	readonly output: Float32Array;
	readonly made: number;
	readonly report: Float64Array | null;
}

/** A voice on the left, music on the right. @param mediaRate Hz */
export function sound(mediaRate: number): readonly Float32Array[] {
	const span = { sampleRate: mediaRate, seconds: SOUND_SECONDS };
	const known = sounds.get(mediaRate);
	const planes = known ?? [
		Float32Array.from(speech(span, 0.7, 1)),
		Float32Array.from(music(span, 0.7, 2)),
	];
	sounds.set(mediaRate, planes);
	return planes;
}

export class Stage {
	readonly rig: PlayoutRig;
	readonly output = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
	readonly #planes: readonly Float32Array[];
	readonly #frame: number;
	#sent = 0;

	constructor(mediaRate: number, options: RigOptions) {
		this.rig = new PlayoutRig({ ...options, mediaRate, outputRate: OUTPUT_RATE, channels: 2 });
		this.#planes = sound(mediaRate);
		this.#frame = Math.round(mediaRate * FRAME_SECONDS);
	}

	/** Another message comes. */
	send(): void {
		this.rig.writer.write(this.#planes, this.#sent % this.#planes[0]!.length, this.#frame);
		this.#sent += this.#frame;
	}

	/** Messages come until there is sound for so many seconds. */
	sendUpTo(seconds: number): void {
		for (let level = this.rig.value('bufferLevel'); level < seconds; level += FRAME_SECONDS) {
			this.send();
		}
	}

	rendered(): Rendered {
		const { rig, output } = this;
		return { output: output[0]!, made: rig.value('rendered'), report: rig.report.slice() };
	}
}
