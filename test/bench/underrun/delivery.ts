// What a path does to frames: it delays each by some noise, holds all that would arrive in a stall until
// the stall ends, and never lets one overtake another.

/** Nothing arrives in [atMs, atMs + lengthMs). */
export interface Stall {
	readonly atMs: number;
	readonly lengthMs: number;
	/** How much faster than real time the backlog drains afterwards. @default all at once */
	readonly drainFactor?: number;
}

export interface Path {
	/** Delay of frame k, sent at `sentMs`, ms ≥ 0. */
	readonly delayMs: (sentMs: number, k: number) => number;
	readonly stalls?: readonly Stall[];
	readonly frameMs: number;
}

/** When the frames sent at `sentMs`, in order, arrive. */
export function deliver(sentMs: Float64Array, path: Path): Float64Array {
	const stalls = [...(path.stalls ?? [])].sort((a, b) => a.atMs - b.atMs);
	let next = 0;
	let spacing = 0;
	let previous = -Infinity;
	return sentMs.map((sent, k) => {
		let at = Math.max(previous + spacing, sent + path.delayMs(sent, k));
		for (let stall = stalls[next]; stall && stall.atMs <= at; stall = stalls[++next]) {
			const end = stall.atMs + stall.lengthMs;
			if (end > at) {
				at = end;
				spacing = stall.drainFactor === undefined ? 0 : path.frameMs / stall.drainFactor;
			}
		}
		previous = at;
		return at;
	});
}
