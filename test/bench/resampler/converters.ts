// One mono signal through each converter, as a whole.
import { designSincFilter } from '../../../src/core/sinc-filter.js';
import { spawnSync } from 'node:child_process';
import { Resampler, type SampleSource } from '../../../worklet/resampler.js';
import { Libsamplerate } from './libsamplerate.js';

const BLOCK = 128;

export interface Converter {
	readonly name: string;
	convert(signal: Float32Array, sourceRate: number, outputRate: number): Promise<Float32Array>;
	/** Seconds of source that must have come beyond the place of the output; null when it is a program that
	 * takes files. */
	lookAhead(sourceRate: number, outputRate: number): Promise<number | null>;
}

class ArraySource implements SampleSource {
	readonly #signal: Float32Array;
	#pulled = 0;

	constructor(signal: Float32Array) {
		this.#signal = signal;
	}

	get available(): number {
		return this.#signal.length - this.#pulled;
	}

	pull(planes: readonly Float32Array[], offset: number, count: number): void {
		planes[0]!.set(this.#signal.subarray(this.#pulled, this.#pulled + count), offset);
		this.#pulled += count;
	}
}

/** @param ppb drift, parts per 10⁹; it makes the output longer or shorter by as much. */
export function steadypcm(ppb: number): Converter {
	const open = (sourceRate: number, outputRate: number): Resampler => {
		const resampler = new Resampler(1, designSincFilter(sourceRate, outputRate), BLOCK);
		resampler.setDrift(ppb);
		resampler.reset();
		return resampler;
	};
	return {
		name: ppb === 0 ? 'steadypcm' : `steadypcm, ${ppb / 1000} ppm`,
		convert: (signal, sourceRate, outputRate) => {
			const source = new ArraySource(signal);
			const resampler = open(sourceRate, outputRate);
			const length = resampler.producible(signal.length, true);
			const output = new Float32Array(length);
			for (let made = 0; made < length; made += BLOCK) {
				resampler.render(source, [output], made, Math.min(BLOCK, length - made));
			}
			return Promise.resolve(output);
		},
		lookAhead: (sourceRate, outputRate) =>
			Promise.resolve((open(sourceRate, outputRate).needed(1) - 1) / sourceRate),
	};
}

export const libsamplerateBest: Converter = {
	name: 'libsamplerate BEST',
	convert: async (signal, sourceRate, outputRate) => {
		const size = Math.ceil((signal.length * outputRate) / sourceRate) + BLOCK;
		const converter = await Libsamplerate.open('BEST', 1, sourceRate, outputRate, size);
		return converter.output.slice(0, converter.convert(signal));
	},
	/** What of a second has not come out. */
	lookAhead: async (sourceRate, outputRate) => {
		const converter = await Libsamplerate.open('BEST', 1, sourceRate, outputRate, 2 * outputRate);
		return 1 - converter.convert(new Float32Array(sourceRate)) / outputRate;
	},
};

const sox: Converter = {
	name: 'sox rate -v',
	convert: (signal, sourceRate, outputRate) => {
		const raw = ['-t', 'raw', '-e', 'floating-point', '-b', '32', '-c', '1', '-r'];
		const input = Buffer.from(signal.buffer, signal.byteOffset, signal.byteLength);
		const { stdout } = spawnSync(
			'sox',
			['-D', ...raw, `${sourceRate}`, '-', ...raw, `${outputRate}`, '-', 'rate', '-v'],
			{ input, maxBuffer: 1 << 26 },
		);
		return Promise.resolve(new Float32Array(new Uint8Array(stdout).buffer));
	},
	lookAhead: () => Promise.resolve(null),
};

/** null: not installed. */
export function findSox(): Converter | null {
	return spawnSync('sox', ['--version'], { stdio: 'ignore' }).status === 0 ? sox : null;
}
