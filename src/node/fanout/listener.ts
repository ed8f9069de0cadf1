// One socket that hears a stream, and how far behind it may be. A listener that acknowledges what arrives (a
// steadypcm player) is under credit: beyond it, frames wait in the stream's history, and those that grow too
// old are left out. Of any other only the socket's buffer is known: while that is full, frames are left out at
// once. The first frame after such a gap says so. Who does not move at all is cut.
import { FRAME_HEADER_BYTES } from '../../core/frame.js';
import type { ResumeText } from '../../core/protocol-text.js';
import { Credit } from './credit.js';
import { SOCKET_OPEN, type ListenerSocket } from './listener-socket.js';
import { ListenerTexts } from './listener-texts.js';
import { AFTER_GAP, FRAMED, RAW, type FrameForm, type MediaFrame } from './media-frame.js';
import { outletOf, type Departures, type Outlet } from './outlet.js';
import { Repeats } from './repeats.js';
import type { SharedStream } from './shared-stream.js';

/** What a listener was sent. All counters only grow. */
export interface ListenerCounts {
	/** Frames handed to the socket live. */
	readonly framesSent: number;
	/** Frames left out because the listener was too far behind. */
	readonly framesDropped: number;
	/** Frames sent once more after a lost connection. */
	readonly framesRepeated: number;
	/** Bytes of the frames sent, headers included. */
	readonly bytesSent: number;
	/** Texts of the protocol's own types that do not hold what they must. */
	readonly malformedTexts: number;
}

const TEXT = { binary: false, compress: false };

/** Texts that may wait beside the frames, bytes. */
const TEXT_BACKLOG = 65_536;

/**
 * A handle to one attached socket, with its counts.
 *
 * What a listener that stops reading costs this process, until it is cut: in its socket `backlogMs` of PCM and
 * one frame, under credit no more than `creditMs`; 64 KiB of texts; and no copy of what waits, which the
 * stream's history holds for all. The operating system's buffer for the connection comes on top.
 */
export class Listener {
	/** The socket it was made for. */
	readonly socket: ListenerSocket;
	/** True for `steadypcm.v1` frames, false for raw PCM. */
	readonly framed: boolean;
	readonly #stream: SharedStream;
	readonly #outlet: Outlet;
	readonly #repeats: Repeats;
	readonly #texts: ListenerTexts;
	readonly #counts = {
		framesSent: 0,
		framesDropped: 0,
		framesRepeated: 0,
		bytesSent: 0,
	};
	/** Null until the first acknowledgement. */
	#credit: Credit | null = null;
	/** History index of the next frame to send; kept only under credit. */
	#nextIndex = 0;
	/** History index of the first frame that this socket was sent live. */
	#liveFrom: number;
	#isWanted = true;
	#isAfterGap = false;
	/** Since when nothing could be sent, ms; null while it can. */
	#stuckSince: number | null = null;

	/** @internal made by `Fanout.attach`. */
	constructor(socket: ListenerSocket, framed: boolean, stream: SharedStream) {
		this.socket = socket;
		this.framed = framed;
		this.#stream = stream;
		this.#outlet = outletOf(socket);
		this.#repeats = new Repeats(stream, this.#outlet);
		this.#liveFrom = stream.history.nextIndex;
		this.#texts = new ListenerTexts(stream.clock, framed, {
			acknowledge: (sequence) => this.#acknowledge(sequence),
			resume: (text) => this.#resume(text),
			want: (wanted) => this.#want(wanted),
			answer: (text) => this.sendText(JSON.stringify(text)),
			app: (text) => stream.onText(this, text),
		});
	}

	get framesSent(): number {
		return this.#counts.framesSent;
	}

	get framesDropped(): number {
		return this.#counts.framesDropped;
	}

	get framesRepeated(): number {
		return this.#counts.framesRepeated;
	}

	get bytesSent(): number {
		return this.#counts.bytesSent;
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
			socket.bufferedAmount <= this.#maxBuffered + TEXT_BACKLOG;
		if (isTaken) {
			socket.send(text, TEXT);
		}
		return isTaken;
	}

	/** Begins to heed the socket. @internal */
	hold(): void {
		this.socket.on('error', ignore);
		this.socket.on('close', this.#onClose);
		this.socket.on('message', this.#texts.hear);
	}

	/** The opposite of `hold`. @internal */
	release(): void {
		this.socket.off('error', ignore);
		this.socket.off('close', this.#onClose);
		this.socket.off('message', this.#texts.hear);
	}

	/** Another stream has begun: what is under way of the one before will not be acknowledged. @internal */
	restart(): void {
		this.#credit &&= new Credit();
		this.#stuckSince = null;
	}

	/** `frame` was just added to the history: sends it, lets it wait, or leaves it out. @internal */
	offer(frame: MediaFrame, departures: Departures): void {
		if (!this.#isWanted || this.socket.readyState !== SOCKET_OPEN) {
			return;
		}
		if (this.#credit !== null) {
			this.#offerOnCredit(this.#credit, frame, departures);
		} else if (this.#hasBufferRoom) {
			const form = this.#count(frame);
			this.#outlet.depart(frame, form, departures);
		} else {
			this.#leaveOut();
			this.#stick(frame.at);
		}
		if (this.#repeats.isPending) {
			this.#sendRepeats();
		}
	}

	/** The last words: what waits and fits, then `frame` whatever the backlog (to framed listeners), then the
	 * close. @internal */
	finish(frame: MediaFrame | null, code: number, reason: string): void {
		if (this.socket.readyState === SOCKET_OPEN && this.#isWanted) {
			if (this.#credit !== null) {
				const { history } = this.#stream;
				this.#leaveOutForgotten();
				while (this.#nextIndex < history.nextIndex && this.#hasBufferRoom) {
					this.#send(history.at(this.#nextIndex++));
				}
			}
			if (frame !== null && this.framed) {
				this.#send(frame);
			}
		}
		this.socket.close(code, reason);
	}

	#offerOnCredit(credit: Credit, frame: MediaFrame, departures: Departures): void {
		const { history } = this.#stream;
		if (this.#nextIndex === history.nextIndex - 1 && this.#hasRoom(credit, frame)) {
			this.#nextIndex++;
			credit.spend(frame.sequence, frame.sampleFrames);
			const form = this.#count(frame);
			this.#outlet.depart(frame, form, departures);
		} else {
			this.#sendWaiting(credit, frame.at);
		}
	}

	#sendWaiting(credit: Credit, now: number): void {
		const { history, limits } = this.#stream;
		this.#leaveOutForgotten();
		while (this.#nextIndex < history.nextIndex) {
			const frame = history.at(this.#nextIndex);
			if (this.#hasRoom(credit, frame)) {
				credit.spend(frame.sequence, frame.sampleFrames);
				this.#send(frame);
			} else if (now - frame.at > limits.backlogMs) {
				this.#leaveOut();
			} else {
				this.#stick(now);
				return;
			}
			this.#nextIndex++;
		}
	}

	#leaveOutForgotten(): void {
		for (; this.#nextIndex < this.#stream.history.oldestIndex; this.#nextIndex++) {
			this.#leaveOut();
		}
	}

	/** Into half the room, so that live frames find the other half. */
	#sendRepeats(): void {
		if (this.socket.readyState === SOCKET_OPEN) {
			const { frames, bytes } = this.#repeats.send(this.#maxBuffered / 2);
			this.#counts.framesRepeated += frames;
			this.#counts.bytesSent += bytes;
		}
	}

	#send(frame: MediaFrame): void {
		this.#outlet.send(frame, this.#count(frame));
	}

	/** `frame` goes now. @returns the form it goes in. */
	#count(frame: MediaFrame): FrameForm {
		const form = !this.framed ? RAW : this.#isAfterGap ? AFTER_GAP : FRAMED;
		this.#isAfterGap = false;
		this.#stuckSince = null;
		this.#counts.framesSent++;
		this.#counts.bytesSent += frame.byteLength(form);
		return form;
	}

	#leaveOut(): void {
		this.#counts.framesDropped++;
		this.#isAfterGap = true;
	}

	/** Something waits and could not go. */
	#stick(now: number): void {
		this.#stuckSince ??= now;
		if (now - this.#stuckSince >= this.#stream.limits.cutAfterMs) {
			this.#stream.cut(this);
		}
	}

	#hasRoom(credit: Credit, frame: MediaFrame): boolean {
		const { creditSampleFrames } = this.#stream.limits;
		return credit.hasRoom(frame.sampleFrames, creditSampleFrames) && this.#hasBufferRoom;
	}

	get #hasBufferRoom(): boolean {
		return this.#outlet.bufferedAmount <= this.#maxBuffered;
	}

	get #maxBuffered(): number {
		return this.#stream.limits.backlogBytes + (this.framed ? FRAME_HEADER_BYTES : 0);
	}

	readonly #onClose = (): void => this.#stream.leave(this);

	#acknowledge(sequence: number): void {
		if (this.#credit === null) {
			this.#credit = new Credit();
			this.#nextIndex = this.#stream.history.nextIndex;
		} else if (this.#credit.acknowledge(sequence)) {
			this.#stuckSince = null;
			if (this.#isWanted && this.socket.readyState === SOCKET_OPEN) {
				this.#sendWaiting(this.#credit, this.#stream.clock.now());
				this.#sendRepeats();
			}
		}
	}

	#resume(text: ResumeText): void {
		// What comes after that comes live.
		const end = this.#isWanted ? this.#liveFrom : this.#stream.history.nextIndex;
		this.sendText(JSON.stringify(this.#repeats.plan(text, end)));
		this.#sendRepeats();
	}

	#want(wanted: boolean): void {
		if (wanted && !this.#isWanted) {
			this.#liveFrom = this.#nextIndex = this.#stream.history.nextIndex;
		}
		this.#isWanted = wanted;
		this.#stuckSince = null;
	}
}

/** A socket's error is followed by its close, which is what counts. */
function ignore(): void {}
