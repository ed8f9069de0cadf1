// The ring as the passages between its marks: the place in them that is read next, its media position, and what
// can be read before the next stop. A splice is crossed by a crossfade, into the next passage long enough for
// one. Keeps some of what was read in the ring. Owner: the audio thread; allocates in its constructor only.
import type { MarkKind } from '../src/core/ring-layout.js';
import type { RingReader } from '../src/core/ring-reader.js';

/** What stays in the ring behind the position; at most this part of the ring. */
const HISTORY_SECONDS = 0.06;
const HISTORY_PART = 8;

/** Why the samples at hand end where they do. `starved`: more may come. */
export type Stop = 'starved' | Exclude<MarkKind, 'splice'>;

export class Passages {
	/** Most sample frames kept behind the position. */
	readonly historyFrames: number;
	readonly #reader: RingReader;
	/** Sample frames of a splice's crossfade. Passages shorter than two are dropped. */
	readonly #length: number;
	/** Ring index of the next sample frame; of its incoming side while a crossfade is under way. */
	#position: number;
	/** Ring index since which all before the position belongs to its passage and is still in the ring. */
	#oldest: number;
	/** Media position of the sample frame at ring index `#ptsIndex`, sample frames. */
	#pts = 0;
	#ptsIndex: number;
	#discarded = 0;
	#isHolding = false;

	/** @param length sample frames of a splice's crossfade */
	constructor(reader: RingReader, length: number) {
		const { sampleRate, capacity } = reader.layout;
		this.#reader = reader;
		this.#length = length;
		this.historyFrames = Math.min(
			Math.ceil(HISTORY_SECONDS * sampleRate),
			Math.floor(capacity / HISTORY_PART),
		);
		this.#position = reader.readIndex;
		this.#oldest = reader.readIndex;
		this.#ptsIndex = reader.readIndex;
	}

	/** Ring index of the next sample frame. */
	get position(): number {
		return this.#position;
	}

	/** Sample frames dropped unheard so far. */
	get discarded(): number {
		return this.#discarded;
	}

	/** Sample frames at hand before the next one that belong to the same passage; at most
	 * `historyFrames`. */
	get history(): number {
		return Math.min(this.historyFrames, (this.#position - this.#oldest) | 0);
	}

	/** Writes the media position `before` sample frames before the next one to `to[slot]`. It does not return
	 * it: a fraction, or a number beyond 32 bits, is an allocation where the call is not inlined. */
	writePosition(to: Float64Array, slot: number, before: number): void {
		to[slot] = Math.max(0, this.#pts + ((this.#position - this.#ptsIndex) | 0) - before);
	}

	/** Kind of stop that `available` ends at. */
	get stop(): Stop {
		const kind = this.#reader.marksWaiting > 0 ? this.#reader.markKind(0) : 'splice';
		return kind === 'splice' ? 'starved' : kind;
	}

	/** Sample frames that can be read now, to the next stop. */
	get available(): number {
		const end = this.#reader.writeIndex;
		const marks = this.#reader.marksWaiting;
		let from = this.#position;
		let total = 0;
		for (let mark = 0; mark < marks; mark++) {
			const straight = (this.#reader.markPosition(mark) - from) | 0;
			if (this.#isHolding || this.#reader.markKind(mark) !== 'splice') {
				return total + straight;
			}
			const target = this.#spliceTarget(mark, marks, end);
			if (target < 0) {
				return total + Math.max(0, straight - this.#length);
			}
			total += straight;
			from = (this.#reader.markPosition(target) + Math.min(straight, this.#length)) >>> 0;
			mark = target;
		}
		return total + ((end - from) | 0);
	}

	/** Sample frames before the next crossfade or stop. */
	get straight(): number {
		const distance = this.distanceTo(0);
		const isSplice =
			!this.#isHolding && this.#reader.marksWaiting > 0 && this.#reader.markKind(0) === 'splice';
		return Math.max(0, isSplice ? distance - this.#length : distance);
	}

	/** True: splices are stops as well. */
	get isHolding(): boolean {
		return this.#isHolding;
	}

	setHolding(isHolding: boolean): void {
		this.#isHolding = isHolding;
	}

	/** Sample frames from the position to a mark, or to the end of what waits where there is no such mark. */
	distanceTo(mark: number): number {
		const isMark = mark < this.#reader.marksWaiting;
		return (
			((isMark ? this.#reader.markPosition(mark) : this.#reader.writeIndex) - this.#position) | 0
		);
	}

	/** Splice marks up to ring index `to`; -1 when there are others among them. */
	marksUpTo(to: number): number {
		const marks = this.#reader.marksWaiting;
		for (let mark = 0; mark < marks; mark++) {
			if (((this.#reader.markPosition(mark) - to) | 0) > 0) {
				return mark;
			}
			if (this.#reader.markKind(mark) !== 'splice') {
				return -1;
			}
		}
		return marks;
	}

	/** Copies the next `count` sample frames to `planes[…][offset …]`. */
	copy(planes: readonly Float32Array[], offset: number, count: number): void {
		for (let channel = 0; channel < planes.length; channel++) {
			this.#reader.copy(channel, this.#position, planes[channel]!, offset, count);
		}
	}

	/** The next sample frame is the one at ring index `index`. `settle` is to follow. */
	moveTo(index: number): void {
		this.#position = index;
	}

	/** The same; what lies before it is dropped. */
	discardTo(index: number): void {
		this.#discarded += Math.max(0, (index - this.#position) | 0);
		this.#position = index;
	}

	/** False while too little has come after the next splice to crossfade into. */
	get canCrossSplice(): boolean {
		return this.#spliceTarget(0, this.#reader.marksWaiting, this.#reader.writeIndex) >= 0;
	}

	/** On to the first sample frame of the passage that the next splice crossfades into. `available` counted
	 * on it, so there is one. */
	crossSplice(): void {
		const target = this.#spliceTarget(0, this.#reader.marksWaiting, this.#reader.writeIndex);
		this.#discarded += (this.#reader.markPosition(target) - this.#reader.markPosition(0)) | 0;
		this.takeMarks(target + 1);
		this.#position = this.#ptsIndex;
	}

	/** From the last of the `count` oldest marks on, media time is what that mark says, and what came before is
	 * another passage. */
	takeMarks(count: number): void {
		for (let mark = 0; mark < count; mark++) {
			this.#ptsIndex = this.#reader.markPosition(0);
			this.#pts = this.#reader.markPts(0);
			this.#oldest = this.#ptsIndex;
			this.#reader.releaseMark();
		}
	}

	/** Drops what is too short to crossfade into the next passage, or out of. */
	dropShort(): void {
		while (
			this.#reader.marksWaiting > 0 &&
			this.#reader.markKind(0) === 'splice' &&
			this.distanceTo(0) < 2 * this.#length
		) {
			this.dropToMark();
		}
	}

	/** Drops all that waits, up to the first `flush` mark whose id is at least `id`.
	 * @returns true when that mark was met; false: it has not come yet, ask again. */
	dropToFlush(id: number): boolean {
		const end = this.#reader.writeIndex;
		while (this.#reader.marksWaiting > 0) {
			const isMet = this.#reader.markKind(0) === 'flush' && this.#reader.markId(0) >= id;
			this.dropToMark();
			if (isMet) {
				return true;
			}
		}
		this.discardTo(end);
		this.settle();
		return false;
	}

	/** Goes past the oldest mark. @returns its id. */
	dropToMark(): number {
		const id = this.#reader.markId(0);
		this.discardTo(this.#reader.markPosition(0));
		this.settle();
		this.takeMarks(1);
		return id;
	}

	/** Gives the producer what lies too far behind, and keeps index distances within 32 bits. */
	settle(): void {
		const surplus = ((this.#position - this.#oldest) | 0) - this.historyFrames;
		if (surplus > 0) {
			this.#oldest = (this.#oldest + surplus) >>> 0;
		}
		this.#reader.release(this.#oldest);
		this.#pts += (this.#position - this.#ptsIndex) | 0;
		this.#ptsIndex = this.#position;
	}

	/** The mark whose far side splice mark `mark` crossfades into: the next one with enough after it.
	 * -1: not enough has come yet. */
	#spliceTarget(mark: number, marks: number, end: number): number {
		for (let target = mark; target < marks; target++) {
			if (this.#reader.markKind(target) !== 'splice') {
				return -1;
			}
			const next = target + 1 < marks ? this.#reader.markPosition(target + 1) : end;
			if (((next - this.#reader.markPosition(target)) | 0) >= 2 * this.#length) {
				return target;
			}
		}
		return -1;
	}
}
