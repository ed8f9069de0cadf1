// A table for a console: columns that align, two spaces apart.

export interface Column<Row> {
	readonly title: string;
	readonly cell: (row: Row) => string;
	/** Texts go left, numbers right. */
	readonly isText?: boolean;
}

/** A line of titles, then one a row. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
	const lines = [
		columns.map(({ title }) => title),
		...rows.map((row) => columns.map(({ cell }) => cell(row))),
	];
	const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
	const pad = (text: string, i: number): string =>
		columns[i]!.isText === true ? text.padEnd(widths[i]!) : text.padStart(widths[i]!);
	return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}
