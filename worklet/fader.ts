// One gain ramp over everything that leaves the playout: raised cosine, so that neither the level nor
// its slope ever jumps. At full level it does nothing at all, so that samples stay exact.

export class Fader {
	/** Place on the ramp: 0 is silence, 1 is full level. */
	#place = 0;
	/** Change of place per sample frame. */
	#step = 0;
	/** Sample frames until the ramp begins to move. */
	#wait = 0;

	get isSilent(): boolean {
		return this.#place <= 0 && this.#step <= 0;
	}

	get isFadingOut(): boolean {
		return this.#step < 0;
	}

	fadeIn(sampleFrames: number): void {
		this.#step = 1 / sampleFrames;
		this.#wait = 0;
	}

	/** Silence is reached `sampleFrames`, at least 1, after the next `wait`, from wherever the ramp is. */
	fadeOut(sampleFrames: number, wait = 0): void {
		this.#wait = wait;
		this.#step = -Math.max(this.#place, Number.EPSILON) / Math.max(1, sampleFrames);
	}

	/** Applies the ramp to `planes[…][offset … offset + sampleFrames - 1]` and moves along it. */
	apply(planes: readonly Float32Array[], offset: number, sampleFrames: number): void {
		if (this.#place >= 1 && this.#step >= 0) {
			return;
		}
		const waited = Math.min(this.#wait, sampleFrames);
		this.#wait -= waited;
		for (let i = offset + waited; i < offset + sampleFrames; i++) {
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
