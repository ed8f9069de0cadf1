// Records what a private sound card is given, with the time at which each piece of it arrived.
import { spawn, type ChildProcess } from 'node:child_process';
import {
	CARD_CHANNELS,
	CARD_MONITOR,
	CARD_RATE,
	type SoundCard,
} from '../../support/sound-card.js';
import { epochMs } from '../../support/trace-server.js';
import type { Arrival } from './card-clock.js';

/** Milliseconds: the card takes blocks as long as the latency its quickest client asks for, which is this. */
export const BLOCK_MS = 5;

const FRAME_BYTES = 4 * CARD_CHANNELS;

/** Milliseconds in which the first piece must come. */
const PATIENCE_MS = 5000;

export interface CardRecording {
	readonly planes: readonly Float32Array[];
	readonly arrivals: readonly Arrival[];
}

export class CardRecorder {
	readonly #process: ChildProcess;
	readonly #pieces: Buffer[] = [];
	readonly #arrivals: Arrival[] = [];
	#bytes = 0;

	private constructor(process: ChildProcess) {
		this.#process = process;
		process.stdout!.on('data', (piece: Buffer) => {
			this.#bytes += piece.byteLength;
			this.#pieces.push(piece);
			this.#arrivals.push({ end: this.#bytes / FRAME_BYTES, atMs: epochMs() });
		});
	}

	/** Resolves once it records. @throws Error when nothing comes */
	static async start(card: SoundCard): Promise<CardRecorder> {
		const format = [
			'--format=float32le',
			`--rate=${CARD_RATE}`,
			`--channels=${CARD_CHANNELS}`,
			`--latency-msec=${BLOCK_MS}`,
		];
		const recorder = new CardRecorder(
			spawn('parec', ['-d', CARD_MONITOR, ...format], {
				env: { ...process.env, ...card.variables },
				stdio: ['ignore', 'pipe', 'ignore'],
			}),
		);
		const begin = epochMs();
		while (recorder.#bytes === 0) {
			if (epochMs() - begin > PATIENCE_MS) {
				recorder.stop();
				throw new Error(`Expected parec to record ${CARD_MONITOR}, got nothing.`);
			}
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		return recorder;
	}

	stop(): CardRecording {
		this.#process.kill('SIGKILL');
		const bytes = Buffer.concat(this.#pieces);
		const length = Math.floor(bytes.byteLength / FRAME_BYTES);
		const planes = Array.from({ length: CARD_CHANNELS }, (_, channel) =>
			Float32Array.from({ length }, (_unused, i) =>
				bytes.readFloatLE(i * FRAME_BYTES + 4 * channel),
			),
		);
		return { planes, arrivals: this.#arrivals };
	}
}
