// What lost segments do to a stream over TCP: all that follows waits for the repeat.
import type { Uniform } from './distributions.js';

export interface TcpLoss {
	readonly uniform: Uniform;
	/** Of segments outside a burst, 0 to 1. */
	readonly lossRate: number;
	readonly rttMs: number;
	readonly frameMs: number;
}

/** 20 ms of stereo at 16 kHz, 32 bits a sample, are 2560 bytes: two segments of 1460 or less. */
const SEGMENTS_PER_FRAME = 2;
/** How likely the segment after a lost one is lost, too: losses come in bursts. */
const BURST = 0.3;
/** How likely the repeat is lost: it may come into the same burst. The one after the timeout does not. */
const REPEAT_LOST = 0.3;
/** ms: the least timeout of Linux, TCP_RTO_MIN (RFC 6298 says 1 s). */
const LEAST_TIMEOUT = 200;

/** How much later each frame of `count` is whole at the receiver for a lost segment of it, ms; those after
 * it wait for it. The receiver tells of a hole when the next frame comes, the sender waits RTT/4 for
 * reordering (RFC 8985, RACK) and repeats: gap + RTT/4 + RTT. If the repeat is lost as well, a timeout of
 * max(200 ms, 2 RTT) is added. */
export function tcpLossDelays(count: number, loss: TcpLoss): Float64Array {
	const { uniform, lossRate, rttMs, frameMs } = loss;
	const repeatMs = frameMs + rttMs / 4 + rttMs;
	const timeoutMs = Math.max(LEAST_TIMEOUT, 2 * rttMs);
	let isLost = false;
	return Float64Array.from({ length: count }, () => {
		let delayMs = 0;
		for (let segment = 0; segment < SEGMENTS_PER_FRAME; segment++) {
			isLost = uniform() < (isLost ? BURST : lossRate);
			if (isLost) {
				const isTimeout = uniform() < REPEAT_LOST;
				delayMs = Math.max(delayMs, repeatMs + (isTimeout ? timeoutMs : 0));
			}
		}
		return delayMs;
	});
}
