// From the jitter buffer into the ring: decodes, mixes to the ring's channels, and begins a new ring when
// the sample rate changes.
import { mixChannels } from '../core/channel-mix.js';
import type { FeedAnswer } from '../core/playout-messages.js';
import { ringLayout } from '../core/ring-layout.js';
import { sampleDecoder } from '../core/sample-decoder.js';
import { designSincFilter } from '../core/sinc-filter.js';
import { bytesPerSampleFrame } from '../core/stream-format.js';
import type { ThreadPort } from '../core/thread-port.js';
import type { JitterBuffer } from './jitter-buffer.js';
import type { MediaFrame } from './media-frame.js';
import { PortSink, SharedSink, type RingSink } from './ring-sink.js';

/** Sample frames decoded at a time: bounds scratch memory for messages of many megabytes. */
const DECODE_FRAMES = 8192;

export interface RingFeedOptions {
	readonly port: ThreadPort;
	readonly buffer: JitterBuffer;
	/** Channels of the ring. */
	readonly channels: number;
	readonly ringSeconds: number;
	/** Hz, of what it is played at. */
	readonly outputRate: number;
	/** True where SharedArrayBuffer may cross to the audio thread. */
	readonly isShared: boolean;
	/** There may be room again. */
	readonly onRoom: () => void;
}

export class RingFeed {
	readonly #options: RingFeedOptions;
	#sink: RingSink | null = null;
	#rings = 0;
	/** The ring takes its first sample for media position 0. */
	#isFresh = false;
	#pts = 0;
	#planes: Float32Array<ArrayBuffer>[] = [];

	constructor(options: RingFeedOptions) {
		this.#options = options;
		options.port.onmessage = (event) => {
			this.#sink?.answer(event.data as FeedAnswer);
			options.onRoom();
		};
	}

	/** Begins a ring at `sampleRate`, unless the present one has it. */
	open(sampleRate: number): void {
		if (this.#sink?.layout.sampleRate === sampleRate) {
			return;
		}
		const { port, channels, ringSeconds, outputRate, isShared } = this.#options;
		const layout = ringLayout(channels, sampleRate, ringSeconds);
		this.#rings++;
		this.#isFresh = true;
		const filter = designSincFilter(sampleRate, outputRate);
		this.#sink = isShared
			? new SharedSink(port, this.#rings, layout, filter)
			: new PortSink(port, this.#rings, layout, filter);
	}

	/** Moves as much as fits. */
	pump(): void {
		const { buffer } = this.#options;
		for (let entry = buffer.peek(); entry !== null; entry = buffer.peek()) {
			if ('mark' in entry) {
				if (this.#sink?.mark(entry.mark, this.#pts, entry.id) === false) {
					return;
				}
				buffer.takeMark();
			} else {
				const moved = this.#move(entry);
				if (moved === 0) {
					return;
				}
				buffer.take(moved);
			}
		}
	}

	/** Asks for room where it is not known. */
	refresh(): void {
		this.#sink?.refresh();
	}

	/** @returns sample frames moved. */
	#move(frame: MediaFrame): number {
		this.open(frame.format.sampleRate);
		const sink = this.#sink!;
		const whole = frame.pcm.byteLength / bytesPerSampleFrame(frame.format);
		const count = Math.min(whole, sink.writable, DECODE_FRAMES);
		const isSplice = frame.isSplice || (this.#isFresh && frame.pts > 0);
		if (count === 0 || (isSplice && !sink.mark('splice', frame.pts, 0))) {
			return 0;
		}
		this.#isFresh = false;
		const planes = this.#decode(frame, count);
		sink.write(mixChannels(planes, this.#options.channels, count), count);
		this.#pts = frame.pts + count;
		return count;
	}

	#decode({ format, pcm }: MediaFrame, sampleFrames: number): readonly Float32Array<ArrayBuffer>[] {
		while (this.#planes.length < format.channels) {
			this.#planes.push(new Float32Array(DECODE_FRAMES));
		}
		const planes = this.#planes.slice(0, format.channels);
		const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
		sampleDecoder(format.sampleFormat, format.byteOrder)(view, 0, planes, sampleFrames);
		return planes;
	}
}
