// A long series drawn in few columns: what a column holds, from least to most.

export interface Column {
	/** Place in the picture, 0 to columns − 1. */
	readonly index: number;
	readonly least: number;
	readonly most: number;
}

/** Columns without a finite value are left out.
 * @param timeMs of each value, rising. @param span of time that the columns divide evenly. */
export function envelope(
	timeMs: Float64Array,
	values: ArrayLike<number>,
	span: { readonly fromMs: number; readonly toMs: number; readonly columns: number },
): Column[] {
	const least = new Float64Array(span.columns).fill(Infinity);
	const most = new Float64Array(span.columns).fill(-Infinity);
	const perMs = span.columns / (span.toMs - span.fromMs);
	timeMs.forEach((time, i) => {
		const index = Math.min(span.columns - 1, Math.floor((time - span.fromMs) * perMs));
		const value = values[i]!;
		if (index >= 0 && time <= span.toMs && Number.isFinite(value)) {
			least[index] = Math.min(least[index]!, value);
			most[index] = Math.max(most[index]!, value);
		}
	});
	return [...least.keys()]
		.filter((index) => least[index]! <= most[index]!)
		.map((index) => ({ index, least: least[index]!, most: most[index]! }));
}
