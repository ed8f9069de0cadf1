// Case two: some listeners stop reading. What the others notice, and what it costs the server.
import { setTimeout as wait } from 'node:timers/promises';
import { FRAME_HEADER_BYTES } from '../../../src/core/frame.js';
import type { Jitter } from './audience.js';
import { heldBetween, readMemory, type Held } from './held-memory.js';
import { Processes } from './processes.js';
import type { Hall } from './server.js';
import { ACKING, FORMAT, PCM_BYTES } from './stage.js';

/** Those who go on listening, and those who stop: more than one, to tell their memory from chance. */
const OTHERS = 100;
const STOPPERS = 10;

/** Seconds: until all runs evenly, and of each recording. Shorter than it takes to be cut, 10 s. */
const SETTLING = 2;
const RECORDING = 6;

/** Seconds that a stopped listener's buffers in the operating system may take to fill, and until it is cut. */
const MOST_FILLING = 60;
const MOST_CUTTING = 12;

/** What the documentation of `Listener` allows for what waits for one: `backlogMs` (500) of PCM and one frame in its
 * WebSocket header. */
export const BOUND_BYTES =
	0.5 * FORMAT.sampleRate * 4 * FORMAT.channels + PCM_BYTES + 2 * FRAME_HEADER_BYTES + 4;

/** Who stops: `player` acknowledged until then; `stock` never did, and is sent raw PCM. */
export type StopperKind = 'player' | 'stock';

export interface StalledResult {
	readonly kind: StopperKind;
	readonly others: number;
	readonly stopped: number;
	/** Of the others, arrival delay above the least. */
	readonly without: Jitter;
	readonly with: Jitter;
	/** The p99 with, by that without. */
	readonly ratio: number;
	/** Part of the time of both recordings that the server waited for a core. */
	readonly waited: number;
	/** Seconds from the stop until frames were left out for all of them: so long the operating system took them. */
	readonly fillingSeconds: number;
	/** What the server holds for each that stopped, and how much of it is in the JavaScript heap, bytes. */
	readonly held: Held;
	readonly heldHeap: number;
	/** Bytes that waited for the one for whom most waited. */
	readonly mostBuffered: number;
	readonly boundBytes: number;
	/** Of those who stopped. */
	readonly cut: number;
}

/** Whether a listener that stopped cost what it may at most. */
export function isWithinBound({
	held,
	mostBuffered,
	boundBytes,
}: Pick<StalledResult, 'held' | 'mostBuffered' | 'boundBytes'>): boolean {
	return held.bytes <= boundBytes && mostBuffered <= boundBytes;
}

export async function stalled(kind: StopperKind): Promise<StalledResult> {
	const processes = new Processes();
	const control = new Processes();
	try {
		return await new StalledCase(kind, processes, control).run();
	} finally {
		processes.close();
		control.close();
	}
}

class StalledCase {
	readonly #kind: StopperKind;
	readonly #processes: Processes;
	readonly #control: Processes;
	#waitedMs = 0;

	/** @param control where the same listeners come and nobody stops */
	constructor(kind: StopperKind, processes: Processes, control: Processes) {
		this.#kind = kind;
		this.#processes = processes;
		this.#control = control;
	}

	async run(): Promise<StalledResult> {
		const { server, crowd } = this.#processes;
		await this.#open(this.#control);
		await this.#open(this.#processes);
		await wait(1000 * SETTLING);
		const without = await this.#listen();
		const before = await readMemory(this.#processes, this.#control);
		await crowd.ask('stopReading', 'stoppers');
		const stoppedAt = performance.now();
		await this.#until(MOST_FILLING, ({ behind, cut }) => behind + cut >= STOPPERS);
		const fillingSeconds = (performance.now() - stoppedAt) / 1000;
		const after = await readMemory(this.#processes, this.#control);
		const { mostBuffered, cut: cutBefore } = await server.ask('hall');
		const during = await this.#listen();
		const { cut } = await this.#until(MOST_CUTTING, (hall) => hall.cut === STOPPERS);
		const holding = STOPPERS - cutBefore;
		return {
			kind: this.#kind,
			others: OTHERS,
			stopped: STOPPERS,
			without,
			with: during,
			ratio: during.p99 / without.p99,
			waited: this.#waitedMs / (2000 * RECORDING),
			fillingSeconds,
			held: heldBetween(before, after, holding, ({ heap, buffers }) => heap + buffers),
			heldHeap: heldBetween(before, after, holding, ({ heap }) => heap).bytes,
			mostBuffered,
			boundBytes: BOUND_BYTES,
			cut,
		};
	}

	async #open(processes: Processes): Promise<void> {
		const come = (name: string, count: number, kind: StopperKind): Promise<void> => {
			const isPlayer = kind === 'player';
			const manner = { path: ACKING, isFramed: isPlayer, acknowledges: isPlayer };
			return processes.come(name, { count, ...manner });
		};
		await come('others', OTHERS, 'player');
		await processes.server.ask('play');
		await come('stoppers', STOPPERS, this.#kind);
		// What is kept for all of a kind is kept for this one too.
		await come('companion', 1, this.#kind);
	}

	async #listen(): Promise<Jitter> {
		const { server, crowd } = this.#processes;
		const begin = await server.ask('waited');
		const jitter = await crowd.ask('jitter', { name: 'others', seconds: RECORDING });
		this.#waitedMs += (await server.ask('waited')) - begin;
		return jitter;
	}

	/** Looks until it is so, or for so long. @returns the last look */
	async #until(seconds: number, isSo: (hall: Hall) => boolean): Promise<Hall> {
		const end = performance.now() + 1000 * seconds;
		for (;;) {
			const hall = await this.#processes.server.ask('hall');
			if (isSo(hall) || performance.now() > end) {
				return hall;
			}
			await wait(100);
		}
	}
}
