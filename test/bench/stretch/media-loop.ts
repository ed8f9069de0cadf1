// The shipped splicer and time stretcher over a ring: a whole signal in, the stretched one out.
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { Splicer, STRETCH_SECONDS } from '../../../worklet/splicer.js';
import { TimeStretcher } from '../../../worklet/time-stretcher.js';
import type { Seam } from './added-clicks.js';

/** Sample frames per pull, as in a render call. */
const BLOCK = 128;

/** Seconds kept ahead of the position. */
const AHEAD = 0.15;

export interface Stretched {
	readonly planes: readonly Float32Array[];
	/** Media position of each block of `BLOCK` sample frames of the output. */
	readonly positions: Float64Array;
	readonly block: number;
	/** Sample frames of input per one of output. */
	readonly rate: number;
	readonly seams: readonly Seam[];
	/** Milliseconds of each call of `advance`. */
	readonly costs: Float64Array;
}

export interface StretchOptions {
	readonly sampleRate: number;
	readonly permille: number;
	readonly leastCorrelation: number;
}

/** Stretches all but the last AHEAD seconds. */
export function stretch(signal: readonly Float32Array[], options: StretchOptions): Stretched {
	const { sampleRate, permille, leastCorrelation } = options;
	const layout = ringLayout(signal.length, sampleRate, 2);
	const memory = new RingMemory(new ArrayBuffer(ringByteLength(layout)), layout);
	const writer = new RingWriter(memory);
	const splicer = new Splicer(new RingReader(memory));
	const stretcher = new TimeStretcher(splicer);
	stretcher.setRate(permille);
	stretcher.setLeastCorrelation(leastCorrelation);
	const length = signal[0]!.length;
	const seamLength = Math.ceil(STRETCH_SECONDS * sampleRate);
	const ahead = Math.round(AHEAD * sampleRate);
	const most = Math.ceil((length * 1000) / permille / BLOCK) * BLOCK + sampleRate;
	const planes = signal.map(() => new Float32Array(most));
	const positions = new Float64Array(most / BLOCK + 1);
	const costs = new Float64Array(most / BLOCK + 1);
	let made = 0;
	let blocks = 0;
	let written = 0;
	const seams: Seam[] = [];
	const media = new Float64Array(1);
	for (;;) {
		written += writer.write(
			signal,
			written,
			Math.min(length - written, Math.max(0, ahead + BLOCK - splicer.available)),
		);
		if (splicer.available < ahead || made + BLOCK > most) {
			break;
		}
		splicer.writePosition(media, 0, 0);
		const begin = performance.now();
		stretcher.advance(BLOCK);
		costs[blocks] = performance.now() - begin;
		splicer.writePosition(positions, blocks, 0);
		if (positions[blocks] !== media[0]) {
			seams.push({ at: made, length: seamLength, from: media[0]!, to: positions[blocks]! });
		}
		splicer.pull(planes, made, BLOCK);
		made += BLOCK;
		blocks++;
	}
	return {
		planes: planes.map((plane) => plane.subarray(0, made)),
		positions: positions.subarray(0, blocks),
		block: BLOCK,
		rate: (made + splicer.removed - splicer.inserted) / made,
		seams,
		costs: costs.subarray(0, blocks),
	};
}
