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
			this.port.onmessage = () => {
				this.port.postMessage(this.planes.map((plane) => plane.slice(0, this.length)));
			};
		}

		process([input]) {
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
