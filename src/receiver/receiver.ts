// The receiver: from the connections to the ring. Wires its parts; each part knows nothing of the others.
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
import type { ConnectionClosure } from './connection.js';
import type { Environment } from './environment.js';
import { FormatWatch } from './format-watch.js';
import { Framing } from './framing.js';
import { Intake } from './intake.js';
import type { LineOpening } from './line.js';
import type { MediaFrame } from './media-frame.js';
import { PaceWatch } from './pace-watch.js';
import { Paths, type Origin } from './paths.js';
import { SleepWatch } from './sleep-watch.js';
import { Tokens } from './tokens.js';

export class Receiver {
	readonly #environment: Environment;
	readonly #post: (event: ReceiverEvent) => void;
	readonly #paths: Paths;
	readonly #tokens: Tokens;
	readonly #sleep: SleepWatch;
	/** Of what the page writes. */
	readonly #written: Framing;
	readonly #arrivals = new ArrivalModel();
	readonly #intake: Intake;
	readonly #formatWatch: FormatWatch;
	/** null: what comes need not come at its pace. */
	readonly #paceWatch: PaceWatch | null;
	readonly #reported = new Set<FaultCode>();
	#format: StreamFormat | null = null;

	constructor(
		environment: Environment,
		setup: ReceiverSetup,
		feed: ThreadPort,
		post: (event: ReceiverEvent) => void,
	) {
		this.#environment = environment;
		this.#post = post;
		this.#written = new Framing('raw', setup.format);
		this.#formatWatch = new FormatWatch(environment, setup.format, (message) =>
			this.#fault('format-suspect', message),
		);
		this.#paceWatch = setup.mode === 'live' && setup.urls.length > 0 ? new PaceWatch() : null;
		this.#tokens = new Tokens(setup.hasToken, post);
		this.#paths = new Paths(environment, setup, {
			opened: this.#opened.bind(this),
			closed: this.#closed.bind(this),
			began: () => this.#arrivals.restart(),
			media: (frame, origin) => this.#insert(frame, origin),
			ended: () => this.#intake.endStream(),
			text: (text) => post({ type: 'text', text }),
			fault: (code, message) => this.#fault(code, message),
			needToken: (answer) => this.#tokens.need(answer),
		});
		this.#sleep = new SleepWatch(environment, this.#slept.bind(this));
		// Before the ring's filter is designed: meanwhile they are made.
		this.#paths.open();
		this.#intake = new Intake(environment, setup, feed, post);
	}

	obey(command: ReceiverCommand): void {
		switch (command.type) {
			case 'start':
				break;
			case 'reopen':
				this.#paths.open();
				break;
			case 'send':
				this.#paths.send(command.text);
				break;
			case 'write':
				this.#write(command.bytes);
				this.#intake.acknowledge(command.id);
				break;
			case 'cut':
				this.#written.cut();
				break;
			case 'flush':
				this.#intake.flush(command.id);
				break;
			case 'end':
				this.#intake.end(command.id);
				break;
			case 'hold':
				this.#intake.hold(command.isHeld);
				break;
			case 'report':
				this.#paths.resumption.targetDelay = command.targetDelay;
				this.#post({ type: 'report', report: this.#report() });
				break;
			case 'nudge':
				this.#nudge();
				break;
			case 'token':
				this.#tokens.answer(command.id, command.token);
				break;
			case 'close':
				this.#close();
				break;
		}
	}

	#opened({ url, subprotocol }: LineOpening): void {
		this.#reported.clear();
		this.#post({ type: 'open', url, subprotocol });
	}

	#closed(closure: ConnectionClosure): void {
		if (closure.retryIn === null && closure.wasOpen) {
			this.#intake.endStream();
		}
		this.#post({ type: 'close', ...closure });
	}

	#slept(): void {
		for (const path of this.#paths.all) {
			path.clock.restart();
		}
		this.#nudge();
	}

	#nudge(): void {
		for (const path of this.#paths.all) {
			path.nudge();
		}
	}

	/** What the page writes is a raw stream without a connection. */
	#write(bytes: Uint8Array): void {
		const framed = this.#written.accept(bytes);
		if (framed?.kind === 'raw') {
			this.#insert(framed.frame, 'raw');
		} else if (framed?.kind === 'fault') {
			this.#fault('malformed', `What was written holds ${framed.fault}; it is dropped.`);
		}
	}

	#insert(frame: MediaFrame, origin: Origin): void {
		if (this.#format === null || !isSameFormat(this.#format, frame.format)) {
			this.#format = frame.format;
			this.#post({ type: 'format', format: frame.format, isFramed: origin !== 'raw' });
		}
		this.#watch(frame, origin);
		this.#intake.insert(frame);
	}

	/** Measures: nothing here touches what is played. */
	#watch({ pcm, pts, format }: MediaFrame, origin: Origin): void {
		const now = this.#environment.now() / 1000;
		const frames = pcm.byteLength / bytesPerSampleFrame(format);
		if (origin === 'raw') {
			this.#formatWatch.feed(pcm);
			const pace = this.#paceWatch?.observe(now, frames / format.sampleRate) ?? null;
			if (pace !== null) {
				this.#suspectPace(pace, format);
			}
		}
		// A repeat tells nothing of the way: it was asked for.
		if (origin !== 'repeated') {
			this.#arrivals.observe(now, (pts + frames) / format.sampleRate);
		}
	}

	/** @param pace seconds of media a second */
	#suspectPace(pace: number, { sampleRate }: StreamFormat): void {
		this.#fault(
			'format-suspect',
			`Expected ${sampleRate} sample frames a second as declared, got ${Math.round(pace * sampleRate)}: ` +
				'sampleRate or channels is another, or the sender or the network has not that pace.',
		);
	}

	#fault(code: FaultCode, message: string): void {
		if (!this.#reported.has(code)) {
			this.#reported.add(code);
			this.#post({ type: 'fault', code, message });
		}
	}

	#report(): ReceiverReport {
		const { all, leader, sequencer, formatChange, stoodBy, captureClock } = this.#paths;
		const framings = [this.#written, ...all.map(({ framing }) => framing)];
		return {
			packetsReceived: sum(framings.map(({ packets }) => packets)),
			bytesReceived: sum(framings.map(({ bytes }) => bytes)),
			malformedMessages: sum(framings.map(({ malformed }) => malformed)) + formatChange.rejected,
			framesLost: sequencer.fates.lost,
			framesDuplicated: sequencer.fates.duplicated + stoodBy,
			framesRecovered: sequencer.fates.recovered,
			framesLate: sequencer.fates.late,
			discarded: this.#intake.discarded,
			reconnects: sum(all.map(({ reconnects }) => reconnects)),
			connectionsOpen: all.filter(({ isOpen }) => isOpen).length,
			via: leader?.via ?? null,
			backlog: this.#intake.backlog,
			arrivalDelay: this.#arrivals.greatest,
			arrivalDelayP95: this.#arrivals.p95,
			driftPpm: this.#arrivals.driftPpm,
			capture: captureClock.anchor,
			clockOffset: leader?.clock.offset ?? null,
			roundTrip: leader?.clock.roundTrip ?? null,
			isShared: this.#environment.canShareMemory,
		};
	}

	#close(): void {
		this.#sleep.close();
		this.#paths.close();
		this.#formatWatch.close();
		this.#intake.close();
	}
}

function sum(values: readonly number[]): number {
	return values.reduce((a, b) => a + b, 0);
}
