// Colours a slider's track from its zero to its value, which CSS cannot.

export function fillRange(range: HTMLInputElement): void {
	const min = Number(range.min);
	const max = Number(range.max);
	const share = (value: number): number => (value - min) / (max - min);
	const zero = share(Math.min(max, Math.max(min, 0)));
	const here = share(range.valueAsNumber);
	const from = Math.min(zero, here);
	range.style.setProperty('--from', from === 0 ? '0%' : position(from));
	range.style.setProperty('--to', position(Math.max(zero, here)));
}

/** Of the thumb's middle, which does not reach the ends: the thumb is 20 px wide. */
function position(share: number): string {
	return `calc(10px + ${share} * (100% - 20px))`;
}
