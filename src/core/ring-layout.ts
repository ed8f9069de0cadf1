// The memory both halves of the ring share: control words, marks, one float32 plane per channel. It is
// a SharedArrayBuffer between threads where there is one, else plain memory owned by the audio thread.
//
// Indexes count sample frames and marks modulo 2^32; a slot is `index & mask`. Each control word has
// exactly one writing thread. The payload is written first, then the index is published with
// Atomics.store, so a reader that sees the index sees the payload.

/** Control words (Int32). */
export const WRITE_INDEX = 0; // written by the receiver
export const READ_INDEX = 1; // written by the audio thread
export const MARK_WRITE_INDEX = 2; // written by the receiver
export const MARK_READ_INDEX = 3; // written by the audio thread
const CONTROL_WORDS = 4;

/** Float64 fields of a mark. */
export const MARK_FIELDS = 4;
export const MARK_POSITION = 0; // ring index the mark stands before
export const MARK_KIND = 1; // a MarkKind
export const MARK_PTS = 2; // media position of the sample frame at the mark, sample frames
export const MARK_ID = 3; // which flush or end it answers; 0 for a splice

/** Marks that may wait in the ring at once. A live stream has a handful a minute. */
export const MARK_CAPACITY = 64;

/** What a mark says of the place it stands at.
 * `splice`: the samples before and after do not belong together: crossfade. `flush`: drop all before it.
 * `end`: nothing follows that belongs to what came before; it was played to the end. */
export type MarkKind = 'splice' | 'flush' | 'end';
export const MARK_KINDS: readonly MarkKind[] = ['splice', 'flush', 'end'];

export interface RingLayout {
	readonly channels: number;
	/** Sample frames it holds; a power of two. */
	readonly capacity: number;
	/** Hz, of the samples in it. */
	readonly sampleRate: number;
}

/** A layout that holds at least `seconds` of audio. */
export function ringLayout(channels: number, sampleRate: number, seconds: number): RingLayout {
	const capacity = 2 ** Math.ceil(Math.log2(Math.max(1, sampleRate * seconds)));
	return { channels, capacity, sampleRate };
}

export function ringByteLength(layout: RingLayout): number {
	return marksEnd() + layout.channels * layout.capacity * Float32Array.BYTES_PER_ELEMENT;
}

/** Typed views of one ring's memory. */
export class RingMemory {
	readonly layout: RingLayout;
	readonly mask: number;
	readonly control: Int32Array;
	readonly marks: Float64Array;
	readonly planes: readonly Float32Array[];

	/** @throws RangeError when `buffer` is not as long as the layout needs. */
	constructor(buffer: ArrayBufferLike, layout: RingLayout) {
		if (buffer.byteLength !== ringByteLength(layout)) {
			throw new RangeError(
				`Expected ${ringByteLength(layout)} bytes of ring memory, got ${buffer.byteLength}.`,
			);
		}
		this.layout = layout;
		this.mask = layout.capacity - 1;
		this.control = new Int32Array(buffer, 0, CONTROL_WORDS);
		this.marks = new Float64Array(buffer, marksStart(), MARK_CAPACITY * MARK_FIELDS);
		this.planes = Array.from(
			{ length: layout.channels },
			(_, channel) =>
				new Float32Array(
					buffer,
					marksEnd() + channel * layout.capacity * Float32Array.BYTES_PER_ELEMENT,
					layout.capacity,
				),
		);
	}
}

function marksStart(): number {
	return CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT;
}

function marksEnd(): number {
	return marksStart() + MARK_CAPACITY * MARK_FIELDS * Float64Array.BYTES_PER_ELEMENT;
}
