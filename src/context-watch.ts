// Watches the AudioContext while a player has it: a phone call, the system or a device that is unplugged stops
// it, and the page may close it. What can be brought back is.
import { PcmError } from './errors.js';
import { onNextGesture } from './gesture.js';
import type { ResolvedOptions } from './options.js';
import { onPageWakeup } from './page-wakeups.js';
import { discardContext, moving, type Sink } from './shared-context.js';

/** Milliseconds between two looks at a context whose device may have failed, and how many of them it may stand still. */
const LOOK_INTERVAL = 100;
const STILL_LOOKS = 10;

export interface ContextListener {
	/** False: a context that stands still is nobody's loss. */
	wantsSound(): boolean;
	/** It stopped while sound was wanted. */
	silenced(): void;
	/** It runs again. */
	revived(): void;
	/** It will not run again. */
	lost(error: PcmError): void;
}

export class ContextWatch {
	readonly #context: AudioContext & Sink;
	readonly #options: Pick<ResolvedOptions, 'context' | 'sinkId'>;
	readonly #listener: ContextListener;
	#isSilent = false;
	/** The system's own device is asked for. Not having that is told by `error` events, too. */
	#isRecovering = false;
	/** Not undefined while its device may have failed. */
	#doubt: ReturnType<typeof setInterval> | undefined;
	readonly #forgetPage: () => void;
	/** Not null while it is being revived. */
	#forgetGesture: (() => void) | null = null;

	constructor(
		context: AudioContext,
		options: Pick<ResolvedOptions, 'context' | 'sinkId'>,
		listener: ContextListener,
	) {
		this.#context = context;
		this.#options = options;
		this.#listener = listener;
		context.addEventListener('statechange', this.#follow);
		context.addEventListener('error', this.recover);
		this.#forgetPage = onPageWakeup(this.#retry);
	}

	/** Has it run as soon as the browser allows: now, when the page is looked at again, or with a gesture. */
	revive(): void {
		this.#isSilent = true;
		if (this.#context.state === 'running') {
			this.#follow();
		} else {
			this.#awaitGesture();
			this.#retry();
		}
	}

	/** It need not run for now. */
	rest(): void {
		this.#isSilent = false;
		this.#forgetGesture?.();
		this.#forgetGesture = null;
	}

	stop(): void {
		this.rest();
		this.#trust();
		this.#forgetPage();
		this.#context.removeEventListener('statechange', this.#follow);
		this.#context.removeEventListener('error', this.recover);
	}

	#awaitGesture(): void {
		this.#forgetGesture ??= onNextGesture(this.#retry);
	}

	readonly #retry = (): void => {
		if (this.#forgetGesture !== null) {
			this.#context.resume().catch(ignore);
		}
	};

	readonly #follow = (): void => {
		const { state } = this.#context;
		if (state === 'closed') {
			this.#lose('The AudioContext was closed.');
		} else if (state === 'running') {
			const wasSilent = this.#isSilent;
			this.rest();
			if (wasSilent) {
				this.#listener.revived();
			}
		} else if (this.#listener.wantsSound()) {
			this.#isSilent = true;
			this.#listener.silenced();
			if (state === 'interrupted') {
				// The system says when it is over. To ask for sound before does harm in Safari on iOS: the context then
				// runs without its time going on.
				this.#awaitGesture();
			} else if (this.#options.context === null || this.#forgetGesture !== null) {
				// A page that suspends the context it gave may mean it.
				this.revive();
			}
		}
	};

	/** The device failed, or cannot be had. One that was asked for by `sinkId` may be gone: the system's own takes
	 * its place. */
	readonly recover = (cause: unknown): void => {
		if (this.#isRecovering || moving.has(this.#context)) {
			return;
		}
		discardContext(this.#context);
		const { sinkId } = this.#context;
		if (this.#options.sinkId === null || sinkId === undefined) {
			this.#lose('The audio output failed.', cause);
			return;
		}
		if (sinkId === '') {
			this.#doubtIt(cause);
			return;
		}
		this.#isRecovering = true;
		this.#context.setSinkId!('').then(
			() => {
				this.#isRecovering = false;
				if (this.#listener.wantsSound() && this.#context.state !== 'running') {
					this.revive();
				}
			},
			(error: unknown) => {
				this.#lose('The audio output failed.', error);
			},
		);
	};

	/** The device that was left may be meant: Chromium tells of it again, late. One that plays has not failed. */
	#doubtIt(cause: unknown): void {
		const { currentTime } = this.#context;
		let left = STILL_LOOKS;
		this.#doubt ??= setInterval(() => {
			left--;
			if (this.#context.currentTime !== currentTime) {
				this.#trust();
			} else if (left === 0) {
				this.#lose('The audio output failed.', cause);
			}
		}, LOOK_INTERVAL);
	}

	#trust(): void {
		clearInterval(this.#doubt);
		this.#doubt = undefined;
	}

	#lose(message: string, cause?: unknown): void {
		this.stop();
		this.#listener.lost(new PcmError('output-lost', message, cause));
	}
}

/** It may not run yet. */
function ignore(): void {}
