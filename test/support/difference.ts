// How far two signals are from one another, in one figure: an expectation a sample is slow.

/** Index of the first sample that is not the same, of −0 and 0 and NaN as well; where one goes on, the other's end; −1:
 * there is none. */
export function firstDifference(heard: ArrayLike<number>, wanted: ArrayLike<number>): number {
	const length = Math.min(heard.length, wanted.length);
	for (let i = 0; i < length; i++) {
		if (!Object.is(heard[i], wanted[i])) {
			return i;
		}
	}
	return heard.length === wanted.length ? -1 : length;
}

/** Of any sample from what it should be; NaN if one is. */
export function greatestDifference(
	heard: ArrayLike<number>,
	wanted: (index: number) => number,
): number {
	let greatest = 0;
	for (let i = 0; i < heard.length; i++) {
		greatest = Math.max(greatest, Math.abs(heard[i]! - wanted(i)));
	}
	return greatest;
}
