// Where media goes once it is in order: through the jitter buffer into the ring, with the marks that are asked for
// between.
import type { ReceiverEvent, ReceiverSetup } from '../core/receiver-messages.js';
import { bytesPerSampleFrame } from '../core/stream-format.js';
import type { ThreadPort } from '../core/thread-port.js';
import type { Environment, Timer } from './environment.js';
import { JitterBuffer } from './jitter-buffer.js';
import type { MediaFrame } from './media-frame.js';
import { RingFeed } from './ring-feed.js';

/** Milliseconds between two tries to move what waits into a full ring. */
const PUMP_INTERVAL = 10;

/** Seconds that may wait before the ring while written samples are still acknowledged at once. */
const WRITE_AHEAD = 0.25;

export class Intake {
	readonly #environment: Environment;
	readonly #post: (event: ReceiverEvent) => void;
	readonly #buffer: JitterBuffer;
	readonly #feed: RingFeed;
	readonly #unacknowledged: number[] = [];
	#pumpTimer: Timer | null = null;
	#isHeld = false;
	#isSpliceDue = false;
	#heldBack = 0;
	#ends = 0;

	constructor(
		environment: Environment,
		setup: ReceiverSetup,
		port: ThreadPort,
		post: (event: ReceiverEvent) => void,
	) {
		this.#environment = environment;
		this.#post = post;
		this.#buffer = new JitterBuffer(setup.mode === 'live' ? setup.ringSeconds : Infinity);
		this.#feed = new RingFeed({
			port,
			buffer: this.#buffer,
			channels: setup.channels,
			ringSeconds: setup.ringSeconds,
			outputRate: setup.outputRate,
			isShared: environment.canShareMemory,
			onRoom: () => {
				this.pump();
			},
		});
		this.#feed.open(setup.format.sampleRate);
	}

	/** Seconds that wait before the ring. */
	get backlog(): number {
		return this.#buffer.seconds;
	}

	/** Sample frames dropped before the ring. */
	get discarded(): number {
		return this.#buffer.discarded + this.#heldBack;
	}

	insert(frame: MediaFrame): void {
		if (this.#isHeld) {
			this.#heldBack += frame.pcm.byteLength / bytesPerSampleFrame(frame.format);
			this.#isSpliceDue = true;
			return;
		}
		this.#buffer.insert(this.#isSpliceDue ? { ...frame, isSplice: true } : frame);
		this.#isSpliceDue = false;
		this.pump();
	}

	/** Held: what comes is discarded. */
	hold(isHeld: boolean): void {
		this.#isHeld = isHeld;
	}

	/** Drops all that waits. */
	flush(id: number): void {
		this.#buffer.clear();
		this.#buffer.insertMark({ mark: 'flush', id });
		this.pump();
	}

	/** An end that was asked for, by an `id` above 0. */
	end(id: number): void {
		this.#buffer.insertMark({ mark: 'end', id });
		this.pump();
	}

	/** What waits is played out, then the stream is over. Its own end marks count down from 0. */
	endStream(): void {
		this.#ends--;
		this.#post({ type: 'end', id: this.#ends });
		this.end(this.#ends);
	}

	/** Says `written` when there is room for more. @param id 0: nobody asked */
	acknowledge(id: number): void {
		if (id > 0) {
			this.#unacknowledged.push(id);
			this.#acknowledgeWritten();
		}
	}

	/** Moves what fits into the ring, and tries again while something waits. */
	pump(): void {
		this.#feed.pump();
		this.#acknowledgeWritten();
		if (!this.#buffer.isEmpty && this.#pumpTimer === null) {
			this.#pumpTimer = this.#environment.setTimer(() => {
				this.#pumpTimer = null;
				this.#feed.refresh();
				this.pump();
			}, PUMP_INTERVAL);
		}
	}

	close(): void {
		this.#buffer.clear();
		if (this.#pumpTimer !== null) {
			this.#environment.clearTimer(this.#pumpTimer);
			this.#pumpTimer = null;
		}
	}

	#acknowledgeWritten(): void {
		while (this.#unacknowledged.length > 0 && this.#buffer.seconds <= WRITE_AHEAD) {
			this.#post({ type: 'written', id: this.#unacknowledged.shift()! });
		}
	}
}
