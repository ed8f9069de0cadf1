// The way of a sample behind the audio graph: buffers of the browser, the system and the device.
import { isChromium, isFirefox } from './browser.js';

/** Seconds. What Firefox 153 tells on Linux is 46 to 50 ms, whenever it was asked. */
const FIREFOX_LATENCY = 0.05;

/**
 * Seconds from the graph's output to the ear, as far as the browser knows.
 *
 * Firefox is not asked: it holds its graph's lock while it waits for the device's answer, and when the graph's
 * thread wants that lock meanwhile, the page and its sound stand still for good (seen in Firefox 153 with an
 * AudioWorklet on a busy machine, once in about ten pages that read it a single time).
 */
export function deviceLatency(context: BaseAudioContext): number {
	if (isFirefox()) {
		return FIREFOX_LATENCY;
	}
	const { outputLatency, baseLatency } = context as Partial<AudioContext>;
	return outputLatency ?? baseLatency ?? 0;
}

/** A moment of the context's time at the speaker. */
export interface SpeakerMoment {
	/** Seconds of the context's time. */
	readonly contextTime: number;
	/** When the speaker sounds what the graph put out then: milliseconds since the Unix epoch, by the page's clock
	 * (performance.timeOrigin + performance.now()). */
	readonly at: number;
}

/** The device's own account of it is true in Chromium only: WebKit's is seconds off, and Firefox is not asked (see
 * above). Elsewhere, what the graph puts out now is heard after the device's latency. */
export function speakerMoment(context: AudioContext): SpeakerMoment {
	const { timeOrigin } = performance;
	if (isChromium()) {
		const { contextTime, performanceTime } = context.getOutputTimestamp();
		// 0 until the device has told of itself.
		if (contextTime !== undefined && performanceTime !== undefined && performanceTime > 0) {
			return { contextTime, at: timeOrigin + performanceTime };
		}
	}
	const at = timeOrigin + performance.now() + 1000 * deviceLatency(context);
	return { contextTime: context.currentTime, at };
}
