// The fan-out against a bare loop of `write`, on the schedule of the shipped pump. They take turns, half a second each,
// so that what else the machine does falls on all alike; the order of turns is reversed in every other round.
import type { Writable } from 'node:stream';
import { encodeFrame } from '../../../src/core/frame.js';
import type { Clock } from '../../../src/node/index.js';
import { enveloped, WEB_SOCKET } from '../../../src/node/fanout/envelope.js';
import type { Pump } from '../../../src/node/pump/pump.js';
import { sourcePump } from '../../../src/node/pump/source-pump.js';
import { waitedMs } from './core-wait.js';
import { FORMAT, FRAME_MS, noiseSource, type Group, type Stage } from './stage.js';

/** The reference first. */
export const CONTENDERS = ['bare loop', 'fan-out', 'fan-out, acks'] as const;

export type ContenderName = (typeof CONTENDERS)[number];

/** Ticks of a turn, and of its beginning that do not count: the acks of the turn before trail off. */
const TURN = 25;
const SETTLING = 8;

/** Seconds that a turn takes, and a round of all contenders. */
export const TURN_SECONDS = (TURN * FRAME_MS) / 1000;
export const ROUND_SECONDS = CONTENDERS.length * TURN_SECONDS;

/** A contender's ticks of one turn that count. */
export interface Turn {
	readonly round: number;
	readonly contender: ContenderName;
	/** Processor time of the whole process, waiting for ticks included, microseconds. */
	readonly cpuMicros: number;
	/** Length of it on the schedule, and how much of it the process waited for a core, ms. */
	readonly lengthMs: number;
	readonly waitedMs: number;
	/** Messages written. */
	readonly sends: number;
	/** Ticks that were left out, since the process stood still for more than a second. */
	readonly missed: number;
	/** How long after each tick was due its first and its last listener had been written to, ms. */
	readonly beginsMs: readonly number[];
	readonly endsMs: readonly number[];
}

interface Contender {
	readonly name: ContenderName;
	readonly send: (pcm: Uint8Array, captureTime: number) => void;
	/** Messages so far. */
	readonly sent: () => number;
}

interface RunningTurn {
	readonly contender: Contender;
	readonly round: number;
	readonly waitedBegin: number;
	readonly cpuBegin: number;
	readonly sentBegin: number;
	missed: number;
	readonly beginsMs: number[];
	readonly endsMs: number[];
}

/** One contest. */
export class Contest {
	readonly #contenders: readonly Contender[];
	readonly #rounds: number;
	readonly #clock: Clock;
	readonly #pump: Pump;
	readonly #turns: Turn[] = [];
	#dueBefore = 0;
	#ticks = 0;
	#turn: RunningTurn | null = null;
	#tellDone: (turns: readonly Turn[]) => void = () => {};

	/** @param names whose turns they are @param rounds that count, after one that does not */
	constructor(
		{ acking, silent }: Stage,
		names: readonly ContenderName[],
		rounds: number,
		clock: Clock,
	) {
		const contenders = [
			bareLoop(silent),
			fanOut('fan-out', silent),
			fanOut('fan-out, acks', acking),
		];
		this.#contenders = contenders.filter(({ name }) => names.includes(name));
		this.#rounds = rounds;
		this.#clock = clock;
		this.#pump = sourcePump(noiseSource(), FRAME_MS, clock, {
			onPcm: (pcm, captureTime) => this.#tick(pcm, captureTime),
			onEnd: (error) => {
				throw error ?? new Error('Expected a source without an end.');
			},
		});
	}

	run(): Promise<readonly Turn[]> {
		return new Promise((resolve) => {
			this.#tellDone = resolve;
			this.#pump.start();
		});
	}

	/** @param dueAt when it was due, ms since the Unix epoch */
	#tick(pcm: Uint8Array, dueAt: number): void {
		const place = this.#ticks % TURN;
		const turns = Math.floor(this.#ticks / TURN);
		const round = Math.floor(turns / this.#contenders.length);
		if (place === 0) {
			this.#endTurn();
		}
		if (round > this.#rounds) {
			this.#pump.stop();
			this.#tellDone(this.#turns);
			return;
		}
		const order = round % 2 === 0 ? this.#contenders : this.#contenders.toReversed();
		const contender = order[turns % order.length]!;
		if (place === SETTLING && round > 0) {
			this.#beginTurn(contender, round);
		}
		this.#send(contender, pcm, dueAt);
		this.#ticks++;
	}

	#send(contender: Contender, pcm: Uint8Array, dueAt: number): void {
		const turn = this.#turn;
		const begin = this.#clock.wallNow();
		contender.send(pcm, dueAt);
		if (turn !== null) {
			turn.missed += Math.round((dueAt - this.#dueBefore) / FRAME_MS) - 1;
			turn.beginsMs.push(begin - dueAt);
			turn.endsMs.push(this.#clock.wallNow() - dueAt);
		}
		this.#dueBefore = dueAt;
	}

	#beginTurn(contender: Contender, round: number): void {
		const sentBegin = contender.sent();
		const waitedBegin = waitedMs();
		const cpuBegin = cpuMicros();
		const begin = { contender, round, waitedBegin, cpuBegin, sentBegin };
		this.#turn = { ...begin, missed: 0, beginsMs: [], endsMs: [] };
	}

	#endTurn(): void {
		if (this.#turn === null) {
			return;
		}
		const { contender, round, waitedBegin, cpuBegin, sentBegin } = this.#turn;
		const { missed, beginsMs, endsMs } = this.#turn;
		this.#turns.push({
			round,
			contender: contender.name,
			cpuMicros: cpuMicros() - cpuBegin,
			lengthMs: FRAME_MS * (TURN - SETTLING),
			waitedMs: waitedMs() - waitedBegin,
			sends: contender.sent() - sentBegin,
			missed,
			beginsMs,
			endsMs,
		});
		this.#turn = null;
	}
}

/** The least that a server can do. */
function bareLoop(group: Group): Contender {
	const header = { format: FORMAT, flags: 0, sequence: 0, pts: 0, captureTime: 0 };
	let message: Buffer | null = null;
	let streams: Writable[] = [];
	let sent = 0;
	return {
		name: 'bare loop',
		send: (pcm) => {
			message ??= enveloped(encodeFrame(header, pcm), WEB_SOCKET);
			if (streams.length !== group.streams.size) {
				streams = [...group.streams];
			}
			for (const stream of streams) {
				stream.write(message);
			}
			sent += streams.length;
		},
		sent: () => sent,
	};
}

function fanOut(name: ContenderName, { fanout }: Group): Contender {
	return {
		name,
		send: (pcm, captureTime) => fanout.broadcast(pcm, captureTime),
		sent: () => fanout.stats.framesSent,
	};
}

function cpuMicros(): number {
	const { user, system } = process.cpuUsage();
	return user + system;
}
