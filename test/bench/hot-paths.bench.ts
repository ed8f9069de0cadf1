// What the hot paths cost, side by side in one run: read the ratios.
import { bench, describe } from 'vitest';
import { encodeFrame, parseFrame } from '../../src/core/frame.js';
import { RingMemory, ringByteLength, ringLayout } from '../../src/core/ring-layout.js';
import { RingReader } from '../../src/core/ring-reader.js';
import { RingWriter } from '../../src/core/ring-writer.js';
import { sampleDecoder } from '../../src/core/sample-decoder.js';
import { PlayoutRig } from '../support/playout-rig.js';

const OPTIONS = { time: 300, warmupTime: 100 };

/** A second of stereo is written whenever less than half of one waits. */
function renderer(mediaRate: number): () => void {
	const rig = new PlayoutRig({ mediaRate, channels: 2, mode: 'complete' });
	const output = [new Float32Array(128), new Float32Array(128)];
	const second = Float32Array.from({ length: mediaRate }, (_, i) => Math.sin(i / 20));
	return () => {
		if (rig.value('bufferLevel') < 0.5) {
			rig.write(second);
		}
		rig.engine.render(output);
	};
}

describe('one render quantum of 128, stereo', () => {
	bench('copy, 48 kHz', renderer(48_000), OPTIONS);
	bench('fixed ratio, 44.1 to 48 kHz', renderer(44_100), OPTIONS);
	bench('fixed ratio, 16 to 48 kHz', renderer(16_000), OPTIONS);
	bench('between filter rows, 12.345 to 48 kHz', renderer(12_345), OPTIONS);
});

describe('20 ms of 48 kHz stereo through the ring', () => {
	const layout = ringLayout(2, 48_000, 0.5);
	const memory = new RingMemory(new SharedArrayBuffer(ringByteLength(layout)), layout);
	const writer = new RingWriter(memory);
	const reader = new RingReader(memory);
	const planes = [new Float32Array(960), new Float32Array(960)];
	const out = new Float32Array(960);
	bench(
		'write, copy out, release',
		() => {
			writer.write(planes, 0, 960);
			const at = reader.readIndex;
			reader.copy(0, at, out, 0, 960);
			reader.copy(1, at, out, 0, 960);
			reader.release((at + 960) >>> 0);
		},
		OPTIONS,
	);
	bench(
		'Float32Array.set of the same bytes, the limit',
		() => {
			out.set(planes[0]!);
			out.set(planes[1]!);
			planes[0]!.set(out);
			planes[1]!.set(out);
		},
		OPTIONS,
	);
});

describe('20 ms of 48 kHz s32 stereo to float', () => {
	const bytes = new Uint8Array(960 * 2 * 4).map((_, i) => i * 37);
	const view = new DataView(bytes.buffer);
	const words = new Int32Array(bytes.buffer);
	const planes = [new Float32Array(960), new Float32Array(960)];
	const decode = sampleDecoder('s32', 'little');
	bench('sampleDecoder', () => decode(view, 0, planes, 960), OPTIONS);
	bench(
		'a plain loop over an Int32Array',
		() => {
			for (let i = 0; i < 960; i++) {
				planes[0]![i] = words[2 * i]! * 2 ** -31;
				planes[1]![i] = words[2 * i + 1]! * 2 ** -31;
			}
		},
		OPTIONS,
	);
});

describe('one 20 ms frame', () => {
	const format = {
		sampleRate: 48_000,
		sampleFormat: 's32',
		channels: 2,
		byteOrder: 'little',
	} as const;
	const header = { format, flags: 0, sequence: 1, pts: 960, captureTime: 0 };
	const message = encodeFrame(header, new Uint8Array(7680));
	bench(
		'parseFrame',
		() => {
			parseFrame(message);
		},
		OPTIONS,
	);
	bench(
		'encodeFrame',
		() => {
			encodeFrame(header, message.subarray(32));
		},
		OPTIONS,
	);
});
