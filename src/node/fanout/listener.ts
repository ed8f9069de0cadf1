// One socket that hears a stream, and how far behind it may be. A listener that acknowledges what arrives (a
// steadypcm player) is under credit: beyond it, frames wait in the stream's history, and those that grow too
// old are left out. Of any other only the socket's buffer is known: while that is full, frames are left out at
// once. The first frame after such a gap says so. Who does not move at all is cut.
import type { ResumeText, TimeText } from '../../core/protocol-text.js';
import { Alarm } from '../alarm.js';
import { CreditQueue } from './credit-queue.js';
import { Delivery, type ListenerCounts } from './delivery.js';
import { SOCKET_CLOSING, SOCKET_OPEN, type ListenerSocket } from './listener-socket.js';
import { ListenerTexts } from './listener-texts.js';
import type { MediaFrame } from './media-frame.js';
import { outletOf, type Departures } from './outlet.js';
import { Repeats } from './repeats.js';
import type { SharedStream, StreamEnd } from './shared-stream.js';

const TEXT = { binary: false, compress: false };

/** Texts that may wait beside the frames, bytes. */
const TEXT_BACKLOG = 65_536;

/** Time in which a listener asks for repeats, where it does, ms: since it was greeted, and since it told its time, which a
 * player does in the same breath. */
const ASKING_MS = 5000;
const BREATH_MS = 1000;

/** Between two looks whether a listener has all that it asked for, after the end of the stream, ms. */
const LEAVING_MS = 20;

/**
 * A handle to one attached socket, with its counts.
 *
 * What a listener that stops reading costs this process, until it is cut: in its socket `backlogMs` of PCM and
 * one frame, under credit no more than `creditMs`; 64 KiB of texts; and no copy of what waits, which the
 * stream's history holds for all. The operating system's buffer for the connection comes on top.
 */
export class Listener implements ListenerCounts {
	/** The socket it was made for. */
	readonly socket: ListenerSocket;
	/** True for `steadypcm.v1` frames, false for raw PCM. */
	readonly framed: boolean;
	readonly #stream: SharedStream;
	readonly #delivery: Delivery;
	readonly #texts: ListenerTexts;
	/** Null until the first acknowledgement. */
	#queue: CreditQueue | null = null;
	/** Null until it asked for the first. */
	#repeats: Repeats | null = null;
	/** History index of the first frame that this socket was sent live. */
	#liveFrom: number;
	#isWanted = true;
	/** Until when it may yet ask for repeats, ms. */
	#mayAskUntil = -Infinity;
	/** Rings when it may leave; null unless it stays after the end. */
	#leaving: Alarm | null = null;

	/** @internal made by `Fanout.attach`. */
	constructor(socket: ListenerSocket, framed: boolean, stream: SharedStream) {
		this.socket = socket;
		this.framed = framed;
		this.#stream = stream;
		this.#delivery = new Delivery(outletOf(socket), framed, stream, () => stream.cut(this));
		this.#liveFrom = stream.history.nextIndex;
		this.#texts = new ListenerTexts(stream.clock, framed, {
			acknowledge: (sequence) => this.#acknowledge(sequence),
			resume: (text) => this.#resume(text),
			want: (wanted) => this.#want(wanted),
			answer: (text) => this.#answer(text),
			app: (text) => stream.onText(this, text),
		});
	}

	get framesSent(): number {
		return this.#delivery.framesSent;
	}

	get framesDropped(): number {
		return this.#delivery.framesDropped;
	}

	get framesRepeated(): number {
		return this.#delivery.framesRepeated;
	}

	get bytesSent(): number {
		return this.#delivery.bytesSent;
	}

	get malformedTexts(): number {
		return this.#texts.malformed;
	}

	/** It is told what the stream is: raw listeners and HTTP responses are not. @internal */
	get hearsHello(): boolean {
		return this.framed && this.socket.response === undefined;
	}

	/** A text to the listener. @returns false when it was not sent: the socket is not open, is an HTTP response,
	 * or holds more than 64 KiB beyond its backlog. */
	sendText(text: string): boolean {
		const { socket } = this;
		const isTaken =
			socket.readyState === SOCKET_OPEN &&
			socket.response === undefined &&
			socket.bufferedAmount <= this.#delivery.maxBuffered + TEXT_BACKLOG;
		if (isTaken) {
			socket.send(text, TEXT);
		}
		return isTaken;
	}

	/** The listener is told what the stream is. @param canRepeat it may ask for repeats @internal */
	greet(hello: string, canRepeat: boolean): void {
		this.sendText(hello);
		this.#mayAskUntil = canRepeat ? this.#stream.clock.now() + ASKING_MS : -Infinity;
	}

	/** Begins to heed the socket. @internal */
	hold(): void {
		this.socket.on('error', ignore);
		this.socket.on('close', this.#onClose);
		this.socket.on('message', this.#texts.hear);
	}

	/** The opposite of `hold`. @internal */
	release(): void {
		this.#leaving?.clear();
		this.socket.off('error', ignore);
		this.socket.off('close', this.#onClose);
		this.socket.off('message', this.#texts.hear);
	}

	/** Another stream has begun: what is under way of the one before will not be acknowledged. @internal */
	restart(): void {
		this.#queue?.restart();
		this.#delivery.unstick();
	}

	/** `frame` was just added to the history: sends it, lets it wait, or leaves it out. @internal */
	offer(frame: MediaFrame, departures: Departures): void {
		if (!this.#isWanted || !this.#isOpen) {
			return;
		}
		if (this.#queue !== null) {
			this.#queue.offer(frame, departures);
		} else if (this.#delivery.hasRoom) {
			this.#delivery.depart(frame, departures);
		} else {
			this.#delivery.leaveOut();
			this.#delivery.stick(frame.at);
		}
		if (this.#repeats?.isPending === true) {
			this.#sendRepeats();
		}
	}

	/** The last words: what waits and fits, what is repeated or may yet be asked for, then the end-of-stream frame
	 * whatever the backlog (to framed listeners), then the close. Called again, it waits for nothing. @internal */
	finish(end: StreamEnd): void {
		if (this.socket.readyState >= SOCKET_CLOSING) {
			return;
		}
		this.#leaving?.clear();
		if (this.#isOpen && this.#isWanted) {
			this.#queue?.flush();
		}
		if (end.isComplete && this.#leaving === null) {
			this.#leaveInTime(end);
		} else {
			this.#leave(end);
		}
	}

	#leaveInTime(end: StreamEnd): void {
		const { clock } = this.#stream;
		const now = clock.now();
		const isRepeating = this.#repeats?.isPending === true;
		if (this.#isOpen && (isRepeating || now < this.#mayAskUntil)) {
			this.#leaving ??= new Alarm(clock);
			this.#leaving.set(LEAVING_MS, () => this.#leaveInTime(end));
			if (isRepeating && !this.#sendRepeats()) {
				this.#delivery.stick(now);
			}
		} else {
			this.#leave(end);
		}
	}

	#leave({ frame, code, reason }: StreamEnd): void {
		if (frame !== null && this.framed && this.#isOpen && this.#isWanted) {
			this.#delivery.send(frame);
		}
		this.socket.close(code, reason);
	}

	/** @returns false when none went */
	#sendRepeats(): boolean {
		return this.#isOpen && this.#repeats?.send() === true;
	}

	get #isOpen(): boolean {
		return this.socket.readyState === SOCKET_OPEN;
	}

	readonly #onClose = (): void => this.#stream.leave(this);

	#acknowledge(sequence: number): void {
		// It asks before it acknowledges.
		this.#mayAskUntil = -Infinity;
		if (this.#queue === null) {
			this.#queue = new CreditQueue(this.#stream, this.#delivery);
		} else if (this.#queue.acknowledge(sequence)) {
			this.#delivery.unstick();
			if (this.#isWanted && this.#isOpen) {
				this.#queue.sendWaiting(this.#stream.clock.now());
				this.#sendRepeats();
			}
		}
	}

	#resume(text: ResumeText): void {
		this.#mayAskUntil = -Infinity;
		// What comes after that comes live.
		const end = this.#isWanted ? this.#liveFrom : this.#stream.history.nextIndex;
		this.#repeats ??= new Repeats(this.#stream, this.#delivery);
		this.sendText(JSON.stringify(this.#repeats.plan(text, end)));
		this.#sendRepeats();
	}

	#answer(time: TimeText): void {
		this.#mayAskUntil = Math.min(this.#mayAskUntil, this.#stream.clock.now() + BREATH_MS);
		this.sendText(JSON.stringify(time));
	}

	#want(wanted: boolean): void {
		if (wanted && !this.#isWanted) {
			this.#liveFrom = this.#stream.history.nextIndex;
			this.#queue?.skip();
		}
		this.#isWanted = wanted;
		this.#delivery.unstick();
	}
}

/** A socket's error is followed by its close, which is what counts. */
function ignore(): void {}
