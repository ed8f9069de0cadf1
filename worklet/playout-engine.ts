// Playout: from the ring to the output, one render call at a time. Every way into and out of sound goes
// through one fade, every seam inside it through one crossfade. Owner: the audio thread. `render`
// allocates nothing, throws nothing, and always fills every output channel.
import type { PlayoutMode } from '../src/core/playout-messages.js';
import { PLAYOUT_STATES, REPORT, type PlayoutState } from '../src/core/playout-report.js';
import type { RingReader } from '../src/core/ring-reader.js';
import { Fader } from './fader.js';
import { PlayoutController } from './playout-controller.js';
import { Resampler } from './resampler.js';
import { Splicer } from './splicer.js';

/** Seconds of a fade into or out of silence. */
const FADE_SECONDS = 0.005;

/** Sample frames rendered at a time; a longer render call is several. */
const BLOCK = 128;

/** Why sound fades out. */
type FadeReason = 'none' | 'underrun' | 'pause' | 'flush' | 'end' | 'ring';

export interface PlayoutOptions {
	/** Hz, of the output. */
	readonly sampleRate: number;
	readonly channels: number;
	readonly mode: PlayoutMode;
	/** Seconds. */
	readonly targetDelay: number;
	/** REPORT_SLOTS numbers, written after every render call. */
	readonly report: Float64Array;
}

export class PlayoutEngine {
	readonly #options: PlayoutOptions;
	readonly #report: Float64Array;
	readonly #controller: PlayoutController;
	readonly #fader = new Fader();
	readonly #fadeFrames: number;
	/** The ring being played, and its rate converter. */
	#splicer: Splicer | null = null;
	#resampler: Resampler | null = null;
	/** Rings that come after it, oldest first: a new one for each format. */
	readonly #successors: { splicer: Splicer; resampler: Resampler }[] = [];
	/** Sample frames discarded in the rings before this one. */
	#discardedBefore = 0;
	#state: PlayoutState = 'paused';
	#fadeReason: FadeReason = 'none';
	#isPausing = false;
	/** Id of the flush under way; 0 for none. */
	#flushId = 0;
	#hasFadedForFlush = false;

	constructor(options: PlayoutOptions) {
		this.#options = options;
		this.#report = options.report;
		this.#fadeFrames = Math.ceil(FADE_SECONDS * options.sampleRate);
		this.#controller = new PlayoutController(options.mode, options.targetDelay, options.sampleRate);
		this.#report[REPORT.targetDelay] = options.targetDelay;
		this.#report[REPORT.state] = PLAYOUT_STATES.indexOf(this.#state);
	}

	/** From now on samples come through this ring; those of the one before are played first. Allocates:
	 * not for `render`. */
	attach(reader: RingReader): void {
		const { channels, sampleRate } = this.#options;
		const splicer = new Splicer(reader);
		const resampler = new Resampler(channels, splicer.sampleRate, sampleRate, BLOCK);
		if (this.#splicer === null) {
			this.#splicer = splicer;
			this.#resampler = resampler;
			this.#report[REPORT.mediaRate] = splicer.sampleRate;
		} else {
			this.#successors.push({ splicer, resampler });
		}
	}

	play(): void {
		this.#isPausing = false;
		if (this.#state === 'paused') {
			this.#enter('resting');
		} else if (this.#fadeReason === 'pause' && this.#flushId > 0) {
			this.#fadeReason = 'flush';
		} else if (this.#fadeReason === 'pause') {
			this.#sound();
		}
	}

	/** Fades out; what waits stays. */
	pause(): void {
		this.#isPausing = true;
		if (this.#state !== 'playing') {
			this.#enter('paused');
		} else if (this.#fadeReason === 'none') {
			this.#fadeOut('pause');
		}
	}

	/** Fades out and drops all up to the flush mark of this id. Ids grow. */
	flush(id: number): void {
		this.#flushId = id;
		this.#hasFadedForFlush = this.#state !== 'playing';
		if (this.#hasFadedForFlush) {
			this.#noteFlushed();
		} else if (this.#fadeReason === 'none') {
			this.#fadeOut('flush');
		}
	}

	/** Fills all of `output`, planes of one length. */
	render(output: readonly Float32Array[]): void {
		const length = output.length === 0 ? 0 : output[0]!.length;
		for (let offset = 0; offset < length; offset += BLOCK) {
			this.#renderBlock(output, offset, Math.min(BLOCK, length - offset));
		}
		this.#writeReport(length);
	}

	#renderBlock(output: readonly Float32Array[], offset: number, count: number): void {
		if (this.#flushId > 0 && this.#hasFadedForFlush) {
			this.#dropToFlush();
		}
		if (this.#state !== 'playing' && !this.#tryStart(count)) {
			this.#renderSilence(output, offset, count);
			return;
		}
		const splicer = this.#splicer!;
		const resampler = this.#resampler!;
		if (this.#fadeReason === 'none') {
			this.#watchLevel(splicer, resampler, count);
		}
		const made = Math.min(count, this.#producible(splicer, resampler));
		resampler.render(splicer, output, offset, made);
		for (let channel = 0; channel < output.length; channel++) {
			output[channel]!.fill(0, offset + made, offset + count);
		}
		this.#fader.apply(output, offset, count);
		this.#countEmitted(made, count);
		if (this.#fader.isSilent) {
			this.#endFade();
		}
	}

	#renderSilence(output: readonly Float32Array[], offset: number, count: number): void {
		for (let channel = 0; channel < output.length; channel++) {
			output[channel]!.fill(0, offset, offset + count);
		}
		if (this.#state === 'waiting') {
			this.#add(REPORT.concealed, count);
			this.#add(REPORT.silentConcealed, count);
		}
	}

	/** Enters `playing` if the controller finds enough at hand. */
	#tryStart(count: number): boolean {
		if (this.#state === 'paused' || this.#splicer === null || this.#flushId > 0) {
			return false;
		}
		const splicer = this.#splicer;
		splicer.release();
		const level = splicer.available;
		const isWhole = splicer.stop !== 'starved' || this.#successors.length > 0;
		if (!this.#controller.mayStart(level, splicer.sampleRate, count, isWhole)) {
			if (level <= 0 && isWhole) {
				this.#passStop();
			}
			return false;
		}
		this.#enter('playing');
		this.#add(REPORT.starts, 1);
		this.#resampler!.reset();
		this.#controller.startMeasuring();
		this.#sound();
		return true;
	}

	/** Fades out while there is still enough to fade; skips what is surplus. */
	#watchLevel(splicer: Splicer, resampler: Resampler, count: number): void {
		if (this.#producible(splicer, resampler) < count + this.#fadeFrames) {
			const stop = splicer.stop;
			if (stop === 'end') {
				this.#fadeOut('end');
			} else if (stop === 'flush') {
				this.#fadeOut('flush');
			} else if (this.#successors.length > 0) {
				this.#fadeOut('ring');
			} else {
				this.#add(REPORT.concealmentEvents, 1);
				this.#fadeOut('underrun');
			}
			return;
		}
		const surplus = this.#controller.surplus(splicer.available, splicer.sampleRate, count);
		if (surplus > 0) {
			splicer.skip(surplus);
		}
	}

	#producible(splicer: Splicer, resampler: Resampler): number {
		return resampler.producible(splicer.available, splicer.stop === 'end');
	}

	#sound(): void {
		this.#fadeReason = 'none';
		this.#fader.fadeIn(this.#fadeFrames);
		this.#splicer!.resume();
	}

	/** At once when someone asked for it; else as late as the samples at hand allow. */
	#fadeOut(reason: FadeReason): void {
		this.#fadeReason = reason;
		this.#splicer!.hold();
		const producible = this.#producible(this.#splicer!, this.#resampler!);
		const length = Math.min(this.#fadeFrames, producible);
		const canWait = reason !== 'pause' && reason !== 'flush';
		this.#fader.fadeOut(length, canWait ? producible - length : 0);
	}

	/** Silence is reached: on to what it was wanted for. */
	#endFade(): void {
		const reason = this.#fadeReason;
		this.#fadeReason = 'none';
		this.#enter(this.#isPausing ? 'paused' : reason === 'underrun' ? 'waiting' : 'resting');
		if (this.#flushId > 0) {
			this.#hasFadedForFlush = true;
			this.#noteFlushed();
		} else if (reason === 'end' || reason === 'ring') {
			this.#passStop();
		}
	}

	/** What came before an end, or in an older ring, has been played. */
	#passStop(): void {
		const splicer = this.#splicer!;
		if (splicer.stop === 'end') {
			const id = splicer.passStop();
			this.#report[id > 0 ? REPORT.endId : REPORT.streamEndId] = id;
			this.#enter(this.#state === 'paused' ? 'paused' : 'resting');
		} else if (splicer.stop === 'starved' && this.#successors.length > 0) {
			this.#takeSuccessor(splicer);
		}
	}

	#takeSuccessor(splicer: Splicer): void {
		splicer.dropAll();
		this.#discardedBefore += splicer.discarded;
		const next = this.#successors.shift()!;
		this.#splicer = next.splicer;
		this.#resampler = next.resampler;
		this.#report[REPORT.mediaRate] = next.splicer.sampleRate;
	}

	#dropToFlush(): void {
		if (this.#splicer === null) {
			return;
		}
		while (!this.#splicer.dropToFlush(this.#flushId)) {
			if (this.#successors.length === 0) {
				return;
			}
			this.#takeSuccessor(this.#splicer);
		}
		this.#flushId = 0;
	}

	#noteFlushed(): void {
		this.#splicer?.writePosition(this.#report, REPORT.flushPosition, this.#resampler!.held);
		this.#report[REPORT.flushId] = this.#flushId;
	}

	#enter(state: PlayoutState): void {
		this.#state = state;
		this.#controller.startWaiting();
	}

	#countEmitted(made: number, count: number): void {
		const splicer = this.#splicer!;
		const level = (splicer.available + this.#resampler!.held) / splicer.sampleRate;
		this.#add(REPORT.emitted, made);
		// Not through #add: a fraction handed to a function that is not inlined is an allocation.
		this.#report[REPORT.delaySum] = this.#report[REPORT.delaySum]! + made * level;
		if (this.#fadeReason === 'underrun') {
			this.#add(REPORT.concealed, count - made);
			this.#add(REPORT.silentConcealed, count - made);
		}
	}

	#writeReport(rendered: number): void {
		const splicer = this.#splicer;
		const report = this.#report;
		report[REPORT.state] = PLAYOUT_STATES.indexOf(this.#state);
		this.#add(REPORT.rendered, rendered);
		if (splicer === null) {
			return;
		}
		report[REPORT.bufferLevel] = (splicer.available + this.#resampler!.held) / splicer.sampleRate;
		splicer.writePosition(report, REPORT.mediaPosition, this.#resampler!.held);
		report[REPORT.discarded] = this.#discardedBefore + splicer.discarded;
	}

	#add(slot: number, amount: number): void {
		this.#report[slot] = this.#report[slot]! + amount;
	}
}
