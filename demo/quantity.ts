// Numbers as people read them, with their units.

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TENTH = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const MINUS = '\u2212';

/** A number, and what it counts. */
export interface Quantity {
	readonly number: string;
	readonly unit: string;
}

export function text({ number, unit }: Quantity): string {
	return unit === '' ? number : `${number}\u00a0${unit}`;
}

export function count(value: number, unit = ''): Quantity {
	return { number: WHOLE.format(value), unit };
}

/** @param seconds shown as ms; below 10 ms with a decimal. */
export function milliseconds(seconds: number): Quantity {
	const ms = 1000 * seconds;
	return { number: ms > 0 && ms < 9.95 ? TENTH.format(ms) : WHOLE.format(ms), unit: 'ms' };
}

export function percent(part: number, whole: number): Quantity {
	const value = whole > 0 ? (100 * part) / whole : 0;
	return {
		number: value === 0 ? '0' : value < 0.01 ? '< 0.01' : value.toFixed(value < 10 ? 2 : 1),
		unit: '%',
	};
}

export function ppm(value: number): Quantity {
	const whole = Math.round(value);
	const sign = whole > 0 ? '+' : whole < 0 ? MINUS : '';
	return { number: sign + WHOLE.format(Math.abs(whole)), unit: 'ppm' };
}

export function bytes(value: number): Quantity {
	return value < 1e6
		? { number: TENTH.format(value / 1e3), unit: 'kB' }
		: { number: TENTH.format(value / 1e6), unit: 'MB' };
}

export function kilohertz(hertz: number): string {
	return `${hertz / 1000}\u00a0kHz`;
}
