// Delay over time of every player in one case, and where nothing was heard.
import { envelope, type Column } from '../../underrun/envelope.js';
import type { BenchResults, CaseDescription, HeardFigures, PlayerName } from '../results.js';
import { middleRun, runsOf } from './outcome.js';
import { escaped, ticks } from '../../../support/svg.js';
import { card, COLORS, logarithmicTicks, PLAYER_COLORS, spacedOut } from './svg.js';

/** px. */
const WIDTH = 960;
const LEFT = 64;
const PLOT_WIDTH = 720;
const RIGHT = LEFT + PLOT_WIDTH;
const TOP = 62;
const BOTTOM = 342;
const LANE = { height: 9, pitch: 15, top: BOTTOM + 30 };
/** px of one column that the points in it share. */
const COLUMN = 2;

/** Beyond this ratio of the highest delay to the lowest player's middle one a linear axis hides the low ones. */
const LINEAR_RATIO = 12;

interface Curve {
	readonly player: PlayerName;
	readonly timeMs: Float64Array;
	/** NaN where nothing is heard. */
	readonly delayMs: Float64Array;
}

interface Scale {
	readonly endMs: number;
	/** null: the axis is linear from 0; else logarithmic from this delay, ms. */
	readonly floorMs: number | null;
	readonly topMs: number;
}

/** @returns null if nothing was heard of any player. */
export function delayPlot(results: BenchResults, { name, title }: CaseDescription): string | null {
	const curves = results.players.flatMap(({ name: player }) => {
		const curve = middleRun(runsOf(results, name, player))?.heard[0]?.curve;
		return curve ? [curveOf(player, curve)] : [];
	});
	const heard = curves.filter(({ delayMs }) => delayMs.some(Number.isFinite));
	if (heard.length === 0) {
		return null;
	}
	const scale = scaleOf(heard);
	// The last drawn is on top.
	const ordered = [...heard].sort((a, b) => rank(a.player) - rank(b.player));
	const height = LANE.top + LANE.pitch * heard.length + 44;
	return card(`${title}: delay over time`, { width: WIDTH, height }, [
		axes(scale, LANE.top + LANE.pitch * heard.length),
		...ordered.map((curve) => line(curve, scale)),
		labels(heard, scale),
		`<text x="${LEFT}" y="${LANE.top - 8}" fill="${COLORS.faint}">Dark: nothing heard</text>`,
		...heard.map((curve, i) => lane(curve, scale, LANE.top + LANE.pitch * i)),
	]);
}

function rank(player: PlayerName): number {
	return player === 'steadypcm' ? 1 : 0;
}

function curveOf(player: PlayerName, curve: HeardFigures['curve']): Curve {
	return {
		player,
		timeMs: Float64Array.from(curve, ([time]) => time),
		delayMs: Float64Array.from(curve, ([, delay]) => delay ?? NaN),
	};
}

function scaleOf(curves: readonly Curve[]): Scale {
	const sorted = curves.map(({ delayMs }) => delayMs.filter(Number.isFinite).sort());
	const most = Math.max(...sorted.map((delays) => delays.at(-1)!), 20);
	const lowest = Math.min(...sorted.map((delays) => delays[delays.length >> 1]!));
	const endMs = Math.max(...curves.map(({ timeMs }) => timeMs.at(-1)!), 1);
	if (most <= LINEAR_RATIO * Math.max(lowest, 5)) {
		return { endMs, floorMs: null, topMs: 1.05 * most };
	}
	const least = Math.min(...sorted.map((delays) => delays[delays.length >> 6]!));
	return { endMs, floorMs: least >= 10 ? 10 : least >= 5 ? 5 : 1, topMs: 1.2 * most };
}

function y(ms: number, { floorMs, topMs }: Scale): number {
	const part =
		floorMs === null
			? ms / topMs
			: Math.log(Math.max(ms, floorMs) / floorMs) / Math.log(topMs / floorMs);
	return BOTTOM - (BOTTOM - TOP) * Math.min(1, Math.max(0, part));
}

function columnsOf({ timeMs, delayMs }: Curve, { endMs }: Scale): Column[] {
	// Fewer columns than points, lest a line have gaps where there are none.
	const columns = Math.max(1, Math.min(PLOT_WIDTH / COLUMN, timeMs.length >> 1));
	return envelope(timeMs, delayMs, { fromMs: 0, toMs: endMs, columns }).map((column) => ({
		...column,
		index: ((column.index + 0.5) * PLOT_WIDTH) / columns,
	}));
}

/** One path, with a stroke from least to most in every column, broken where nothing is heard. */
function line(curve: Curve, scale: Scale): string {
	const columns = columnsOf(curve, scale);
	const pitch = Math.min(...columns.slice(1).map(({ index }, i) => index - columns[i]!.index));
	let before = -Infinity;
	const steps = columns.map(({ index, least, most }) => {
		const move = index - before < 1.5 * pitch ? 'L' : 'M';
		before = index;
		const [low, high] = [y(least, scale).toFixed(1), y(most, scale).toFixed(1)];
		return `${move}${(LEFT + index).toFixed(1)} ${low}${low === high && move === 'L' ? '' : `V${high}`}`;
	});
	const isOwn = curve.player === 'steadypcm';
	return `<path d="${steps.join('')}" fill="none" stroke="${PLAYER_COLORS[curve.player]}" stroke-width="${isOwn ? 2.6 : 1.3}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

/** Names at the ends of the lines, in the order of their last delays. */
function labels(curves: readonly Curve[], scale: Scale): string {
	const ends = curves.map(({ delayMs }) => y(delayMs.findLast(Number.isFinite)!, scale));
	const places = spacedOut(ends, 16, BOTTOM);
	return curves
		.map(({ player }, i) => {
			const [from, to] = [ends[i]!.toFixed(1), places[i]!.toFixed(1)];
			return `<path d="M${RIGHT + 3} ${from}L${RIGHT + 16} ${to}h8" fill="none" stroke="${PLAYER_COLORS[player]}" stroke-width="1.5"/>${label(player, places[i]! + 4)}`;
		})
		.join('\n');
}

function label(player: PlayerName, at: number): string {
	const weight = player === 'steadypcm' ? ' font-weight="700"' : '';
	return `<text x="${RIGHT + 28}" y="${at.toFixed(1)}"${weight}>${escaped(player)}</text>`;
}

/** A strip over the time from the first sound on, dark where nothing is heard. */
function lane(curve: Curve, { endMs }: Scale, top: number): string {
	const { player, timeMs, delayMs } = curve;
	const x = (ms: number): number => LEFT + (PLOT_WIDTH * ms) / endMs;
	const first = delayMs.findIndex(Number.isFinite);
	const silences: string[] = [];
	for (let from = first; from < delayMs.length; from++) {
		let to = from;
		while (to < delayMs.length && Number.isNaN(delayMs[to])) {
			to++;
		}
		if (to > from) {
			const width = x(timeMs[to] ?? endMs) - x(timeMs[from]!);
			silences.push(
				`M${x(timeMs[from]!).toFixed(1)} ${top}h${Math.max(1, width).toFixed(1)}v${LANE.height}h-${Math.max(1, width).toFixed(1)}z`,
			);
			from = to;
		}
	}
	const begin = x(timeMs[first]!);
	return `<rect x="${begin.toFixed(1)}" y="${top}" width="${(RIGHT - begin).toFixed(1)}" height="${LANE.height}" fill="${PLAYER_COLORS[player]}" fill-opacity="0.25"/><path d="${silences.join('')}" fill="${COLORS.ink}"/>${label(player, top + LANE.height)}`;
}

function axes(scale: Scale, foot: number): string {
	const { floorMs, topMs, endMs } = scale;
	const marks = floorMs === null ? ticks(topMs, 7) : logarithmicTicks(floorMs, topMs);
	const rows = marks.map((ms) => {
		const at = y(ms, scale).toFixed(1);
		return `<path d="M${LEFT} ${at}H${RIGHT}" stroke="${COLORS.grid}"/><text x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end">${ms}</text>`;
	});
	const columns = ticks(endMs / 1000, 10).map((second) => {
		const at = (LEFT + (PLOT_WIDTH * second * 1000) / endMs).toFixed(1);
		return `<path d="M${at} ${BOTTOM}v4M${at} ${foot}v4" stroke="${COLORS.ink}"/><text x="${at}" y="${foot + 18}" text-anchor="middle">${second}</text>`;
	});
	const kind = floorMs === null ? '' : ' (logarithmic axis)';
	return [
		...rows,
		...columns,
		`<path d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}M${LEFT} ${foot}H${RIGHT}" fill="none" stroke="${COLORS.ink}"/>`,
		`<text x="20" y="48" fill="${COLORS.faint}">delay, ms${kind}</text>`,
		`<text x="${(LEFT + RIGHT) / 2}" y="${foot + 35}" text-anchor="middle" fill="${COLORS.faint}">time, s</text>`,
	].join('\n');
}
