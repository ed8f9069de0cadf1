// Interleaved s32 to planes of floats.
import { sampleDecoder } from '../../../src/core/sample-decoder.js';
import { random } from '../../support/random.js';
import { microsecondsSince, type Contender, type Group } from './contender.js';

/** Sample frames of 20 ms at 48 kHz. */
const FRAME = 960;
/** Messages, decoded in turn; and decodings of a round. */
const MESSAGES = 16;
const DECODINGS = 48;

/** Planes of the message decoded last; of the limit, interleaved bits. */
export type Decoded = readonly Float32Array[];

export function decodeGroup(): Group<Decoded> {
	return {
		name: '20 ms of 48 kHz stereo, s32 to float',
		reference: 'a plain loop',
		contenders: [plainLoop(), decoder(), limit()],
	};
}

function messages(): Int32Array[] {
	const uniform = random(1);
	return Array.from({ length: MESSAGES }, () =>
		Int32Array.from({ length: 2 * FRAME }, () => Math.floor((uniform() - 0.5) * 2 ** 32)),
	);
}

function planes(): Float32Array[] {
	return [new Float32Array(FRAME), new Float32Array(FRAME)];
}

function decoder(): Contender<Decoded> {
	const views = messages().map(({ buffer }) => new DataView(buffer));
	const out = planes();
	const decode = sampleDecoder('s32', 'little');
	return {
		name: 'sampleDecoder',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < DECODINGS; i++) {
				decode(views[i % MESSAGES]!, 0, out, FRAME);
			}
			return microsecondsSince(begin) / DECODINGS;
		},
		result: () => out,
	};
}

function plainLoop(): Contender<Decoded> {
	const words = messages();
	const out = planes();
	const decode = (samples: Int32Array, left: Float32Array, right: Float32Array): void => {
		for (let i = 0; i < FRAME; i++) {
			left[i] = samples[2 * i]! / 2 ** 31;
			right[i] = samples[2 * i + 1]! / 2 ** 31;
		}
	};
	return {
		name: 'a plain loop',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < DECODINGS; i++) {
				decode(words[i % MESSAGES]!, out[0]!, out[1]!);
			}
			return microsecondsSince(begin) / DECODINGS;
		},
		result: () => out,
	};
}

/** As many bytes, as they are. */
function limit(): Contender<Decoded> {
	const floats = messages().map(({ buffer }) => new Float32Array(buffer));
	const out = new Float32Array(2 * FRAME);
	return {
		name: 'Float32Array.set, the limit',
		round: () => {
			const begin = performance.now();
			for (let i = 0; i < DECODINGS; i++) {
				out.set(floats[i % MESSAGES]!);
			}
			return microsecondsSince(begin) / DECODINGS;
		},
		result: () => [out],
	};
}
