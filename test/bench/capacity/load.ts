// Case one: so many listeners. What a send costs, and whether the schedule holds.
import { quantile } from '../../support/quantile.js';
import { CONTENDERS, ROUND_SECONDS, type ContenderName, type Turn } from './contest.js';
import { Processes } from './processes.js';
import { ACKING, FRAME_MS, SILENT } from './stage.js';

/** Parts of the rounds that a ratio's spread leaves out below and above. */
const MARGIN = 0.1;

/** One contender at one number of listeners. */
export interface LoadRow {
	readonly listeners: number;
	readonly contender: ContenderName;
	/** Cost of a send by the bare loop's in the same round: median of the rounds, and where 80 % of them are. */
	readonly ratio: number;
	readonly low: number;
	readonly high: number;
	/** Processor time for a send, all that the process did included: median of the rounds. */
	readonly microsPerSend: number;
	/** Of one core, 0 to 1: median of the rounds. */
	readonly cpu: number;
	/** Ticks whose last listener was written to before the next tick was due, 0 to 1. */
	readonly onTime: number;
	/** How long after it was due a tick reached its first and its last listener. */
	readonly beginMsP50: number;
	readonly beginMsP99: number;
	readonly endMsP50: number;
	readonly endMsP99: number;
}

/** Listeners of both kinds, and the contest between them. */
export async function load(listeners: number, seconds: number): Promise<LoadRow[]> {
	const processes = new Processes();
	try {
		const manner = { count: listeners, isFramed: true };
		await processes.come('silent', { ...manner, path: SILENT, acknowledges: false });
		await processes.come('acking', { ...manner, path: ACKING, acknowledges: true });
		const rounds = Math.max(1, Math.round(seconds / ROUND_SECONDS) - 1);
		const turns = await processes.server.ask('contest', rounds);
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
		const ends = own.flatMap(({ endsMs }) => endsMs);
		const missed = own.reduce((sum, turn) => sum + turn.missed, 0);
		const cost = costs(turns, contender);
		const ratios = [...cost].map(([round, micros]) => micros / reached.get(round)!);
		return {
			listeners,
			contender,
			ratio: quantile(ratios, 0.5),
			low: quantile(ratios, MARGIN),
			high: quantile(ratios, 1 - MARGIN),
			microsPerSend: quantile([...cost.values()], 0.5),
			cpu: quantile(
				own.map(({ cpuMicros, lengthMs }) => cpuMicros / 1000 / lengthMs),
				0.5,
			),
			onTime: ends.filter((ms) => ms <= FRAME_MS).length / (ends.length + missed),
			beginMsP50: quantile(begins, 0.5),
			beginMsP99: quantile(begins, 0.99),
			endMsP50: quantile(ends, 0.5),
			endMsP99: quantile(ends, 0.99),
		};
	});
}

/** Microseconds for a send, by round. */
function costs(turns: readonly Turn[], contender: ContenderName): Map<number, number> {
	const own = turns.filter((turn) => turn.contender === contender);
	return new Map(own.map(({ round, cpuMicros, sends }) => [round, cpuMicros / sends]));
}
