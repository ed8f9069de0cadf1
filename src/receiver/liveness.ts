// Notices a connection that is dead though nobody said so: nothing comes, and a question gets no answer.
import type { Environment, Timer } from './environment.js';

/** Milliseconds an answer may take when one is asked for all of a sudden. */
const SUDDEN_PATIENCE = 2000;

export interface LivenessListener {
	/** Sends what the other side answers at once. */
	ask(): void;
	/** Nothing came for `seconds`. */
	dead(seconds: number): void;
}

export class Liveness {
	readonly #environment: Environment;
	readonly #listener: LivenessListener;
	/** Milliseconds of silence before the question, and again before it is taken for unanswered. */
	readonly #patience: number;
	/** Milliseconds. */
	#heardAt = 0;
	/** When the question in the air is taken for unanswered; null: none is. */
	#deadAt: number | null = null;
	#timer: Timer | null = null;

	/** @param idleTimeout seconds */
	constructor(environment: Environment, idleTimeout: number, listener: LivenessListener) {
		this.#environment = environment;
		this.#patience = (idleTimeout * 1000) / 2;
		this.#listener = listener;
	}

	start(): void {
		if (this.#timer === null) {
			this.heard();
			this.#wait();
		}
	}

	stop(): void {
		this.#clear();
		this.#timer = null;
	}

	/** Something came. */
	heard(): void {
		this.#heardAt = this.#environment.now();
		this.#deadAt = null;
	}

	/** Asks now, and soon takes silence for death; nothing while it is not started. */
	probe(): void {
		if (this.#timer !== null) {
			this.#clear();
			this.#ask(Math.min(SUDDEN_PATIENCE, this.#patience));
		}
	}

	readonly #check = (): void => {
		const now = this.#environment.now();
		if (this.#deadAt !== null && now >= this.#deadAt) {
			this.#timer = null;
			this.#listener.dead(Math.round((now - this.#heardAt) / 100) / 10);
		} else if (this.#deadAt === null && now >= this.#heardAt + this.#patience) {
			this.#ask(this.#patience);
		} else {
			this.#wait();
		}
	};

	#ask(patience: number): void {
		// Who asks again and again waits no longer for the first answer.
		this.#deadAt = Math.min(this.#deadAt ?? Infinity, this.#environment.now() + patience);
		this.#wait();
		this.#listener.ask();
	}

	#wait(): void {
		const at = this.#deadAt ?? this.#heardAt + this.#patience;
		this.#timer = this.#environment.setTimer(this.#check, at - this.#environment.now());
	}

	#clear(): void {
		if (this.#timer !== null) {
			this.#environment.clearTimer(this.#timer);
		}
	}
}
