// When the sample frames of a framed stream were captured, by the frames' own word.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parseFrame, SUBPROTOCOL } from '../../src/core/frame.js';

/** Milliseconds since 1970 of a sample frame of the stream; NaN for none. */
export type CaptureTimes = (position: number) => number;

/** Of what is sent from now on, to a listener of its own. */
export async function captureTimes(url: string): Promise<CaptureTimes> {
	const frames: { readonly at: number; readonly pts: number; readonly rate: number }[] = [];
	const socket = new WebSocket(url, SUBPROTOCOL);
	socket.on('error', () => undefined);
	socket.on('message', (message: Buffer, isBinary) => {
		const frame = isBinary ? parseFrame(message) : '';
		if (typeof frame !== 'string') {
			frames.push({ at: frame.captureTime, pts: frame.pts, rate: frame.format.sampleRate });
		}
	});
	await once(socket, 'open');
	return (position) => {
		if (Number.isNaN(position)) {
			return NaN;
		}
		const { at, pts, rate } = frames.findLast((frame) => frame.pts <= position)!;
		return at + (1000 * (position - pts)) / rate;
	};
}
