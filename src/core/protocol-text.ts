// The text messages of the framed protocol, `steadypcm.v1`: JSON, told apart by `type`. All other texts belong to
// the app. What comes from the other side is checked here, once.
import { wireFormatOf } from './frame.js';
import type { StreamFormat } from './stream-format.js';

/** Server to player, first: what the stream is, and what can be had of it. */
export interface HelloText {
	readonly type: 'hello';
	readonly version: 1;
	/** Of this run of this stream: a server that began anew has another, mirrors have the same. */
	readonly stream: string;
	/** Of its frames; sent as `sampleRate`, `sampleFormat` and `channels`. */
	readonly format: StreamFormat;
	readonly frameMs: number;
	/** Sequence of the next live frame, and of the oldest that can be repeated; equal: none can. */
	readonly next: number;
	readonly oldest: number;
	/** The same path serves the stream over HTTP. */
	readonly http: boolean;
}

/** Player to server, every 100 ms while frames come: the highest sequence received, or that of live frames that go on
 * below it. */
export interface AckText {
	readonly type: 'ack';
	readonly sequence: number;
}

/** Player to server after a hello of the stream it knows: repeat from `sequence` on, which may be the next of all, if
 * nothing was missed. */
export interface ResumeText {
	readonly type: 'resume';
	readonly stream: string;
	readonly sequence: number;
	/** Most that is still wanted, counted back from the newest; null: all. */
	readonly seconds: number | null;
}

/** Server to player: so many frames from `sequence` on are repeated now, in order; some between may be lacking. */
export interface ResumedText {
	readonly type: 'resumed';
	readonly stream: string;
	readonly sequence: number;
	readonly frames: number;
}

/** Player to server with `sent`, answered at once with all three: milliseconds since the Unix epoch. */
export interface TimeText {
	readonly type: 'time';
	readonly sent: number;
	readonly received: number | null;
	readonly answered: number | null;
}

/** Player to server: whether frames are wanted on this socket. */
export interface MediaText {
	readonly type: 'media';
	readonly wanted: boolean;
}

/** Player to server, first, where no subprotocol carries the token. */
export interface TokenText {
	readonly type: 'token';
	readonly token: string;
}

export type ProtocolText =
	HelloText | AckText | ResumeText | ResumedText | TimeText | MediaText | TokenText;

type Fields = Readonly<Record<string, unknown>>;

const PARSERS: Readonly<Record<ProtocolText['type'], (fields: Fields) => ProtocolText | null>> = {
	hello: parseHello,
	ack: ({ sequence }) => (isSequence(sequence) ? { type: 'ack', sequence } : null),
	resume: ({ stream, sequence, seconds = null }) =>
		isName(stream) && isSequence(sequence) && (seconds === null || isDuration(seconds))
			? { type: 'resume', stream, sequence, seconds }
			: null,
	resumed: ({ stream, sequence, frames }) =>
		isName(stream) && isSequence(sequence) && isSequence(frames)
			? { type: 'resumed', stream, sequence, frames }
			: null,
	time: ({ sent, received = null, answered = null }) =>
		isTime(sent) &&
		(received === null || isTime(received)) &&
		(answered === null || isTime(answered))
			? { type: 'time', sent, received, answered }
			: null,
	media: ({ wanted }) => (typeof wanted === 'boolean' ? { type: 'media', wanted } : null),
	token: ({ token }) => (isName(token) ? { type: 'token', token } : null),
};

/** Longest name and token, characters. */
const LONGEST_NAME = 1024;

/** @returns null for a text that is the app's, `malformed` for one of the protocol's own types that does not hold
 * what it must */
export function parseProtocolText(text: string): ProtocolText | 'malformed' | null {
	if (!text.startsWith('{')) {
		return null;
	}
	let fields: unknown;
	try {
		fields = JSON.parse(text);
	} catch {
		return null;
	}
	const { type } = fields as Fields;
	return typeof type === 'string' && Object.hasOwn(PARSERS, type)
		? (PARSERS[type as ProtocolText['type']](fields as Fields) ?? 'malformed')
		: null;
}

/** An older server's hello has no `next`: nothing can be repeated then. */
function parseHello(fields: Fields): HelloText | null {
	const { stream, frameMs, next = 0, oldest = next, http = false } = fields;
	const format = wireFormatOf(fields);
	const isWhole =
		isName(stream) &&
		format !== null &&
		isDuration(frameMs) &&
		isSequence(next) &&
		isSequence(oldest) &&
		typeof http === 'boolean';
	return isWhole
		? { type: 'hello', version: 1, stream, format, frameMs, next, oldest, http }
		: null;
}

function isName(value: unknown): value is string {
	return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME;
}

/** u32. */
function isSequence(value: unknown): value is number {
	return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;
}

function isDuration(value: unknown): value is number {
	return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

function isTime(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}
