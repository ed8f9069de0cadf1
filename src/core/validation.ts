// Checks of arguments: each names what was expected and what came.

/** @throws TypeError unless `value` is an object */
export function record(name: string, value: unknown): void {
	if (typeof value !== 'object' || value === null) {
		throw new TypeError(`Expected ${name} to be an object, got ${show(value)}.`);
	}
}

/** @throws TypeError unless every name in `value` is one of `names`: what is misspelt would be left out unseen */
export function named(name: string, value: object, names: readonly string[]): void {
	const stranger = Object.keys(value).find((key) => !names.includes(key));
	if (stranger !== undefined) {
		throw new TypeError(
			`Expected ${name} to have no names but ${names.join(', ')}, got ${show(stranger)}.`,
		);
	}
}

/** @throws TypeError unless `value` is one of `allowed` */
export function oneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
	if (!allowed.includes(value as T)) {
		const list = allowed.map((word) => `'${word}'`).join(', ');
		throw new TypeError(`Expected ${name} to be one of ${list}, got ${show(value)}.`);
	}
	return value as T;
}

/** @returns `value`, a number from `min` to `max`, both included.
 * @throws TypeError when it is no number, RangeError when it is outside (NaN too) */
export function inRange(name: string, value: unknown, min: number, max: number): number {
	const problem = `Expected ${name} to be a number from ${min} to ${max}, got ${show(value)}.`;
	if (typeof value !== 'number') {
		throw new TypeError(problem);
	}
	if (!(value >= min && value <= max)) {
		throw new RangeError(problem);
	}
	return value;
}

/** As `inRange`, for whole numbers. */
export function integerInRange(name: string, value: unknown, min: number, max: number): number {
	if (!Number.isInteger(inRange(name, value, min, max))) {
		throw new RangeError(`Expected ${name} to be a whole number, got ${show(value)}.`);
	}
	return value as number;
}

/** A value as an error message says it. */
export function show(value: unknown): string {
	return typeof value === 'string' ? `'${value}'` : String(value);
}
