// The first text message of a framed stream: what the stream is.
import type { HelloText } from '../../core/protocol-text.js';
import type { StreamFormat } from '../../core/stream-format.js';
import { wireFormat } from './wire-pcm.js';

/** What a stream says of itself beside its format. */
export type Introduction = Pick<HelloText, 'stream' | 'frameMs' | 'next' | 'oldest' | 'http'>;

/** JSON with the stream's id, its format on the wire, and what can be had of it.
 * @param format the source's. */
export function helloText(introduction: Introduction, format: StreamFormat): string {
	const { sampleRate, sampleFormat, channels } = wireFormat(format);
	const shape = { sampleRate, sampleFormat, channels };
	return JSON.stringify({ type: 'hello', version: 1, ...introduction, ...shape });
}
