// The ring, read as one signal without a jump: where media is missing (a splice mark), and over a skip, it
// crossfades. Feeds the resampler. Owner: the audio thread; allocates nothing after construction.
import type { MarkKind } from '../src/core/ring-layout.js';
import type { RingReader } from '../src/core/ring-reader.js';
import { Crossfade } from './crossfade.js';

/** Length of a crossfade: a period of the lowest male voice is 12 ms, of its first formant 2 ms; 5 ms is
 * heard neither as a click nor as a gap. */
export const CROSSFADE_SECONDS = 0.005;

/** Why the samples at hand end where they do. `starved`: more may come. */
export type Stop = 'starved' | Exclude<MarkKind, 'splice'>;

export class Splicer {
	readonly #reader: RingReader;
	readonly #crossfade = new Crossfade();
	/** Sample frames of a crossfade. Stretches between marks that are shorter than two are dropped. */
	readonly #length: number;
	/** Ring index of the next sample frame after the crossfade under way, if any. */
	#position: number;
	/** Media position of the sample frame at ring index `#ptsIndex`, sample frames. */
	#pts = 0;
	#ptsIndex: number;
	#discarded = 0;
	#isHolding = false;

	constructor(reader: RingReader) {
		this.#reader = reader;
		this.#length = Math.ceil(CROSSFADE_SECONDS * reader.layout.sampleRate);
		this.#position = reader.readIndex;
		this.#ptsIndex = reader.readIndex;
	}

	/** Hz of the samples. */
	get sampleRate(): number {
		return this.#reader.layout.sampleRate;
	}

	/** Sample frames dropped unheard so far. */
	get discarded(): number {
		return this.#discarded;
	}

	/** Writes the media position `before` sample frames before the next one to `to[slot]`. It does not return
	 * it: a fraction, or a number beyond 32 bits, is an allocation where the call is not inlined. */
	writePosition(to: Float64Array, slot: number, before: number): void {
		const next = this.#crossfade.remaining > 0 ? this.#crossfade.to : this.#position;
		to[slot] = Math.max(0, this.#pts + ((next - this.#ptsIndex) | 0) - before);
	}

	/** Kind of stop that `available` ends at. */
	get stop(): Stop {
		const kind = this.#reader.marksWaiting > 0 ? this.#reader.markKind(0) : 'splice';
		return kind === 'splice' ? 'starved' : kind;
	}

	/** Sample frames that can be pulled now, to the next stop. */
	get available(): number {
		const end = this.#reader.writeIndex;
		const marks = this.#reader.marksWaiting;
		let from = this.#position;
		let total = this.#crossfade.remaining;
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
			from = (this.#reader.markPosition(target) + this.#length) >>> 0;
			mark = target;
		}
		return total + ((end - from) | 0);
	}

	/** Stops at the next mark, whatever it is: for a fade-out, which must not be cut short. */
	hold(): void {
		this.#isHolding = true;
	}

	/** Goes on as before `hold`. */
	resume(): void {
		this.#isHolding = false;
	}

	/** Begins anew after silence: what precedes a splice too closely to crossfade is dropped. */
	release(): void {
		this.#isHolding = false;
		this.#crossfade.remaining = 0;
		while (
			this.#reader.marksWaiting > 0 &&
			this.#reader.markKind(0) === 'splice' &&
			((this.#reader.markPosition(0) - this.#position) | 0) < this.#length
		) {
			this.#dropTo(this.#reader.markPosition(0));
			this.#takeMark();
		}
	}

	/** Fills `planes[…][offset … offset + count - 1]`; `count` at most `available`. */
	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		let done = 0;
		while (done < count) {
			const straight = Math.min(count - done, this.#straight());
			if (this.#crossfade.remaining > 0) {
				const mixed = Math.min(count - done, this.#crossfade.remaining);
				this.#crossfade.pull(this.#reader, planes, offset + done, mixed);
				done += mixed;
			} else if (straight > 0) {
				this.#copy(planes, offset + done, straight);
				done += straight;
			} else {
				this.#beginSplice();
			}
		}
		this.#reader.release(this.#crossfade.remaining > 0 ? this.#crossfade.from : this.#position);
	}

	/** Crossfades over the next `sampleFrames`. @returns false when it cannot be done now: too little
	 * after it, a mark other than a splice within it, or a crossfade under way. */
	skip(sampleFrames: number): boolean {
		const from = this.#position;
		const to = (from + sampleFrames) >>> 0;
		const beyond = (to + 2 * this.#length) >>> 0;
		if (this.#crossfade.remaining > 0 || ((this.#reader.writeIndex - beyond) | 0) < 0) {
			return false;
		}
		const marks = this.#reader.marksWaiting;
		let passed = 0;
		while (passed < marks && ((this.#reader.markPosition(passed) - beyond) | 0) < 0) {
			const isPast = ((this.#reader.markPosition(passed) - to) | 0) <= 0;
			if (!isPast || this.#reader.markKind(passed) !== 'splice') {
				return false;
			}
			passed++;
		}
		for (; passed > 0; passed--) {
			this.#takeMark();
		}
		this.#discarded += sampleFrames;
		this.#crossfade.begin(this.#reader, from, to, this.#length);
		this.#position = (to + this.#length) >>> 0;
		return true;
	}

	/** Drops all that waits, up to the first `flush` mark whose id is at least `id`.
	 * @returns true when that mark was met; false: it has not come yet, ask again. */
	dropToFlush(id: number): boolean {
		const end = this.#reader.writeIndex;
		this.#crossfade.remaining = 0;
		while (this.#reader.marksWaiting > 0) {
			const isMet = this.#reader.markKind(0) === 'flush' && this.#reader.markId(0) >= id;
			this.#dropTo(this.#reader.markPosition(0));
			this.#takeMark();
			if (isMet) {
				return true;
			}
		}
		this.#dropTo(end);
		return false;
	}

	/** Goes past the mark the signal stopped at. @returns its id. */
	passStop(): number {
		const id = this.#reader.markId(0);
		this.#crossfade.remaining = 0;
		this.#dropTo(this.#reader.markPosition(0));
		this.#takeMark();
		return id;
	}

	/** Drops all that waits. */
	dropAll(): void {
		this.dropToFlush(Infinity);
	}

	/** Sample frames before the next crossfade or stop. */
	#straight(): number {
		if (this.#reader.marksWaiting === 0) {
			return (this.#reader.writeIndex - this.#position) | 0;
		}
		const toMark = (this.#reader.markPosition(0) - this.#position) | 0;
		const isSplice = !this.#isHolding && this.#reader.markKind(0) === 'splice';
		return Math.max(0, isSplice ? toMark - this.#length : toMark);
	}

	#copy(planes: readonly Float32Array[], offset: number, count: number): void {
		for (let channel = 0; channel < planes.length; channel++) {
			this.#reader.copy(channel, this.#position, planes[channel]!, offset, count);
		}
		this.#position = (this.#position + count) >>> 0;
		// Moved along, so that the distance between them never leaves 32 bits.
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

	/** `available` counted on it, so there is a target, and a crossfade's length before the mark. */
	#beginSplice(): void {
		const target = this.#spliceTarget(0, this.#reader.marksWaiting, this.#reader.writeIndex);
		const from = this.#position;
		this.#discarded += (this.#reader.markPosition(target) - this.#reader.markPosition(0)) | 0;
		for (let mark = 0; mark <= target; mark++) {
			this.#takeMark();
		}
		this.#crossfade.begin(this.#reader, from, this.#ptsIndex, this.#length);
		this.#position = (this.#ptsIndex + this.#length) >>> 0;
	}

	#dropTo(index: number): void {
		this.#discarded += Math.max(0, (index - this.#position) | 0);
		this.#position = index;
		this.#reader.release(index);
	}

	/** From the oldest mark on, media time is what the mark says. */
	#takeMark(): void {
		this.#ptsIndex = this.#reader.markPosition(0);
		this.#pts = this.#reader.markPts(0);
		this.#reader.releaseMark();
	}
}
