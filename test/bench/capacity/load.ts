// Case one: so many listeners. What a send costs, and whether the schedule holds.
import { quantile } from '../../support/quantile.js';
import { CONTENDERS, ROUND_SECONDS, type ContenderName, type Turn } from './contest.js';
import { Processes } from './processes.js';
import { ACKING, FRAME_MS, SILENT } from './stage.js';

/** Parts of the rounds that a ratio's spread leaves out below and above. */
const MARGIN = 0.1;

/** Whether the schedule holds, and at what cost. */
export interface Punctuality {
	readonly listeners: number;
	/** Processor time for a send, all that the process did included: median of the rounds. */
	readonly microsPerSend: number;
	/** Of one core, 0 to 1: median of the rounds. */
	readonly cpu: number;
	/** Part of the time that the process waited for a core: 0 on a machine that is not busy otherwise. */
	readonly waited: number;
	/** Ticks whose last listener was written to before the next tick was due, 0 to 1. */
	readonly onTime: number;
	/** How long after it was due a tick reached its last listener. */
	readonly endMsP50: number;
	readonly endMsP99: number;
}

/** One contender at one number of listeners. */
export interface LoadRow extends Punctuality {
	readonly contender: ContenderName;
	/** Cost of a send by the bare loop's in the same round: median of the rounds, and where 80 % of them are. */
	readonly ratio: number;
	readonly low: number;
	readonly high: number;
	/** How long after it was due a tick reached its first listener. */
	readonly beginMsP50: number;
	readonly beginMsP99: number;
}

/** Listeners of both kinds, and the contest between them. */
export async function load(listeners: number, seconds: number): Promise<LoadRow[]> {
	const processes = new Processes();
	try {
		const manner = { count: listeners, isFramed: true };
		await processes.come('silent', { ...manner, path: SILENT, acknowledges: false });
		await processes.come('acking', { ...manner, path: ACKING, acknowledges: true });
		const rounds = Math.max(1, Math.round(seconds / ROUND_SECONDS) - 1);
		const turns = await processes.server.ask('contest', { names: CONTENDERS, rounds });
		return summarise(listeners, turns);
	} finally {
		processes.close();
	}
}

export function summarise(listeners: number, turns: readonly Turn[]): LoadRow[] {
	const [reference] = CONTENDERS;
	const reached = costs(turns, reference);
	return CONTENDERS.map((contender) => {
		const own = turns.filter((turn) => turn.contender === contender);
		const begins = own.flatMap(({ beginsMs }) => beginsMs);
		const ratios = [...costs(own, contender)].map(
			([round, micros]) => micros / reached.get(round)!,
		);
		return {
			contender,
			ratio: quantile(ratios, 0.5),
			low: quantile(ratios, MARGIN),
			high: quantile(ratios, 1 - MARGIN),
			beginMsP50: quantile(begins, 0.5),
			beginMsP99: quantile(begins, 0.99),
			...punctuality(listeners, own),
		};
	});
}

/** @param turns of one contender */
export function punctuality(listeners: number, turns: readonly Turn[]): Punctuality {
	const ends = turns.flatMap(({ endsMs }) => endsMs);
	const sum = (of: (turn: Turn) => number): number =>
		turns.reduce((all, turn) => all + of(turn), 0);
	const median = (of: (turn: Turn) => number): number => quantile(turns.map(of), 0.5);
	return {
		listeners,
		microsPerSend: median(({ cpuMicros, sends }) => cpuMicros / sends),
		cpu: median(({ cpuMicros, lengthMs }) => cpuMicros / 1000 / lengthMs),
		waited: sum(({ waitedMs }) => waitedMs) / sum(({ lengthMs }) => lengthMs),
		onTime:
			ends.filter((ms) => ms <= FRAME_MS).length / (ends.length + sum(({ missed }) => missed)),
		endMsP50: quantile(ends, 0.5),
		endMsP99: quantile(ends, 0.99),
	};
}

/** Microseconds for a send, by round. */
function costs(turns: readonly Turn[], contender: ContenderName): Map<number, number> {
	const own = turns.filter((turn) => turn.contender === contender);
	return new Map(own.map(({ round, cpuMicros, sends }) => [round, cpuMicros / sends]));
}
