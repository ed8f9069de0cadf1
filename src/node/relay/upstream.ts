// Another server's stream as a source that comes back by itself. From a steadypcm server it takes frames as they
// are, acknowledges them, and has repeated what a lost connection cost; from any other WebSocket server it takes
// the binary messages as one endless run of PCM.
import { randomUUID } from 'node:crypto';
import { FormatChange } from '../../core/format-change.js';
import {
	FRAME_DISCONTINUITY,
	FRAME_END_OF_STREAM,
	looksFramed,
	parseFrame,
	RESTART_DISTANCE,
	SUBPROTOCOL,
	type Frame,
} from '../../core/frame.js';
import {
	parseProtocolText,
	type AckText,
	type HelloText,
	type ResumeText,
} from '../../core/protocol-text.js';
import { Sequencer } from '../../core/sequencer.js';
import { bytesPerSampleFrame, type StreamFormat } from '../../core/stream-format.js';
import { Succession } from '../../core/succession.js';
import { FrameCutter } from '../pump/frame-cutter.js';
import { UpstreamLink } from './upstream-link.js';
import {
	resolveUpstreamOptions,
	type ResolvedUpstreamOptions,
	type UpstreamOptions,
	type UpstreamState,
} from './upstream-options.js';
import { openUpstream, type OpenUpstream } from './upstream-socket.js';

/** Where an upstream's stream goes. */
export interface UpstreamSink {
	/** A stream begins: the first, another run of it, or another format.
	 * @param stream id @param next sequence of its next frame */
	onStream(format: StreamFormat, stream: string, next: number): void;
	/** The next frame of a framed stream, in order, each once. */
	onFrame(message: Uint8Array, frame: Frame): void;
	/** The next PCM of a raw stream, whole sample frames, at most one frame of them; `flags`:
	 * FRAME_DISCONTINUITY where the connection was lost before. */
	onPcm(pcm: Uint8Array, captureTime: number, flags: number): void;
	/** The server says that the stream is complete; last. */
	onEnd(): void;
}

/** What came from upstream. All but `state` only grow. */
export interface UpstreamStats {
	readonly state: UpstreamState;
	/** Times the connection was opened again. */
	readonly reconnects: number;
	readonly messagesReceived: number;
	readonly bytesReceived: number;
	/** Frames that had not come in their turn, by their sequence: missing from what goes on. */
	readonly framesLost: number;
	/** Frames that had come before, or came after their turn. */
	readonly framesDuplicated: number;
	/** Frames that the server repeated after a lost connection. */
	readonly framesRepeated: number;
	/** Messages that are not what they must be. */
	readonly malformedMessages: number;
}

/** A mirror may be so far behind the one heard before, ms; more is another run that took the same id. */
const MAX_LAG_MS = 5000;

/** With the message it came as, which goes on unchanged. */
interface ReceivedFrame extends Frame {
	readonly message: Uint8Array;
}

/** Hears one stream of another server, from `start()` to its end or `close()`. */
export class Upstream {
	readonly #options: ResolvedUpstreamOptions;
	readonly #sink: UpstreamSink;
	readonly #link: UpstreamLink;
	readonly #sequencer: Sequencer<ReceivedFrame>;
	/** A header that lies would turn out the listeners who cannot be told of another format. */
	readonly #formatChange: FormatChange<ReceivedFrame>;
	/** Of this connection; null until the server has shown it. */
	#protocol: 'raw' | 'framed' | null = null;
	/** Of the frames of this connection. */
	readonly #succession = new Succession();
	/** Of a framed stream: its id, and whether this connection has told it. */
	#stream: string | null = null;
	#isIntroduced = false;
	/** Of a raw stream on this connection. */
	#cutter: FrameCutter | null = null;
	#rawFlags = 0;
	#hasHadRaw = false;
	/** Highest sequence of this connection, and the one last acknowledged. */
	#highest: number | null = null;
	#acknowledged: number | null = null;
	#messagesReceived = 0;
	#bytesReceived = 0;
	#framesRepeated = 0;
	#malformedMessages = 0;

	/**
	 * @param url `ws:` or `wss:` @param open for tests
	 * @throws TypeError or RangeError for another kind of URL, and for options outside their ranges
	 */
	constructor(
		url: string,
		sink: UpstreamSink,
		options: UpstreamOptions = {},
		open: OpenUpstream = openUpstream,
	) {
		if (!/^wss?:\/\/[^/]/i.test(url) || !URL.canParse(url)) {
			throw new TypeError('Expected a URL that begins with "ws://" or "wss://", got another.');
		}
		this.#options = resolveUpstreamOptions(options);
		this.#sink = sink;
		// A relay is for whoever listens: also for those who want every frame, however late.
		this.#sequencer = new Sequencer(true, (frame, isSplice) => this.#passFrame(frame, isSplice));
		this.#formatChange = new FormatChange(
			(frame) => sink.onFrame(frame.message, frame),
			() => this.#malformedMessages++,
		);
		this.#link = new UpstreamLink(url, this.#options, open, {
			onOpen: (subprotocol) => this.#opened(subprotocol),
			onMessage: (message, isBinary) => this.#hear(message, isBinary),
			onTick: () => this.#tick(),
		});
	}

	/** A snapshot. */
	get stats(): UpstreamStats {
		const { missed, duplicated, late } = this.#sequencer.fates;
		return {
			state: this.#link.state,
			reconnects: this.#link.reconnects,
			messagesReceived: this.#messagesReceived,
			bytesReceived: this.#bytesReceived,
			framesLost: missed,
			framesDuplicated: duplicated + late,
			framesRepeated: this.#framesRepeated,
			malformedMessages: this.#malformedMessages,
		};
	}

	/** Connects. Without effect while it is connected or tries to be, and once closed. */
	start(): void {
		this.#link.start();
	}

	/** Disconnects until `start()`. The stream then goes on at its present: what was missed is not asked for. */
	rest(): void {
		this.#sequencer.restart();
		this.#stream = null;
		this.#link.rest('nobody listens');
	}

	/** Disconnects. Idempotent and final. */
	close(): void {
		this.#link.close('closed');
	}

	#opened(subprotocol: string): void {
		// What did not come before the connection was lost can be asked for again.
		this.#sequencer.repeats.prolong(this.#options.clock.now());
		this.#succession.restart();
		this.#protocol = subprotocol === SUBPROTOCOL ? 'framed' : null;
		if (this.#protocol === null && this.#options.protocol !== 'auto') {
			this.#protocol = this.#options.protocol;
		}
		this.#isIntroduced = false;
		this.#cutter = null;
		this.#highest = this.#acknowledged = null;
	}

	#hear(message: Uint8Array, isBinary: boolean): void {
		if (!isBinary) {
			this.#hearText(Buffer.from(message).toString());
			return;
		}
		this.#messagesReceived++;
		this.#bytesReceived += message.byteLength;
		this.#protocol ??= looksFramed(message) ? 'framed' : 'raw';
		if (this.#protocol === 'framed') {
			this.#hearFrame(message);
		} else {
			this.#hearRaw(message);
		}
	}

	#hearRaw(bytes: Uint8Array): void {
		const { format, frameMs, clock } = this.#options;
		if (format === null) {
			this.#link.lose('the stream is raw PCM, and no format was given');
			return;
		}
		if (this.#cutter === null) {
			const sampleFrames = Math.max(1, Math.floor((frameMs * format.sampleRate) / 1000));
			this.#cutter = new FrameCutter(bytesPerSampleFrame(format), sampleFrames);
			this.#rawFlags = this.#hasHadRaw ? FRAME_DISCONTINUITY : 0;
			if (!this.#hasHadRaw) {
				this.#hasHadRaw = true;
				this.#stream = null;
				this.#sequencer.restart();
				this.#sink.onStream(format, randomUUID(), 0);
			}
		}
		for (const pcm of this.#cutter.cut(bytes)) {
			this.#link.settle();
			this.#sink.onPcm(pcm, clock.wallNow(), this.#rawFlags);
			this.#rawFlags = 0;
		}
	}

	#hearFrame(message: Uint8Array): void {
		const frame = parseFrame(message);
		if (typeof frame === 'string') {
			this.#malformedMessages++;
			return;
		}
		if (!this.#isIntroduced) {
			this.#introduce(frame.format, randomUUID(), frame.sequence);
		}
		this.#link.settle();
		if (this.#highest === null || ((frame.sequence - this.#highest) | 0) > 0) {
			this.#highest = frame.sequence;
		}
		const { isMarked, isRepeat } = this.#succession.place(frame);
		this.#framesRepeated += isRepeat ? 1 : 0;
		// By one connection only repeats come out of order.
		const arrival = { at: this.#options.clock.now(), isMarked, mayBeFilled: false, isRepeat };
		this.#sequencer.accept({ ...frame, message }, arrival);
		this.#settle();
	}

	#passFrame(frame: ReceivedFrame, isSplice: boolean): void {
		this.#formatChange.offer(frame, isSplice);
		if ((frame.flags & FRAME_END_OF_STREAM) !== 0) {
			this.#formatChange.restart();
			this.#link.close('end of stream');
			this.#sink.onEnd();
		}
	}

	#hearText(words: string): void {
		const text = parseProtocolText(words);
		if (text === 'malformed') {
			this.#malformedMessages++;
		} else if (text?.type === 'hello') {
			this.#greet(text);
		} else if (text?.type === 'resumed' && text.stream === this.#stream) {
			this.#sequencer.expectRepeats(text.sequence, text.frames, this.#options.clock.now());
			this.#settle();
		}
	}

	#greet(hello: HelloText): void {
		this.#protocol = 'framed';
		this.#formatChange.announce(hello.format);
		this.#succession.goLive(hello.next);
		const { next } = this.#sequencer;
		const missed = next === null ? 0 : (hello.next - next) | 0;
		const isOther = hello.stream !== this.#stream || -missed * hello.frameMs > MAX_LAG_MS;
		if (next === null || isOther) {
			this.#introduce(hello.format, hello.stream, hello.next);
			return;
		}
		this.#isIntroduced = true;
		const canRepeat = missed <= RESTART_DISTANCE && hello.oldest !== hello.next;
		if (canRepeat && missed >= 0) {
			// Asked even where nothing was missed: an upstream that has ended says so once it is asked.
			this.#sequencer.repeats.expect(Infinity, this.#options.clock.now());
			const { stream } = hello;
			const resume: ResumeText = { type: 'resume', stream, sequence: next, seconds: null };
			this.#link.send(JSON.stringify(resume));
		} else if (missed > 0) {
			this.#sequencer.repeats.forget();
			this.#settle();
		}
	}

	#introduce(format: StreamFormat, stream: string, next: number): void {
		this.#isIntroduced = true;
		this.#sequencer.restart();
		this.#formatChange.restart(format);
		this.#stream = stream;
		this.#hasHadRaw = false;
		this.#sink.onStream(format, stream, next);
	}

	#tick(): void {
		this.#settle();
		if (this.#highest !== null && this.#highest !== this.#acknowledged) {
			this.#acknowledged = this.#highest;
			const ack: AckText = { type: 'ack', sequence: this.#highest };
			this.#link.send(JSON.stringify(ack));
		}
	}

	/** Passes on what has waited long enough for what was missed. */
	#settle(): void {
		this.#sequencer.expire(this.#options.clock.now());
	}
}
