// Markdown: tables, and numbers as they stand in them.
import type { Spread } from './outcome.js';

export const MISSING = '–';

export interface Column<Row> {
	readonly title: string;
	readonly cell: (row: Row) => string;
	/** Texts go left, numbers right. */
	readonly isText?: boolean;
}

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
	const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	return [
		line(columns.map(({ title }) => title)),
		line(columns.map(({ isText }) => (isText ? ':--' : '--:'))),
		...rows.map((row) => line(columns.map(({ cell }) => escaped(cell(row))))),
	].join('\n');
}

function escaped(cell: string): string {
	return cell.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ') || MISSING;
}

/** One digit after the point, none from 100 on, unless told; MISSING for what is no finite number. */
export function decimal(value: number | null | undefined, digits?: number): string {
	if (value === null || value === undefined || !Number.isFinite(value)) {
		return MISSING;
	}
	const places = digits ?? (Math.abs(value) < 99.95 ? 1 : 0);
	const text = value.toFixed(places);
	// Nothing is shown as −0.
	return (Number(text) === 0 ? (0).toFixed(digits ?? 0) : text).replace('-', '−');
}

/** The median, and below it in small print from where to where the runs go, if they differ. */
export function spreadCell(spread: Spread | null, digits?: number): string {
	if (!spread) {
		return MISSING;
	}
	const [least, median, most] = [spread.least, spread.median, spread.most].map((value) =>
		decimal(value, digits),
	);
	return least === most ? median! : `${median}<br><small>${least} to ${most}</small>`;
}

/** `1.7 kB` */
export function kilobytes(bytes: number): string {
	return `${decimal(bytes / 1000, 1)} kB`;
}

export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and c` */
export function listed(texts: readonly string[]): string {
	return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** Folded away until the reader opens it. */
export function details(summary: string, content: string): string {
	return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
