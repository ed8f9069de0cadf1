// What the player says to a server of framed streams that greeted it: how far it has heard, and what time it is.
import type { ProtocolText, ResumeText } from '../core/protocol-text.js';
import { ClockSync } from './clock-sync.js';
import type { Environment, Timer } from './environment.js';

/** Milliseconds between two acks. */
const ACK_INTERVAL = 100;

/** Milliseconds between time messages: quickly to a first offset, then to follow drift. */
const FIRST_TIMES = 5;
const FIRST_TIME_INTERVAL = 1000;
const TIME_INTERVAL = 5000;

export class Dialogue {
	/** Of the server's clock. */
	readonly clock = new ClockSync();
	readonly #environment: Environment;
	readonly #send: (text: string) => void;
	#ackTimer: Timer | null = null;
	#timeTimer: Timer | null = null;
	#isOn = false;
	#times = 0;
	/** Milliseconds. */
	#toldAt = -Infinity;
	/** Sequences: of the live frame that came last, the highest, and the one last acknowledged. */
	#last: number | null = null;
	#highest: number | null = null;
	#acknowledged: number | null = null;

	constructor(environment: Environment, send: (text: string) => void) {
		this.#environment = environment;
		this.#send = send;
	}

	/** The server greeted, on a new connection or for a new stream. */
	start(): void {
		this.stop();
		this.#isOn = true;
		this.#tellTimes();
	}

	/** The connection is lost. */
	stop(): void {
		this.#isOn = false;
		this.#times = 0;
		this.#last = this.#highest = this.#acknowledged = null;
		this.clock.restart();
		for (const timer of [this.#ackTimer, this.#timeTimer]) {
			if (timer !== null) {
				this.#environment.clearTimer(timer);
			}
		}
		this.#ackTimer = this.#timeTimer = null;
	}

	/** A frame came by this connection. */
	noteSequence(sequence: number, isRepeat: boolean): void {
		const isHigher = this.#highest === null || ((sequence - this.#highest) | 0) > 0;
		// Live frames that go on below the highest: that one was a stray, or another stream began.
		const goesOn = !isRepeat && this.#last !== null && sequence === (this.#last + 1) >>> 0;
		if (isHigher || goesOn) {
			this.#highest = sequence;
		}
		if (!isRepeat) {
			this.#last = sequence;
		}
		if (this.#isOn && this.#ackTimer === null && this.#highest !== this.#acknowledged) {
			this.#ackTimer = this.#environment.setTimer(this.#acknowledge, ACK_INTERVAL);
		}
	}

	/** The answer to a time message. */
	noteTime({ sent, received, answered }: Extract<ProtocolText, { type: 'time' }>): void {
		if (received !== null && answered !== null) {
			this.clock.observe(sent, received, answered, this.#now());
		}
	}

	/** The server answers at once. */
	tellTime(): void {
		this.#toldAt = this.#environment.now();
		this.#say({ type: 'time', sent: this.#now() });
	}

	/** The server's clock may have been set: its time is asked sooner, at most once a second. */
	hastenTime(): void {
		if (this.#timeTimer !== null) {
			this.#environment.clearTimer(this.#timeTimer);
			const wait = this.#toldAt + FIRST_TIME_INTERVAL - this.#environment.now();
			this.#timeTimer = this.#environment.setTimer(this.#tellTimes, Math.max(0, wait));
		}
	}

	resume(wish: Omit<ResumeText, 'type'>): void {
		this.#say({ type: 'resume', ...wish });
	}

	/** Whether frames are wanted on this connection. */
	wantMedia(wanted: boolean): void {
		this.#say({ type: 'media', wanted });
	}

	readonly #acknowledge = (): void => {
		this.#ackTimer = null;
		this.#acknowledged = this.#highest;
		this.#say({ type: 'ack', sequence: this.#highest });
	};

	readonly #tellTimes = (): void => {
		this.#times++;
		const wait = this.#times < FIRST_TIMES ? FIRST_TIME_INTERVAL : TIME_INTERVAL;
		this.#timeTimer = this.#environment.setTimer(this.#tellTimes, wait);
		this.tellTime();
	};

	#say(message: Readonly<Record<string, unknown>>): void {
		this.#send(JSON.stringify(message));
	}

	/** Milliseconds since the Unix epoch. */
	#now(): number {
		return this.#environment.timeOrigin + this.#environment.now();
	}
}
