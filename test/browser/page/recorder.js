// Records what reaches it, from the first render call to `stop`, into memory set aside beforehand.
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
			this.dates = new Float64Array(Math.ceil((maxSeconds * sampleRate) / 128));
			this.calls = 0;
			this.port.onmessage = ({ data }) => {
				this.port.postMessage(
					data === 'dates'
						? this.dates.slice(0, this.calls)
						: this.planes.map((plane) => plane.slice(0, this.length)),
				);
			};
		}

		process([input]) {
			if (this.calls < this.dates.length) {
				this.dates[this.calls++] = Date.now();
			}
			const room = this.planes[0].length - this.length;
			const frames = Math.min(room, input[0]?.length ?? 128);
			for (let channel = 0; channel < this.planes.length; channel++) {
				const plane = input[Math.min(channel, input.length - 1)];
				if (plane !== undefined) {
					this.planes[channel].set(plane.subarray(0, frames), this.length);
				}
			}
			this.length += frames;
			return true;
		}
	},
);
