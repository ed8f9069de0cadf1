// The ring, read as one signal without a jump: where media is missing (a splice mark), over a skip, and where
// time is stretched, it crossfades to a place that goes on alike. Feeds the resampler. Keeps some of what was
// read in the ring, to jump back to. Owner: the audio thread; allocates nothing after construction.
import type { MarkKind } from '../src/core/ring-layout.js';
import type { RingReader } from '../src/core/ring-reader.js';
import { Crossfade } from './crossfade.js';
import { JumpFinder } from './jump-finder.js';

/** Length of a crossfade between sounds that do not belong together: a period of the lowest male voice is
 * 12 ms, of its first formant 2 ms; 5 ms is heard neither as a click nor as a gap. */
export const CROSSFADE_SECONDS = 0.005;

/** Length of the crossfade of a stretch, and the least it may be when little waits. `bench:stretch`, mean
 * distance of speech / music at 48 kHz in dB, lags up to 25 ms, cost exponent 1: 5 ms 0.60 / 0.91, 10 ms
 * 0.58 / 0.80, 15 ms 0.61 / 0.72, 20 ms 0.65 / 0.66; longer ones are refused more often on music. */
export const STRETCH_SECONDS = 0.0125;
const SHORTEST_STRETCH_SECONDS = 0.002;

/** What stays in the ring behind the position; at most this part of the ring. */
const HISTORY_SECONDS = 0.06;
const HISTORY_PART = 8;

/** Longest sound that can be crossfaded from. */
const LONGEST_CROSSFADE_SECONDS = 0.02;

/** Why the samples at hand end where they do. `starved`: more may come. */
export type Stop = 'starved' | Exclude<MarkKind, 'splice'>;

export class Splicer {
	/** Most sample frames kept behind the position. */
	readonly historyFrames: number;
	readonly #reader: RingReader;
	readonly #crossfade: Crossfade;
	readonly #finder: JumpFinder;
	/** Sample frames of a splice's crossfade. Passages between marks shorter than two are dropped. */
	readonly #length: number;
	readonly #stretchLength: number;
	readonly #shortestStretch: number;
	/** Ring index of the next sample frame; of its incoming side while a crossfade is under way. */
	#position: number;
	/** Ring index since which all before the position belongs to its passage and is still in the ring. */
	#oldest: number;
	/** Media position of the sample frame at ring index `#ptsIndex`, sample frames. */
	#pts = 0;
	#ptsIndex: number;
	#discarded = 0;
	#inserted = 0;
	#removed = 0;
	#isHolding = false;

	constructor(reader: RingReader) {
		const { sampleRate, capacity } = reader.layout;
		this.#reader = reader;
		this.#length = Math.ceil(CROSSFADE_SECONDS * sampleRate);
		this.#stretchLength = Math.ceil(STRETCH_SECONDS * sampleRate);
		this.#shortestStretch = Math.ceil(SHORTEST_STRETCH_SECONDS * sampleRate);
		this.historyFrames = Math.min(
			Math.ceil(HISTORY_SECONDS * sampleRate),
			Math.floor(capacity / HISTORY_PART),
		);
		const longest = Math.ceil(LONGEST_CROSSFADE_SECONDS * sampleRate);
		this.#crossfade = new Crossfade(reader, longest);
		this.#finder = new JumpFinder(reader, longest);
		this.#position = reader.readIndex;
		this.#oldest = reader.readIndex;
		this.#ptsIndex = reader.readIndex;
	}

	/** Hz of the samples. */
	get sampleRate(): number {
		return this.#reader.layout.sampleRate;
	}

	/** Sample frames dropped unheard so far, those that stretches removed apart. */
	get discarded(): number {
		return this.#discarded;
	}

	/** Sample frames that stretches have inserted so far. */
	get inserted(): number {
		return this.#inserted;
	}

	/** Sample frames that stretches have removed so far. */
	get removed(): number {
		return this.#removed;
	}

	/** Ring index of the next sample frame. */
	get position(): number {
		return this.#position;
	}

	/** Sample frames at hand before the next one that belong to the same passage; at most
	 * `historyFrames`. */
	get history(): number {
		return Math.min(this.historyFrames, (this.#position - this.#oldest) | 0);
	}

	/** Greatest length of a crossfade from `outgoing`, sample frames. */
	get longestCrossfade(): number {
		return this.#crossfade.longest;
	}

	/** Where sound from elsewhere goes before `resumeFrom`; not to be touched while `isCrossfading`. */
	get outgoing(): readonly Float32Array[] {
		return this.#crossfade.outgoing;
	}

	get isCrossfading(): boolean {
		return this.#crossfade.remaining > 0;
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

	/** Sample frames that can be pulled now, to the next stop. */
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

	/** Stops at the next mark, whatever it is: for a fade-out, which must not be cut short. No stretch or
	 * skip is made meanwhile. */
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
		this.#crossfade.cancel();
		this.#dropShortPassage();
	}

	/** Fills `planes[…][offset … offset + count - 1]`; `count` at most `available`. */
	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		let done = 0;
		while (done < count) {
			let step = count - done;
			if (this.#crossfade.remaining > 0) {
				step = Math.min(step, this.#crossfade.remaining);
				this.#crossfade.pull(this.#position, planes, offset + done, step);
			} else {
				step = Math.min(step, this.#straight());
				this.#copy(planes, offset + done, step);
			}
			this.#position = (this.#position + step) >>> 0;
			done += step;
			if (done < count && this.#crossfade.remaining === 0 && this.#straight() === 0) {
				this.#beginSplice();
			}
		}
		this.#settle();
	}

	/** Crossfades over about the next `sampleFrames`, to where it is heard least near there. @returns false
	 * when it cannot be done now: too little after it, a mark other than a splice within it, or a crossfade
	 * under way. */
	skip(sampleFrames: number): boolean {
		const from = this.#position;
		const to = (from + sampleFrames) >>> 0;
		const passed = this.#marksUpTo(to);
		const length = this.#length;
		if (!this.#mayJump() || passed < 0 || this.#distanceTo(0) < length) {
			return false;
		}
		const room = this.#distanceTo(passed) - sampleFrames - 2 * length;
		if (room < 0) {
			return false;
		}
		const { reach } = this.#finder;
		const passage = passed > 0 ? this.#distanceTo(passed - 1) : 0;
		const nearer = Math.min(reach, sampleFrames >> 1, sampleFrames - passage);
		for (let mark = 0; mark < passed; mark++) {
			this.#takeMark();
		}
		this.#crossfade.copyOutgoing(from, length);
		this.#land((to - nearer) >>> 0, nearer + Math.min(reach, room), length);
		return true;
	}

	/** Removes up to `most` sample frames: jumps ahead to where the sound goes on alike, by at least
	 * `leastCorrelation` percent; wherever is best if that is 0. @returns sample frames removed; 0 when there
	 * is no such place, when too little waits before the next mark, or a crossfade is under way. */
	shorten(most: number, leastCorrelation: number): number {
		const from = this.#position;
		const length = this.#stretchLength;
		const longest = Math.min(most, this.#finder.longestLag, this.#straight() - length);
		const lag = this.#mayJump()
			? this.#finder.ahead(from, length, longest, this.history, leastCorrelation)
			: 0;
		if (lag > 0) {
			this.#crossfade.copyOutgoing(from, length);
			this.#jump((from + lag) >>> 0, length);
			this.#removed += lag;
		}
		return lag;
	}

	/** Inserts up to `most` sample frames, likewise: jumps back. The less waits, the shorter its crossfade;
	 * not before a whole lag's worth of sound has been heard.
	 * @returns sample frames inserted */
	lengthen(most: number, leastCorrelation: number): number {
		const from = this.#position;
		const length = Math.min(this.#stretchLength, this.#straight());
		const { history } = this;
		const isKnown = history >= this.#finder.longestLag;
		if (!this.#mayJump() || !isKnown || length < this.#shortestStretch) {
			return 0;
		}
		// What a short crossfade tells too little about, the sound before it does.
		const before = Math.min(this.#stretchLength - length, history >> 1);
		const longest = Math.min(most, this.#finder.longestLag);
		const lag = this.#finder.back(from, length, before, longest, history, leastCorrelation);
		if (lag > 0) {
			this.#crossfade.copyOutgoing(from, length);
			this.#jump((from - lag) >>> 0, length);
			this.#inserted += lag;
		}
		return lag;
	}

	/** True when enough waits to go on with after `length` sample frames of sound from elsewhere. What precedes a
	 * splice too closely is dropped. */
	mayResume(length: number): boolean {
		this.#crossfade.cancel();
		this.#dropShortPassage();
		return this.#straight() >= length;
	}

	/** Goes on after sound from elsewhere, whose next `length` sample frames (at most `longestCrossfade`) are
	 * in `outgoing`: crossfades from it to what waits. Up to `most` sample frames, 10 ms at most, are dropped
	 * to land where the sound goes on alike. After `mayResume` only. */
	resumeFrom(length: number, most = this.#finder.reach): void {
		const room = this.#straight() - length;
		this.#land(this.#position, Math.min(this.#finder.reach, most, room >> 1), length);
	}

	/** Drops all that waits, up to the first `flush` mark whose id is at least `id`.
	 * @returns true when that mark was met; false: it has not come yet, ask again. */
	dropToFlush(id: number): boolean {
		const end = this.#reader.writeIndex;
		this.#crossfade.cancel();
		while (this.#reader.marksWaiting > 0) {
			const isMet = this.#reader.markKind(0) === 'flush' && this.#reader.markId(0) >= id;
			this.#dropToMark();
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
		this.#crossfade.cancel();
		this.#dropToMark();
		return id;
	}

	/** Drops all that waits. */
	dropAll(): void {
		this.dropToFlush(Infinity);
	}

	#mayJump(): boolean {
		return this.#crossfade.remaining === 0 && !this.#isHolding;
	}

	/** Sample frames from the position to a mark, or to the end of what waits where there is no such mark. */
	#distanceTo(mark: number): number {
		const isMark = mark < this.#reader.marksWaiting;
		return (
			((isMark ? this.#reader.markPosition(mark) : this.#reader.writeIndex) - this.#position) | 0
		);
	}

	/** Splice marks up to ring index `to`; -1 when there are others among them. */
	#marksUpTo(to: number): number {
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

	/** Sample frames before the next crossfade or stop. */
	#straight(): number {
		const distance = this.#distanceTo(0);
		const isSplice =
			!this.#isHolding && this.#reader.marksWaiting > 0 && this.#reader.markKind(0) === 'splice';
		return Math.max(0, isSplice ? distance - this.#length : distance);
	}

	#copy(planes: readonly Float32Array[], offset: number, count: number): void {
		for (let channel = 0; channel < planes.length; channel++) {
			this.#reader.copy(channel, this.#position, planes[channel]!, offset, count);
		}
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

	/** `available` counted on it, so there is a target. A mark that came late leaves less than a whole
	 * crossfade before it. */
	#beginSplice(): void {
		const target = this.#spliceTarget(0, this.#reader.marksWaiting, this.#reader.writeIndex);
		const length = Math.min(this.#length, this.#distanceTo(0));
		this.#crossfade.copyOutgoing(this.#position, length);
		this.#discarded += (this.#reader.markPosition(target) - this.#reader.markPosition(0)) | 0;
		for (let mark = 0; mark <= target; mark++) {
			this.#takeMark();
		}
		this.#jump(this.#ptsIndex, length);
	}

	/** Crossfades from what is in `outgoing` to the best place within `span` of ring index `first`; what lies
	 * between the position and there is dropped. */
	#land(first: number, span: number, length: number): void {
		const offset = this.#finder.landing(this.#crossfade.outgoing, length, first, span);
		const to = (first + offset) >>> 0;
		this.#discarded += (to - this.#position) | 0;
		this.#jump(to, length);
	}

	#jump(to: number, length: number): void {
		this.#crossfade.begin(to, length);
		this.#position = to;
	}

	/** What is too short to crossfade into the next passage, or out of. */
	#dropShortPassage(): void {
		while (
			this.#reader.marksWaiting > 0 &&
			this.#reader.markKind(0) === 'splice' &&
			this.#distanceTo(0) < 2 * this.#length
		) {
			this.#dropToMark();
		}
	}

	#dropToMark(): void {
		this.#dropTo(this.#reader.markPosition(0));
		this.#takeMark();
	}

	#dropTo(index: number): void {
		this.#discarded += Math.max(0, (index - this.#position) | 0);
		this.#position = index;
		this.#settle();
	}

	/** From the oldest mark on, media time is what the mark says, and what came before is another passage. */
	#takeMark(): void {
		this.#ptsIndex = this.#reader.markPosition(0);
		this.#pts = this.#reader.markPts(0);
		this.#oldest = this.#ptsIndex;
		this.#reader.releaseMark();
	}

	/** Gives the producer what lies too far behind, and keeps index distances within 32 bits. */
	#settle(): void {
		const surplus = ((this.#position - this.#oldest) | 0) - this.historyFrames;
		if (surplus > 0) {
			this.#oldest = (this.#oldest + surplus) >>> 0;
		}
		this.#reader.release(this.#oldest);
		this.#pts += (this.#position - this.#ptsIndex) | 0;
		this.#ptsIndex = this.#position;
	}
}
