// Decides, once a render quantum, how the playout delay is led to its target. It sees whole microseconds,
// reads no clock and touches no sample; the operations obey. Owner: the audio thread.
import type { LatencyProfile, PlayoutContent, PlayoutMode } from '../src/core/playout-messages.js';

/** Playback rates, thousandths: the slowest and fastest at which stretched speech still sounds natural
 * (Liang, Färber and Girod 2003 found no impairment worth hearing up to 25 %). */
const SLOWEST = 770;
const FASTEST = 1165;

/** Microseconds of error at which stretching begins and ends, and from which it is at full rate. A stretch
 * moves by a pitch period, 2.5 to 15 ms: smaller errors are the drift loop's, which meets 6 ms while it learns a
 * drift of 300 ppm. */
const STRETCH_FROM = 7_000;
const STRETCH_TO = 1_000;
const FULL_STRETCH = 20_000;

/** Microseconds after which a stretch that does not get there (the sound is not alike anywhere, or too little
 * waits to jump) is helped by the drift loop. */
const VAIN_STRETCH = 1_500_000;

/** Microseconds that one stretch moves by at most: over a second, playback stays within 0.75 and 1.2. */
const LONGEST_STRETCH = 20_000;

/** Microseconds the next sample is overdue, beyond what the target allows for, when playback slows down. */
const OVERDUE = 8_000;

/** Microseconds above the target at which a live stream is skipped rather than played faster. Catching up
 * e at 0.2 costs e²/0.4 of delay, skipping it 10 e (a price of 10 s): even at 4 s. Listeners of a live
 * stream want its present sooner than that. */
const SKIP_FROM: Readonly<Record<LatencyProfile, number>> = {
	live: 400_000,
	balanced: 1_500_000,
	smooth: 3_000_000,
};

/** Drift loop: natural frequency, 1/s; a second-order loop with damping 1 settles in about 30 s, and 5 ms of
 * noise in the error move the pitch by less than 0.1 %. (zita-ajbridge runs at 2π · 0.05 /s.) */
const LOOP_OMEGA = 2 * Math.PI * 0.02;

/** Seconds of the error's low-pass. */
const LOOP_SMOOTHING = 0.5;

/** Microseconds of smoothed error, below and above 0, that set the loop to work: until then, equal rates are an
 * exact copy. Sound begins up to a render quantum (2.7 ms) above the target; below it there is little to
 * spare. */
const LOOP_BELOW = -1_500;
const LOOP_ABOVE = 3_000;

/** Greatest change of pitch, parts per 10⁹: 0.1 % is half of what a trained ear hears in music (0.2 %);
 * speech bears more. Greatest change of it in a second, parts per 10⁹. */
const MOST_DRIFT: Readonly<Record<PlayoutContent, number>> = {
	auto: 1_000_000,
	speech: 5_000_000,
	music: 1_000_000,
};
const MOST_SLEW = 500_000;

/** Microseconds the next sample is overdue when the loop rests: in a stall the base says nothing of the clocks. A
 * slow sender's base lags by 4 s of its drift, and messages cut in two look late by their length. */
const STALLED = 25_000;

/** Percent of correlation that the sides of a stretch must have: for errors up to `FULL_STRETCH`, and for those
 * from `LARGE_ERROR` (microseconds) on, or when playback would stop otherwise. At 85 speech still reaches any
 * rate; dense music reaches 0.85 and 1.15 at 60 only (`npm run bench:stretch`). */
const CORRELATIONS: Readonly<Record<PlayoutContent, readonly [number, number]>> = {
	auto: [85, 60],
	speech: [85, 50],
	music: [90, 60],
};
const LARGE_ERROR = 60_000;

/** Microseconds of sound worth beginning with again: while concealment still sounds, and, without waiting for
 * the target, once it is silent. */
const RESUME_FROM = 10_000;
const RESUME_FROM_SILENCE = 60_000;

/** Microseconds beyond the target after which what waits is heard although it is less than was wanted. */
const PATIENCE = 1_000_000;

/** Who fixes the delay wants it steady, and the samples exact: it is not corrected for what the base wanders
 * while it is learned (a device's block, 10 ms in Chromium; first frames held up by scripts that start). Part of
 * the delay, and microseconds at most. */
const FIXED_TOLERANCE = 1 / 4;
const MOST_TOLERANCE = 50_000;

export interface ControllerOptions {
	readonly mode: PlayoutMode;
	readonly profile: LatencyProfile;
	readonly content: PlayoutContent;
	/** Bounds of the target delay, seconds; equal: it is fixed. */
	readonly minDelay: number;
	readonly maxDelay: number;
}

export class PlayoutController {
	readonly #mode: PlayoutMode;
	readonly #skipFrom: number;
	readonly #mostDrift: number;
	/** Microseconds of error beyond what is otherwise corrected. */
	readonly #tolerance: number;
	readonly #strict: number;
	readonly #eager: number;
	#leastCorrelation = 0;
	#rate = 1000;
	#mostStretch = 0;
	#skip = 0;
	/** Parts per 10⁹, and the loop's state: smoothed error, microseconds; integrated drift. Fractions at first: V8
	 * then keeps a double in place, and assigning to it never allocates. */
	#drift = 0.5;
	#error = 0.5;
	#integral = 0.5;
	#isLoopOn = false;
	/** Microseconds that stretching has gone on. */
	#stretching = 0;
	#waited = 0;

	constructor({ mode, profile, content, minDelay, maxDelay }: ControllerOptions) {
		const fixed = minDelay === maxDelay ? minDelay * 1e6 : 0;
		this.#tolerance = Math.round(Math.min(MOST_TOLERANCE, FIXED_TOLERANCE * fixed));
		this.#mode = mode;
		this.#drift = 0;
		this.#error = 0;
		this.#integral = 0;
		this.#skipFrom = SKIP_FROM[profile];
		this.#mostDrift = MOST_DRIFT[content];
		[this.#strict, this.#eager] = CORRELATIONS[content];
	}

	/** Playback rate to stretch to, thousandths, 750 to 1200; 1000: leave it. */
	get rate(): number {
		return this.#rate;
	}

	/** Microseconds that a stretch may move the position by. */
	get mostStretch(): number {
		return this.#mostStretch;
	}

	/** Change of the resampling ratio, parts per 10⁹; positive: play faster. */
	get drift(): number {
		return this.#drift | 0;
	}

	/** Percent: how alike the sides of a stretch must be. */
	get leastCorrelation(): number {
		return this.#leastCorrelation;
	}

	/** Microseconds to skip now; 0: none. */
	get skip(): number {
		return this.#skip;
	}

	/** A silence begins. */
	startWaiting(): void {
		this.#waited = 0;
		this.#rate = 1000;
	}

	/** True when sound may begin. All in microseconds. @param level waits @param overdue next sample late
	 * @param elapsed since the last call @param isWhole nothing will be added to the level */
	mayStart(
		level: number,
		overdue: number,
		target: number,
		elapsed: number,
		isWhole: boolean,
	): boolean {
		if (level <= 0) {
			return false;
		}
		this.#waited += elapsed;
		return isWhole || this.#waited >= target + PATIENCE || level + overdue >= target;
	}

	/** True when sound may go on after an underrun. @param isSilent concealment has faded out */
	mayResume(
		level: number,
		target: number,
		elapsed: number,
		isSilent: boolean,
		isWhole: boolean,
	): boolean {
		this.#waited = level > 0 ? this.#waited + elapsed : 0;
		const isEnough = level >= (isSilent ? RESUME_FROM_SILENCE : RESUME_FROM);
		return isWhole || isEnough || this.#waited >= (isSilent ? target : PATIENCE);
	}

	/** While sound runs. All in microseconds; see `mayStart`. @param piece comes at a time
	 * @param isThreatened the next sample may well come later than what waits lasts */
	decide(
		level: number,
		overdue: number,
		piece: number,
		target: number,
		elapsed: number,
		isThreatened: boolean,
	): void {
		this.#skip = 0;
		if (this.#mode === 'complete') {
			return;
		}
		const error = (level + overdue - target) | 0;
		// What is overdue may come at any moment, or much later: count on what is there, less what the next wait
		// takes anyway.
		const margin = overdue > 0 ? Math.min(error, level - piece - target) | 0 : error;
		if (margin > this.#skipFrom) {
			this.#skip = margin;
		}
		this.#chooseRate(error, margin, isThreatened);
		this.#stretching = this.#rate === 1000 ? 0 : this.#stretching + elapsed;
		const isVain = this.#stretching > VAIN_STRETCH && Math.abs(error) < FULL_STRETCH;
		if (overdue <= STALLED && (this.#stretching === 0 || isVain)) {
			this.#followDrift(error, elapsed);
		}
	}

	#chooseRate(error: number, margin: number, isThreatened: boolean): void {
		const excess = Math.max(0, Math.max(margin, -error) - FULL_STRETCH);
		const haste = Math.min(1, excess / (LARGE_ERROR - FULL_STRETCH));
		this.#leastCorrelation = (this.#strict + (this.#eager - this.#strict) * haste) | 0;
		if (isThreatened && margin < -OVERDUE) {
			this.#rate = SLOWEST;
			this.#mostStretch = LONGEST_STRETCH;
			this.#leastCorrelation = this.#eager;
		} else if (margin > (this.#rate > 1000 ? STRETCH_TO : STRETCH_FROM + this.#tolerance)) {
			const share = Math.min(FULL_STRETCH, margin) / FULL_STRETCH;
			this.#mostStretch = Math.min(LONGEST_STRETCH, margin);
			this.#rate = 1000 + (((FASTEST - 1000) * share) | 0);
		} else if (error < (this.#rate < 1000 ? -STRETCH_TO : -STRETCH_FROM - this.#tolerance)) {
			const share = Math.min(FULL_STRETCH, -error) / FULL_STRETCH;
			this.#mostStretch = Math.min(LONGEST_STRETCH, STRETCH_FROM - error);
			this.#rate = 1000 - (((1000 - SLOWEST) * share) | 0);
		} else {
			this.#rate = 1000;
		}
	}

	/** A proportional-integral loop on the error, through the resampling ratio. */
	#followDrift(error: number, elapsed: number): void {
		const seconds = elapsed * 1e-6;
		this.#error += (error - this.#error) * Math.min(1, seconds / LOOP_SMOOTHING);
		if (!this.#isLoopOn) {
			this.#isLoopOn =
				this.#error < LOOP_BELOW - this.#tolerance || this.#error > LOOP_ABOVE + this.#tolerance;
			return;
		}
		const limit = this.#mostDrift;
		// An error of a microsecond is 10³ parts in 10⁹ of a second.
		const proportional = 2 * LOOP_OMEGA * this.#error * 1e3;
		const step = LOOP_OMEGA * LOOP_OMEGA * this.#error * 1e3 * seconds;
		const wanted = proportional + this.#integral;
		const isSaturated = Math.abs(wanted) > limit && wanted * step > 0;
		this.#integral += isSaturated ? 0 : step;
		const slew = MOST_SLEW * seconds;
		const change = Math.min(limit, Math.max(-limit, wanted)) - this.#drift;
		this.#drift += Math.min(slew, Math.max(-slew, change));
	}
}
