// How far the server's clock is from this one, from time messages that it answers: half of the way there and back is
// taken for each way, which is wrong by at most half the round trip. So of the last exchanges the quickest counts.

/** Exchanges the quickest is taken of. */
const EXCHANGES = 8;

/** Milliseconds a browser may round its clock to. */
const COARSENESS = 1;

interface Exchange {
	/** Milliseconds, server's clock less this one. */
	readonly offset: number;
	/** Milliseconds on the way, there and back. */
	readonly roundTrip: number;
}

export class ClockSync {
	readonly #exchanges: Exchange[] = [];

	/** The four times of one exchange, each by the clock of who notes it, milliseconds since the Unix epoch. What
	 * cannot be (a clock that stepped in between) is ignored. */
	observe(sent: number, received: number, answered: number, heard: number): void {
		const roundTrip = heard - sent - (answered - received);
		if (roundTrip < -COARSENESS || heard < sent) {
			return;
		}
		const offset = (received - sent + (answered - heard)) / 2;
		const quickest = this.#quickest;
		if (quickest !== null) {
			const uncertainty = (roundTrip + quickest.roundTrip) / 2 + COARSENESS;
			if (Math.abs(offset - quickest.offset) > uncertainty) {
				// Both cannot be right: one of the clocks was set.
				this.restart();
			}
		}
		this.#exchanges.push({ offset, roundTrip: Math.max(0, roundTrip) });
		if (this.#exchanges.length > EXCHANGES) {
			this.#exchanges.shift();
		}
	}

	/** Milliseconds, server less here; null while unknown. */
	get offset(): number | null {
		return this.#quickest?.offset ?? null;
	}

	/** Milliseconds; null while unknown. */
	get roundTrip(): number | null {
		return this.#quickest?.roundTrip ?? null;
	}

	/** Another server, or a clock that slept. */
	restart(): void {
		this.#exchanges.length = 0;
	}

	get #quickest(): Exchange | null {
		return this.#exchanges.reduce<Exchange | null>(
			(best, one) => (best === null || one.roundTrip < best.roundTrip ? one : best),
			null,
		);
	}
}
