// The producer's half of the ring: planar float32 in. Wait-free; refuses what does not fit.
import {
	MARK_CAPACITY,
	MARK_FIELDS,
	MARK_ID,
	MARK_KIND,
	MARK_KINDS,
	MARK_POSITION,
	MARK_PTS,
	MARK_READ_INDEX,
	MARK_WRITE_INDEX,
	READ_INDEX,
	WRITE_INDEX,
	type MarkKind,
	type RingMemory,
} from './ring-layout.js';

export class RingWriter {
	readonly #memory: RingMemory;

	constructor(memory: RingMemory) {
		this.#memory = memory;
	}

	get writeIndex(): number {
		return this.#memory.control[WRITE_INDEX]! >>> 0;
	}

	/** As the consumer last published it; it may be further by now. */
	get readIndex(): number {
		return Atomics.load(this.#memory.control, READ_INDEX) >>> 0;
	}

	/** Sample frames that fit now; may only grow until the next `write`. */
	get writable(): number {
		return this.#memory.layout.capacity - ((this.writeIndex - this.readIndex) >>> 0);
	}

	/** Sample frames `offset` to `offset + sampleFrames` of `planes`, as many as fit.
	 * @returns sample frames written. */
	write(planes: readonly Float32Array[], offset: number, sampleFrames: number): number {
		const { control, mask } = this.#memory;
		const count = Math.min(sampleFrames, this.writable);
		const start = this.writeIndex;
		for (let channel = 0; channel < this.#memory.planes.length; channel++) {
			const from = planes[channel]!;
			const to = this.#memory.planes[channel]!;
			const at = start & mask;
			const run = Math.min(count, to.length - at);
			to.set(from.subarray(offset, offset + run), at);
			to.set(from.subarray(offset + run, offset + count), 0);
		}
		Atomics.store(control, WRITE_INDEX, (start + count) | 0);
		return count;
	}

	/** Puts a mark before the next sample frame. @returns false when `MARK_CAPACITY` marks wait. */
	mark(kind: MarkKind, pts: number, id = 0): boolean {
		const { control, marks } = this.#memory;
		const index = control[MARK_WRITE_INDEX]! >>> 0;
		const waiting = (index - (Atomics.load(control, MARK_READ_INDEX) >>> 0)) >>> 0;
		if (waiting >= MARK_CAPACITY) {
			return false;
		}
		const slot = (index % MARK_CAPACITY) * MARK_FIELDS;
		marks[slot + MARK_POSITION] = this.writeIndex;
		marks[slot + MARK_KIND] = MARK_KINDS.indexOf(kind);
		marks[slot + MARK_PTS] = pts;
		marks[slot + MARK_ID] = id;
		Atomics.store(control, MARK_WRITE_INDEX, (index + 1) | 0);
		return true;
	}
}
