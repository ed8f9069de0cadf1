// How long sound is on its way in all, from the sender's microphone to this machine's speaker: the moment at which
// one media position was captured and the moment at which it is heard, both on the page's clock.
import type { CaptureAnchor } from './core/receiver-messages.js';
import type { SpeakerMoment } from './device-latency.js';

/** A media position, and when it leaves the audio graph. */
export interface RenderedPosition {
	/** Sample frames at `mediaRate`. */
	readonly mediaPosition: number;
	/** Hz. */
	readonly mediaRate: number;
	/** Seconds of the context's time. */
	readonly renderedAt: number;
}

/** Seconds; null while nothing is known of the capture, or only of a stream that is not heard yet. */
export function endToEndDelay(
	capture: CaptureAnchor | null,
	rendered: RenderedPosition,
	speaker: SpeakerMoment,
): number | null {
	if (capture?.sampleRate !== rendered.mediaRate) {
		return null;
	}
	const captured =
		capture.capturedAt / 1000 + (rendered.mediaPosition - capture.pts) / capture.sampleRate;
	const heard = speaker.at / 1000 + rendered.renderedAt - speaker.contextTime;
	return heard - captured;
}
