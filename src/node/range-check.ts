// Caller mistakes are told where they are made: a value outside its range throws a RangeError that says what
// was expected and what was given.

/** Returns `value` when it is a number from `min` to `max`, both included.
 * @throws TypeError when it is no number, RangeError when it is outside (NaN too). */
export function inRange(name: string, value: number, min: number, max: number): number {
	if (typeof value !== 'number') {
		throw new TypeError(`Expected ${name} to be a number, got ${typeof value}.`);
	}
	if (!(value >= min && value <= max)) {
		throw new RangeError(`Expected ${name} from ${min} to ${max}, got ${value}.`);
	}
	return value;
}

/** As `inRange`, for whole numbers. */
export function integerInRange(name: string, value: number, min: number, max: number): number {
	if (!Number.isInteger(inRange(name, value, min, max))) {
		throw new RangeError(`Expected ${name} to be a whole number, got ${value}.`);
	}
	return value;
}
