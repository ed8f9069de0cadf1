// Playout: from the ring to the output, one render call at a time. What is wanted of it (play, pause, flush)
// and what its rings hold decide its state; estimators, controller and operations do the rest. Every way into
// and out of sound goes through one fade. Owner: the audio thread. `render` allocates nothing, throws nothing,
// and always fills every output channel.
import type { SincFilter } from '../src/core/sinc-filter.js';
import type { LatencyProfile, PlayoutContent, PlayoutMode } from '../src/core/playout-messages.js';
import { REPORT, type PlayoutState } from '../src/core/playout-report.js';
import type { RingReader } from '../src/core/ring-reader.js';
import { Fader } from './fader.js';
import { PlayoutController } from './playout-controller.js';
import { ReportWriter } from './report-writer.js';
import { RingPlayback } from './ring-playback.js';
import { TargetDelay } from './target-delay.js';

/** Seconds of a fade into or out of silence. */
const FADE_SECONDS = 0.005;

/** Sample frames rendered at a time; a longer render call is several. */
const BLOCK = 128;

/** Why sound fades out. */
type FadeReason = 'none' | 'pause' | 'flush' | 'end' | 'ring';

export interface PlayoutOptions {
	/** Hz, of the output. */
	readonly sampleRate: number;
	readonly mode: PlayoutMode;
	readonly content: PlayoutContent;
	readonly profile: LatencyProfile;
	/** Bounds of the target delay, seconds; equal: it is fixed. */
	readonly minDelay: number;
	readonly maxDelay: number;
	/** REPORT_SLOTS numbers, written after every render call. */
	readonly report: Float64Array;
}

export class PlayoutEngine {
	readonly #outputRate: number;
	readonly #isComplete: boolean;
	readonly #report: Float64Array;
	readonly #writer: ReportWriter;
	readonly #controller: PlayoutController;
	readonly #target: TargetDelay;
	readonly #fader = new Fader();
	readonly #fadeFrames: number;
	/** The ring being played, and those that come after it, oldest first: a new one for each format. */
	#ring: RingPlayback | null = null;
	readonly #successors: RingPlayback[] = [];
	#state: PlayoutState = 'paused';
	#fadeReason: FadeReason = 'none';
	#isPausing = false;
	/** Id of the flush under way; 0 for none. */
	#flushId = 0;
	#hasFadedForFlush = false;
	/** Sample frames rendered since the start, and whole microseconds. Fractions at first: V8 then keeps a double
	 * in place, and assigning to it never allocates. */
	#rendered = 0.5;
	#clock = 0.5;

	constructor(options: PlayoutOptions) {
		this.#outputRate = options.sampleRate;
		this.#isComplete = options.mode === 'complete';
		this.#rendered = 0;
		this.#clock = 0;
		this.#report = options.report;
		this.#fadeFrames = Math.ceil(FADE_SECONDS * options.sampleRate);
		this.#controller = new PlayoutController(options);
		this.#target = new TargetDelay(options);
		this.#writer = new ReportWriter(options.report, this.#target, options.sampleRate);
		this.#writer.state(this.#state);
	}

	/** From now on samples come through this ring; those of the one before are played first. Allocates:
	 * not for `render`. */
	attach(reader: RingReader, filter: SincFilter): void {
		const ring = new RingPlayback(reader, filter, BLOCK);
		if (this.#ring === null) {
			this.#take(ring);
		} else {
			this.#successors.push(ring);
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
			this.#writer.flushed(id, this.#ring);
		} else if (this.#fadeReason === 'none') {
			this.#fadeOut('flush');
		}
	}

	/** Fills all of `output`, planes of one length. @param contextFrame sample frames of the context's time before
	 * the first: an integer, which up to 2³⁰ is no allocation */
	render(output: readonly Float32Array[], contextFrame = 0): void {
		const length = output.length === 0 ? 0 : output[0]!.length;
		for (let offset = 0; offset < length; offset += BLOCK) {
			this.#renderBlock(output, offset, Math.min(BLOCK, length - offset));
		}
		const isWaiting = this.#state === 'playing' && this.#ring!.isSilent;
		this.#writer.state(isWaiting ? 'waiting' : this.#state);
		this.#writer.rendered(length, contextFrame, this.#ring);
	}

	#renderBlock(output: readonly Float32Array[], offset: number, count: number): void {
		const elapsed = this.#observe();
		if (this.#flushId > 0 && this.#hasFadedForFlush) {
			this.#dropToFlush();
		}
		const isSounding = this.#state === 'playing' || this.#tryStart(elapsed);
		const ring = this.#ring;
		if (!isSounding || ring === null) {
			for (let channel = 0; channel < output.length; channel++) {
				output[channel]!.fill(0, offset, offset + count);
			}
			ring?.rest(count);
		} else {
			if (this.#fadeReason === 'none') {
				this.#lead(ring, elapsed, count);
			}
			const made = ring.render(output, offset, count);
			this.#fader.apply(output, offset, count);
			this.#writer.emitted(ring, made);
			if (this.#fader.isSilent) {
				this.#endFade();
			}
		}
		for (let later = 0; later < this.#successors.length; later++) {
			this.#successors[later]!.rest(count);
		}
		this.#rendered += count;
	}

	/** Measures what has come. @returns microseconds since the last call */
	#observe(): number {
		const before = this.#clock;
		this.#clock = Math.floor((this.#rendered / this.#outputRate) * 1e6);
		const elapsed = (this.#clock - before) | 0;
		for (let later = 0; later < this.#successors.length; later++) {
			this.#successors[later]!.observe(elapsed);
		}
		if (this.#ring !== null) {
			const verdict = this.#ring.observe(elapsed);
			if (this.#state !== 'paused') {
				this.#target.observe(this.#ring.lateness, verdict, elapsed);
			}
			this.#writer.delayed(this.#ring);
		}
		return elapsed;
	}

	/** Enters `playing` if the controller finds enough at hand. */
	#tryStart(elapsed: number): boolean {
		const ring = this.#ring;
		if (this.#state === 'paused' || ring === null || this.#flushId > 0) {
			return false;
		}
		ring.start();
		const { level } = ring;
		const isWhole = ring.stop !== 'starved' || this.#successors.length > 0;
		const { overdue } = ring.lateness;
		if (!this.#controller.mayStart(level, overdue, this.#target.value, elapsed, isWhole)) {
			if (level <= 0 && isWhole) {
				this.#passStop();
			}
			return false;
		}
		this.#enter('playing');
		this.#writer.started();
		this.#sound();
		return true;
	}

	/** Leads the delay to its target; fades out before a stop. */
	#lead(ring: RingPlayback, elapsed: number, count: number): void {
		if (ring.isConcealing) {
			ring.dropShortPassage();
		}
		const { overdue } = ring.lateness;
		const target = this.#target.value;
		const isStopping = ring.stop !== 'starved' || this.#successors.length > 0;
		ring.setStopping(isStopping);
		if (ring.isConcealing) {
			this.#leadConcealed(ring, elapsed, isStopping, count);
			return;
		}
		if (isStopping) {
			ring.correct(1000, this.#controller.drift, 0, 0, count);
			this.#fadeBeforeStop(ring, count);
			return;
		}
		const { level } = ring;
		const { piece } = ring.lateness;
		const isThreatened =
			overdue > 0 && this.#target.isThreatened(overdue, Math.max(target, level + overdue));
		this.#controller.decide(level, overdue, piece, target, elapsed, isThreatened);
		if (this.#controller.skip > 0) {
			ring.skip(this.#controller.skip);
		}
		const { rate, drift, leastCorrelation, mostStretch } = this.#controller;
		ring.correct(rate, drift, leastCorrelation, mostStretch, count);
	}

	/** Out of concealment, as soon as there is enough to go on with. */
	#leadConcealed(ring: RingPlayback, elapsed: number, isStopping: boolean, count: number): void {
		const target = this.#target.value;
		const { level, isSilent } = ring;
		const mayResume = this.#controller.mayResume(level, target, elapsed, isSilent, isStopping);
		const { overdue } = ring.lateness;
		const isSparing = this.#isComplete || isSilent || isStopping || overdue > 0;
		const surplus = isSparing ? 0 : level + overdue - target;
		if (mayResume) {
			ring.resume(surplus);
		}
		if (isStopping) {
			this.#fadeBeforeStop(ring, count);
		}
	}

	/** While there is still enough to fade. */
	#fadeBeforeStop(ring: RingPlayback, count: number): void {
		if (ring.isConcealing || ring.producible < count + this.#fadeFrames) {
			this.#fadeOut(ring.stop === 'starved' ? 'ring' : stopReason(ring));
		}
	}

	#sound(): void {
		this.#fadeReason = 'none';
		this.#fader.fadeIn(this.#fadeFrames);
		this.#ring!.release();
	}

	/** At once when someone asked for it; else as late as the samples at hand allow. */
	#fadeOut(reason: FadeReason): void {
		const ring = this.#ring!;
		this.#fadeReason = reason;
		ring.hold();
		ring.setStopping(true);
		const producible = ring.isConcealing ? this.#fadeFrames : ring.producible;
		const length = Math.min(this.#fadeFrames, producible);
		const canWait = reason !== 'pause' && reason !== 'flush';
		this.#fader.fadeOut(length, canWait ? producible - length : 0);
	}

	/** Silence is reached: on to what it was wanted for. */
	#endFade(): void {
		const reason = this.#fadeReason;
		this.#fadeReason = 'none';
		this.#enter(this.#isPausing ? 'paused' : 'resting');
		if (this.#flushId > 0) {
			this.#hasFadedForFlush = true;
			this.#writer.flushed(this.#flushId, this.#ring);
		} else if (reason === 'end' || reason === 'ring') {
			this.#passStop();
		}
	}

	/** What came before an end, or in an older ring, has been played. */
	#passStop(): void {
		const ring = this.#ring!;
		if (ring.stop === 'end') {
			this.#writer.ended(ring.passStop());
			this.#enter(this.#state === 'paused' ? 'paused' : 'resting');
		} else if (ring.stop === 'starved' && this.#successors.length > 0) {
			this.#takeSuccessor(ring);
		}
	}

	#takeSuccessor(ring: RingPlayback): void {
		ring.dropAll();
		this.#writer.close(ring);
		this.#take(this.#successors.shift()!);
	}

	#take(ring: RingPlayback): void {
		this.#ring = ring;
		this.#target.setLookAhead(ring.lookAhead);
		this.#report[REPORT.mediaRate] = ring.mediaRate;
	}

	#dropToFlush(): void {
		if (this.#ring === null) {
			return;
		}
		while (!this.#ring.dropToFlush(this.#flushId)) {
			if (this.#successors.length === 0) {
				return;
			}
			this.#takeSuccessor(this.#ring);
		}
		this.#flushId = 0;
	}

	/** What was measured before a silence of our own making does not compare with what comes after it. */
	#enter(state: PlayoutState): void {
		if (state !== 'playing') {
			this.#ring?.lateness.restart();
			this.#target.restart();
		}
		this.#state = state;
		this.#controller.startWaiting();
	}
}

function stopReason(ring: RingPlayback): FadeReason {
	return ring.stop === 'end' ? 'end' : 'flush';
}
