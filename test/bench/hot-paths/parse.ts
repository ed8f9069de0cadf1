// A message to a frame: beside reading the same fields by hand, nothing checked.
import {
	encodeFrame,
	FRAME_HEADER_BYTES,
	parseFrame,
	type Frame,
} from '../../../src/core/frame.js';
import type { StreamFormat } from '../../../src/core/stream-format.js';
import { microsecondsSince, type Contender, type Group } from './contender.js';

const FORMAT: StreamFormat = {
	sampleRate: 48_000,
	sampleFormat: 's32',
	channels: 2,
	byteOrder: 'little',
};
/** Sample frames, and bytes of one. */
const FRAME = 960;
const BYTES = 8;

/** Messages, parsed in turn; and parsings of a round. */
const MESSAGES = 64;
const PARSINGS = 640;

export function parseGroup(): Group<readonly Frame[]> {
	return {
		name: 'header of one 20 ms frame',
		reference: 'DataView by hand, unchecked',
		contenders: [byHand(), parser()],
	};
}

function messages(): Uint8Array[] {
	return Array.from({ length: MESSAGES }, (_, i) => {
		const header = {
			format: FORMAT,
			flags: i % 8,
			sequence: i,
			pts: FRAME * i,
			captureTime: 20 * i,
		};
		return encodeFrame(header, new Uint8Array(FRAME * BYTES));
	});
}

/** Results are kept, so that they must be made. */
function parser(): Contender<readonly Frame[]> {
	const input = messages();
	const kept: Frame[] = [];
	return {
		name: 'parseFrame',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < PARSINGS; i++) {
				const frame = parseFrame(input[i % MESSAGES]!);
				if (typeof frame !== 'string') {
					kept[i % MESSAGES] = frame;
				}
			}
			return microsecondsSince(begin) / PARSINGS;
		},
		result: () => kept,
	};
}

function byHand(): Contender<readonly Frame[]> {
	const input = messages();
	const kept: Frame[] = [];
	return {
		name: 'DataView by hand, unchecked',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < PARSINGS; i++) {
				kept[i % MESSAGES] = read(input[i % MESSAGES]!);
			}
			return microsecondsSince(begin) / PARSINGS;
		},
		result: () => kept,
	};
}

function read(message: Uint8Array): Frame {
	const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
	const channels = view.getUint8(6);
	return {
		format: {
			sampleRate: view.getUint32(8, true),
			sampleFormat: view.getUint8(5) === 3 ? 's32' : 's16',
			channels,
			byteOrder: 'little',
		},
		flags: view.getUint8(7),
		sequence: view.getUint32(12, true),
		pts: view.getUint32(16, true) + view.getUint32(20, true) * 2 ** 32,
		captureTime: view.getFloat64(24, true),
		pcm: message.subarray(FRAME_HEADER_BYTES),
		sampleFrames: (message.byteLength - FRAME_HEADER_BYTES) / (channels * 4),
	};
}
