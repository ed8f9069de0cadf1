// One case: what was heard of every player, and what it cost.
import type { BenchResults, CaseDescription, PeerRun, PlayerName } from '../results.js';
import { decimal, details, plural, spreadCell, table, type Column } from './markdown.js';
import { outcomeOf, runsOf, spreadOf, type Outcome } from './outcome.js';

interface Row {
	readonly player: PlayerName;
	readonly runs: readonly PeerRun[];
}

type Value = (outcome: Outcome, run: PeerRun) => number;

/** @param plot path of the picture, from the page; null: there is none. */
export function caseSection(
	results: BenchResults,
	described: CaseDescription,
	plot: string | null,
): string {
	const rows = results.players.map(({ name }) => ({
		player: name,
		runs: runsOf(results, described.name, name),
	}));
	const streams = Math.max(1, ...rows.flatMap(({ runs }) => runs.map(({ heard }) => heard.length)));
	return [
		`### ${described.title}`,
		`${described.what} ${plural(described.seconds, 'second')} each.${streamsNote(streams)}`,
		...(plot ? [`![Delay over time of each player: ${described.title}](${plot})`] : []),
		table(HEARD, rows),
		...silentNotes(rows),
		details(`${described.title}: start, purity and what it costs the browser`, table(COST, rows)),
	].join('\n\n');
}

function streamsNote(streams: number): string {
	return streams === 1
		? ''
		: ` ${streams} streams at once: the delay is the mean of theirs, p95 and SNR those of the worst, all else their sum;
the picture shows the first.`;
}

/** A run in which nothing was heard has no figures: said in words. */
function silentNotes(rows: readonly Row[]): string[] {
	const notes = rows.flatMap(({ player, runs }) => {
		const dead = runs.filter((run) => Number.isNaN(outcomeOf(run).delayMeanMs));
		return dead.length > 0 ? [`Nothing heard of ${player} in ${plural(dead.length, 'run')}.`] : [];
	});
	return notes.length > 0 ? [notes.join(' ')] : [];
}

function spread(title: string, value: Value, digits?: number): Column<Row> {
	const cell = ({ runs }: Row): string =>
		spreadCell(spreadOf(runs.map((run) => value(outcomeOf(run), run))), digits);
	return { title, cell };
}

function rate(title: string, value: (outcome: Outcome) => number): Column<Row> {
	return spread(title, (outcome) => value(outcome) / outcome.minutes);
}

const PLAYER: Column<Row> = {
	title: 'Player',
	cell: ({ player }) => (player === 'steadypcm' ? `**${player}**` : player),
	isText: true,
};

const HEARD: readonly Column<Row>[] = [
	PLAYER,
	spread('Delay, ms', ({ delayMeanMs }) => delayMeanMs),
	spread('p95, ms', ({ delayP95Ms }) => delayP95Ms),
	rate('Silent, ms/min', ({ silentMs }) => silentMs),
	rate('Inserted, ms/min', ({ insertedMs }) => insertedMs),
	rate('Skipped, ms/min', ({ skippedMs }) => skippedMs),
	rate('Made up, ms/min', ({ concealedMs }) => concealedMs),
	rate('Clicks/min', ({ clicks }) => clicks),
	spread('J, ms', ({ j }) => j),
];

const COST: readonly Column<Row>[] = [
	PLAYER,
	spread('First sound, ms', (_, { firstSoundMs }) => firstSoundMs, 0),
	spread('SNR, dB', ({ snrDb }) => snrDb),
	spread('CPU: audio, %', (_, { cost }) => 100 * cost.audioCpu, 2),
	spread('main thread, %', (_, { cost }) => 100 * cost.mainCpu, 2),
	spread('process, %', (_, { cost }) => 100 * cost.processCpu, 2),
	spread('Heap growth, kB', (_, { cost }) => cost.heapGrowthBytes / 1000, 0),
	spread('Collections on the audio thread', (_, { cost }) => cost.audioCollections, 0),
	spread('their pauses, ms', (_, { cost }) => cost.audioCollectionMs, 1),
];

const CONSOLE_WIDTHS = { name: 20, number: 9 };

/** What of a case fits a console: medians. */
export function consoleCase(results: BenchResults, described: CaseDescription): string {
	const { name, number } = CONSOLE_WIDTHS;
	const columns: readonly (readonly [string, Value])[] = [
		['delay ms', ({ delayMeanMs }) => delayMeanMs],
		['p95', ({ delayP95Ms }) => delayP95Ms],
		['silent', ({ silentMs, minutes }) => silentMs / minutes],
		['inserted', ({ insertedMs, minutes }) => insertedMs / minutes],
		['skipped', ({ skippedMs, minutes }) => skippedMs / minutes],
		['made up', ({ concealedMs, minutes }) => concealedMs / minutes],
		['clicks', ({ clicks, minutes }) => clicks / minutes],
		['SNR dB', ({ snrDb }) => snrDb],
		['J', ({ j }) => j],
		['start ms', (_, { firstSoundMs }) => firstSoundMs],
		['audio %', (_, { cost }) => 100 * cost.audioCpu],
		['tries', (_, { tries }) => tries],
	];
	const head = described.name.padEnd(name) + columns.map(([t]) => t.padStart(number)).join('');
	const lines = results.players.flatMap(({ name: player }) => {
		const runs = runsOf(results, described.name, player);
		const cells = columns.map(([, value]) =>
			decimal(spreadOf(runs.map((run) => value(outcomeOf(run), run)))?.median).padStart(number),
		);
		return runs.length > 0 ? [`  ${player}`.padEnd(name) + cells.join('')] : [];
	});
	return [head, ...lines].join('\n');
}
