/** Whether two values are the same: lists and plain objects by what they hold, all else by identity. */
export function isSame(a: unknown, b: unknown): boolean {
	if (!isPlain(a) || !isPlain(b)) {
		return Object.is(a, b);
	}
	const names = Object.keys(a);
	return (
		names.length === Object.keys(b).length &&
		names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
	);
}

function isPlain(value: unknown): value is Record<string, unknown> {
	return (
		typeof value === 'object' &&
		value !== null &&
		(Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)
	);
}
