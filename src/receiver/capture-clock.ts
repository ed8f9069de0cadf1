// When what is played was captured: the newest frame whose capture time is known, and the clock that told it.
import type { Frame } from '../core/frame.js';
import type { CaptureAnchor } from '../core/receiver-messages.js';
import type { ClockSync } from './clock-sync.js';

/** Milliseconds between a frame's capture time and what the one before let expect: less may be a sender that stamps
 * whole blocks, or pauses. */
const STEP = 1000;

export class CaptureClock {
	#frame: Pick<Frame, 'pts' | 'captureTime'> | null = null;
	#sampleRate = 0;
	#clock: ClockSync | null = null;

	/** null while unknown. */
	get anchor(): CaptureAnchor | null {
		const offset = this.#clock?.offset ?? null;
		if (this.#frame === null || offset === null) {
			return null;
		}
		const { pts, captureTime } = this.#frame;
		return { pts, sampleRate: this.#sampleRate, capturedAt: captureTime - offset };
	}

	/** @param clock of the server the frame came from @returns whether that clock seems to have been set */
	note({ pts, captureTime, format }: Frame, clock: ClockSync): boolean {
		const last = clock === this.#clock ? this.#frame : null;
		if (captureTime > 0) {
			// Not the frame itself, whose bytes would stay.
			this.#frame = { pts, captureTime };
			this.#sampleRate = format.sampleRate;
			this.#clock = clock;
		}
		if (last === null || captureTime <= 0) {
			return false;
		}
		const expected = last.captureTime + (1000 * (pts - last.pts)) / format.sampleRate;
		return Math.abs(captureTime - expected) > STEP;
	}

	/** Another stream. */
	restart(): void {
		this.#frame = null;
	}
}
