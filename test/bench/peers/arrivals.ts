// When the media of a stream were captured and sent.

export interface Sent {
	/** When frame k was sent, milliseconds since 1970; NaN: it was not, nobody was there. */
	readonly sentMs: readonly number[];
	/** When frame k was captured, milliseconds; only differences matter. */
	readonly capturedMs: ArrayLike<number>;
	/** Milliseconds of media in a frame. */
	readonly frameMs: number;
}

/** Frames captured this much closer or further apart than they are long, in parts, come from a clock that is off;
 * else there is a gap between them. */
const MOST_DRIFT = 0.1;

export class Arrivals {
	/** Milliseconds of media that were sent. */
	readonly endMs: number;
	readonly #sent: Sent;
	/** System time at which media captured at 0 would have been sent, had it come as fast as any. */
	readonly #base: number;

	constructor(sent: Sent) {
		this.#sent = sent;
		this.endMs = sent.sentMs.length * sent.frameMs;
		this.#base = sent.sentMs.reduce(
			(least, at, k) => (Number.isNaN(at) ? least : Math.min(least, at - sent.capturedMs[k]!)),
			Infinity,
		);
	}

	/** System time of the first frame. */
	get firstMs(): number {
		return this.#sent.sentMs[0]!;
	}

	/** System time at which media, had it come as fast as any, would have been there. */
	soonest(mediaMs: number): number {
		const { capturedMs, frameMs, sentMs } = this.#sent;
		const k = Math.max(0, Math.min(sentMs.length - 1, Math.floor(mediaMs / frameMs)));
		const step = (capturedMs[k + 1] ?? NaN) - capturedMs[k]!;
		const scale = Math.abs(step / frameMs - 1) < MOST_DRIFT ? step / frameMs : 1;
		return this.#base + capturedMs[k]! + (mediaMs - k * frameMs) * scale;
	}

	/** System time at which the frame with a media time was sent. */
	sentAt(mediaMs: number): number {
		const { frameMs, sentMs } = this.#sent;
		const at = sentMs[Math.max(0, Math.floor(mediaMs / frameMs))] ?? Infinity;
		return Number.isNaN(at) ? Infinity : at;
	}

	/** The media captured last before a system time, had it come as fast as any; milliseconds. */
	newest(systemMs: number): number {
		const { capturedMs, frameMs, sentMs } = this.#sent;
		let low = 0;
		let high = sentMs.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#base + capturedMs[middle]! <= systemMs) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		const k = Math.max(0, low - 1);
		return k * frameMs + systemMs - this.#base - capturedMs[k]!;
	}
}
