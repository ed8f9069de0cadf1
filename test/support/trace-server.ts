// Sends the frames of a stream when a trace says that they arrive, and remembers when it really did.
import type { WebSocket } from 'ws';

/** Milliseconds since 1970, to a fraction. */
export function epochMs(): number {
	return performance.timeOrigin + performance.now();
}

export interface Replay {
	/** When frame k was handed to the socket, milliseconds since 1970. */
	readonly sentMs: readonly number[];
	/** When it was due. */
	readonly dueMs: readonly number[];
	readonly done: Promise<void>;
}

export interface ReplayOptions {
	/** When frame k is due; only differences matter. */
	readonly arrivalMs: ArrayLike<number>;
	readonly bytes: Uint8Array;
	/** Bytes of a frame. */
	readonly frameBytes: number;
	/** Milliseconds from now to the first frame. */
	readonly leadMs: number;
}

/** Begins at once; stays silent, with the socket open, when all is sent. */
export function replay(socket: WebSocket, options: ReplayOptions): Replay {
	const { arrivalMs, bytes, frameBytes, leadMs } = options;
	const begin = epochMs() + leadMs - arrivalMs[0]!;
	const sentMs: number[] = [];
	const dueMs = Array.from(arrivalMs, (at) => begin + at);
	const done = new Promise<void>((resolve) => {
		const sendDue = (): void => {
			while (sentMs.length < dueMs.length && dueMs[sentMs.length]! <= epochMs()) {
				const k = sentMs.length;
				sentMs.push(epochMs());
				socket.send(bytes.subarray(k * frameBytes, (k + 1) * frameBytes));
			}
			if (sentMs.length === dueMs.length || socket.readyState > 1) {
				resolve();
			} else {
				// A timer is up to a millisecond late as it is: round to the earlier.
				setTimeout(sendDue, Math.max(0, Math.floor(dueMs[sentMs.length]! - epochMs())));
			}
		};
		sendDue();
	});
	return { sentMs, dueMs, done };
}
