// The talk with the voice: what the service sends is written to the player, an interruption flushes it, and the service
// is told what was heard by then.
import { PcmPlayer } from '../../src/index.js';
import { SilenceMeter } from './silence-meter.js';
import { SpeechService, type AudioEncoding } from './speech-service.js';
import { Turn } from './turn.js';

const SAMPLE_RATE = 24_000;
const BYTES_PER_SAMPLE = 2;

/** `waiting` for an answer; `finished`: all of it was heard. */
export type Phase = 'idle' | 'waiting' | 'speaking' | 'interrupted' | 'finished' | 'failed';

export interface ConversationListener {
	began(turn: Turn): void;
	/** The phase is another. */
	changed(phase: Phase): void;
}

export class Conversation {
	readonly player = new PcmPlayer(null, {
		mode: 'complete',
		content: 'speech',
		format: { sampleRate: SAMPLE_RATE, sampleFormat: 's16', channels: 1 },
	});
	readonly #listener: ConversationListener;
	readonly #service: SpeechService;
	#phase: Phase = 'idle';
	#turn: Turn | null = null;
	/** Sample frames written so far: where the next answer begins. */
	#written = 0;
	#meter: SilenceMeter | null = null;
	#untilSilence: number | null = null;
	#problem = '';

	constructor(listener: ConversationListener) {
		this.#listener = listener;
		this.#service = new SpeechService({
			answer: (number) => {
				this.#begin(number);
			},
			words: (words) => this.#wanted?.words.push(...words),
			audio: (pcm) => {
				this.#hear(pcm);
			},
			done: () => void this.#finish(),
			lost: () => {
				this.#fail('The service does not answer. Ask again.');
			},
		});
		this.player.addEventListener('error', ({ error }) => {
			this.#fail(error.message);
		});
	}

	get phase(): Phase {
		return this.#phase;
	}

	/** The newest answer; null before the first. */
	get turn(): Turn | null {
		return this.#turn;
	}

	/** Seconds from the last interruption to silence; null before the first. */
	get untilSilence(): number | null {
		return this.#untilSilence;
	}

	/** Why the phase is `failed`. */
	get problem(): string {
		return this.#problem;
	}

	set encoding(encoding: AudioEncoding) {
		this.#service.encoding = encoding;
	}

	/** Interrupts the voice, or asks for an answer if it is silent. In a gesture: browsers allow no sound before one. */
	act(): void {
		if (this.#phase === 'speaking') {
			void this.interrupt();
		} else if (this.#phase !== 'waiting' && this.#phase !== 'interrupted') {
			void this.#ask();
		}
	}

	async interrupt(): Promise<void> {
		const turn = this.#turn;
		if (this.#phase !== 'speaking' || turn === null) {
			return;
		}
		turn.isInterrupted = true;
		const calledAt = this.#meter?.now ?? 0;
		const { currentTime } = await this.player.flush();
		this.#untilSilence = Math.max(0, (this.#meter?.silentSince() ?? calledAt) - calledAt);
		turn.hearUpTo(currentTime);
		this.#service.interrupted(turn.number, turn.heard);
		this.#enter('interrupted');
	}

	/** Looks how far the voice is. */
	look(): void {
		if (this.#phase === 'speaking' && this.#wanted !== null) {
			this.#wanted.hearUpTo(this.player.currentTime);
		}
	}

	/** The answer that what comes belongs to, unless it was interrupted. */
	get #wanted(): Turn | null {
		return this.#turn?.isInterrupted === true ? null : this.#turn;
	}

	async #ask(): Promise<void> {
		this.#enter('waiting');
		try {
			await this.player.play();
		} catch (error) {
			this.#fail(error instanceof Error ? error.message : String(error));
			return;
		}
		this.#meter ??= new SilenceMeter(this.player.node!);
		this.#service.ask();
	}

	#begin(number: number): void {
		const turn = new Turn(number, this.#written / SAMPLE_RATE);
		this.#turn = turn;
		this.#listener.began(turn);
		this.#enter('speaking');
	}

	#hear(pcm: Uint8Array): void {
		const turn = this.#wanted;
		if (turn !== null) {
			this.player.write(pcm);
			const sampleFrames = pcm.byteLength / BYTES_PER_SAMPLE;
			this.#written += sampleFrames;
			turn.received += sampleFrames / SAMPLE_RATE;
		}
	}

	async #finish(): Promise<void> {
		const turn = this.#wanted;
		await this.player.drained();
		if (turn !== null && turn === this.#wanted) {
			turn.hearUpTo(Infinity);
			this.#enter('finished');
		}
	}

	#fail(problem: string): void {
		this.#problem = problem;
		this.#enter('failed');
	}

	#enter(phase: Phase): void {
		this.#phase = phase;
		this.#listener.changed(phase);
	}
}
