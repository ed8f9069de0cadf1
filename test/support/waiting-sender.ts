// Streams for tests that want to see every sample of them.
import { Readable } from 'node:stream';
import {
	PacedSender,
	PacedStreamSource,
	type PacedSenderOptions,
	type PcmSource,
	type SourceFormat,
} from '../../src/node/index.js';

/** A sender that starts with its first listener. */
export function waitingSender(source: PcmSource, options: PacedSenderOptions = {}): PacedSender {
	let isStarted = false;
	const sender: PacedSender = new PacedSender(source, {
		...options,
		onListeners: () => {
			if (!isStarted) {
				isStarted = true;
				sender.start();
			}
		},
	});
	return sender;
}

/** Plays `bytes` once. */
export function bytesSource(bytes: Uint8Array, format: SourceFormat): PcmSource {
	const stream = new Readable();
	stream.push(bytes);
	stream.push(null);
	return new PacedStreamSource(stream, format);
}
