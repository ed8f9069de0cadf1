// One way the stream comes by: a connection, what is said on it, and the messages that come parsed. Several paths may
// bring the same stream; none knows of the others.
import { parseProtocolText, type HelloText } from '../core/protocol-text.js';
import type { MediaPath, ReceiverSetup } from '../core/receiver-messages.js';
import { Succession } from '../core/succession.js';
import type { ClockSync } from './clock-sync.js';
import { ENDED } from './close-codes.js';
import { Connection, type ConnectionClosure } from './connection.js';
import { Dialogue } from './dialogue.js';
import type { Environment } from './environment.js';
import { Framing } from './framing.js';
import { HttpDownlink } from './http-downlink.js';
import type { LineOpening } from './line.js';
import type { PathListener } from './path-listener.js';

export class Path {
	readonly framing: Framing;
	readonly #environment: Environment;
	readonly #setup: ReceiverSetup;
	readonly #listener: PathListener;
	readonly #connection: Connection;
	readonly #dialogue: Dialogue;
	readonly #succession = new Succession();
	#downlink: HttpDownlink | null = null;
	/** How the connection closed that has ended, while the last of the media is still on its way by HTTP; null: it is not. */
	#ending: ConnectionClosure | null = null;
	/** Why media was lost with the downlink; null: none was, or the server has answered for it. */
	#loss: string | null = null;
	/** What the connection goes by. */
	#url = '';
	#stream: string | symbol = Symbol();
	#openings = 0;

	/** @param urls tried in turn */
	constructor(
		environment: Environment,
		setup: ReceiverSetup,
		urls: readonly string[],
		listener: PathListener,
	) {
		this.#environment = environment;
		this.#setup = setup;
		this.#listener = listener;
		this.framing = new Framing(setup.protocol, setup.format);
		this.#connection = new Connection(
			environment,
			{ ...setup, urls },
			{
				opened: this.#opened.bind(this),
				received: this.#received.bind(this),
				closed: this.#closed.bind(this),
				ask: () => this.#dialogue.tellTime(),
				needToken: (answer) => listener.needToken(answer),
				mayRetry: () => listener.mayRetry(),
			},
		);
		this.#dialogue = new Dialogue(environment, (text) => this.#connection.send(text));
	}

	get isOpen(): boolean {
		return this.#connection.isOpen;
	}

	/** True when it is lost and no try is made or will be. */
	get isIdle(): boolean {
		return this.#connection.isIdle && !this.isDraining;
	}

	/** True when its stream has ended and the last of the media is still on its way by HTTP. */
	get isDraining(): boolean {
		return this.#ending !== null;
	}

	/** Id of what it brings: streams of the same id have the same sequence. A stream that has no id is like no other. */
	get stream(): string | symbol {
		return this.#stream;
	}

	get isFramed(): boolean {
		return this.framing.protocol === 'framed';
	}

	/** What the media comes by; null: it is not open. */
	get via(): MediaPath | null {
		if (!this.isOpen) {
			return null;
		}
		return this.#url.startsWith('http') || this.#downlink?.isCarrying === true
			? 'http'
			: 'websocket';
	}

	/** Times it opened after the first. */
	get reconnects(): number {
		return Math.max(0, this.#openings - 1);
	}

	/** The server's. */
	get clock(): ClockSync {
		return this.#dialogue.clock;
	}

	open(): void {
		this.#rest();
		this.#connection.open();
	}

	/** Without a word to the listener. */
	close(): void {
		this.#rest();
		this.#connection.close();
	}

	send(text: string): void {
		this.#connection.send(text);
	}

	/** Tries now instead of waiting; asks for a sign of life where it is open. */
	nudge(): void {
		this.#connection.nudge();
		this.#downlink?.nudge();
	}

	/** Asks for repeats from `sequence` on, of what is at most `seconds` old (null: any age). Only where the server said
	 * what the stream is. */
	resume(sequence: number, seconds: number | null): void {
		this.#dialogue.resume({ stream: this.#stream as string, sequence, seconds });
	}

	/** Its clock may have been set. */
	askTime(): void {
		this.#dialogue.hastenTime();
	}

	#opened(opening: LineOpening): void {
		const { url, isFramed, stream } = opening;
		this.#openings++;
		this.#url = url;
		this.#stream = stream ?? Symbol();
		this.#succession.restart();
		this.framing.restart(isFramed);
		// A server that took the subprotocol answers questions. Others are asked once they have greeted.
		if (isFramed === true || this.#setup.idleTimeout !== null) {
			this.#connection.watch();
		}
		this.#listener.opened(this, opening);
		if (isFramed === false && this.#setup.protocol === 'framed') {
			// Bytes of a format nobody declared would be noise.
			this.#connection.lose('Expected frames, got bytes of some other kind.', 'unsupported-format');
		}
	}

	#closed(closure: ConnectionClosure): void {
		const hasEnded = closure.code === ENDED;
		if (hasEnded && this.#downlink?.isCarrying === true) {
			this.#dialogue.stop();
			this.#ending = closure;
		} else if (hasEnded && this.#loss !== null) {
			// Who comes back after the end has the rest repeated.
			this.#connection.lose(this.#loss);
		} else {
			this.#rest();
			this.#listener.closed(this, closure);
		}
	}

	/** What goes on beside the connection ends with it. */
	#rest(): void {
		this.#dialogue.stop();
		this.#downlink?.close();
		this.#downlink = this.#ending = this.#loss = null;
	}

	#received(message: Uint8Array | string): void {
		if (typeof message !== 'string') {
			this.#accept(message, true);
			return;
		}
		const text = this.isFramed ? parseProtocolText(message) : null;
		if (text === null) {
			this.#listener.text(message);
		} else if (text === 'malformed') {
			this.framing.noteMalformed();
			this.#reject('a text of the protocol with fields missing or wrong');
		} else if (text.type === 'hello') {
			this.#greeted(text);
		} else if (text.type === 'resumed') {
			this.#loss = null;
			this.#listener.resumed(this, text);
		} else if (text.type === 'time') {
			this.#dialogue.noteTime(text);
		}
	}

	#greeted(hello: HelloText): void {
		this.#stream = hello.stream;
		this.#succession.goLive(hello.next);
		this.#dialogue.start();
		this.#connection.watch();
		this.#listener.greeted(this, hello);
		if (hello.http && this.#setup.isFirefox) {
			this.#openDownlink(hello.stream);
		}
	}

	#openDownlink(stream: string): void {
		if (this.#downlink?.isCarrying === true) {
			this.#dialogue.wantMedia(true);
		}
		this.#downlink?.close();
		this.#downlink = new HttpDownlink(this.#environment, this.#setup, this.#url, stream, {
			received: (message) => {
				// Where the page stalls the WebSocket, answers to questions are late though all is well.
				this.#connection.heard();
				this.#accept(message, false);
			},
			carries: () => this.#dialogue.wantMedia(false),
			lost: ({ wasClean, reason }) => {
				this.#loss ??= wasClean ? null : reason;
				if (this.#ending !== null) {
					this.#closed(this.#ending);
				} else {
					this.#dialogue.wantMedia(true);
					this.#succession.goLive(null);
					this.#listener.returned(this);
				}
			},
			needToken: (answer) => this.#listener.needToken(answer),
		});
	}

	/** @param isAcknowledged it came by the connection itself */
	#accept(message: Uint8Array, isAcknowledged: boolean): void {
		const framed = this.framing.accept(message);
		if (framed?.kind === 'fault') {
			this.#reject(framed.fault);
		} else if (framed?.kind === 'raw') {
			this.#listener.raw(this, framed.frame);
		} else if (framed?.kind === 'frame') {
			const placement = this.#succession.place(framed.frame);
			if (isAcknowledged) {
				this.#dialogue.noteSequence(framed.frame.sequence, placement.isRepeat);
			}
			this.#listener.framed(this, framed.frame, placement);
		}
		const { objection } = this.framing;
		if (objection !== null) {
			this.#connection.lose(objection, 'unsupported-format');
		}
	}

	#reject(fault: string): void {
		this.#listener.fault('malformed', `The server sent ${fault}; such messages are dropped.`);
	}
}
