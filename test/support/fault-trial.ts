// One fault, inflicted and judged: by what is heard, by the player's states, events and counters, and by whether the
// machine held still meanwhile.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { Consequence, Fault, FaultPlace } from './fault.js';
import type { Listening, Silence } from './listening.js';
import type { SeenEvent } from './test-page.js';
import { epochMs } from './trace-server.js';

/** Of faults: each grows by what it is for, and by nothing else. */
const COUNTERS = [
	'reconnects',
	'framesLost',
	'framesDuplicated',
	'framesRecovered',
	'framesLate',
	'malformedMessages',
	'concealedSamples',
	'discardedSamples',
	'insertedSamplesForDeceleration',
] as const;

/** Counters of what any change of delay brings. */
const FREE = new Set<string>(['insertedSamplesForDeceleration']);

/** Milliseconds of play before a fault, and after the time by which it must be heard again. */
const CALM_MS = 1000;
const SETTLES_MS = 1000;

/** Milliseconds of recording taken at a time. */
const PIECE_MS = 1000;

/** Hz, of the harness's context. */
const RATE = 48_000;

/** Seconds from capture to speaker, of a live stream that is well again. */
const MOST_DELAY = 3;

/** Milliseconds that the device or this process, which is the server, may be held up for what is not counted as a
 * fault's to be true: a machine that stalls is a fault of its own. */
const MOST_HELD_MS = 50;

/** Of a silence's edges, ms: the level is looked at in windows, and concealment fades before it. */
const EDGE_MS = 10;

export interface Verdict {
	readonly fault: string;
	/** Expected of it, and not so. */
	readonly failures: readonly string[];
	/** Longest by which device or server were held up, ms. */
	readonly heldMs: number;
	/** From when the way was whole again to sound, ms; 0: it never fell silent, or was heard before. */
	readonly backMs: number;
	readonly silentMs: number;
	/** Growth. */
	readonly counts: Readonly<Record<string, number>>;
	/** Seconds, afterwards. */
	readonly endToEndDelay: number;
	readonly playoutDelay: number;
	readonly targetDelay: number;
}

/** True when the machine held still. */
export function isValid({ heldMs }: Verdict): boolean {
	return heldMs <= MOST_HELD_MS;
}

export async function tryFault(
	fault: Fault,
	place: FaultPlace,
	listening: Listening,
): Promise<Verdict> {
	await wait(CALM_MS);
	await listening.hear();
	listening.takeEvents();
	listening.takeWorstLate();
	const before = counters(listening);
	const clicksBefore = listening.clicks.length;
	const from = epochMs();
	const loop = monitorEventLoopDelay({ resolution: 5 });
	loop.enable();
	const consequence = await inflict(fault, place, listening);
	loop.disable();
	const after = counters(listening);
	const counts = Object.fromEntries(COUNTERS.map((name) => [name, after[name]! - before[name]!]));
	const silences = listening.silencesAfter(from);
	const events = listening.takeEvents();
	return {
		fault: fault.name,
		failures: [
			...soundFailures(fault, consequence, silences),
			...clickFailures(consequence, listening.clicks.slice(clicksBefore)),
			...countFailures(fault, consequence, counts),
			...silenceFailures(silences, counts['concealedSamples']!),
			...eventFailures(fault, consequence, events, counts['reconnects']!),
			...stateFailures(fault, events, listening.state),
			...delayFailures(listening),
			...(consequence.serverFailures ?? []),
		],
		heldMs: Math.max(loop.max / 1e6, listening.takeWorstLate()),
		backMs: backMs(consequence, silences),
		silentMs: silentMs(silences),
		counts,
		endToEndDelay: listening.stat('endToEndDelay'),
		playoutDelay: listening.stat('playoutDelay'),
		targetDelay: listening.stat('targetDelay'),
	};
}

/** Listens all the while, until all must be well again. */
async function inflict(
	fault: Fault,
	place: FaultPlace,
	listening: Listening,
): Promise<Consequence> {
	const { backWithinMs, settlesWithinMs = SETTLES_MS } = fault;
	const settled = fault.inflict(place).then(async (consequence) => {
		const until = consequence.healedAt + backWithinMs + settlesWithinMs;
		await wait(Math.max(0, until - epochMs()));
		return consequence;
	});
	let consequence: Consequence | null = null;
	while (consequence === null) {
		consequence = await Promise.race([settled, wait(PIECE_MS, null)]);
		await listening.hear();
	}
	return consequence;
}

function counters(listening: Listening): Readonly<Record<string, number>> {
	return Object.fromEntries(COUNTERS.map((name) => [name, listening.stat(name)]));
}

function backMs({ healedAt }: Consequence, silences: readonly Silence[]): number {
	return Math.max(0, ...silences.map(({ to }) => to - healedAt));
}

function silentMs(silences: readonly Silence[]): number {
	return silences.reduce((sum, { from, to }) => sum + to - from, 0);
}

function clickFailures({ healedAt }: Consequence, clicks: readonly number[]): string[] {
	const times = clicks.map((at) => (at - healedAt).toFixed(0));
	return clicks.length === 0
		? []
		: [`${clicks.length} clicks, from ${times[0]} to ${times.at(-1)} ms after it was over`];
}

/** What is silent was not played: it must have been counted. */
function silenceFailures(silences: readonly Silence[], concealed: number): string[] {
	const silent = silentMs(silences);
	return silent <= (1000 * concealed) / RATE + EDGE_MS * silences.length
		? []
		: [`${silent.toFixed(0)} ms silent, ${concealed} concealedSamples`];
}

function soundFailures(
	{ backWithinMs }: Fault,
	consequence: Consequence,
	silences: readonly Silence[],
): string[] {
	const back = backMs(consequence, silences);
	return back <= backWithinMs ? [] : [`sound after ${back.toFixed(0)} ms (bound ${backWithinMs})`];
}

function countFailures(
	{ mayCount }: Fault,
	{ counts: expected = {} }: Consequence,
	counts: Readonly<Record<string, number>>,
): string[] {
	return COUNTERS.flatMap((name) => {
		const count = counts[name]!;
		const wanted = expected[name];
		const isRight =
			wanted === undefined
				? count === 0 || FREE.has(name) || mayCount.includes(name)
				: typeof wanted === 'number'
					? count === wanted
					: count >= wanted.atLeast;
		return isRight ? [] : [`${name} +${count}, expected ${JSON.stringify(wanted ?? 0)}`];
	});
}

function eventFailures(
	{ mayReport = [] }: Fault,
	{ events: expected = {} }: Consequence,
	events: readonly SeenEvent[],
	reconnects: number,
): string[] {
	const failures = [];
	const wanted = { format: 0, message: 0, ended: 0, open: reconnects, ...expected };
	for (const [type, count] of Object.entries(wanted)) {
		const seen = events.filter((event) => event.type === type).length;
		if (seen !== count) {
			failures.push(`${seen} ${type} events, expected ${count}`);
		}
	}
	const codes = events.filter(({ type }) => type === 'error').map(({ detail }) => String(detail));
	codes.forEach((code, i) => {
		if (!mayReport.includes(code) || codes.indexOf(code) !== i) {
			failures.push(`an error event, ${code}`);
		}
	});
	return failures;
}

function stateFailures({ rounds }: Fault, events: readonly SeenEvent[], state: string): string[] {
	const entered = events
		.filter(({ type }) => type === 'statechange')
		.map(({ detail }) => (detail as { state: string }).state)
		.join(' ');
	const allowed = new RegExp(`^((${rounds.join('|')})( |$))*$`);
	return [
		...(allowed.test(entered) ? [] : [`states ${entered}`]),
		...(state === 'playing' ? [] : [`${state} at the end`]),
	];
}

function delayFailures(listening: Listening): string[] {
	const delay = listening.stat('endToEndDelay');
	return delay > 0 && delay < MOST_DELAY ? [] : [`endToEndDelay ${delay} s`];
}
