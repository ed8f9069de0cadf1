// When the sound of a node ended, by its own last samples and the context's clock.

/** Samples that are looked back at, 0.7 s at 48 kHz. */
const KEPT = 32_768;

export class SilenceMeter {
	readonly #analyser: AnalyserNode;
	readonly #samples = new Float32Array(KEPT);

	constructor(node: AudioNode) {
		this.#analyser = node.context.createAnalyser();
		this.#analyser.fftSize = KEPT;
		node.connect(this.#analyser);
	}

	/** Seconds, the context's time. */
	get now(): number {
		return this.#analyser.context.currentTime;
	}

	/** The context's time of the first sample of the silence that lasts until now. */
	silentSince(): number {
		this.#analyser.getFloatTimeDomainData(this.#samples);
		let silent = 0;
		while (silent < KEPT && this.#samples[KEPT - 1 - silent] === 0) {
			silent++;
		}
		return this.now - silent / this.#analyser.context.sampleRate;
	}
}
