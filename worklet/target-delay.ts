// The playout delay that is wanted: what the stalls of the past ask for, what the next expected one asks for,
// and what the playout itself takes, within the caller's bounds. Owner: the audio thread.
import type { LatencyProfile } from '../src/core/playout-messages.js';
import type { Lateness, Verdict } from './lateness.js';
import { StallLedger } from './stall-ledger.js';
import { StallPredictor } from './stall-predictor.js';

/** Seconds of delay that a second of concealment a second is worth. NetEq's target implies 10; 14 conceals
 * less than NetEq on every trace met, at less delay. The others by design's 0.3 and 0.04 stalls a second
 * against 0.1. */
const PRICES: Readonly<Record<LatencyProfile, number>> = { live: 5, balanced: 13, smooth: 35 };

/** Microseconds beyond what was measured: rounding of block and render quantum. */
const SLACK = 2_000;

/** Percent of the stalls that came so far as this one and went on beyond the delay, from which on playback
 * slows down: what a second of concealment costs is many times what a second of delay does. */
const THREAT = 5;

/** Microseconds at least while nothing is known, and for how long. What is late meanwhile is a page, its threads
 * and its code that start, which says nothing of the network: counted as a stall, it would hold the delay up for
 * 15 s. It counts as time in which nothing was late. */
const FIRST_TARGET = 25_000;
const FIRST_TIME = 1_000_000;

export interface TargetDelayOptions {
	readonly profile: LatencyProfile;
	/** Seconds; equal: fixed. */
	readonly minDelay: number;
	readonly maxDelay: number;
}

export class TargetDelay {
	readonly #ledger: StallLedger;
	readonly #predictor: StallPredictor;
	readonly #min: number;
	readonly #max: number;
	#watched = 0;
	#lookAhead = 0;

	constructor({ profile, minDelay, maxDelay }: TargetDelayOptions) {
		this.#ledger = new StallLedger(PRICES[profile]);
		this.#predictor = new StallPredictor(this.#ledger);
		this.#min = Math.round(minDelay * 1e6);
		this.#max = Math.round(maxDelay * 1e6);
	}

	/** Microseconds. */
	get value(): number {
		const measured = Math.max(this.#ledger.target, this.#predictor.target);
		const least = this.#watched < FIRST_TIME ? FIRST_TARGET : 0;
		const wanted = Math.max(least, measured + this.#lookAhead + SLACK);
		return Math.min(this.#max, Math.max(this.#min, wanted));
	}

	/** Microseconds between the stalls that are foreseen; 0: none are. */
	get stallPeriod(): number {
		return this.#predictor.period;
	}

	/** True when a sample that is late by so many microseconds may well become later than the target. */
	isThreatened(late: number, delay: number): boolean {
		return this.#ledger.chanceBeyond(late, delay) >= THREAT;
	}

	/** @param microseconds that must wait for playout to go on at all: a filter's look-ahead */
	setLookAhead(microseconds: number): void {
		this.#lookAhead = microseconds;
	}

	/** What is late now is no stall: the sender or the listener paused. What was learned stays. */
	restart(): void {
		this.#ledger.dismiss();
		this.#predictor.dismiss();
	}

	/** @param elapsed microseconds since the last call */
	observe(lateness: Lateness, verdict: Verdict, elapsed: number): void {
		if (verdict === 'pause') {
			this.restart();
		}
		if (!lateness.isKnown) {
			return;
		}
		const isFirst = this.#watched < FIRST_TIME;
		this.#watched += isFirst ? elapsed : 0;
		const late = isFirst ? 0 : lateness.lateness;
		this.#predictor.observe(late, elapsed);
		this.#ledger.observe(late, elapsed, lateness.isInDoubt, this.#predictor.isForeseen);
	}
}
