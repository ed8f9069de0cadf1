// Who is here. A page comes by WebSocket, and where that stalls it fetches the same stream over HTTP; a program may come
// by HTTP alone.
import type { Offer } from './catalogue.js';
import { parseStreamRequest } from './stream-request.js';
import { Visit } from './visit.js';

export class Visits {
	readonly #offers: readonly Offer[];
	readonly #byName = new Map<string, Visit>();

	/** @param offers at least one; the first is the one of a request that names none. */
	constructor(offers: readonly Offer[]) {
		this.#offers = offers;
	}

	/** A new one, for a WebSocket.
	 * @param url path and query @throws RangeError for what cannot be, in under 120 bytes */
	begin(url: string): Visit {
		const request = parseStreamRequest(
			url,
			this.#offers.map(({ id }) => id),
		);
		const offer = this.#offers.find(({ id }) => id === request.source)!;
		const visit = new Visit(offer, request, () => {
			if (request.visit !== null && this.#byName.get(request.visit) === visit) {
				this.#byName.delete(request.visit);
			}
		});
		if (request.visit !== null) {
			this.#byName.set(request.visit, visit);
		}
		return visit;
	}

	/** The one that a page has begun already, else a new one. @throws as `begin` does */
	join(url: string): Visit {
		const name = new URL(url, 'http://demo').searchParams.get('visit');
		return (name === null ? undefined : this.#byName.get(name)) ?? this.begin(url);
	}
}
