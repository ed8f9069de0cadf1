// The ring, read as one signal without a jump: where media is missing (a splice mark), over a skip, and where
// time is stretched, it crossfades to a place that goes on alike. Feeds the resampler. Jumps back into what was
// read as well. Owner: the audio thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';
import { Crossfade } from './crossfade.js';
import { JumpFinder } from './jump-finder.js';
import { Passages, type Stop } from './passages.js';

export type { Stop } from './passages.js';

/** Length of a crossfade between sounds that do not belong together: a period of the lowest male voice is
 * 12 ms, of its first formant 2 ms; 5 ms is heard neither as a click nor as a gap. */
export const CROSSFADE_SECONDS = 0.005;

/** Length of the crossfade of a stretch, and the least it may be when little waits. `bench:stretch`, mean
 * distance of speech / music at 48 kHz in dB, lags up to 25 ms, cost exponent 1: 5 ms 0.60 / 0.91, 10 ms
 * 0.58 / 0.80, 15 ms 0.61 / 0.72, 20 ms 0.65 / 0.66; longer ones are refused more often on music. */
export const STRETCH_SECONDS = 0.0125;
const SHORTEST_STRETCH_SECONDS = 0.002;

/** Longest sound that can be crossfaded from. */
const LONGEST_CROSSFADE_SECONDS = 0.02;

export class Splicer {
	/** Hz of the samples. */
	readonly sampleRate: number;
	/** Most sample frames kept behind the position. */
	readonly historyFrames: number;
	readonly #passages: Passages;
	readonly #crossfade: Crossfade;
	readonly #finder: JumpFinder;
	/** Sample frames of a splice's crossfade. */
	readonly #length: number;
	readonly #stretchLength: number;
	readonly #shortestStretch: number;
	#inserted = 0;
	#removed = 0;

	constructor(reader: RingReader) {
		const { sampleRate } = reader.layout;
		this.sampleRate = sampleRate;
		this.#length = Math.ceil(CROSSFADE_SECONDS * sampleRate);
		this.#stretchLength = Math.ceil(STRETCH_SECONDS * sampleRate);
		this.#shortestStretch = Math.ceil(SHORTEST_STRETCH_SECONDS * sampleRate);
		const longest = Math.ceil(LONGEST_CROSSFADE_SECONDS * sampleRate);
		this.#crossfade = new Crossfade(reader, longest);
		this.#finder = new JumpFinder(reader, longest);
		this.#passages = new Passages(reader, this.#length);
		this.historyFrames = this.#passages.historyFrames;
	}

	/** Sample frames dropped unheard so far, those that stretches removed apart. */
	get discarded(): number {
		return this.#passages.discarded;
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
		return this.#passages.position;
	}

	/** Sample frames at hand before the next one that belong to the same passage; at most
	 * `historyFrames`. */
	get history(): number {
		return this.#passages.history;
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

	/** Writes the media position `before` sample frames before the next one to `to[slot]`. */
	writePosition(to: Float64Array, slot: number, before: number): void {
		this.#passages.writePosition(to, slot, before);
	}

	/** Kind of stop that `available` ends at. */
	get stop(): Stop {
		return this.#passages.stop;
	}

	/** Sample frames that can be pulled now, to the next stop. */
	get available(): number {
		return this.#passages.available;
	}

	/** Stops at the next mark, whatever it is: for a fade-out, which must not be cut short. No stretch or
	 * skip is made meanwhile. */
	hold(): void {
		this.#passages.setHolding(true);
	}

	/** Goes on as before `hold`. */
	resume(): void {
		this.#passages.setHolding(false);
	}

	/** Begins anew after silence: what precedes a splice too closely to crossfade is dropped. */
	release(): void {
		this.#passages.setHolding(false);
		this.#crossfade.cancel();
		this.#passages.dropShort();
	}

	/** Fills `planes[…][offset … offset + count - 1]`; `count` at most `available`. */
	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		const passages = this.#passages;
		let done = 0;
		while (done < count) {
			let step = count - done;
			if (this.#crossfade.remaining > 0) {
				step = Math.min(step, this.#crossfade.remaining);
				this.#crossfade.pull(passages.position, planes, offset + done, step);
			} else {
				const { straight } = passages;
				// The producer may put a splice between the caller's look and this one.
				const isCut = straight === 0 && !passages.canCrossSplice;
				step = Math.min(step, isCut ? passages.distanceTo(0) : straight);
				passages.copy(planes, offset + done, step);
			}
			passages.moveTo((passages.position + step) >>> 0);
			done += step;
			const isAtSplice = this.#crossfade.remaining === 0 && passages.straight === 0;
			if (done < count && isAtSplice && passages.canCrossSplice) {
				this.#beginSplice();
			}
		}
		passages.settle();
	}

	/** Crossfades over about the next `sampleFrames`, to where it is heard least near there. @returns false
	 * when it cannot be done now: too little after it, a mark other than a splice within it, or a crossfade
	 * under way. */
	skip(sampleFrames: number): boolean {
		const passages = this.#passages;
		const from = passages.position;
		const to = (from + sampleFrames) >>> 0;
		const passed = passages.marksUpTo(to);
		const length = this.#length;
		if (!this.#mayJump() || passed < 0 || passages.distanceTo(0) < length) {
			return false;
		}
		const room = passages.distanceTo(passed) - sampleFrames - 2 * length;
		if (room < 0) {
			return false;
		}
		const { reach } = this.#finder;
		const passage = passed > 0 ? passages.distanceTo(passed - 1) : 0;
		const nearer = Math.min(reach, sampleFrames >> 1, sampleFrames - passage);
		passages.takeMarks(passed);
		this.#crossfade.copyOutgoing(from, length);
		this.#land((to - nearer) >>> 0, nearer + Math.min(reach, room), length);
		return true;
	}

	/** Removes up to `most` sample frames: jumps ahead to where the sound goes on alike, by at least
	 * `leastCorrelation` percent; wherever is best if that is 0. @returns sample frames removed; 0 when there
	 * is no such place, when too little waits before the next mark, or a crossfade is under way. */
	shorten(most: number, leastCorrelation: number): number {
		const { position, history, straight } = this.#passages;
		const length = this.#stretchLength;
		const longest = Math.min(most, this.#finder.longestLag, straight - length);
		const lag = this.#mayJump()
			? this.#finder.ahead(position, length, longest, history, leastCorrelation)
			: 0;
		if (lag > 0) {
			this.#stretch((position + lag) >>> 0, length);
			this.#removed += lag;
		}
		return lag;
	}

	/** Inserts up to `most` sample frames, likewise: jumps back. The less waits, the shorter its crossfade;
	 * not before a whole lag's worth of sound has been heard.
	 * @returns sample frames inserted */
	lengthen(most: number, leastCorrelation: number): number {
		const { position, history, straight } = this.#passages;
		const length = Math.min(this.#stretchLength, straight);
		const isKnown = history >= this.#finder.longestLag;
		if (!this.#mayJump() || !isKnown || length < this.#shortestStretch) {
			return 0;
		}
		// What a short crossfade tells too little about, the sound before it does.
		const before = Math.min(this.#stretchLength - length, history >> 1);
		const longest = Math.min(most, this.#finder.longestLag);
		const lag = this.#finder.back(position, length, before, longest, history, leastCorrelation);
		if (lag > 0) {
			this.#stretch((position - lag) >>> 0, length);
			this.#inserted += lag;
		}
		return lag;
	}

	/** True when enough waits to go on with after `length` sample frames of sound from elsewhere. What precedes a
	 * splice too closely is dropped. */
	mayResume(length: number): boolean {
		this.#crossfade.cancel();
		this.#passages.dropShort();
		return this.#passages.straight >= length;
	}

	/** Goes on after sound from elsewhere, whose next `length` sample frames (at most `longestCrossfade`) are
	 * in `outgoing`: crossfades from it to what waits. Up to `most` sample frames, 10 ms at most, are dropped
	 * to land where the sound goes on alike. After `mayResume` only. */
	resumeFrom(length: number, most = this.#finder.reach): void {
		const room = this.#passages.straight - length;
		this.#land(this.#passages.position, Math.min(this.#finder.reach, most, room >> 1), length);
	}

	/** Drops all that waits, up to the first `flush` mark whose id is at least `id`.
	 * @returns true when that mark was met; false: it has not come yet, ask again. */
	dropToFlush(id: number): boolean {
		this.#crossfade.cancel();
		return this.#passages.dropToFlush(id);
	}

	/** Goes past the mark the signal stopped at. @returns its id. */
	passStop(): number {
		this.#crossfade.cancel();
		return this.#passages.dropToMark();
	}

	/** Drops all that waits. */
	dropAll(): void {
		this.dropToFlush(Infinity);
	}

	#mayJump(): boolean {
		return this.#crossfade.remaining === 0 && !this.#passages.isHolding;
	}

	/** A mark that came late leaves less than a whole crossfade before it: if hardly anything, what was before
	 * is turned about its end, which is no jump. */
	#beginSplice(): void {
		const left = Math.min(this.#length, this.#passages.distanceTo(0));
		const isLate = left < this.#shortestStretch && this.#passages.history > this.#length;
		const length = isLate ? this.#length : left;
		if (isLate) {
			this.#crossfade.turnOutgoing(this.#passages.position, length);
		} else {
			this.#crossfade.copyOutgoing(this.#passages.position, length);
		}
		this.#passages.crossSplice();
		this.#crossfade.begin(this.#passages.position, length);
	}

	/** Crossfades from what is in `outgoing` to the best place within `span` of ring index `first`; what lies
	 * between the position and there is dropped. */
	#land(first: number, span: number, length: number): void {
		const offset = this.#finder.landing(this.#crossfade.outgoing, length, first, span);
		this.#passages.discardTo((first + offset) >>> 0);
		this.#crossfade.begin(this.#passages.position, length);
	}

	/** Crossfades from the sound at the position to that at ring index `to`. */
	#stretch(to: number, length: number): void {
		this.#crossfade.copyOutgoing(this.#passages.position, length);
		this.#passages.moveTo(to);
		this.#crossfade.begin(to, length);
	}
}
