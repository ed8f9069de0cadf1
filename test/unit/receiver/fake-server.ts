// A server of framed streams on a virtual clock, and the network before it, as far as a player can tell: it can be
// killed, stalled, swallow what is sent, repeat from its history, and tell its own time.
import {
	encodeFrame,
	FRAME_DISCONTINUITY,
	FRAME_END_OF_STREAM,
	FRAME_REPEATED,
	type FrameHeader,
} from '../../../src/core/frame.js';
import {
	parseProtocolText,
	type ProtocolText,
	type ResumeText,
} from '../../../src/core/protocol-text.js';
import type { Socket } from '../../../src/receiver/environment.js';
import type { VirtualClock } from '../../support/virtual-clock.js';

export const RATE = 8_000;
export const FRAME = 160;
export const FRAME_MS = (FRAME / RATE) * 1000;
export const FORMAT = {
	sampleRate: RATE,
	sampleFormat: 'f32',
	channels: 2,
	byteOrder: 'little',
} as const;

/** Samples that tell their own position: media position × 2^-23, exact in float32. */
const UNIT = 2 ** -23;

/** The media position a sample tells. */
export function positionOf(sample: number): number {
	return sample / UNIT;
}

/** The player's end of a WebSocket. */
export class Wire implements Socket {
	binaryType = '';
	protocol = '';
	onopen: Socket['onopen'] = null;
	onmessage: Socket['onmessage'] = null;
	onclose: Socket['onclose'] = null;
	/** What the player said, parsed. */
	readonly said: ProtocolText[] = [];
	readonly url: string;
	readonly offered: readonly string[];
	onText: (text: ProtocolText) => void = () => undefined;
	isClosed = false;
	/** Both ways, nothing gets through and nobody is told. */
	isSwallowed = false;
	/** Until when nothing arrives, ms. */
	stalledUntil = 0;
	isMediaWanted = true;
	readonly #clock: VirtualClock;
	readonly #waiting: (() => void)[] = [];
	#timer: object | null = null;

	constructor(clock: VirtualClock, url: string, offered: readonly string[]) {
		this.#clock = clock;
		this.url = url;
		this.offered = offered;
	}

	send(text: string): void {
		const parsed = parseProtocolText(text);
		if (parsed !== null && parsed !== 'malformed' && !this.isSwallowed) {
			this.said.push(parsed);
			this.onText(parsed);
		}
	}

	close(): void {
		this.isClosed = true;
	}

	accept(protocol: string): void {
		this.protocol = protocol;
		this.onopen?.();
	}

	/** In order, however long the stall. */
	give(message: Uint8Array | string): void {
		const data = typeof message === 'string' ? message : message.slice().buffer;
		this.#arrive(() => this.onmessage?.({ data }));
	}

	end(code: number, reason = ''): void {
		this.isClosed = true;
		this.onclose?.({ code, reason, wasClean: code !== 1006 });
	}

	#arrive(what: () => void): void {
		if (!this.isSwallowed) {
			this.#waiting.push(what);
			this.#deliver();
		}
	}

	readonly #deliver = (): void => {
		const wait = this.stalledUntil - this.#clock.now();
		if (wait > 0) {
			if (this.#timer === null) {
				this.#timer = this.#clock.setTimer(() => {
					this.#timer = null;
					this.#deliver();
				}, wait);
			}
			return;
		}
		for (const what of this.#waiting.splice(0)) {
			what();
		}
	};

	/** Texts of one type. */
	heard<T extends ProtocolText['type']>(type: T): Extract<ProtocolText, { type: T }>[] {
		return this.said.filter((text) => text.type === type) as Extract<ProtocolText, { type: T }>[];
	}
}

export interface FakeServerOptions {
	readonly stream?: string;
	/** Sequence of the first frame. @default 0 */
	readonly first?: number;
	/** Frames that can be repeated. @default Infinity */
	readonly history?: number;
	/** Milliseconds its clock is ahead of the player's. @default 0 */
	readonly skew?: number;
	/** Says that it serves over HTTP as well. @default false */
	readonly http?: boolean;
	/** Greets, and answers texts. @default true */
	readonly isTalking?: boolean;
	/** Milliseconds before a text is answered. @default 0 */
	readonly slowness?: number;
	/** Sequences that its history lacks, as a relay's does that missed them itself. @default none */
	readonly holes?: readonly number[];
}

/** What a server whose stream is complete does for those who come later. */
type Farewell = 'repeats' | 'closes' | 'closes without a word';

export class FakeServer {
	readonly wires: Wire[] = [];
	isUp = true;
	/** False: it runs, and nobody gets through to it. */
	isReachable = true;
	/** Called for each frame there is, in place of giving it to all. */
	onFrame: ((message: Uint8Array, sequence: number) => void) | null = null;
	/** The source's own discontinuity is at the next frame. */
	isMarkDue = true;
	/** Hz, of the frames to come. */
	sampleRate = RATE;
	/** Milliseconds its clock is ahead of the player's. */
	skew: number;
	readonly #clock: VirtualClock;
	#options: FakeServerOptions;
	#history: FrameHeader[] = [];
	#sequence: number;
	#pts = 0;
	#farewell: Farewell | null = null;

	constructor(clock: VirtualClock, options: FakeServerOptions = {}) {
		this.#clock = clock;
		this.#options = options;
		this.#sequence = options.first ?? 0;
		this.skew = options.skew ?? 0;
		const tick = (): void => {
			clock.setTimer(tick, FRAME_MS);
			this.#tick();
		};
		clock.setTimer(tick, FRAME_MS);
	}

	/** Sequence of the next frame. */
	get next(): number {
		return this.#sequence;
	}

	/** The newest connection. */
	get wire(): Wire {
		return this.wires.at(-1)!;
	}

	connect(wire: Wire): void {
		if (!this.isUp || !this.isReachable) {
			wire.end(1006);
			return;
		}
		this.wires.push(wire);
		wire.onText = (text) => this.#answer(wire, text);
		wire.accept('steadypcm.v1');
		if (this.#options.isTalking !== false && this.#farewell !== 'closes without a word') {
			wire.give(JSON.stringify(this.#hello()));
		}
		if (this.#farewell !== null && this.#farewell !== 'repeats') {
			wire.end(1000);
		}
	}

	/** The stream is complete. Who comes later hears `farewell`: repeats, if it asks for them, and the end; or nothing. */
	finish(farewell: Farewell = 'repeats'): void {
		this.#farewell = farewell;
		for (const wire of this.wires.filter(({ isClosed }) => !isClosed)) {
			this.#dismiss(wire);
		}
	}

	#dismiss(wire: Wire): void {
		const captureTime = this.#clock.wallNow() + this.skew;
		const end = { sequence: this.#sequence, pts: this.#pts, captureTime, format: FORMAT };
		if (wire.isMediaWanted) {
			wire.give(encodeFrame({ ...end, flags: FRAME_END_OF_STREAM }, new Uint8Array(0)));
		}
		wire.end(1000);
	}

	/** Connections break; media goes on unheard. */
	drop(code = 1006): void {
		for (const wire of this.wires.filter(({ isClosed }) => !isClosed)) {
			wire.end(code);
		}
	}

	/** The process dies. */
	kill(): void {
		this.isUp = false;
		this.drop();
	}

	/** The process is back, and begins anew. */
	restart(options: FakeServerOptions = {}): void {
		this.#options = { ...this.#options, ...options };
		this.#farewell = null;
		this.isMarkDue = true;
		this.#sequence = options.first ?? 0;
		this.#pts = 0;
		this.#history = [];
		this.isUp = true;
	}

	/** A frame as it was, or as it would be sent again. */
	message(sequence: number, flags = 0): Uint8Array {
		const { first = 0 } = this.#options;
		const header = this.#history[(sequence - first) >>> 0]!;
		return encodeFrame({ ...header, flags: header.flags | flags }, pcmAt(header.pts));
	}

	#hello(): Record<string, unknown> {
		const { stream = 'run-1', history = Infinity, http = false } = this.#options;
		const kept = Math.min(history, this.#history.length);
		return {
			type: 'hello',
			version: 1,
			stream,
			sampleRate: RATE,
			sampleFormat: 'f32',
			channels: 2,
			frameMs: FRAME_MS,
			next: this.#sequence,
			oldest: (this.#sequence - kept) >>> 0,
			http,
		};
	}

	#tick(): void {
		if (!this.isUp || this.#farewell !== null) {
			return;
		}
		const sequence = this.#sequence;
		this.#history.push({
			format: { ...FORMAT, sampleRate: this.sampleRate },
			flags: this.isMarkDue ? FRAME_DISCONTINUITY : 0,
			sequence,
			pts: this.#pts,
			captureTime: this.#clock.wallNow() + this.skew,
		});
		this.isMarkDue = false;
		this.#sequence = (sequence + 1) >>> 0;
		this.#pts += FRAME;
		const message = this.message(sequence);
		if (this.onFrame !== null) {
			this.onFrame(message, sequence);
			return;
		}
		this.broadcast(message);
	}

	broadcast(message: Uint8Array): void {
		for (const wire of this.wires) {
			if (!wire.isClosed && wire.isMediaWanted) {
				wire.give(message);
			}
		}
	}

	#answer(wire: Wire, text: ProtocolText): void {
		const { isTalking = true, slowness = 0 } = this.#options;
		const live = this.#sequence;
		const reply = (): void => {
			if (text.type === 'media') {
				wire.isMediaWanted = text.wanted;
			} else if (text.type === 'time' && isTalking) {
				const now = this.#clock.wallNow() + this.skew;
				wire.give(JSON.stringify({ ...text, received: now, answered: now }));
			} else if (
				text.type === 'resume' &&
				isTalking &&
				(this.#farewell ?? 'repeats') === 'repeats'
			) {
				this.#repeat(wire, text, live);
			}
		};
		if (slowness > 0) {
			this.#clock.setTimer(reply, slowness);
		} else {
			reply();
		}
	}

	/** @param live sequence of the first frame that comes live */
	#repeat(wire: Wire, text: ResumeText, live: number): void {
		const { history = Infinity, holes = [] } = this.#options;
		const oldest = Math.max(0, this.#history.length - history);
		const missed = this.#history
			.slice(oldest)
			.map(({ sequence }) => sequence)
			.filter((sequence) => ((sequence - text.sequence) | 0) >= 0)
			.filter((sequence) => ((sequence - live) | 0) < 0)
			.filter((sequence) => !holes.includes(sequence));
		const most = text.seconds === null ? Infinity : (text.seconds * 1000) / FRAME_MS;
		const wanted = missed.slice(-Math.min(missed.length, Math.ceil(most)));
		const first = wanted[0] ?? text.sequence;
		const { stream } = text;
		wire.give(JSON.stringify({ type: 'resumed', stream, sequence: first, frames: wanted.length }));
		for (const sequence of wanted) {
			wire.give(this.message(sequence, FRAME_REPEATED));
		}
		if (this.#farewell !== null) {
			this.#dismiss(wire);
		}
	}
}

export function pcmAt(pts: number): Uint8Array {
	const samples = Float32Array.from({ length: FRAME * 2 }, (_, i) => (pts + (i >> 1)) * UNIT);
	return new Uint8Array(samples.buffer);
}
