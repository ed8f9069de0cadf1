// The places a stream may come from.
import { show } from './core/validation.js';

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
