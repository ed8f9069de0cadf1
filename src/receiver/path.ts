// One way the stream comes by: a connection, what is said on it, and the messages that come parsed. Several paths may
// bring the same stream; none knows of the others.
import { FRAME_DISCONTINUITY, type Frame } from '../core/frame.js';
import { parseProtocolText, type HelloText, type ResumedText } from '../core/protocol-text.js';
import type { FaultCode, MediaPath, ReceiverSetup } from '../core/receiver-messages.js';
import { ENDED } from './close-codes.js';
import { Connection, type ConnectionClosure } from './connection.js';
import { Dialogue } from './dialogue.js';
import type { Environment } from './environment.js';
import { Framing } from './framing.js';
import { HttpDownlink } from './http-downlink.js';
import type { LineOpening } from './line.js';
import type { MediaFrame } from './media-frame.js';

/** Frames in a row of a version or format unknown here, after which the stream is taken for one that this player
 * cannot play. */
const MOST_UNKNOWN = 50;

export interface PathListener {
	opened(path: Path, opening: LineOpening): void;
	closed(path: Path, closure: ConnectionClosure): void;
	/** The server says what the stream is; `path.stream` is its id. */
	greeted(path: Path, hello: HelloText): void;
	/** Media went another way and does no longer; some may have been lost with it. */
	returned(path: Path, stream: string): void;
	resumed(path: Path, resumed: ResumedText): void;
	/** The next of a raw stream. */
	raw(path: Path, frame: MediaFrame): void;
	/** A frame, in no order yet. `isMarked`: by the sender's word it does not continue the one before it. `isAfterGap`:
	 * what is missing before it will not come by this path. */
	framed(path: Path, frame: Frame, isMarked: boolean, isAfterGap: boolean): void;
	/** A text that is the app's. */
	text(text: string): void;
	fault(code: FaultCode, message: string): void;
	needToken(answer: (token: string | null) => void): void;
	mayRetry(): boolean;
}

export class Path {
	readonly framing: Framing;
	readonly #environment: Environment;
	readonly #setup: ReceiverSetup;
	readonly #listener: PathListener;
	readonly #connection: Connection;
	readonly #dialogue: Dialogue;
	#downlink: HttpDownlink | null = null;
	/** How the connection ended while the last of the media is still on its way by the downlink; null: it did not. */
	#lastWord: ConnectionClosure | null = null;
	/** What the connection goes by. */
	#url = '';
	#stream: string | symbol = Symbol();
	/** Sequence of the last frame that came; null: none yet by this connection. */
	#last: number | null = null;
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
		return this.#connection.isIdle;
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

	/** Milliseconds, server's clock less this one; null while unknown. */
	get clockOffset(): number | null {
		return this.#dialogue.clock.offset;
	}

	/** Milliseconds; null while unknown. */
	get roundTrip(): number | null {
		return this.#dialogue.clock.roundTrip;
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

	/** The clocks no longer compare. */
	forgetClock(): void {
		this.#dialogue.clock.restart();
	}

	/** Asks for repeats from `sequence` on, of what is at most `seconds` old (null: any age). */
	resume(stream: string, sequence: number, seconds: number | null): void {
		this.#dialogue.resume({ stream, sequence, seconds });
	}

	#opened(opening: LineOpening): void {
		const { url, isFramed, stream } = opening;
		this.#openings++;
		this.#url = url;
		this.#stream = stream ?? Symbol();
		this.#last = null;
		this.framing.restart(isFramed);
		// A server that took the subprotocol answers questions. Others are asked once they have greeted.
		if (isFramed === true || this.#setup.isRawWatched) {
			this.#connection.watch();
		}
		this.#listener.opened(this, opening);
		if (isFramed === false && this.#setup.protocol === 'framed') {
			// Bytes of a format nobody declared would be noise.
			this.#connection.fail('unsupported-format', 'Expected frames, got bytes of some other kind.');
		}
	}

	#closed(closure: ConnectionClosure): void {
		if (closure.code === ENDED && this.#downlink?.isCarrying === true) {
			this.#dialogue.stop();
			this.#lastWord = closure;
		} else {
			this.#leave(closure);
		}
	}

	#leave(closure: ConnectionClosure): void {
		this.#rest();
		this.#listener.closed(this, closure);
	}

	/** What goes on beside the connection ends with it. */
	#rest(): void {
		this.#lastWord = null;
		this.#dialogue.stop();
		this.#downlink?.close();
		this.#downlink = null;
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
			this.#listener.resumed(this, text);
		} else if (text.type === 'time') {
			this.#dialogue.noteTime(text);
		}
	}

	#greeted(hello: HelloText): void {
		this.#stream = hello.stream;
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
			carries: (isCarrying) => {
				if (this.#lastWord !== null) {
					this.#leave(this.#lastWord);
					return;
				}
				this.#dialogue.wantMedia(!isCarrying);
				if (!isCarrying) {
					this.#listener.returned(this, stream);
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
			const { sequence } = framed.frame;
			if (isAcknowledged) {
				this.#dialogue.noteSequence(sequence);
			}
			this.#order(framed.frame, sequence === ((this.#last ?? sequence) + 1) >>> 0);
			this.#last = sequence;
		}
		if (this.framing.unknownInARow >= MOST_UNKNOWN) {
			const reason = `Expected frames of steadypcm.v1, got ${MOST_UNKNOWN} of a version or format unknown here.`;
			this.#connection.fail('unsupported-format', reason);
		}
	}

	/** A mark says that media is missing. Where frames are missing as well it means these, and they may come by another
	 * path; where none are it is the source's own. */
	#order(frame: Frame, isNext: boolean): void {
		const isMarked = (frame.flags & FRAME_DISCONTINUITY) !== 0;
		const isAfterGap = this.#last === null || (isMarked && !isNext);
		this.#listener.framed(this, frame, isMarked && isNext, isAfterGap);
	}

	#reject(fault: string): void {
		this.#listener.fault('malformed', `The server sent ${fault}; such messages are dropped.`);
	}
}
