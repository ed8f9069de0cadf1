// Which pages' scripts may come here. A browser tells a page's origin; another program tells none, and needs no
// policy. On loopback the Host is checked as well: a foreign name that resolves to this machine (DNS rebinding) would
// make a foreign page look like our own.
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../access/client-address.js';

/** Why a request may not come. */
export type OriginFault = 'origin' | 'host';

/** Every origin. */
const ANY = '*';

/** Judges requests by Origin and Host. */
export class OriginPolicy {
	readonly #allowed: ReadonlySet<string>;
	readonly #hosts: ReadonlySet<string>;
	readonly #isLocalOnly: boolean;

	/**
	 * @param allowed origins besides our own, such as `https://radio.example`; `*`: every one
	 * @param isLocalOnly the server listens on loopback only
	 * @throws TypeError for what is no origin
	 */
	constructor(allowed: readonly string[], isLocalOnly: boolean) {
		for (const origin of allowed) {
			if (origin !== ANY && originOf(origin) !== origin) {
				throw new TypeError(`Expected an origin such as "https://radio.example", got "${origin}".`);
			}
		}
		this.#allowed = new Set(allowed);
		this.#hosts = new Set(allowed.filter((one) => one !== ANY).map((one) => new URL(one).host));
		this.#isLocalOnly = isLocalOnly;
	}

	/** null: may come. */
	faultOf(request: IncomingMessage): OriginFault | null {
		const { host = '', origin } = request.headers;
		if (this.#isLocalOnly && !this.#isKnownHost(host)) {
			return 'host';
		}
		return origin === undefined || this.#allows(origin, host) ? null : 'origin';
	}

	/** What `Access-Control-Allow-Origin` says to a request that may come; null: nothing, it is our own page or none. */
	foreignOrigin(request: IncomingMessage): string | null {
		const { host = '', origin } = request.headers;
		return origin === undefined || isOwn(origin, host) || !this.#allows(origin, host)
			? null
			: origin;
	}

	#allows(origin: string, host: string): boolean {
		return this.#allowed.has(origin) || this.#allowed.has(ANY) || isOwn(origin, host);
	}

	/** With `*`, no name is foreign. */
	#isKnownHost(host: string): boolean {
		const { hostname = '' } = urlOf(`http://${host}`) ?? {};
		const name = hostname.replace(/^\[(.*)\]$/, '$1');
		const isLocal = isLoopback(name) || name === 'localhost' || name.endsWith('.localhost');
		return isLocal || this.#hosts.has(host) || this.#allowed.has(ANY);
	}
}

/** Whether a page of `origin` came from `host`. A proxy in front may have taken TLS off: the scheme says nothing. */
function isOwn(origin: string, host: string): boolean {
	return host !== '' && urlOf(origin)?.host === host.toLowerCase();
}

function originOf(text: string): string | null {
	return urlOf(text)?.origin ?? null;
}

function urlOf(text: string): URL | null {
	return URL.canParse(text) ? new URL(text) : null;
}
