// The wire frame of `steadypcm.v1`: a 32-byte little-endian header, then interleaved PCM. Parsing copies
// nothing and throws nothing: bytes that are no frame give the reason as a string.
import {
	bytesPerSampleFrame,
	isChannelCount,
	isSampleRate,
	type SampleFormat,
	type StreamFormat,
} from './stream-format.js';

/** WebSocket subprotocol of framed streams. */
export const SUBPROTOCOL = 'steadypcm.v1';

/** A token is presented as one more subprotocol that begins so; it is never the one picked. */
export const TOKEN_SUBPROTOCOL = 'steadypcm.token.';

/** Content type of framed streams over HTTP: before each frame its length, a little-endian u32. */
export const FRAMES_CONTENT_TYPE = 'application/vnd.steadypcm.v1';

/** Response header with the id a hello would give as `stream`. */
export const STREAM_HEADER = 'Steadypcm-Stream';

export const FRAME_HEADER_BYTES = 32;

/** Sequence numbers further off than this are a sender that began anew, not losses: 100 s of 10 ms. */
export const RESTART_DISTANCE = 10_000;

/** Bits of a frame's `flags`. */
export const FRAME_DISCONTINUITY = 1;
export const FRAME_END_OF_STREAM = 2;
export const FRAME_REPEATED = 4;

const MAGIC = 0x4d435053; // 'SPCM', read as a little-endian u32
const WIRE_VERSION = 1;
/** Of a Date, ms since the Unix epoch: a time beyond is none. */
const LATEST_TIME = 8.64e15;
const WIRE_FORMATS: readonly SampleFormat[] = ['u8', 's16', 's24', 's32', 'f32', 'mulaw', 'alaw'];

/** What the header says of a frame. */
export interface FrameHeader {
	/** Always little endian on the wire. */
	readonly format: StreamFormat;
	/** Sum of FRAME_DISCONTINUITY, FRAME_END_OF_STREAM and FRAME_REPEATED. */
	readonly flags: number;
	/** u32, +1 per frame, wraps. */
	readonly sequence: number;
	/** Media position of the first sample, in sample frames; below 2^53. */
	readonly pts: number;
	/** Sender's clock at capture, ms since the Unix epoch, finite; 0 if unknown. */
	readonly captureTime: number;
}

/** A parsed frame; `pcm` is a view of the message, whole sample frames. */
export interface Frame extends FrameHeader {
	readonly pcm: Uint8Array;
	readonly sampleFrames: number;
}

/** Why bytes are no frame. */
export type FrameFault =
	| 'shorter than a header'
	| 'wrong magic'
	| 'unknown version'
	| 'unknown sample format'
	| 'channel count out of range'
	| 'sample rate out of range'
	| 'no whole number of sample frames'
	| 'pts out of range';

/** True when a message begins as a frame does; enough to tell framed from raw streams. */
export function looksFramed(message: Uint8Array): boolean {
	return (
		message.byteLength >= FRAME_HEADER_BYTES &&
		viewOf(message).getUint32(0, true) === MAGIC &&
		message[4] === WIRE_VERSION
	);
}

export function parseFrame(message: Uint8Array): Frame | FrameFault {
	if (message.byteLength < FRAME_HEADER_BYTES) {
		return 'shorter than a header';
	}
	const view = viewOf(message);
	if (view.getUint32(0, true) !== MAGIC) {
		return 'wrong magic';
	}
	if (view.getUint8(4) !== WIRE_VERSION) {
		return 'unknown version';
	}
	const sampleFormat = WIRE_FORMATS[view.getUint8(5)];
	if (sampleFormat === undefined) {
		return 'unknown sample format';
	}
	const channels = view.getUint8(6);
	if (!isChannelCount(channels)) {
		return 'channel count out of range';
	}
	const sampleRate = view.getUint32(8, true);
	if (!isSampleRate(sampleRate)) {
		return 'sample rate out of range';
	}
	const format: StreamFormat = { sampleRate, sampleFormat, channels, byteOrder: 'little' };
	const pcm = message.subarray(FRAME_HEADER_BYTES);
	const sampleFrames = pcm.byteLength / bytesPerSampleFrame(format);
	if (!Number.isInteger(sampleFrames)) {
		return 'no whole number of sample frames';
	}
	const pts = Number(view.getBigUint64(16, true));
	if (!Number.isSafeInteger(pts)) {
		return 'pts out of range';
	}
	const captureTime = view.getFloat64(24, true);
	return {
		format,
		flags: view.getUint8(7),
		sequence: view.getUint32(12, true),
		pts,
		captureTime: Math.abs(captureTime) <= LATEST_TIME ? captureTime : 0,
		pcm,
		sampleFrames,
	};
}

/** The format that frames have by a hello's word; null: they cannot have it. */
export function wireFormatOf({
	sampleRate,
	sampleFormat,
	channels,
}: Readonly<Record<string, unknown>>): StreamFormat | null {
	return isSampleRate(sampleRate) && isWireFormat(sampleFormat) && isChannelCount(channels)
		? { sampleRate, sampleFormat, channels, byteOrder: 'little' }
		: null;
}

function isWireFormat(value: unknown): value is SampleFormat {
	return WIRE_FORMATS.includes(value as SampleFormat);
}

/** One message: header and `pcm` (interleaved, little endian, whole sample frames).
 * @throws RangeError when the header's values do not fit the wire format. */
export function encodeFrame(header: FrameHeader, pcm: Uint8Array): Uint8Array<ArrayBuffer> {
	const { format } = header;
	const code = WIRE_FORMATS.indexOf(format.sampleFormat);
	if (code < 0 || format.byteOrder !== 'little') {
		throw new RangeError(
			`Expected a little-endian format of ${WIRE_FORMATS.join(', ')}, got ${format.byteOrder}-endian ${format.sampleFormat}.`,
		);
	}
	if (!isSampleRate(format.sampleRate) || !isChannelCount(format.channels)) {
		throw new RangeError(
			`Expected 8 000 to 384 000 Hz and 1 to 32 channels, got ${format.sampleRate} Hz and ${format.channels}.`,
		);
	}
	if (pcm.byteLength % bytesPerSampleFrame(format) !== 0) {
		throw new RangeError(
			`Expected whole sample frames of ${bytesPerSampleFrame(format)} bytes, got ${pcm.byteLength} bytes.`,
		);
	}
	const message = new Uint8Array(FRAME_HEADER_BYTES + pcm.byteLength);
	const view = viewOf(message);
	view.setUint32(0, MAGIC, true);
	view.setUint8(4, WIRE_VERSION);
	view.setUint8(5, code);
	view.setUint8(6, format.channels);
	view.setUint8(7, header.flags);
	view.setUint32(8, format.sampleRate, true);
	view.setUint32(12, header.sequence, true);
	view.setBigUint64(16, BigInt(header.pts), true);
	view.setFloat64(24, header.captureTime, true);
	message.set(pcm, FRAME_HEADER_BYTES);
	return message;
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
