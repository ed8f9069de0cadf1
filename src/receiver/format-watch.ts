// Weighs what a raw stream brings against what it was declared to be, when there is time for it: at first,
// uncompiled, that takes longer than a frame lasts.
import type { StreamFormat } from '../core/stream-format.js';
import type { Environment, Timer } from './environment.js';
import { FormatSuspicion } from './format-suspicion.js';

/** Frames that wait to be weighed; of a flood, some are. */
const MOST_UNWEIGHED = 64;

export class FormatWatch {
	readonly #environment: Environment;
	readonly #declared: StreamFormat;
	readonly #suspicion: FormatSuspicion;
	readonly #suspect: (message: string) => void;
	/** Bytes whose format is still to be weighed. */
	readonly #unweighed: Uint8Array[] = [];
	#timer: Timer | null = null;

	/** @param suspect told that bytes look like another format than `declared` */
	constructor(
		environment: Environment,
		declared: StreamFormat,
		suspect: (message: string) => void,
	) {
		this.#environment = environment;
		this.#declared = declared;
		this.#suspicion = new FormatSuspicion(declared);
		this.#suspect = suspect;
	}

	/** @param pcm whole sample frames */
	feed(pcm: Uint8Array): void {
		if (this.#unweighed.length < MOST_UNWEIGHED) {
			this.#unweighed.push(pcm);
		}
		if (this.#timer === null) {
			this.#timer = this.#environment.setTimer(this.#weigh, 0);
		}
	}

	close(): void {
		this.#unweighed.length = 0;
	}

	/** Weighs one frame, when what came with it is on its way. */
	readonly #weigh = (): void => {
		this.#timer = null;
		const pcm = this.#unweighed.shift();
		const suspicion = pcm === undefined ? null : this.#suspicion.feed(pcm);
		if (this.#unweighed.length > 0) {
			this.#timer = this.#environment.setTimer(this.#weigh, 0);
		}
		if (suspicion !== null) {
			const { sampleFormat, byteOrder } = suspicion.looksLike;
			this.#suspect(
				`Expected ${describe(this.#declared)} as declared, got bytes that look like ${describe({ sampleFormat, byteOrder })}.`,
			);
		}
	};
}

function describe(format: Pick<StreamFormat, 'sampleFormat' | 'byteOrder'>): string {
	return `${format.sampleFormat} (${format.byteOrder} endian)`;
}
