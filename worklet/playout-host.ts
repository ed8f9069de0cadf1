// The playout's mailbox: turns messages into calls of the engine, and owns the ring where memory is not
// shared. Message handlers run between render calls; they may allocate, `render` may not.
import type {
	FeedAnswer,
	FeedMessage,
	PlayoutAnswer,
	PlayoutCommand,
	PlayoutSetup,
} from '../src/core/playout-messages.js';
import { REPORT_SLOTS } from '../src/core/playout-report.js';
import { RingMemory, ringByteLength } from '../src/core/ring-layout.js';
import { RingReader } from '../src/core/ring-reader.js';
import { RingWriter } from '../src/core/ring-writer.js';
import type { ThreadPort } from '../src/core/thread-port.js';
import { PlayoutEngine } from './playout-engine.js';
import { warmUp } from './warm-up.js';

export class PlayoutHost {
	readonly #port: ThreadPort;
	readonly #report: Float64Array;
	readonly #engine: PlayoutEngine;
	/** The newest ring, when its memory is not shared. */
	#feed: { id: number; reader: RingReader; writer: RingWriter; planes: Float32Array[] } | null =
		null;
	#isClosed = false;

	/** @param sampleRate Hz, of the output */
	constructor(port: ThreadPort, sampleRate: number, setup: PlayoutSetup) {
		this.#port = port;
		this.#report = new Float64Array(
			setup.report ?? new ArrayBuffer(REPORT_SLOTS * Float64Array.BYTES_PER_ELEMENT),
		);
		this.#engine = new PlayoutEngine({
			sampleRate,
			mode: setup.mode,
			content: setup.content,
			profile: setup.profile,
			minDelay: setup.minDelay,
			maxDelay: setup.maxDelay,
			report: this.#report,
		});
		port.onmessage = (event) => {
			this.#obey(event.data as PlayoutCommand);
		};
	}

	/** False once the playout is closed and silent: its node may go. */
	get isAlive(): boolean {
		return !this.#isClosed;
	}

	/** @param contextFrame sample frames of the context's time before this call's first */
	render(output: readonly Float32Array[], contextFrame = 0): void {
		this.#engine.render(output, contextFrame);
	}

	#obey(command: PlayoutCommand): void {
		switch (command.type) {
			case 'connect': {
				const { port } = command;
				port.onmessage = (event) => {
					this.#accept(event.data as FeedMessage, port);
				};
				break;
			}
			case 'play':
				this.#engine.play();
				break;
			case 'pause':
				this.#engine.pause();
				break;
			case 'flush':
				this.#engine.flush(command.id);
				break;
			case 'close':
				this.#isClosed = true;
				break;
			case 'warm-up':
				warmUp();
				break;
			case 'report': {
				const answer: PlayoutAnswer = { type: 'report', values: this.#report.slice() };
				this.#port.postMessage(answer);
				break;
			}
		}
	}

	#accept(message: FeedMessage, port: ThreadPort): void {
		switch (message.type) {
			case 'ring':
				this.#attach(message);
				return;
			case 'samples':
				this.#write(message.planes, message.frames);
				break;
			case 'mark':
				this.#feed?.writer.mark(message.kind, message.pts, message.id);
				return;
			case 'position':
				break;
		}
		if (this.#feed !== null) {
			const { id, reader } = this.#feed;
			const answer: FeedAnswer = {
				type: 'position',
				ring: id,
				readIndex: reader.readIndex,
				markReadIndex: reader.markReadIndex,
			};
			port.postMessage(answer);
		}
	}

	#attach({ id, layout, memory, filter }: Extract<FeedMessage, { type: 'ring' }>): void {
		const ring = new RingMemory(memory ?? new ArrayBuffer(ringByteLength(layout)), layout);
		const reader = new RingReader(ring);
		this.#feed = memory === null ? { id, reader, writer: new RingWriter(ring), planes: [] } : null;
		this.#engine.attach(reader, filter);
	}

	#write(samples: Float32Array<ArrayBuffer>, sampleFrames: number): void {
		if (this.#feed === null) {
			return;
		}
		const { planes, writer, reader } = this.#feed;
		for (let channel = 0; channel < reader.layout.channels; channel++) {
			planes[channel] = samples.subarray(channel * sampleFrames, (channel + 1) * sampleFrames);
		}
		writer.write(planes, 0, sampleFrames);
	}
}
