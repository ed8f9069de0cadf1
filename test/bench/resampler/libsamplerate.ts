// libsamplerate compiled to WebAssembly, by its npm package: interleaved samples in, as many out as there are.
import { createRequire } from 'node:module';

/** The package is CommonJS whose names an import does not see. */
const { create, ConverterType } = createRequire(import.meta.url)(
	'@alexanderolsen/libsamplerate-js',
) as typeof import('@alexanderolsen/libsamplerate-js');

export const LIBSAMPLERATE_QUALITIES = {
	FASTEST: ConverterType.SRC_SINC_FASTEST,
	MEDIUM: ConverterType.SRC_SINC_MEDIUM_QUALITY,
	BEST: ConverterType.SRC_SINC_BEST_QUALITY,
};

export type LibsamplerateQuality = keyof typeof LIBSAMPLERATE_QUALITIES;

export class Libsamplerate {
	/** Room for what one call gives. */
	readonly output: Float32Array;
	readonly #converter: Awaited<ReturnType<typeof create>>;
	readonly #made = { frames: 0 };

	private constructor(converter: Awaited<ReturnType<typeof create>>, output: Float32Array) {
		this.#converter = converter;
		this.output = output;
	}

	/** @param mostOutput most samples that one `convert` gives */
	static async open(
		quality: LibsamplerateQuality,
		channels: number,
		sourceRate: number,
		outputRate: number,
		mostOutput: number,
	): Promise<Libsamplerate> {
		const converterType = LIBSAMPLERATE_QUALITIES[quality];
		const converter = await create(channels, sourceRate, outputRate, { converterType });
		return new Libsamplerate(converter, new Float32Array(mostOutput));
	}

	/** @returns sample frames written to `output` */
	convert(samples: Float32Array): number {
		this.#converter.full(samples, this.output, this.#made);
		return this.#made.frames;
	}
}
