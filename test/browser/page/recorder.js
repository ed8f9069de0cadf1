// Records what reaches it into memory set aside beforehand: all from the first render call on, or a piece at a time.
registerProcessor(
	'recorder',
	class extends AudioWorkletProcessor {
		constructor({ processorOptions: { channels, maxSeconds } }) {
			super();
			this.planes = Array.from(
				{ length: channels },
				() => new Float32Array(Math.ceil(maxSeconds * sampleRate)),
			);
			this.length = 0;
			/** Of each render call: when it was made, whole milliseconds since 1970. */
			this.madeAt = new Float64Array(Math.ceil((maxSeconds * sampleRate) / 128));
			this.calls = 0;
			this.port.onmessage = ({ data }) => {
				this.port.postMessage(this[data]());
			};
		}

		/** What was recorded since the first render call, or the last piece. */
		take() {
			return this.planes.map((plane) => plane.slice(0, this.length));
		}

		dates() {
			return this.madeAt.slice(0, this.calls);
		}

		/** The same, both; the next piece begins after it. */
		piece() {
			const piece = { planes: this.take(), dates: this.dates() };
			this.length = 0;
			this.calls = 0;
			return piece;
		}

		/** Sample frames of the context's time, and of what was recorded by then. A context skips time when it loads
		 * another module. */
		frames() {
			return { now: currentFrame, recorded: this.length };
		}

		process([input]) {
			if (this.calls < this.madeAt.length) {
				this.madeAt[this.calls++] = Date.now();
			}
			const room = this.planes[0].length - this.length;
			const frames = Math.min(room, input[0]?.length ?? 128);
			for (let channel = 0; channel < this.planes.length; channel++) {
				const plane = input[Math.min(channel, input.length - 1)];
				if (plane === undefined) {
					this.planes[channel].fill(0, this.length, this.length + frames);
				} else {
					this.planes[channel].set(plane.subarray(0, frames), this.length);
				}
			}
			this.length += frames;
			return true;
		}
	},
);
