// The splicer's signal, which ends where nothing more has come, made one that does not end: concealment goes
// on from the last sample, and is crossfaded back into the signal when there is some again. Owner: the audio
// thread; allocates in its constructor only.
import type { RingReader } from '../src/core/ring-reader.js';
import { Concealer } from './concealer.js';
import type { SampleSource } from './resampler.js';
import { CROSSFADE_SECONDS, type Splicer } from './splicer.js';

/** More than is ever asked for. */
const ENDLESS = 0x3fffffff;

export class UnbrokenSource implements SampleSource {
	readonly #reader: RingReader;
	readonly #splicer: Splicer;
	readonly #concealer: Concealer;
	readonly #returnFrames: number;
	#isConcealing = false;
	#isStopping = false;
	#concealed = 0;
	#silent = 0;
	#events = 0;

	constructor(reader: RingReader, splicer: Splicer) {
		const { channels, sampleRate } = reader.layout;
		this.#reader = reader;
		this.#splicer = splicer;
		this.#concealer = new Concealer(channels, sampleRate);
		this.#returnFrames = Math.ceil(CROSSFADE_SECONDS * sampleRate);
	}

	/** Endless while more may come, and in concealment; else what is left before the stop. */
	get available(): number {
		return this.isEndless ? ENDLESS : this.#splicer.available;
	}

	get isEndless(): boolean {
		return this.#isConcealing || !this.#isStopping;
	}

	get isConcealing(): boolean {
		return this.#isConcealing;
	}

	/** True once concealment has faded to silence. */
	get isSilent(): boolean {
		return this.#isConcealing && this.#concealer.isSilent;
	}

	/** Sample frames made up so far, and those of them that were silence. */
	get concealed(): number {
		return this.#concealed;
	}

	get silent(): number {
		return this.#silent;
	}

	/** Times that concealment began. */
	get events(): number {
		return this.#events;
	}

	/** True: nothing will be added to what waits before the stop. */
	setStopping(isStopping: boolean): void {
		this.#isStopping = isStopping;
	}

	/** Sound begins from silence: nothing is being concealed. */
	restart(): void {
		this.#isConcealing = false;
	}

	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		let done = 0;
		if (!this.#isConcealing) {
			done = Math.min(count, this.#splicer.available);
			if (done > 0) {
				this.#splicer.pull(planes, offset, done);
			}
			if (done < count) {
				this.#conceal();
			}
		}
		if (done < count) {
			const silent = this.#concealer.isSilent ? count - done : 0;
			this.#silent = (this.#silent + silent) | 0;
			this.#concealed = (this.#concealed + count - done) | 0;
			this.#concealer.pull(planes, offset + done, count - done);
		}
	}

	/** Drops what precedes a splice too closely to go back to. */
	dropShortPassage(): void {
		this.#splicer.mayResume(this.#returnFrames);
	}

	/** Back to the signal. @param most sample frames that may be dropped to go on alike @returns false: too little
	 * has come yet */
	resume(most: number): boolean {
		const length = this.#returnFrames;
		if (!this.#splicer.mayResume(length)) {
			return false;
		}
		this.#concealer.pull(this.#splicer.outgoing, 0, length);
		this.#splicer.resumeFrom(length, most);
		this.#isConcealing = false;
		return true;
	}

	#conceal(): void {
		this.#isConcealing = true;
		this.#events++;
		this.#concealer.begin(this.#reader, this.#splicer.position, this.#splicer.history);
	}
}
