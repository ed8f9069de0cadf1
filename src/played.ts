// What has been played so far, by the playout's report: where it stands, and which of the things that were waited
// for have come about.
import { REPORT } from './core/playout-report.js';
import { Milestones, type PlayedPosition } from './milestones.js';

export class Played {
	/** Flushes carried out, ends played, and writes taken. */
	readonly flushes = new Milestones();
	readonly ends = new Milestones();
	readonly writes = new Milestones();
	readonly #report: () => Float64Array | null;

	/** @param report REPORT slots as they are now; null before there are any */
	constructor(report: () => Float64Array | null) {
		this.#report = report;
	}

	/** Where playback stands, or stood when the last flush was carried out. */
	position(slot: 'mediaPosition' | 'flushPosition' = 'mediaPosition'): PlayedPosition {
		const report = this.#report();
		const sampleFrames = report?.[REPORT[slot]] ?? 0;
		const rate = report?.[REPORT.mediaRate] ?? 0;
		return { sampleFrames, currentTime: rate > 0 ? sampleFrames / rate : 0 };
	}

	look(report: Float64Array): void {
		this.flushes.reach(report[REPORT.flushId]!, this.position('flushPosition'));
		this.ends.reach(report[REPORT.endId]!, this.position());
	}

	/** Nothing of what is waited for will come otherwise. */
	close(): void {
		for (const milestones of [this.flushes, this.ends, this.writes]) {
			milestones.reachAll(this.position());
		}
	}
}
