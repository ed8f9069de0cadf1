// Writes what playout tells of itself into its block of numbers. Owner: the audio thread.
import { PLAYOUT_STATES, REPORT, type PlayoutState } from '../src/core/playout-report.js';
import type { RingPlayback } from './ring-playback.js';
import type { TargetDelay } from './target-delay.js';

/** Counters that a ring keeps, by slot. */
const KEPT = [REPORT.discarded, REPORT.inserted, REPORT.removed, REPORT.concealmentEvents] as const;

export class ReportWriter {
	readonly #report: Float64Array;
	readonly #target: TargetDelay;
	/** Hz. */
	readonly #outputRate: number;
	/** What the rings before this one counted, by slot. */
	readonly #before: Float64Array;
	/** Counts of media seen by the last block, and output sample frames not yet counted for them, by slot. */
	readonly #seen: Int32Array;
	readonly #owed: Float64Array;

	/** @param outputRate Hz */
	constructor(report: Float64Array, target: TargetDelay, outputRate: number) {
		this.#report = report;
		this.#target = target;
		this.#outputRate = outputRate;
		this.#before = new Float64Array(report.length);
		this.#seen = new Int32Array(report.length);
		this.#owed = new Float64Array(report.length);
	}

	state(state: PlayoutState): void {
		this.#report[REPORT.state] = PLAYOUT_STATES.indexOf(state);
	}

	/** Before what is played next is rendered. */
	delayed(ring: RingPlayback): void {
		const delay = ring.level + ring.lateness.overdue;
		this.#report[REPORT.playoutDelay] = Math.max(0, delay) * 1e-6;
	}

	/** Sound began. */
	started(): void {
		this.#report[REPORT.starts]!++;
	}

	/** `made` sample frames came out of `ring`; delays are summed by the level after them. */
	emitted(ring: RingPlayback, made: number): void {
		const report = this.#report;
		const silent = this.#take(REPORT.silentConcealed, ring.silent, ring, made);
		const concealed = this.#take(REPORT.concealed, ring.concealed, ring, made);
		report[REPORT.silentConcealed] = report[REPORT.silentConcealed]! + Math.min(silent, concealed);
		report[REPORT.concealed] = report[REPORT.concealed]! + concealed;
		const played = made - concealed;
		report[REPORT.emitted] = report[REPORT.emitted]! + played;
		report[REPORT.delaySum] = report[REPORT.delaySum]! + played * ring.level * 1e-6;
		report[REPORT.targetSum] = report[REPORT.targetSum]! + played * this.#target.value * 1e-6;
	}

	/** Output sample frames, at most `made`, that a growing count of media stands for: what it grew by, and what
	 * rounding left over. */
	#take(slot: number, total: number, ring: RingPlayback, made: number): number {
		const owed = this.#owed[slot]! + ((total - this.#seen[slot]!) | 0) * ring.outputPerMedia;
		const taken = Math.min(made, (owed + 0.5) | 0);
		this.#seen[slot] = total;
		// A drifting ratio owes a little more or less than there is: it must not add up.
		this.#owed[slot] = Math.min(1, owed - taken);
		return taken;
	}

	/** The end mark `id` was passed: above 0, one that was asked for; else the stream's own. */
	ended(id: number): void {
		this.#report[id > 0 ? REPORT.endId : REPORT.streamEndId] = id;
	}

	/** Flush `id` was carried out. */
	flushed(id: number, ring: RingPlayback | null): void {
		ring?.writePosition(this.#report, REPORT.flushPosition);
		this.#report[REPORT.flushId] = id;
	}

	/** `ring` is played no more: its counters go into what was before. */
	close(ring: RingPlayback): void {
		ring.count(this.#before, this.#report);
		this.#seen.fill(0);
		for (let i = 0; i < KEPT.length; i++) {
			this.#before[KEPT[i]!] = this.#report[KEPT[i]!]!;
		}
	}

	/** After a render call of `count` sample frames, `contextFrame` after the beginning of the context's time. */
	rendered(count: number, contextFrame: number, ring: RingPlayback | null): void {
		const report = this.#report;
		report[REPORT.renderedAt] = (contextFrame + count) / this.#outputRate;
		report[REPORT.rendered] = report[REPORT.rendered]! + count;
		report[REPORT.targetDelay] = this.#target.value * 1e-6;
		if (ring === null) {
			return;
		}
		report[REPORT.bufferLevel] = ring.level * 1e-6;
		ring.writePosition(report, REPORT.mediaPosition);
		ring.count(this.#before, report);
	}
}
