// What every picture needs that is written as SVG.

/** Round numbers, 1, 2 or 5 times a power of ten apart, from 0 to `end` > 0. @param most of them, about. */
export function ticks(end: number, most: number): number[] {
	const rough = end / most;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
	const count = Math.floor(end / step + 1e-9) + 1;
	return Array.from({ length: count }, (_, i) => Number((i * step).toPrecision(6)));
}

export function escaped(text: string): string {
	return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
