// The whole way of a sample on a virtual clock, in one thread: the shipped receiver, the shipped playout
// host, ports between them, and a socket the test plays the server of.
import { REPORT, REPORT_SLOTS } from '../../src/core/playout-report.js';
import type { PlayoutAnswer } from '../../src/core/playout-messages.js';
import type {
	ReceiverEvent,
	ReceiverReport,
	ReceiverSetup,
} from '../../src/core/receiver-messages.js';
import type { ThreadPort } from '../../src/core/thread-port.js';
import type { Environment, Socket } from '../../src/receiver/environment.js';
import { Receiver } from '../../src/receiver/receiver.js';
import { PlayoutHost } from '../../worklet/playout-host.js';
import { VirtualClock } from './virtual-clock.js';

const QUANTUM = 128;

/** The server's end of a connection. */
export class ServerSocket implements Socket {
	binaryType = '';
	protocol = '';
	onopen: Socket['onopen'] = null;
	onmessage: Socket['onmessage'] = null;
	onclose: Socket['onclose'] = null;
	readonly texts: string[] = [];
	readonly url: string;
	readonly offered: readonly string[];

	constructor(url: string, offered: readonly string[]) {
		this.url = url;
		this.offered = offered;
	}

	send(text: string): void {
		this.texts.push(text);
	}

	close(): void {
		this.onmessage = null;
	}

	accept(protocol = ''): this {
		this.protocol = protocol;
		this.onopen?.();
		return this;
	}

	/** A binary or text message to the player. */
	give(message: Uint8Array | string): void {
		const content = typeof message === 'string' ? message : message.slice().buffer;
		this.onmessage?.({ data: content });
	}

	end(code: number, reason = ''): void {
		this.onclose?.({ code, reason, wasClean: code !== 1006 });
	}
}

export interface PipelineOptions extends Partial<ReceiverSetup> {
	/** Hz. @default 48000 */
	readonly outputRate?: number;
	/** Seconds. @default 0.1 */
	readonly targetDelay?: number;
	/** Ring in shared memory, or posted. @default false */
	readonly isShared?: boolean;
}

export class Pipeline {
	readonly clock = new VirtualClock();
	readonly sockets: ServerSocket[] = [];
	readonly events: ReceiverEvent[] = [];
	readonly receiver: Receiver;
	readonly #mail = new Mail();
	readonly #host: PlayoutHost;
	readonly #port: ThreadPort;
	readonly #output: Float32Array[];
	readonly #outputRate: number;
	readonly #heard: Float32Array[] = [];
	#report: Float64Array = new Float64Array(REPORT_SLOTS);

	constructor(options: PipelineOptions = {}) {
		const { outputRate = 48_000, targetDelay = 0.1, isShared = false, ...setup } = options;
		const channels = setup.channels ?? 2;
		const [mainEnd, audioEnd] = this.#mail.ports();
		const [receiverFeed, audioFeed] = this.#mail.ports();
		this.#port = mainEnd;
		this.#outputRate = outputRate;
		this.#output = Array.from({ length: channels }, () => new Float32Array(QUANTUM));
		this.#host = new PlayoutHost(audioEnd, outputRate, {
			channels,
			mode: setup.mode ?? 'live',
			content: 'auto',
			profile: 'balanced',
			minDelay: targetDelay,
			maxDelay: targetDelay,
			report: null,
		});
		mainEnd.onmessage = ({ data }) => {
			this.#report = (data as PlayoutAnswer).values;
		};
		mainEnd.postMessage({ type: 'connect', port: audioFeed });
		mainEnd.postMessage({ type: 'play' });
		this.receiver = new Receiver(
			this.#environment(isShared),
			{
				urls: ['ws://server/audio'],
				subprotocols: [],
				protocol: 'auto',
				format: { sampleRate: 48_000, sampleFormat: 's32', channels: 2, byteOrder: 'little' },
				channels,
				mode: 'live',
				ringSeconds: 2,
				outputRate,
				connectTimeout: 10,
				reconnect: null,
				redundancy: 1,
				idleTimeout: null,
				hasToken: false,
				isFirefox: false,
				...setup,
			},
			receiverFeed,
			(event) => this.events.push(event),
		);
	}

	/** The newest connection. */
	get socket(): ServerSocket {
		return this.sockets.at(-1)!;
	}

	/** Time passes: timers fire, sound is rendered. */
	run(seconds: number): void {
		const quantum = QUANTUM / this.#outputRate;
		for (let t = 0; t < seconds - quantum / 2; t += quantum) {
			this.clock.advance(quantum * 1000);
			this.#mail.deliver();
			this.#host.render(this.#output);
			this.#heard.push(this.#output[0]!.slice());
		}
	}

	command(type: 'play' | 'pause'): void {
		this.#port.postMessage({ type });
	}

	flush(id: number): void {
		this.#port.postMessage({ type: 'flush', id });
		this.receiver.obey({ type: 'flush', id });
	}

	get heard(): Float32Array {
		const all = new Float32Array(this.#heard.length * QUANTUM);
		this.#heard.forEach((block, i) => {
			all.set(block, i * QUANTUM);
		});
		return all;
	}

	value(slot: keyof typeof REPORT): number {
		this.#port.postMessage({ type: 'report' });
		this.#mail.deliver();
		return this.#report[REPORT[slot]]!;
	}

	get received(): ReceiverReport {
		this.receiver.obey({ type: 'report', targetDelay: this.value('targetDelay') });
		const event = this.events.pop();
		if (event?.type !== 'report') {
			throw new Error('The receiver did not answer.');
		}
		return event.report;
	}

	faults(): string[] {
		return this.events.flatMap((event) => (event.type === 'fault' ? [event.code] : []));
	}

	#environment(isShared: boolean): Environment {
		return {
			now: () => this.clock.now(),
			timeOrigin: this.clock.wallNow() - this.clock.now(),
			wallNow: () => this.clock.wallNow(),
			setTimer: (fire, delayMs) => this.clock.setTimer(fire, delayMs),
			clearTimer: (timer) => this.clock.clearTimer(timer),
			random: () => 0.5,
			openSocket: (url, offered) => {
				const socket = new ServerSocket(url, offered);
				this.sockets.push(socket);
				return socket;
			},
			openDownload: () => {
				throw new Error('Expected no HTTP connection.');
			},
			canShareMemory: isShared,
		};
	}
}

/** Messages between threads: handled one after the other, never within the sender's call. */
class Mail {
	readonly #waiting: (() => void)[] = [];

	/** Two linked ports. */
	ports(): [ThreadPort, ThreadPort] {
		const post = (to: () => ThreadPort) => (message: unknown) => {
			this.#waiting.push(() => to().onmessage?.({ data: message }));
		};
		const a: ThreadPort = { onmessage: null, postMessage: post(() => b) };
		const b: ThreadPort = { onmessage: null, postMessage: post(() => a) };
		return [a, b];
	}

	deliver(): void {
		for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
			next();
		}
	}
}
