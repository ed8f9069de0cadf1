// The places a stream may come from.
import { show } from './core/validation.js';

const SCHEMES = ['ws:', 'wss:', 'http:', 'https:'];

/** Absolute URLs: ws: and wss: of WebSockets, http: and https: of endless responses. Relative ones are
 * WebSockets of the page's server (wss: from an https: page); on a server there is no page, and only
 * absolute ones will do.
 * @throws TypeError for what is no URL, or of another scheme */
export function streamUrls(url: string | URL | readonly (string | URL)[]): string[] {
	const list = Array.isArray(url) ? (url as readonly (string | URL)[]) : [url as string | URL];
	if (list.length === 0) {
		throw new TypeError('Expected at least one URL, got an empty list.');
	}
	return list.map((item) => streamUrl(item));
}

function streamUrl(url: string | URL): string {
	const page = typeof location === 'undefined' ? undefined : location.href;
	let absolute: URL;
	try {
		absolute = new URL(url, page);
	} catch (cause) {
		throw new TypeError(`Expected the URL of a stream, got ${show(url)}.`, { cause });
	}
	const isRelative = typeof url === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(url);
	if (isRelative) {
		absolute.protocol = absolute.protocol === 'https:' ? 'wss:' : 'ws:';
	}
	if (!SCHEMES.includes(absolute.protocol)) {
		throw new TypeError(`Expected a ws:, wss:, http: or https: URL, got ${show(url)}.`);
	}
	absolute.hash = '';
	return absolute.href;
}
