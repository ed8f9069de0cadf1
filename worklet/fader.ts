// One gain ramp over everything that leaves the playout: raised cosine, so that neither the level nor
// its slope ever jumps. At full level it does nothing at all, so that samples stay exact.

export class Fader {
	/** Place on the ramp: 0 is silence, 1 is full level. */
	#place = 0;
	/** Change of place per sample frame. */
	#step = 0;
	/** Sample frames until a fade-out begins, and its length; the length is 0 when none was asked for. */
	#wait = 0;
	#outLength = 0;

	get isSilent(): boolean {
		return this.#place <= 0 && this.#step <= 0 && this.#outLength === 0;
	}

	fadeIn(sampleFrames: number): void {
		this.#step = 1 / sampleFrames;
		this.#outLength = 0;
	}

	/** Silence is reached `sampleFrames`, at least 1, after the next `wait`, from wherever the ramp is by
	 * then; until then it goes on rising. */
	fadeOut(sampleFrames: number, wait = 0): void {
		this.#wait = wait;
		this.#outLength = Math.max(1, sampleFrames);
	}

	/** Applies the ramp to `planes[…][offset … offset + sampleFrames - 1]` and moves along it. */
	apply(planes: readonly Float32Array[], offset: number, sampleFrames: number): void {
		const end = offset + sampleFrames;
		let i = offset;
		while (i < end) {
			if (this.#outLength > 0 && this.#wait === 0) {
				this.#step = -Math.max(this.#place, Number.EPSILON) / this.#outLength;
				this.#outLength = 0;
			}
			const stretch = this.#outLength > 0 ? Math.min(this.#wait, end - i) : end - i;
			if (this.#place < 1 || this.#step < 0) {
				this.#ramp(planes, i, i + stretch);
			}
			this.#wait = Math.max(0, this.#wait - stretch);
			i += stretch;
		}
	}

	#ramp(planes: readonly Float32Array[], from: number, to: number): void {
		for (let i = from; i < to; i++) {
			this.#place = Math.min(1, Math.max(0, this.#place + this.#step));
			const gain = 0.5 - 0.5 * Math.cos(Math.PI * this.#place);
			for (let channel = 0; channel < planes.length; channel++) {
				const plane = planes[channel]!;
				plane[i] = plane[i]! * gain;
			}
		}
		if (this.#place >= 1) {
			this.#step = 0;
		}
	}
}
