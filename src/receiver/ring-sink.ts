// The receiver's end of the way to the audio thread. Two transports, one ring: over shared memory the
// receiver fills it, over a port the audio thread fills its own from what is posted.
import type { FeedAnswer, FeedMessage } from '../core/playout-messages.js';
import {
	MARK_CAPACITY,
	RingMemory,
	ringByteLength,
	type MarkKind,
	type RingLayout,
} from '../core/ring-layout.js';
import { RingWriter } from '../core/ring-writer.js';
import type { SincFilter } from '../core/sinc-filter.js';
import type { ThreadPort } from '../core/thread-port.js';

export interface RingSink {
	readonly layout: RingLayout;
	/** Sample frames that surely fit now. */
	readonly writable: number;
	/** At most `writable` sample frames, one plane per channel. */
	write(planes: readonly Float32Array<ArrayBuffer>[], sampleFrames: number): void;
	/** @returns false when too many marks wait; try again later. */
	mark(kind: MarkKind, pts: number, id: number): boolean;
	/** Asks again how far the audio thread has read; cheap where that is known. */
	refresh(): void;
	/** What the audio thread answered. */
	answer(answer: FeedAnswer): void;
}

export class SharedSink implements RingSink {
	readonly layout: RingLayout;
	readonly #writer: RingWriter;

	constructor(port: ThreadPort, id: number, layout: RingLayout, filter: SincFilter) {
		const memory = new SharedArrayBuffer(ringByteLength(layout));
		this.layout = layout;
		this.#writer = new RingWriter(new RingMemory(memory, layout));
		post(port, { type: 'ring', id, layout, memory, filter });
	}

	get writable(): number {
		return this.#writer.writable;
	}

	write(planes: readonly Float32Array<ArrayBuffer>[], sampleFrames: number): void {
		this.#writer.write(planes, 0, sampleFrames);
	}

	mark(kind: MarkKind, pts: number, id: number): boolean {
		return this.#writer.mark(kind, pts, id);
	}

	refresh(): void {
		// The indexes are in shared memory.
	}

	answer(): void {
		// Nothing is asked.
	}
}

export class PortSink implements RingSink {
	readonly layout: RingLayout;
	readonly #port: ThreadPort;
	readonly #id: number;
	#written = 0;
	#read = 0;
	#marksWritten = 0;
	#marksRead = 0;

	constructor(port: ThreadPort, id: number, layout: RingLayout, filter: SincFilter) {
		this.layout = layout;
		this.#port = port;
		this.#id = id;
		post(port, { type: 'ring', id, layout, memory: null, filter });
	}

	get writable(): number {
		return this.layout.capacity - ((this.#written - this.#read) >>> 0);
	}

	write(planes: readonly Float32Array<ArrayBuffer>[], sampleFrames: number): void {
		const posted = new Float32Array(planes.length * sampleFrames);
		planes.forEach((plane, channel) => {
			posted.set(plane.subarray(0, sampleFrames), channel * sampleFrames);
		});
		this.#written = (this.#written + sampleFrames) >>> 0;
		post(this.#port, { type: 'samples', planes: posted, frames: sampleFrames }, [posted.buffer]);
	}

	mark(kind: MarkKind, pts: number, id: number): boolean {
		if ((this.#marksWritten - this.#marksRead) >>> 0 >= MARK_CAPACITY) {
			return false;
		}
		this.#marksWritten = (this.#marksWritten + 1) >>> 0;
		post(this.#port, { type: 'mark', kind, pts, id });
		return true;
	}

	refresh(): void {
		post(this.#port, { type: 'position' });
	}

	answer(answer: FeedAnswer): void {
		if (answer.ring === this.#id) {
			this.#read = answer.readIndex;
			this.#marksRead = answer.markReadIndex;
		}
	}
}

function post(port: ThreadPort, message: FeedMessage, transfer: readonly unknown[] = []): void {
	port.postMessage(message, transfer);
}
