// One or two paths as one stream. Of framed streams with the same id whichever copy of a frame comes first counts;
// of others one path leads, and the other stands by.
import { FormatChange } from '../core/format-change.js';
import { FRAME_END_OF_STREAM, FRAME_REPEATED, type Frame } from '../core/frame.js';
import type { HelloText, ResumedText } from '../core/protocol-text.js';
import type { FaultCode, ReceiverSetup } from '../core/receiver-messages.js';
import { Sequencer } from '../core/sequencer.js';
import type { Placement } from '../core/succession.js';
import { CaptureClock } from './capture-clock.js';
import { ENDED } from './close-codes.js';
import type { ConnectionClosure } from './connection.js';
import type { Environment } from './environment.js';
import type { LineOpening } from './line.js';
import type { MediaFrame } from './media-frame.js';
import { Path } from './path.js';
import type { PathListener } from './path-listener.js';
import { Resumption } from './resumption.js';

/** How media came. */
export type Origin = 'raw' | 'framed' | 'repeated';

export interface PathsListener {
	/** The first path opened. */
	opened(opening: LineOpening): void;
	/** The last path is lost, or one failed while none is open. */
	closed(closure: ConnectionClosure): void;
	/** What comes from now on is of another stream, or connection: times do not compare. */
	began(): void;
	/** The next media, in order. */
	media(frame: MediaFrame, origin: Origin): void;
	/** The stream ends here, by its own word. */
	ended(): void;
	/** A text that is the app's. */
	text(text: string): void;
	fault(code: FaultCode, message: string): void;
	needToken(answer: (token: string | null) => void): void;
}

export class Paths implements PathListener {
	readonly sequencer: Sequencer;
	readonly resumption: Resumption;
	readonly captureClock = new CaptureClock();
	readonly formatChange: FormatChange<Frame>;
	readonly #environment: Environment;
	readonly #listener: PathsListener;
	readonly #paths: readonly Path[];
	/** The path that has the say where two bring different streams; null: none is open. */
	#leader: Path | null = null;
	/** Of what is played; null: nothing came yet. */
	#stream: string | symbol | null = null;
	#isSpliceDue = false;
	#hasEverOpened = false;
	#stoodBy = 0;

	constructor(environment: Environment, setup: ReceiverSetup, listener: PathsListener) {
		this.#environment = environment;
		this.#listener = listener;
		const isComplete = setup.mode === 'complete';
		this.formatChange = new FormatChange(this.#give.bind(this), () => {
			this.fault(
				'malformed',
				'The server sent a frame of another format than those before and after it; it is dropped.',
			);
		});
		this.sequencer = new Sequencer(isComplete, (frame, isSplice) => {
			this.formatChange.offer(frame, isSplice);
		});
		this.resumption = new Resumption(environment, this.sequencer, isComplete);
		const { urls, redundancy } = setup;
		this.#paths = Array.from({ length: urls.length === 0 ? 0 : redundancy }, (_, i) => {
			const first = i % urls.length;
			const turns = [...urls.slice(first), ...urls.slice(0, first)];
			return new Path(environment, setup, turns, this);
		});
	}

	get all(): readonly Path[] {
		return this.#paths;
	}

	/** null: none is open. */
	get leader(): Path | null {
		return this.#leader;
	}

	/** Messages of a path that stood by. */
	get stoodBy(): number {
		return this.#stoodBy;
	}

	/** Opens what is not. */
	open(): void {
		for (const path of this.#paths) {
			if (!path.isOpen) {
				path.open();
			}
		}
	}

	close(): void {
		this.resumption.stop();
		for (const path of this.#paths) {
			path.close();
		}
		this.#leader = null;
	}

	/** By the leader. */
	send(text: string): void {
		this.#leader?.send(text);
	}

	opened(path: Path, opening: LineOpening): void {
		const isFirst = this.#leader === null;
		const isRevival = !this.#hasEverOpened;
		this.#leader ??= path;
		this.#hasEverOpened = true;
		if (isFirst) {
			this.resumption.opened();
			this.#listener.began();
			this.#listener.opened(opening);
		}
		if (isRevival) {
			// One that failed as a first connection may try on beside one that did not.
			for (const other of this.#paths) {
				if (other.isIdle) {
					other.open();
				}
			}
		}
	}

	closed(path: Path, closure: ConnectionClosure): void {
		if (closure.code === ENDED && path.stream === this.#stream) {
			// It is complete: who may only come back with another run of it need not try.
			for (const other of this.#paths.filter((one) => !one.isOpen && !one.isDraining)) {
				other.close();
			}
		}
		if (path === this.#leader) {
			this.#leader =
				this.#paths.find(({ isOpen }) => isOpen) ??
				this.#paths.find(({ isDraining }) => isDraining) ??
				null;
		}
		this.resumption.lost(path, this.#leader !== null);
		if (this.#leader === null) {
			// 0: another path is at it.
			const isOver = this.#paths.every(({ isIdle }) => isIdle);
			const retryIn = closure.retryIn ?? (isOver ? null : 0);
			if (retryIn === null) {
				this.resumption.end();
				this.formatChange.restart();
			}
			this.#listener.closed({ ...closure, retryIn });
		}
	}

	greeted(path: Path, hello: HelloText): void {
		if (path.stream === this.#stream) {
			this.formatChange.announce(hello.format);
			this.resumption.greeted(path, hello);
		}
	}

	returned(path: Path): void {
		if (path.stream === this.#stream) {
			this.resumption.ask(path);
		}
	}

	resumed(path: Path, text: ResumedText): void {
		this.resumption.resumed(path, text);
	}

	raw(path: Path, frame: MediaFrame): void {
		if (this.#counts(path)) {
			const isSplice = frame.isSplice || this.#isSpliceDue;
			this.#isSpliceDue = false;
			this.#listener.media({ ...frame, isSplice }, 'raw');
		}
	}

	framed(path: Path, frame: Frame, { isMarked, isAfterGap, isRepeat }: Placement): void {
		if (!this.#counts(path)) {
			return;
		}
		if (this.captureClock.note(frame, path.clock)) {
			path.askTime();
		}
		this.sequencer.accept(frame, {
			at: this.#environment.now(),
			isMarked,
			mayBeFilled: !isAfterGap || this.#paths.some((other) => this.#backs(other, path)),
			isRepeat: isRepeat && this.resumption.isBy(path),
		});
		this.resumption.settle();
	}

	text(text: string): void {
		this.#listener.text(text);
	}

	fault(code: FaultCode, message: string): void {
		this.#listener.fault(code, message);
	}

	needToken(answer: (token: string | null) => void): void {
		this.#listener.needToken(answer);
	}

	mayRetry(): boolean {
		return this.#hasEverOpened;
	}

	/** Whether `other` brings the same stream as `path`. */
	#backs(other: Path, path: Path): boolean {
		return other !== path && other.isOpen && other.stream === path.stream;
	}

	/** Whether what `path` brings is played. */
	#counts(path: Path): boolean {
		if (path.stream === this.#stream) {
			return true;
		}
		if (this.#stream === null) {
			// Before anything was played, whoever brings something first has the say.
			this.#leader = path;
		} else if (path !== this.#leader) {
			this.#stoodBy++;
			return false;
		}
		this.sequencer.restart();
		this.formatChange.restart();
		this.#isSpliceDue = this.#stream !== null;
		this.#stream = path.stream;
		this.captureClock.restart();
		this.#listener.began();
		return true;
	}

	#give(frame: Frame, isSplice: boolean): void {
		const { format, pcm, pts, flags } = frame;
		if (frame.sampleFrames > 0) {
			const origin = (flags & FRAME_REPEATED) === 0 ? 'framed' : 'repeated';
			this.#listener.media({ format, pcm, pts, isSplice }, origin);
		}
		if ((flags & FRAME_END_OF_STREAM) !== 0) {
			this.#listener.ended();
		}
	}
}
