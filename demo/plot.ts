// Times in milliseconds over the last 30 seconds: lines, marks, axes with units.
import { SPAN, type History, type Mark, type Point } from './history.js';
import { surfaceOf, type Surface } from './surface.js';

/** One line of a plot. */
export interface Line {
	readonly of: 'level' | 'target' | 'delay' | 'p95';
	/** Custom properties with its colours. */
	readonly stroke: string;
	readonly fill?: string;
	readonly width: number;
	readonly dash?: readonly number[];
}

/** Room for the axes, CSS pixels. */
const LEFT = 60;
const RIGHT = 8;
/** Height of a row of labels, px. */
const ROW = 13;

const TOP = 18;
const BOTTOM = 24;

/** Seconds without a point that leave the line open. */
const HOLE = 0.4;

/** ms that the axis reaches at least, and the steps it may be divided in. */
const LEAST_TOP = 100;
const STEPS = [20, 50, 100, 200, 500, 1000, 2000, 5000];
const MOST_STEPS = 5;

const FONT = '12px ui-sans-serif, system-ui, sans-serif';

/** Where times and values lie on a surface. */
interface Scale {
	readonly x: (at: number) => number;
	readonly y: (ms: number) => number;
	readonly step: number;
	readonly top: number;
}

export class Plot {
	readonly #canvas: HTMLCanvasElement;
	readonly #history: History;
	readonly #lines: readonly Line[];
	readonly #kinds: readonly Mark['kind'][];

	/** @param kinds marks that it shows */
	constructor(
		canvas: HTMLCanvasElement,
		history: History,
		lines: readonly Line[],
		kinds: readonly Mark['kind'][],
	) {
		this.#kinds = kinds;
		this.#canvas = canvas;
		this.#history = history;
		this.#lines = lines;
	}

	/** @param now seconds, the page's clock */
	draw(now: number): void {
		const surface = surfaceOf(this.#canvas);
		if (surface === null) {
			return;
		}
		const { points } = this.#history;
		const marks = this.#history.marks.filter(({ kind }) => this.#kinds.includes(kind));
		const scale = this.#scale(surface, now);
		drawAxes(surface, scale, now);
		surface.context.save();
		surface.context.beginPath();
		surface.context.rect(LEFT, 0, surface.width - LEFT - RIGHT, surface.height);
		surface.context.clip();
		drawMarks(surface, scale, marks);
		for (const line of this.#lines) {
			drawLine(surface, scale, points, line);
		}
		surface.context.restore();
		if (points.length === 0) {
			drawEmpty(surface, scale);
		}
	}

	#scale({ width, height }: Surface, now: number): Scale {
		let highest = LEAST_TOP;
		for (const point of this.#history.points) {
			for (const { of } of this.#lines) {
				highest = Math.max(highest, 1080 * point[of]);
			}
		}
		const step = STEPS.find((one) => highest / one <= MOST_STEPS) ?? STEPS.at(-1)!;
		const top = Math.ceil(highest / step) * step;
		return {
			x: (at) => width - RIGHT - ((now - at) / SPAN) * (width - LEFT - RIGHT),
			y: (ms) => height - BOTTOM - (ms / top) * (height - TOP - BOTTOM),
			step,
			top,
		};
	}
}

function drawAxes({ context, width, colour }: Surface, scale: Scale, now: number): void {
	context.font = FONT;
	context.fillStyle = colour('--ink-soft');
	context.strokeStyle = colour('--plot-grid');
	context.lineWidth = 1;
	context.textAlign = 'right';
	context.textBaseline = 'middle';
	context.beginPath();
	for (let ms = 0; ms <= scale.top; ms += scale.step) {
		const y = Math.round(scale.y(ms)) + 0.5;
		context.moveTo(LEFT, y);
		context.lineTo(width - RIGHT, y);
		context.fillText(ms === scale.top ? `${ms} ms` : String(ms), LEFT - 6, y);
	}
	context.stroke();
	context.textBaseline = 'top';
	for (let ago = 0; ago <= SPAN; ago += 10) {
		context.textAlign = ago === SPAN ? 'left' : ago === 0 ? 'right' : 'center';
		const label = ago === 0 ? 'now' : `\u2212${ago} s`;
		context.fillText(label, scale.x(now - ago), scale.y(0) + 7);
	}
}

function drawMarks(
	{ context, width, colour }: Surface,
	scale: Scale,
	marks: readonly Mark[],
): void {
	context.font = FONT;
	context.textBaseline = 'top';
	context.textAlign = 'left';
	// Where the last label of the upper row ends: one that would overlap it goes to the lower row.
	let taken = 0;
	for (const { at, until, kind, label } of marks) {
		const x = Math.round(scale.x(at)) + 0.5;
		context.strokeStyle = context.fillStyle = colour(kind === 'gap' ? '--plot-gap' : '--plot-mark');
		if (until !== undefined) {
			context.globalAlpha = 0.16;
			context.fillRect(x, 0, scale.x(until) - x, scale.y(0));
			context.globalAlpha = 1;
		}
		context.lineWidth = kind === 'gap' ? 3 : 1;
		context.setLineDash(kind === 'gap' ? [] : [2, 3]);
		context.beginPath();
		context.moveTo(x, kind === 'gap' ? scale.y(0) - 10 : TOP - 16);
		context.lineTo(x, scale.y(0));
		context.stroke();
		context.fillStyle = colour('--ink-soft');
		const length = context.measureText(label).width;
		const left = x + 4 + length < width - RIGHT ? x + 4 : x - 4 - length;
		const isFree = left > taken;
		context.fillText(label, left, isFree ? 2 : 2 + ROW);
		taken = isFree ? left + length + 4 : taken;
	}
	context.setLineDash([]);
}

function drawLine(surface: Surface, scale: Scale, points: readonly Point[], line: Line): void {
	const { context, colour } = surface;
	context.strokeStyle = colour(line.stroke);
	context.lineWidth = line.width;
	context.lineJoin = 'round';
	context.setLineDash([...(line.dash ?? [])]);
	for (const run of unbroken(points)) {
		const path = new Path2D();
		for (const point of run) {
			path.lineTo(scale.x(point.at), scale.y(1000 * point[line.of]));
		}
		context.stroke(path);
		if (line.fill !== undefined) {
			path.lineTo(scale.x(run.at(-1)!.at), scale.y(0));
			path.lineTo(scale.x(run[0]!.at), scale.y(0));
			context.fillStyle = colour(line.fill);
			context.fill(path);
		}
	}
	context.setLineDash([]);
}

function drawEmpty({ context, width, colour }: Surface, { y, top }: Scale): void {
	context.font = FONT;
	context.fillStyle = colour('--ink-soft');
	context.textAlign = 'center';
	context.textBaseline = 'middle';
	context.fillText('draws as soon as you play', (LEFT + width - RIGHT) / 2, y(top * 0.5));
}

/** The points, parted where nothing was measured for a while. */
function unbroken(points: readonly Point[]): Point[][] {
	const runs: Point[][] = [];
	let last = -Infinity;
	for (const point of points) {
		if (point.at - last > HOLE) {
			runs.push([]);
		}
		runs.at(-1)!.push(point);
		last = point.at;
	}
	return runs;
}
