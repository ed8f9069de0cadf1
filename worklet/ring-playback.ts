// One ring being played: how late its media comes, and the operations on its way out, in their order:
// stretch and splice, conceal, resample. Owner: the audio thread; allocates in its constructor only. Levels are
// whole microseconds.
import type { SincFilter } from '../src/core/sinc-filter.js';
import { REPORT } from '../src/core/playout-report.js';
import type { RingReader } from '../src/core/ring-reader.js';
import { Lateness, type Verdict } from './lateness.js';
import { Resampler } from './resampler.js';
import { Splicer, type Stop } from './splicer.js';
import { TimeStretcher } from './time-stretcher.js';
import { UnbrokenSource } from './unbroken-source.js';

export class RingPlayback {
	readonly mediaRate: number;
	readonly lateness: Lateness;
	readonly #reader: RingReader;
	readonly #splicer: Splicer;
	readonly #source: UnbrokenSource;
	readonly #stretcher: TimeStretcher;
	readonly #resampler: Resampler;
	/** Sample frames of the output per one of the media. */
	readonly outputPerMedia: number;
	#writeIndex: number;

	/** @param filter from the ring's rate to the output's @param maxFrames most output sample frames of one
	 * `render` */
	constructor(reader: RingReader, filter: SincFilter, maxFrames: number) {
		const { channels, sampleRate } = reader.layout;
		const { outputRate } = filter;
		this.mediaRate = sampleRate;
		this.lateness = new Lateness(outputRate, sampleRate);
		this.#reader = reader;
		this.#splicer = new Splicer(reader);
		this.#source = new UnbrokenSource(reader, this.#splicer);
		this.#stretcher = new TimeStretcher(this.#splicer);
		this.#resampler = new Resampler(channels, filter, maxFrames);
		this.outputPerMedia = outputRate / sampleRate;
		this.#writeIndex = reader.readIndex;
	}

	/** Takes note of what has come since the last call, `elapsed` microseconds ago. */
	observe(elapsed: number): Verdict {
		const writeIndex = this.#reader.writeIndex;
		const arrived = (writeIndex - this.#writeIndex) | 0;
		this.#writeIndex = writeIndex;
		return this.lateness.observe(arrived, elapsed);
	}

	/** Why the samples at hand end where they do. */
	get stop(): Stop {
		return this.#splicer.stop;
	}

	/** Microseconds of media that wait. */
	get level(): number {
		return (((this.#splicer.available + this.#resampler.held) / this.mediaRate) * 1e6) | 0;
	}

	/** Microseconds of media that must wait for sound to go on: the filter's look-ahead, though a copy has
	 * none: clocks drift sooner or later. */
	get lookAhead(): number {
		return ((this.#resampler.lookAhead / this.mediaRate) * 1e6) | 0;
	}

	get isConcealing(): boolean {
		return this.#source.isConcealing;
	}

	/** True once concealment has faded to silence. */
	get isSilent(): boolean {
		return this.#source.isSilent;
	}

	/** Sample frames of media made up so far, and those of them that were silence; they wrap at 2³¹. */
	get concealed(): number {
		return this.#source.concealed;
	}

	get silent(): number {
		return this.#source.silent;
	}

	/** Adds its counters to those of `before`, into the slots of `to`: a count beyond 31 bits that is returned
	 * would be an allocation. */
	count(before: Float64Array, to: Float64Array): void {
		const source = this.#source;
		const splicer = this.#splicer;
		to[REPORT.discarded] = before[REPORT.discarded]! + splicer.discarded;
		to[REPORT.inserted] = before[REPORT.inserted]! + splicer.inserted;
		to[REPORT.removed] = before[REPORT.removed]! + splicer.removed;
		to[REPORT.concealmentEvents] = before[REPORT.concealmentEvents]! + source.events;
	}

	/** Output sample frames that what waits before the stop is enough for. */
	get producible(): number {
		return this.#resampler.producible(this.#splicer.available, this.#splicer.stop === 'end');
	}

	/** Sound begins after silence. */
	start(): void {
		this.#splicer.release();
		this.#source.restart();
		this.#resampler.reset();
	}

	/** A fade-out begins: nothing is stretched or crossfaded any more. */
	hold(): void {
		this.#splicer.hold();
	}

	/** The fade-out was called off. */
	release(): void {
		this.#splicer.resume();
	}

	/** True: nothing will be added to what waits before the stop, so that nothing is made up after it. */
	setStopping(isStopping: boolean): void {
		this.#source.setStopping(isStopping);
	}

	/** What precedes a splice too closely to go on with after concealment. */
	dropShortPassage(): void {
		this.#source.dropShortPassage();
	}

	/** Back from concealment, if enough has come. @param surplus microseconds of it that are not wanted */
	resume(surplus: number): boolean {
		return this.#source.resume((Math.max(0, surplus) * 1e-6 * this.mediaRate) | 0);
	}

	/** @returns false when it cannot be done now */
	skip(microseconds: number): boolean {
		return this.#splicer.skip((microseconds * 1e-6 * this.mediaRate) | 0);
	}

	/** Before `count` output sample frames are rendered. @param rate thousandths @param drift parts per 10⁹
	 * @param leastCorrelation percent, of stretches @param most microseconds that a stretch may move by */
	correct(
		rate: number,
		drift: number,
		leastCorrelation: number,
		most: number,
		count: number,
	): void {
		const { isCopying, lookAhead } = this.#resampler;
		// To look ahead for the first time must not use up what waits.
		if (!isCopying || this.#splicer.available > count + 2 * lookAhead) {
			this.#resampler.setDrift(drift);
		}
		this.#stretcher.setRate(rate);
		this.#stretcher.setLeastCorrelation(leastCorrelation);
		this.#stretcher.setMost((most * 1e-6 * this.mediaRate) | 0);
		this.#stretcher.advance(this.#resampler.needed(count));
	}

	/** Fills `planes[…][offset … offset + count - 1]`: made up where nothing is at hand, silence after a stop.
	 * @returns sample frames before that silence */
	render(planes: readonly Float32Array[], offset: number, count: number): number {
		const made = this.#source.isEndless ? count : Math.min(count, this.producible);
		this.#resampler.render(this.#source, planes, offset, made);
		for (let channel = 0; channel < planes.length; channel++) {
			planes[channel]!.fill(0, offset + made, offset + count);
		}
		this.lateness.advance(count);
		return made;
	}

	/** Time passes in silence. */
	rest(count: number): void {
		this.lateness.advance(count);
	}

	/** Goes past the mark the signal stopped at. @returns its id. */
	passStop(): number {
		return this.#splicer.passStop();
	}

	dropToFlush(id: number): boolean {
		return this.#splicer.dropToFlush(id);
	}

	dropAll(): void {
		this.#splicer.dropAll();
	}

	/** Writes the media position of the next sample frame to be heard to `to[slot]`. */
	writePosition(to: Float64Array, slot: number): void {
		this.#splicer.writePosition(to, slot, this.#resampler.held);
	}
}
