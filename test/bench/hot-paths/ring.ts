// Two frames of 20 ms of stereo in, planar as they are decoded, and fifteen render quanta out, planar as they are
// played: through the ring, and through ringbuf.js.
import { deinterleave, RingBuffer } from 'ringbuf.js';
import { RingMemory, ringByteLength, ringLayout } from '../../../src/core/ring-layout.js';
import { RingReader } from '../../../src/core/ring-reader.js';
import { RingWriter } from '../../../src/core/ring-writer.js';
import { microsecondsSince, type Contender, type Group } from './contender.js';
import { sound } from './stage.js';

const CHANNELS = 2;
const RATE = 48_000;
/** Sample frames of a message, of a render call, and of the least whole number of both. */
const FRAME = 960;
const QUANTUM = 128;
export const PASSAGE = 1920;
/** Passages of a round. */
const PASSAGES = 20;
/** Sample frames that all rings have room for: a power of two. */
const CAPACITY = 16_384;

/** What has been read of the last passage, planar. */
export type Passage = readonly Float32Array[];

/** Decoded frames, one after the other: arrays of their own, which is what ringbuf.js copies fastest. */
class Source {
	readonly #frames: readonly Float32Array[][];
	#at = 0;

	constructor() {
		const planes = sound(RATE);
		this.#frames = Array.from({ length: Math.floor(planes[0]!.length / FRAME) }, (_, i) =>
			planes.map((plane) => plane.slice(i * FRAME, (i + 1) * FRAME)),
		);
	}

	next(): readonly Float32Array[] {
		const frame = this.#frames[this.#at]!;
		this.#at = (this.#at + 1) % this.#frames.length;
		return frame;
	}
}

export function ringGroup(): Group<Passage> {
	return {
		name: '20 ms of 48 kHz stereo through a ring, in quanta of 128',
		reference: 'ringbuf.js, a ring a channel',
		contenders: [ringbufPlanar(), ringbufInterleaved(), ring(), limit()],
	};
}

function passage(): Float32Array[] {
	return Array.from({ length: CHANNELS }, () => new Float32Array(PASSAGE));
}

function ring(): Contender<Passage> {
	const layout = ringLayout(CHANNELS, RATE, CAPACITY / RATE);
	const memory = new RingMemory(new SharedArrayBuffer(ringByteLength(layout)), layout);
	const writer = new RingWriter(memory);
	const reader = new RingReader(memory);
	const source = new Source();
	const out = passage();
	const pass = (): void => {
		let read = 0;
		for (let written = 0; written < PASSAGE; written += FRAME) {
			writer.write(source.next(), 0, FRAME);
			while ((reader.writeIndex - reader.readIndex) >>> 0 >= QUANTUM) {
				const at = reader.readIndex;
				reader.copy(0, at, out[0]!, read, QUANTUM);
				reader.copy(1, at, out[1]!, read, QUANTUM);
				reader.release((at + QUANTUM) >>> 0);
				read += QUANTUM;
			}
		}
	};
	return {
		name: 'ring',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < PASSAGES; i++) {
				pass();
			}
			return perFrame(begin);
		},
		result: () => out,
	};
}

function ringbufPlanar(): Contender<Passage> {
	const rings = [openRingbuf(CAPACITY), openRingbuf(CAPACITY)];
	const source = new Source();
	const out = passage();
	const pass = (): void => {
		let read = 0;
		for (let written = 0; written < PASSAGE; written += FRAME) {
			const planes = source.next();
			rings[0]!.push(planes[0]!, FRAME);
			rings[1]!.push(planes[1]!, FRAME);
			while (rings[1]!.availableRead() >= QUANTUM) {
				rings[0]!.pop(out[0]!, QUANTUM, read);
				rings[1]!.pop(out[1]!, QUANTUM, read);
				read += QUANTUM;
			}
		}
	};
	return {
		name: 'ringbuf.js, a ring a channel',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < PASSAGES; i++) {
				pass();
			}
			return perFrame(begin);
		},
		result: () => out,
	};
}

/** As its AudioWriter and AudioReader do. */
function ringbufInterleaved(): Contender<Passage> {
	const ringbuf = openRingbuf(CAPACITY * CHANNELS);
	const source = new Source();
	const out = passage();
	const quanta = Array.from({ length: PASSAGE / QUANTUM }, (_, i) =>
		out.map((plane) => plane.subarray(i * QUANTUM, (i + 1) * QUANTUM)),
	);
	const frame = new Float32Array(FRAME * CHANNELS);
	const quantum = new Float32Array(QUANTUM * CHANNELS);
	const pass = (): void => {
		let read = 0;
		for (let written = 0; written < PASSAGE; written += FRAME) {
			const planes = source.next();
			const left = planes[0]!;
			const right = planes[1]!;
			for (let i = 0; i < FRAME; i++) {
				frame[2 * i] = left[i]!;
				frame[2 * i + 1] = right[i]!;
			}
			ringbuf.push(frame, frame.length);
			while (ringbuf.availableRead() >= quantum.length) {
				ringbuf.pop(quantum, quantum.length);
				deinterleave(quantum, quanta[read]!);
				read++;
			}
		}
	};
	return {
		name: 'ringbuf.js, one ring, interleaved',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < PASSAGES; i++) {
				pass();
			}
			return perFrame(begin);
		},
		result: () => out,
	};
}

/** In and out as memory is copied, without a ring. */
function limit(): Contender<Passage> {
	const source = new Source();
	const between = passage();
	const out = passage();
	const pass = (): void => {
		for (let at = 0; at < PASSAGE; at += FRAME) {
			const frame = source.next();
			between[0]!.set(frame[0]!, at);
			between[1]!.set(frame[1]!, at);
		}
		for (let at = 0; at < PASSAGE; at += QUANTUM) {
			out[0]!.set(between[0]!.subarray(at, at + QUANTUM), at);
			out[1]!.set(between[1]!.subarray(at, at + QUANTUM), at);
		}
	};
	return {
		name: 'Float32Array.set, no ring: the limit',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < PASSAGES; i++) {
				pass();
			}
			return perFrame(begin);
		},
		result: () => out,
	};
}

function perFrame(begin: number): number {
	return (microsecondsSince(begin) * FRAME) / (PASSAGES * PASSAGE);
}

/** Of its methods, those used; its own declarations name others, and ask for an array where a class is meant. */
interface Ringbuf {
	push(samples: Float32Array, length: number, offset?: number): number;
	pop(samples: Float32Array, length: number, offset?: number): number;
	availableRead(): number;
}

function openRingbuf(samples: number): Ringbuf {
	const Type = RingBuffer as unknown as {
		new (memory: SharedArrayBuffer, type: typeof Float32Array): Ringbuf;
		getStorageForCapacity(samples: number, type: typeof Float32Array): SharedArrayBuffer;
	};
	return new Type(Type.getStorageForCapacity(samples, Float32Array), Float32Array);
}
