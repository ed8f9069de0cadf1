// Silence in a recording, to the sample.

/** Samples below the limit that are silence: 1 ms. No sum of the three tones is as quiet for as long. */
const LEAST_LENGTH = 48;

/** Part of the tones' root mean square that is as good as nothing: -40 dB. */
const LIMIT = 0.01;

/** Samples [from, to), and how many are silent before them. */
interface Run {
	readonly from: number;
	readonly to: number;
	readonly before: number;
}

export class Silence {
	readonly #runs: readonly Run[];

	/** @param level root mean square of the tones as they are mostly heard */
	constructor(plane: Float32Array, level: number) {
		const runs: Run[] = [];
		let from = 0;
		let before = 0;
		for (let i = 0; i <= plane.length; i++) {
			if (i < plane.length && Math.abs(plane[i]!) < LIMIT * level) {
				continue;
			}
			if (i - from >= LEAST_LENGTH) {
				runs.push({ from, to: i, before });
				before += i - from;
			}
			from = i + 1;
		}
		this.#runs = runs;
	}

	/** First sample at or after `sample` that is heard. */
	soundFrom(sample: number): number {
		const run = this.#runBefore(sample);
		return run === undefined || run.to <= sample ? sample : run.to;
	}

	/** Silent samples among those of [from, to). */
	within(from: number, to: number): number {
		return this.#until(to) - this.#until(from);
	}

	#until(sample: number): number {
		const run = this.#runBefore(sample);
		return run === undefined ? 0 : run.before + Math.min(sample, run.to) - run.from;
	}

	/** The last run that begins at or before a sample. */
	#runBefore(sample: number): Run | undefined {
		let low = 0;
		let high = this.#runs.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#runs[middle]!.from <= sample) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return this.#runs[low - 1];
	}
}
