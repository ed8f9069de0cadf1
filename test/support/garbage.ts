// Messages that are no frames, or are and say what is not so.
import { FRAME_HEADER_BYTES } from '../../src/core/frame.js';

type Uniform = () => number;
type Mark = (view: DataView, uniform: Uniform) => void;

/** Fields of the header with values that they cannot have. */
const WILD: readonly Mark[] = [
	(view, uniform) => view.setUint32(0, uniform() * 2 ** 32, true),
	(view, uniform) => view.setUint8(4, 2 + uniform() * 254),
	(view, uniform) => view.setUint8(5, 7 + uniform() * 249),
	(view) => view.setUint8(6, 0),
	(view, uniform) => view.setUint8(6, 33 + uniform() * 223),
	(view, uniform) => view.setUint32(8, uniform() * 8000, true),
	(view, uniform) => view.setUint32(8, 384_001 + uniform() * (2 ** 32 - 384_001), true),
	(view, uniform) => view.setBigUint64(16, BigInt(Math.floor((1 + uniform()) * 2 ** 62)), true),
];

/** Fields that say where in the stream a frame belongs, with values that they can have. */
const PLACES: readonly Mark[] = [
	(view, uniform) => view.setUint32(12, uniform() * 2 ** 32, true),
	(view, uniform) => view.setBigUint64(16, BigInt(Math.floor(uniform() * 2 ** 53)), true),
	(view) => view.setUint8(7, 1),
	(view, uniform) => view.setFloat64(24, (uniform() - 0.5) * 1e300, true),
];

/** Fields that say what the samples are, with values that they can have; the tone's are s32, stereo. */
const FORMATS: readonly Mark[] = [
	(view, uniform) => view.setUint32(8, 8000 + uniform() * 376_000, true),
	(view, uniform) => view.setUint8(5, [0, 1, 5, 6][Math.floor(uniform() * 4)]!),
	(view) => view.setUint8(6, 1),
	(view) => view.setUint8(6, 4),
];

const LETTERS = ['a', 'b', ' ', '{', '}', '[', '"', '\\', '\u{1f50a}', '\u0000', '\n', '\u00e9'];

function bytes(count: number, uniform: Uniform): Uint8Array {
	return Uint8Array.from({ length: count }, () => uniform() * 256);
}

function pick<T>(values: readonly T[], uniform: Uniform): T {
	return values[Math.floor(uniform() * values.length)]!;
}

/** A binary message that is no frame: of random bytes, or of random samples behind a header that cannot be. */
export function noFrame(uniform: Uniform): Uint8Array {
	const message = bytes(1 + Math.floor(uniform() * 10_000), uniform);
	if (uniform() < 0.5 && message.byteLength >= FRAME_HEADER_BYTES) {
		const header = [0x53, 0x50, 0x43, 0x4d, 1, 3, 2, 0, 0x80, 0xbb, 0, 0];
		message.set(header);
		pick(WILD, uniform)(viewOf(message), uniform);
	} else {
		message[0] = 0;
	}
	return message;
}

/** A copy that says it belongs elsewhere in the stream. */
export function falsePlace(frame: Uint8Array, uniform: Uniform): Uint8Array {
	return marked(frame, PLACES, uniform);
}

/** A copy that says its samples are of another format. */
export function falseFormat(frame: Uint8Array, uniform: Uniform): Uint8Array {
	return marked(frame, FORMATS, uniform);
}

/** A copy without its end, in mid-sample or within the header. */
export function truncated(frame: Uint8Array, uniform: Uniform): Uint8Array {
	const whole = Math.floor(uniform() * (frame.byteLength - 8));
	return frame.slice(0, whole - (whole % 8) + 1 + Math.floor(uniform() * 7));
}

/** A copy `sampleFrames` later in the stream. */
export function moved(frame: Uint8Array, sampleFrames: number): Uint8Array {
	const message = frame.slice();
	const view = viewOf(message);
	view.setBigUint64(16, view.getBigUint64(16, true) + BigInt(sampleFrames), true);
	return message;
}

/** A text that is the app's: not the protocol's, whatever it looks like. */
export function appText(uniform: Uniform): string {
	const letters = Array.from({ length: Math.floor(uniform() * 200) }, () =>
		pick(LETTERS, uniform),
	).join('');
	return pick([letters, `{"type":${JSON.stringify(letters)}}`, `{"type":`, '{}', '[]'], uniform);
}

/** A text of the protocol's without what it must hold. */
export function brokenText(uniform: Uniform): string {
	return pick(
		[
			'{"type":"hello"}',
			'{"type":"hello","stream":7,"sampleRate":-1}',
			'{"type":"resumed","stream":"x","sequence":-1,"frames":1e99}',
			'{"type":"time","sent":"now"}',
			'{"type":"ack"}',
		],
		uniform,
	);
}

function marked(frame: Uint8Array, marks: readonly Mark[], uniform: Uniform): Uint8Array {
	const message = frame.slice();
	pick(marks, uniform)(viewOf(message), uniform);
	return message;
}

function viewOf(message: Uint8Array): DataView {
	return new DataView(message.buffer, message.byteOffset, message.byteLength);
}
