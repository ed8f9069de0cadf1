// The first text message of a framed stream: what the stream is.
import type { StreamFormat } from '../core/stream-format.js';
import { wireFormat } from './wire-pcm.js';

/** JSON with the stream's name, its format on the wire, and the frame length in ms.
 * @param format the source's. */
export function helloText(stream: string, format: StreamFormat, frameMs: number): string {
	const { sampleRate, sampleFormat, channels } = wireFormat(format);
	const hello = { type: 'hello', version: 1, stream, sampleRate, sampleFormat, channels, frameMs };
	return JSON.stringify(hello);
}
