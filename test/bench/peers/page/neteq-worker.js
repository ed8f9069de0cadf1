// Between a receiver's network and its jitter buffer: holds each encoded frame until its time, and notes when it came
// and when it went. Times are milliseconds of performance.now() here.
const FRAME_MS = 20;
/** Of Opus in RTP, whatever the sound's own rate. */
const TICKS_PER_MS = 48;
/** Frames at the start that the jitter buffer never gets, until the sender runs evenly. */
const SETTLING_FRAMES = 50;
/** A timer here may be late by this much, so the rest of a wait is spent in Atomics.wait, which is not. */
const TIMER_LATENESS_MS = 12;

const never = new Int32Array(new SharedArrayBuffer(4));

self.onrtctransform = ({ transformer }) => {
	new Hold(transformer).run().catch((error) => {
		self.postMessage({ type: 'failed', reason: String(error) });
	});
};

/** Frame k goes at zero + holdMs + 20 k + delaysMs[k], where zero + 20 k is when it comes if it comes as fast as the
 * fastest of the frames before the first: its delay on the way from the sender is held back into the hold. */
class Hold {
	constructor({ readable, writable, options }) {
		this.reader = readable.getReader();
		this.writer = writable.getWriter();
		this.options = options;
		this.frames = options.delaysMs.length;
		/** Of each frame, after `zero`; NaN: it never came. */
		this.cameMs = new Float64Array(this.frames).fill(NaN);
		this.releasedMs = new Float64Array(this.frames).fill(NaN);
		this.zero = Infinity;
		this.isCounting = false;
	}

	async run() {
		let firstTicks = null;
		let released = Promise.resolve();
		for (;;) {
			const { value: frame, done } = await this.reader.read();
			const cameAt = performance.now();
			if (done) {
				throw new Error('the stream of encoded frames ended');
			}
			const ticks = frame.getMetadata().rtpTimestamp;
			firstTicks ??= ticks;
			const k = frameIndex(ticks, firstTicks);
			if (k < 0) {
				this.zero = Math.min(this.zero, cameAt - FRAME_MS * k);
			} else if (k < this.frames) {
				this.cameMs[k] = cameAt - this.zero;
				released = released.then(() => this.release(k, frame));
				// Told by the `await` below.
				released.catch(() => undefined);
			} else {
				await released;
				break;
			}
		}
		const { cameMs, releasedMs } = this;
		self.postMessage({ type: 'ended', cameMs, releasedMs });
	}

	async release(k, frame) {
		const { delaysMs, holdMs, skipFrames } = this.options;
		await waitUntil(this.zero + holdMs + FRAME_MS * k + delaysMs[k]);
		await this.writer.write(frame);
		this.releasedMs[k] = performance.now() - this.zero;
		if (k === 0) {
			self.postMessage({ type: 'started' });
		}
		if (k >= skipFrames && !this.isCounting) {
			this.isCounting = true;
			self.postMessage({ type: 'counting' });
		}
		if (k === this.frames - 1) {
			self.postMessage({ type: 'released' });
		}
	}
}

/** Below 0 while the sender settles. RTP's clock is 32 bits and wraps. */
function frameIndex(ticks, firstTicks) {
	const index = ((ticks - firstTicks) | 0) / (FRAME_MS * TICKS_PER_MS);
	if (!Number.isInteger(index)) {
		throw new Error(`Expected frames of ${FRAME_MS} ms, got one ${index} frames after the first`);
	}
	return index - SETTLING_FRAMES;
}

async function waitUntil(time) {
	const sleepMs = time - TIMER_LATENESS_MS - performance.now();
	if (sleepMs > 0) {
		await new Promise((resolve) => setTimeout(resolve, sleepMs));
	}
	const restMs = time - performance.now();
	if (restMs > 0) {
		Atomics.wait(never, 0, 0, restMs);
	}
}
