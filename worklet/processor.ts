// Thread entry of the audio thread: registers the processor. Loaded by a page without AudioWorklet, it
// leaves the playout there for a ScriptProcessorNode to drive.
import type { PlayoutSetup } from '../src/core/playout-messages.js';
import { PROCESSOR_NAME, scriptHost } from '../src/core/script-host.js';
import type { ThreadPort } from '../src/core/thread-port.js';
import { PlayoutHost } from './playout-host.js';

if (typeof registerProcessor === 'function') {
	registerProcessor(
		PROCESSOR_NAME,
		class PlayoutProcessor extends AudioWorkletProcessor implements AudioWorkletProcessorImpl {
			readonly #host: PlayoutHost;

			constructor(options: { processorOptions: PlayoutSetup }) {
				super();
				this.#host = new PlayoutHost(
					this.port as unknown as ThreadPort,
					sampleRate,
					options.processorOptions,
				);
			}

			process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
				this.#host.render(outputs[0]!, currentFrame);
				return this.#host.isAlive;
			}
		},
	);
} else {
	scriptHost().createPlayout = (port, outputRate, setup) =>
		new PlayoutHost(port, outputRate, setup);
}
