// A picture of one run, as SVG: how late frames came, the delay aimed at, the delay heard, and where there
// was nothing to play.
import { escaped, ticks } from '../../support/svg.js';
import { envelope, type Column } from './envelope.js';
import type { Timeline } from './run.js';
import { relativeDelays, type Trace } from './trace.js';

/** Of an axis. */
const MOST_TICKS = 10;

/** px. */
const WIDTH = 1200;
const HEIGHT = 420;
const MARGIN = { left: 60, right: 16, top: 48, bottom: 44 };
const PLOT_WIDTH = WIDTH - MARGIN.left - MARGIN.right;
const PLOT_HEIGHT = HEIGHT - MARGIN.top - MARGIN.bottom;

// On a middling light ground of its own, so that the page around may be light or dark.
const COLORS = {
	ground: '#eceff1',
	ink: '#263238',
	grid: '#cfd8dc',
	arrival: '#78909c',
	target: '#1565c0',
	delay: '#2e7d32',
	concealed: '#e53935',
};

interface Scale {
	readonly fromMs: number;
	readonly toMs: number;
	readonly columns: number;
	/** The delay at the top edge, ms. */
	readonly topMs: number;
}

/** @param title what the picture shows, as text. */
export function picture(title: string, trace: Trace, timeline: Timeline): string {
	const delays = relativeDelays(trace);
	const scale = scaleOf(trace, timeline, delays);
	const { timeMs } = timeline;
	const shaded = envelope(timeMs, timeline.concealed, scale).filter(({ most }) => most > 0);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12" fill="${COLORS.ink}">`,
		`<title>${escaped(title)}</title>`,
		`<rect width="${WIDTH}" height="${HEIGHT}" fill="${COLORS.ground}"/>`,
		`<text x="${MARGIN.left}" y="20" font-size="15">${escaped(title)}</text>`,
		legend(),
		axes(scale),
		...shaded.map(shade),
		line(envelope(trace.arrivalMs, delays, scale), scale, COLORS.arrival),
		line(envelope(timeMs, timeline.targetMs, scale), scale, COLORS.target),
		line(envelope(timeMs, timeline.playoutDelayMs, scale), scale, COLORS.delay),
		'</svg>\n',
	].join('\n');
}

function scaleOf(trace: Trace, timeline: Timeline, delays: Float64Array): Scale {
	const edges = [trace.arrivalMs, timeline.timeMs].flatMap((times) => [times[0], times.at(-1)]);
	const known = edges.filter((time) => time !== undefined);
	const fromMs = Math.min(...known);
	const toMs = Math.max(...known, fromMs + 1);
	let most = 50;
	for (const values of [delays, timeline.targetMs, timeline.playoutDelayMs]) {
		for (const value of values) {
			most = Number.isFinite(value) ? Math.max(most, value) : most;
		}
	}
	return { fromMs, toMs, columns: PLOT_WIDTH, topMs: 1.05 * most };
}

function y(ms: number, { topMs }: Scale): number {
	return MARGIN.top + PLOT_HEIGHT * (1 - Math.max(0, ms) / topMs);
}

/** One path, with a stroke from least to most in every column. */
function line(columns: readonly Column[], scale: Scale, color: string): string {
	let before = -2;
	const steps = columns.map(({ index, least, most }) => {
		const x = MARGIN.left + index + 0.5;
		const move = index === before + 1 ? 'L' : 'M';
		before = index;
		return `${move}${x} ${y(least, scale).toFixed(1)}V${y(most, scale).toFixed(1)}`;
	});
	return `<path d="${steps.join('')}" fill="none" stroke="${color}" stroke-linecap="square"/>`;
}

function shade({ index }: Column): string {
	const x = MARGIN.left + index;
	return `<rect x="${x}" y="${MARGIN.top}" width="1" height="${PLOT_HEIGHT}" fill="${COLORS.concealed}" fill-opacity="0.35"/>`;
}

function legend(): string {
	const entries = [
		['lateness of frames', COLORS.arrival],
		['target delay', COLORS.target],
		['playout delay', COLORS.delay],
		['concealed', COLORS.concealed],
	] as const;
	return entries
		.map(([text, color], i) => {
			const x = MARGIN.left + 160 * i;
			return `<rect x="${x}" y="29" width="12" height="10" fill="${color}"/><text x="${x + 17}" y="38">${text}</text>`;
		})
		.join('\n');
}

function axes(scale: Scale): string {
	const bottom = MARGIN.top + PLOT_HEIGHT;
	const right = MARGIN.left + PLOT_WIDTH;
	const seconds = (scale.toMs - scale.fromMs) / 1000;
	const rows = ticks(scale.topMs, MOST_TICKS).map((ms) => {
		const at = y(ms, scale).toFixed(1);
		return `<path d="M${MARGIN.left} ${at}H${right}" stroke="${COLORS.grid}"/><text x="${MARGIN.left - 6}" y="${at}" dy="4" text-anchor="end">${ms}</text>`;
	});
	const columns = ticks(seconds, MOST_TICKS).map((second) => {
		const at = (MARGIN.left + (PLOT_WIDTH * second) / seconds).toFixed(1);
		return `<path d="M${at} ${bottom}v4" stroke="${COLORS.ink}"/><text x="${at}" y="${bottom + 17}" text-anchor="middle">${second}</text>`;
	});
	return [
		...rows,
		...columns,
		`<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="${COLORS.ink}"/>`,
		`<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">time, s</text>`,
		`<text transform="translate(14 ${MARGIN.top + PLOT_HEIGHT / 2}) rotate(-90)" text-anchor="middle">delay above the fastest frame, ms</text>`,
	].join('\n');
}
