// The receiver: from the socket to the ring. Wires its parts; each part knows nothing of the others.
import { SUBPROTOCOL } from '../core/frame.js';
import type {
	FaultCode,
	ReceiverCommand,
	ReceiverEvent,
	ReceiverReport,
	ReceiverSetup,
} from '../core/receiver-messages.js';
import { bytesPerSampleFrame, isSameFormat, type StreamFormat } from '../core/stream-format.js';
import type { ThreadPort } from '../core/thread-port.js';
import { ArrivalModel } from './arrival-model.js';
import type { Environment, Timer } from './environment.js';
import { FormatSuspicion } from './format-suspicion.js';
import { Framing } from './framing.js';
import { JitterBuffer } from './jitter-buffer.js';
import type { MediaFrame } from './media-frame.js';
import { isProtocolText } from './protocol-text.js';
import { RingFeed } from './ring-feed.js';
import { StreamSocket, type SocketClosure } from './stream-socket.js';

/** Milliseconds between two tries to move what waits into a full ring. */
const PUMP_INTERVAL = 10;

/** Frames that wait to have their format weighed; of a flood, some are. */
const MOST_UNWEIGHED = 64;

/** Seconds that may wait before the ring while written samples are still acknowledged at once. */
const WRITE_AHEAD = 0.25;

export class Receiver {
	readonly #environment: Environment;
	readonly #setup: ReceiverSetup;
	readonly #post: (event: ReceiverEvent) => void;
	readonly #socket: StreamSocket;
	readonly #framing: Framing;
	readonly #arrivals = new ArrivalModel();
	readonly #buffer: JitterBuffer;
	readonly #feed: RingFeed;
	readonly #suspicion: FormatSuspicion;
	readonly #reported = new Set<FaultCode>();
	readonly #unacknowledged: number[] = [];
	#format: StreamFormat | null = null;
	#pumpTimer: Timer | null = null;
	/** Bytes whose format is still to be weighed. */
	readonly #unweighed: Uint8Array[] = [];
	#weighTimer: Timer | null = null;
	#isHeld = false;
	#isSpliceDue = false;
	#packets = 0;
	#bytes = 0;
	#heldBack = 0;
	#connections = 0;
	#ends = 0;

	constructor(
		environment: Environment,
		setup: ReceiverSetup,
		feed: ThreadPort,
		post: (event: ReceiverEvent) => void,
	) {
		this.#environment = environment;
		this.#setup = setup;
		this.#post = post;
		this.#buffer = new JitterBuffer(setup.mode === 'live' ? setup.ringSeconds : Infinity);
		this.#framing = new Framing(setup.urls.length === 0 ? 'raw' : setup.protocol, setup.format);
		this.#suspicion = new FormatSuspicion(setup.format);
		this.#feed = new RingFeed({
			port: feed,
			buffer: this.#buffer,
			channels: setup.channels,
			ringSeconds: setup.ringSeconds,
			outputRate: setup.outputRate,
			isShared: environment.canShareMemory,
			onRoom: () => {
				this.#pump();
			},
		});
		this.#socket = new StreamSocket(environment, setup, {
			opened: this.#opened.bind(this),
			received: this.#received.bind(this),
			closed: this.#closed.bind(this),
		});
		if (setup.urls.length > 0) {
			this.#socket.open();
		}
		// After the socket: it connects while the ring's filter is designed.
		this.#feed.open(setup.format.sampleRate);
	}

	obey(command: ReceiverCommand): void {
		switch (command.type) {
			case 'start':
				break;
			case 'reopen':
				this.#socket.open();
				break;
			case 'send':
				this.#socket.send(command.text);
				break;
			case 'write':
				this.#accept(command.bytes);
				this.#acknowledge(command.id);
				break;
			case 'flush':
				this.#buffer.clear();
				this.#buffer.insertMark({ mark: 'flush', id: command.id });
				this.#pump();
				break;
			case 'end':
				this.#buffer.insertMark({ mark: 'end', id: command.id });
				this.#pump();
				break;
			case 'hold':
				this.#isHeld = command.isHeld;
				break;
			case 'report':
				this.#post({ type: 'report', report: this.#report() });
				break;
			case 'close':
				this.#close();
				break;
		}
	}

	#opened(url: string, subprotocol: string): void {
		this.#connections++;
		this.#reported.clear();
		this.#framing.restart(subprotocol === SUBPROTOCOL);
		this.#arrivals.restart();
		this.#post({ type: 'open', url, subprotocol });
	}

	#received(message: ArrayBuffer | string): void {
		if (typeof message !== 'string') {
			this.#accept(new Uint8Array(message));
		} else if (this.#framing.protocol !== 'framed' || !isProtocolText(message)) {
			this.#post({ type: 'text', text: message });
		}
	}

	#closed(closure: SocketClosure): void {
		if (closure.retryIn === null && closure.wasOpen) {
			this.#end();
		}
		this.#post({ type: 'close', ...closure });
	}

	#accept(message: Uint8Array): void {
		this.#packets++;
		this.#bytes += message.byteLength;
		const { frame, isEnd, fault } = this.#framing.accept(message);
		if (fault !== null) {
			this.#fault('malformed', `The server sent ${fault}; such messages are dropped.`);
		}
		if (frame !== null) {
			this.#insert(frame);
		}
		if (isEnd) {
			this.#end();
		}
		this.#pump();
	}

	#insert(frame: MediaFrame): void {
		this.#noteFormat(frame.format);
		this.#watch(frame);
		if (this.#isHeld) {
			this.#heldBack += frame.pcm.byteLength / bytesPerSampleFrame(frame.format);
			this.#isSpliceDue = true;
			return;
		}
		this.#buffer.insert(this.#isSpliceDue ? { ...frame, isSplice: true } : frame);
		this.#isSpliceDue = false;
	}

	/** Measures: nothing here touches what is played. */
	#watch(frame: MediaFrame): void {
		const frames = frame.pcm.byteLength / bytesPerSampleFrame(frame.format);
		const mediaTime = (frame.pts + frames) / frame.format.sampleRate;
		this.#arrivals.observe(this.#environment.now() / 1000, mediaTime);
		if (this.#framing.protocol !== 'raw') {
			return;
		}
		if (this.#unweighed.length < MOST_UNWEIGHED) {
			this.#unweighed.push(frame.pcm);
		}
		if (this.#weighTimer === null) {
			this.#weighTimer = this.#environment.setTimer(this.#weigh, 0);
		}
	}

	/** Weighs one frame, when what came with it is on its way: at first, uncompiled, that takes longer than a
	 * frame lasts. */
	readonly #weigh = (): void => {
		this.#weighTimer = null;
		const pcm = this.#unweighed.shift();
		const suspicion = pcm === undefined ? null : this.#suspicion.feed(pcm);
		if (this.#unweighed.length > 0) {
			this.#weighTimer = this.#environment.setTimer(this.#weigh, 0);
		}
		if (suspicion !== null) {
			const { sampleFormat, byteOrder } = suspicion.looksLike;
			this.#fault(
				'format-suspect',
				`Expected ${describe(this.#setup.format)} as declared, got bytes that look like ${describe({ sampleFormat, byteOrder })}.`,
			);
		}
	};

	#noteFormat(format: StreamFormat): void {
		if (this.#format === null || !isSameFormat(this.#format, format)) {
			this.#format = format;
			this.#post({ type: 'format', format, isFramed: this.#framing.protocol === 'framed' });
		}
	}

	/** What waits is played out, then the stream is over. End marks of the stream's own count down, those
	 * that were asked for count up. */
	#end(): void {
		this.#ends--;
		this.#buffer.insertMark({ mark: 'end', id: this.#ends });
		this.#post({ type: 'end', id: this.#ends });
		this.#pump();
	}

	#pump(): void {
		this.#feed.pump();
		this.#acknowledgeWritten();
		if (!this.#buffer.isEmpty && this.#pumpTimer === null) {
			this.#pumpTimer = this.#environment.setTimer(() => {
				this.#pumpTimer = null;
				this.#feed.refresh();
				this.#pump();
			}, PUMP_INTERVAL);
		}
	}

	#acknowledge(id: number): void {
		if (id > 0) {
			this.#unacknowledged.push(id);
			this.#acknowledgeWritten();
		}
	}

	#acknowledgeWritten(): void {
		while (this.#unacknowledged.length > 0 && this.#buffer.seconds <= WRITE_AHEAD) {
			this.#post({ type: 'written', id: this.#unacknowledged.shift()! });
		}
	}

	#fault(code: FaultCode, message: string): void {
		if (!this.#reported.has(code)) {
			this.#reported.add(code);
			this.#post({ type: 'fault', code, message });
		}
	}

	#report(): ReceiverReport {
		return {
			packetsReceived: this.#packets,
			bytesReceived: this.#bytes,
			malformedMessages: this.#framing.malformed,
			framesLost: this.#framing.lost,
			framesDuplicated: this.#framing.duplicated,
			discarded: this.#buffer.discarded + this.#heldBack,
			reconnects: Math.max(0, this.#connections - 1),
			backlog: this.#buffer.seconds,
			arrivalDelay: this.#arrivals.greatest,
			arrivalDelayP95: this.#arrivals.p95,
			driftPpm: this.#arrivals.driftPpm,
			isShared: this.#environment.canShareMemory,
		};
	}

	#close(): void {
		this.#socket.close();
		this.#unweighed.length = 0;
		this.#buffer.clear();
		if (this.#pumpTimer !== null) {
			this.#environment.clearTimer(this.#pumpTimer);
			this.#pumpTimer = null;
		}
	}
}

function describe(format: Pick<StreamFormat, 'sampleFormat' | 'byteOrder'>): string {
	return `${format.sampleFormat} (${format.byteOrder} endian)`;
}
