// The shipped receiver on a virtual clock, between servers a test plays and an audio thread that takes all at once.
import type { FeedMessage } from '../../../src/core/playout-messages.js';
import type {
	ReceiverEvent,
	ReceiverReport,
	ReceiverSetup,
} from '../../../src/core/receiver-messages.js';
import type { ThreadPort } from '../../../src/core/thread-port.js';
import type { Download, ResponseHead } from '../../../src/receiver/environment.js';
import { Receiver } from '../../../src/receiver/receiver.js';
import { random } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { FORMAT, positionOf, RATE, Wire, type FakeServer } from './fake-server.js';

/** Milliseconds a connection takes to open, or to be refused. */
const CONNECT_MS = 5;

/** The player's end of an HTTP response. */
export class FakeDownload implements Download {
	onopen: Download['onopen'] = null;
	onbytes: Download['onbytes'] = null;
	onclose: Download['onclose'] = null;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	isClosed = false;

	constructor(url: string, headers: Readonly<Record<string, string>>) {
		this.url = url;
		this.headers = headers;
	}

	answer(status: number, headers: Readonly<Record<string, string>> = {}): this {
		const head: ResponseHead = { status, header: (name) => headers[name] ?? null };
		this.onopen?.(head);
		return this;
	}

	/** Framed, as our servers do. */
	answerFramed(stream: string): this {
		return this.answer(200, {
			'Content-Type': 'application/vnd.steadypcm.v1',
			'Steadypcm-Stream': stream,
		});
	}

	give(bytes: Uint8Array): void {
		this.onbytes?.(bytes);
	}

	end(error: string | null): void {
		this.onclose?.(error);
	}

	close(): void {
		this.isClosed = true;
		this.onopen = this.onbytes = this.onclose = null;
	}
}

/** A message after its length, as over HTTP. */
export function prefixed(message: Uint8Array, length = message.length): Uint8Array {
	const bytes = new Uint8Array(4 + message.length);
	new DataView(bytes.buffer).setUint32(0, length, true);
	bytes.set(message, 4);
	return bytes;
}

export class ReceiverRig {
	readonly clock = new VirtualClock();
	readonly events: ReceiverEvent[] = [];
	readonly wires: Wire[] = [];
	readonly downloads: FakeDownload[] = [];
	/** Media position of each sample frame that was played, in order. */
	readonly played: number[] = [];
	/** Indices into `played` at which a splice was marked. */
	readonly splices: number[] = [];
	/** The lengths of `played` at which an end was marked. */
	readonly ends: number[] = [];
	/** The server behind each URL; none: nobody answers. */
	readonly servers = new Map<string, FakeServer>();
	/** Of the playout, seconds; told with the next report that is asked for. */
	targetDelay = 0;
	/** Milliseconds that the system's clock is off. */
	wallStep = 0;
	#receiver: Receiver | null = null;
	readonly #next: () => number;

	constructor(seed = 1) {
		this.#next = random(seed);
	}

	start(setup: Partial<ReceiverSetup> = {}): this {
		this.#receiver = new Receiver(
			{
				now: () => this.clock.now(),
				timeOrigin: this.clock.wallNow() - this.clock.now(),
				wallNow: () => this.clock.wallNow() + this.wallStep,
				setTimer: (fire, delayMs) => this.clock.setTimer(fire, delayMs),
				clearTimer: (timer) => this.clock.clearTimer(timer),
				random: this.#next,
				openSocket: (url, offered) => this.#openSocket(url, offered),
				openDownload: (url, headers) => {
					const download = new FakeDownload(url, headers);
					this.downloads.push(download);
					return download;
				},
				canShareMemory: false,
			},
			{
				urls: ['ws://a/'],
				subprotocols: ['steadypcm.v1'],
				protocol: 'framed',
				format: FORMAT,
				channels: 2,
				mode: 'live',
				ringSeconds: 10,
				outputRate: RATE,
				connectTimeout: 10,
				reconnect: { minDelay: 0.25, maxDelay: 5 },
				redundancy: 1,
				idleTimeout: null,
				hasToken: false,
				isFirefox: false,
				...setup,
			},
			this.#audioThread(),
			(event) => this.events.push(event),
		);
		return this;
	}

	get receiver(): Receiver {
		return this.#receiver!;
	}

	get wire(): Wire {
		return this.wires.at(-1)!;
	}

	get download(): FakeDownload {
		return this.downloads.at(-1)!;
	}

	run(seconds: number): void {
		this.clock.advance(seconds * 1000);
	}

	get report(): ReceiverReport {
		this.receiver.obey({ type: 'report', targetDelay: this.targetDelay });
		const event = this.events.pop();
		if (event?.type !== 'report') {
			throw new Error('The receiver did not answer.');
		}
		return event.report;
	}

	/** Events of one type. */
	told<T extends ReceiverEvent['type']>(type: T): Extract<ReceiverEvent, { type: T }>[] {
		return this.events.filter((event) => event.type === type) as Extract<
			ReceiverEvent,
			{ type: T }
		>[];
	}

	#openSocket(url: string, offered: readonly string[]): Wire {
		const wire = new Wire(this.clock, url, offered);
		this.wires.push(wire);
		this.clock.setTimer(() => {
			if (!wire.isClosed) {
				this.servers.get(url)?.connect(wire);
			}
		}, CONNECT_MS);
		return wire;
	}

	#audioThread(): ThreadPort {
		let ring = 0;
		let read = 0;
		let marks = 0;
		const port: ThreadPort = {
			onmessage: null,
			postMessage: (posted) => {
				const message = posted as FeedMessage;
				if (message.type === 'ring') {
					ring = message.id;
					read = marks = 0;
				} else if (message.type === 'samples') {
					read += message.frames;
					for (const sample of message.planes.subarray(0, message.frames)) {
						this.played.push(positionOf(sample));
					}
				} else if (message.type === 'mark') {
					marks++;
					if (message.kind === 'splice') {
						this.splices.push(this.played.length);
					} else if (message.kind === 'end') {
						this.ends.push(this.played.length);
					}
				}
				// As between threads: never within the call.
				const data = { type: 'position', ring, readIndex: read, markReadIndex: marks };
				this.clock.setTimer(() => port.onmessage?.({ data }), 0);
			},
		};
		return port;
	}
}
