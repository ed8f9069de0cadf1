// Checks of arguments: each names what was expected and what came.

/** @throws TypeError unless `value` is an object */
export function record(name: string, value: unknown): void {
	if (typeof value !== 'object' || value === null) {
		throw new TypeError(`Expected ${name} to be an object, got ${show(value)}.`);
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

/** @throws TypeError unless `value` is a number, RangeError unless it is within `min` to `max` */
export function finiteIn(name: string, value: unknown, min: number, max: number): number {
	const problem = `Expected ${name} to be a number from ${min} to ${max}, got ${show(value)}.`;
	if (typeof value !== 'number' || Number.isNaN(value)) {
		throw new TypeError(problem);
	}
	if (value < min || value > max) {
		throw new RangeError(problem);
	}
	return value;
}

/** Absolute WebSocket URLs. Relative ones are against the page; on a server there is none, and only
 * absolute ones will do.
 * @throws TypeError for what is no URL, or of a scheme other than ws: and wss: (http: pages' relative
 * URLs become ws:, https: pages' wss:) */
export function webSocketUrls(url: string | URL | readonly (string | URL)[]): string[] {
	const list = Array.isArray(url) ? (url as readonly (string | URL)[]) : [url as string | URL];
	if (list.length === 0) {
		throw new TypeError('Expected at least one URL, got an empty list.');
	}
	return list.map((item) => webSocketUrl(item));
}

function webSocketUrl(url: string | URL): string {
	const page = typeof location === 'undefined' ? undefined : location.href;
	let absolute: URL;
	try {
		absolute = new URL(url, page);
	} catch (cause) {
		throw new TypeError(`Expected a WebSocket URL, got ${show(url)}.`, { cause });
	}
	const isRelative = typeof url === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(url);
	if (isRelative) {
		absolute.protocol = absolute.protocol === 'https:' ? 'wss:' : 'ws:';
	}
	if (absolute.protocol !== 'ws:' && absolute.protocol !== 'wss:') {
		throw new TypeError(`Expected a ws: or wss: URL, got ${show(url)}.`);
	}
	absolute.hash = '';
	return absolute.href;
}

function show(value: unknown): string {
	return typeof value === 'string' ? `'${value}'` : String(value);
}
