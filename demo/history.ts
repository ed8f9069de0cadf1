// The last 30 seconds of what the plots show, one point every 50 ms, and what was done to the stream meanwhile.
import type { PcmPlayerStats } from '../src/index.js';

/** Seconds that are kept. */
export const SPAN = 30;

/** Seconds between two points. */
const STEP = 0.05;

/** Levels at one time, seconds. */
export interface Point {
	/** Seconds, the page's clock. */
	readonly at: number;
	/** The lowest since the point before: a dip must not be missed. */
	readonly level: number;
	readonly target: number;
	/** The greatest since the point before. */
	readonly delay: number;
	readonly p95: number;
}

/** Something that happened. */
export interface Mark {
	readonly at: number;
	/** Its end, where it lasted. */
	readonly until?: number;
	/** `gap`: the sound was out. `act`: somebody pressed a button. */
	readonly kind: 'gap' | 'act';
	readonly label: string;
}

export class History {
	readonly #points: Point[] = [];
	readonly #marks: Mark[] = [];

	get points(): readonly Point[] {
		return this.#points;
	}

	get marks(): readonly Mark[] {
		return this.#marks;
	}

	/** @param now seconds, the page's clock */
	note(now: number, stats: PcmPlayerStats): void {
		const last = this.#points.at(-1);
		const isNew = last === undefined || now - last.at >= STEP;
		const fresh: Point = {
			at: isNew ? now : last.at,
			level: isNew ? stats.playoutDelay : Math.min(last.level, stats.playoutDelay),
			target: stats.targetDelay,
			delay: isNew ? stats.arrivalDelay : Math.max(last.delay, stats.arrivalDelay),
			p95: stats.arrivalDelayP95,
		};
		if (!isNew) {
			this.#points.pop();
		}
		this.#points.push(fresh);
		this.#forget(now - SPAN - 1);
	}

	mark(mark: Mark): void {
		this.#marks.push(mark);
	}

	#forget(before: number): void {
		while (this.#points.length > 0 && this.#points[0]!.at < before) {
			this.#points.shift();
		}
		while (this.#marks.length > 0 && this.#marks[0]!.at < before) {
			this.#marks.shift();
		}
	}
}
