// Delay against concealment: NetEq's point and steadypcm's profiles, a panel for each trace.
import type { BenchResults } from '../results.js';
import { titleOf } from './method-section.js';
import { PRICE_OF_PERCENT_MS } from './outcome.js';
import { escaped, ticks } from '../../../support/svg.js';
import { card, COLORS, PLAYER_COLORS } from './svg.js';
import { traceCases, tracePlayers, type TracePlayer } from './traces.js';

/** px. */
const PANEL = { width: 312, height: 256, left: 48, right: 20, top: 34, bottom: 46 };
const PLOT_WIDTH = PANEL.width - PANEL.left - PANEL.right;
const PLOT_HEIGHT = PANEL.height - PANEL.top - PANEL.bottom;
const HEAD = 62;
const COLUMNS = 3;
/** Of a letter of a label, px. */
const LETTER = 6.6;

const NETEQ_COLOR = '#d55e00';

interface Scale {
	/** ms and percent at the far edges. */
	readonly right: number;
	readonly top: number;
}

interface Point {
	readonly x: number;
	readonly y: number;
}

/** @returns null if there are no runs. */
export function tradeOffPlot(results: BenchResults): string | null {
	const panels = traceCases(results).map((name) => ({
		title: titleOf(results.cases, name),
		players: tracePlayers(results, name).filter(({ delay, concealed }) => delay && concealed),
	}));
	const drawn = panels.filter(({ players }) => players.length > 0);
	if (drawn.length === 0) {
		return null;
	}
	const columns = drawn.length === 4 ? 2 : Math.min(COLUMNS, drawn.length);
	// Wide enough for the heading.
	const width = Math.max(2, columns) * PANEL.width + 20;
	const height = HEAD + Math.ceil(drawn.length / columns) * PANEL.height + 8;
	return card('Delay against concealment: lower left is better', { width, height }, [
		`<text x="20" y="47" fill="${COLORS.faint}">medians and single runs (faint); dashed: as good as NetEq by J, below it is better</text>`,
		...drawn.map(({ title, players }, i) => {
			const x = 10 + (i % columns) * PANEL.width;
			const y = HEAD + Math.floor(i / columns) * PANEL.height;
			return `<g transform="translate(${x} ${y})">${panel(title, players)}</g>`;
		}),
	]);
}

function panel(title: string, players: readonly TracePlayer[]): string {
	const runs = players.flatMap((player) => player.runs);
	const scale = {
		right: 1.15 * Math.max(20, ...runs.map(({ meanDelayMs }) => meanDelayMs)),
		top: 1.2 * Math.max(0.2, ...runs.map(({ concealedPercent }) => concealedPercent)),
	};
	const netEq = players.find(({ profile }) => profile === null);
	const own = players.filter(({ profile }) => profile !== null);
	return [
		`<text x="${PANEL.left}" y="20" font-weight="600">${escaped(title)}</text>`,
		axes(scale),
		...(netEq ? [equalJ(netEq, scale)] : []),
		`<path d="${own.map((player, i) => `${i === 0 ? 'M' : 'L'}${pair(middle(player, scale))}`).join('')}" fill="none" stroke="${PLAYER_COLORS.steadypcm}" stroke-width="2"/>`,
		...players.map((player) => dots(player, scale)),
		labels(players, scale),
	].join('\n');
}

function place(delayMs: number, percent: number, { right, top }: Scale): Point {
	return {
		x: PANEL.left + (PLOT_WIDTH * delayMs) / right,
		y: PANEL.top + PLOT_HEIGHT * (1 - percent / top),
	};
}

function middle({ delay, concealed }: TracePlayer, scale: Scale): Point {
	return place(delay!.median, concealed!.median, scale);
}

function pair({ x, y }: Point): string {
	return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** The part within the panel of the line of all points with NetEq's J, which falls to the right. */
function equalJ({ delay, concealed }: TracePlayer, scale: Scale): string {
	const j = delay!.median + PRICE_OF_PERCENT_MS * concealed!.median;
	const at = (delayMs: number): Point => place(delayMs, (j - delayMs) / PRICE_OF_PERCENT_MS, scale);
	const from = Math.max(0, j - PRICE_OF_PERCENT_MS * scale.top);
	const to = Math.min(scale.right, j);
	return `<path d="M${pair(at(from))}L${pair(at(to))}" stroke="${NETEQ_COLOR}" stroke-dasharray="5 4"/>`;
}

function dots(player: TracePlayer, scale: Scale): string {
	const color = player.profile ? PLAYER_COLORS.steadypcm : NETEQ_COLOR;
	const faint = player.runs.map(({ meanDelayMs, concealedPercent }) => {
		const { x, y } = place(meanDelayMs, concealedPercent, scale);
		return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.5" fill="${color}" fill-opacity="0.35"/>`;
	});
	const { x, y } = middle(player, scale);
	const shape = player.profile
		? `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" fill="${color}"/>`
		: `<rect x="${(x - 5).toFixed(1)}" y="${(y - 5).toFixed(1)}" width="10" height="10" fill="${color}"/>`;
	return [...faint, shape].join('');
}

interface Box {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** Beside each point, where there is room. */
function labels(players: readonly TracePlayer[], scale: Scale): string {
	const taken: Box[] = players.map((player) => around(middle(player, scale)));
	const texts = players.map((player) => {
		const text = player.profile ?? 'NetEq';
		const { x, y } = middle(player, scale);
		const width = LETTER * text.length;
		const tries = [-9, 18, -22, 31].flatMap((dy) => [
			{ left: x + 7, top: y + dy - 10, right: x + 7 + width, bottom: y + dy + 2 },
			{ left: x - 7 - width, top: y + dy - 10, right: x - 7, bottom: y + dy + 2 },
		]);
		const box = tries.find((wanted) => isFree(wanted, taken)) ?? tries[0]!;
		taken.push(box);
		const weight = player.profile ? '' : ' font-weight="700"';
		return `<text x="${box.left.toFixed(1)}" y="${(box.bottom - 2).toFixed(1)}"${weight}>${text}</text>`;
	});
	return texts.join('');
}

function around({ x, y }: Point): Box {
	return { left: x - 5, top: y - 5, right: x + 5, bottom: y + 5 };
}

function isFree(box: Box, taken: readonly Box[]): boolean {
	const isInside =
		box.left > PANEL.left && box.right < PANEL.width && box.bottom < PANEL.height - PANEL.bottom;
	const overlaps = (other: Box): boolean =>
		box.left < other.right &&
		other.left < box.right &&
		box.top < other.bottom &&
		other.top < box.bottom;
	return isInside && !taken.some(overlaps);
}

function axes(scale: Scale): string {
	const bottom = PANEL.top + PLOT_HEIGHT;
	const right = PANEL.left + PLOT_WIDTH;
	const rows = ticks(scale.top, 5).map((percent) => {
		const at = place(0, percent, scale).y.toFixed(1);
		return `<path d="M${PANEL.left} ${at}H${right}" stroke="${COLORS.grid}"/><text x="${PANEL.left - 6}" y="${at}" dy="4" font-size="11" text-anchor="end">${percent}</text>`;
	});
	const columns = ticks(scale.right, 5).map((ms) => {
		const at = place(ms, 0, scale).x.toFixed(1);
		return `<path d="M${at} ${bottom}v4" stroke="${COLORS.ink}"/><text x="${at}" y="${bottom + 16}" font-size="11" text-anchor="middle">${ms}</text>`;
	});
	return [
		...rows,
		...columns,
		`<path d="M${PANEL.left} ${PANEL.top}V${bottom}H${right}" fill="none" stroke="${COLORS.ink}"/>`,
		`<text x="${PANEL.left + PLOT_WIDTH / 2}" y="${bottom + 33}" font-size="11" text-anchor="middle" fill="${COLORS.faint}">mean delay, ms</text>`,
		`<text transform="translate(12 ${PANEL.top + PLOT_HEIGHT / 2}) rotate(-90)" font-size="11" text-anchor="middle" fill="${COLORS.faint}">concealed, %</text>`,
	].join('\n');
}
