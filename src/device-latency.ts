// The way of a sample behind the audio graph: buffers of the browser, the system and the device.
import { isFirefox } from './browser.js';

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
