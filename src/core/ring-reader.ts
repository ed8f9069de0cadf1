// The consumer's half of the ring: reads ahead anywhere in what waits, then releases it. Wait-free and
// free of allocation. Owner: the audio thread.
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
	type RingLayout,
	type RingMemory,
} from './ring-layout.js';

export class RingReader {
	readonly layout: RingLayout;
	readonly #memory: RingMemory;

	constructor(memory: RingMemory) {
		this.layout = memory.layout;
		this.#memory = memory;
	}

	get readIndex(): number {
		return this.#memory.control[READ_INDEX]! >>> 0;
	}

	/** As the producer last published it; it may be further by now. */
	get writeIndex(): number {
		return Atomics.load(this.#memory.control, WRITE_INDEX) >>> 0;
	}

	/** Copies sample frames from ring index `index` on to `to[offset …]`. They must lie between the read
	 * and the write index. */
	copy(channel: number, index: number, to: Float32Array, offset: number, count: number): void {
		const { mask } = this.#memory;
		const plane = this.#memory.planes[channel]!;
		let i = 0;
		// Four at a time: half the time of one at a time (`npm run bench`), and without the views that `set` needs.
		for (; i + 4 <= count; i += 4) {
			to[offset + i] = plane[(index + i) & mask]!;
			to[offset + i + 1] = plane[(index + i + 1) & mask]!;
			to[offset + i + 2] = plane[(index + i + 2) & mask]!;
			to[offset + i + 3] = plane[(index + i + 3) & mask]!;
		}
		for (; i < count; i++) {
			to[offset + i] = plane[(index + i) & mask]!;
		}
	}

	/** One sample. `index` must lie between the read and the write index. */
	sample(channel: number, index: number): number {
		return this.#memory.planes[channel]![index & this.#memory.mask]!;
	}

	/** Gives the producer all before `index` to write over. */
	release(index: number): void {
		Atomics.store(this.#memory.control, READ_INDEX, index | 0);
	}

	/** Marks released so far, modulo 2^32. */
	get markReadIndex(): number {
		return this.#memory.control[MARK_READ_INDEX]! >>> 0;
	}

	/** Marks that wait, oldest first. */
	get marksWaiting(): number {
		const { control } = this.#memory;
		return (Atomics.load(control, MARK_WRITE_INDEX) - control[MARK_READ_INDEX]!) >>> 0;
	}

	/** Ring index the mark stands before. `mark` counts from the oldest: 0 to `marksWaiting` - 1. */
	markPosition(mark: number): number {
		return this.#field(mark, MARK_POSITION);
	}

	markKind(mark: number): MarkKind {
		return MARK_KINDS[this.#field(mark, MARK_KIND)]!;
	}

	markPts(mark: number): number {
		return this.#field(mark, MARK_PTS);
	}

	markId(mark: number): number {
		return this.#field(mark, MARK_ID);
	}

	/** Gives the producer the place of the oldest mark. */
	releaseMark(): void {
		const { control } = this.#memory;
		Atomics.store(control, MARK_READ_INDEX, (control[MARK_READ_INDEX]! + 1) | 0);
	}

	#field(mark: number, field: number): number {
		const index = (this.#memory.control[MARK_READ_INDEX]! + mark) >>> 0;
		return this.#memory.marks[(index % MARK_CAPACITY) * MARK_FIELDS + field]!;
	}
}
