// How much sound a raw stream brings in a second: a declared sample rate or number of channels that is another makes a
// steady pace that no clock explains. Where the pace wavers, it tells nothing: networks stall and senders pause. Reads
// no clock.

/** Seconds that are compared, and how many of them in a row must agree. */
const SPAN = 1;
const SPANS = 10;

/** By what part of their mean they may differ from it: a span begins and ends with messages, which jitter. */
const UNSTEADY = 0.1;

/** By what part a pace must be wrong, which no sender's timer is, and how many times at most: what is faster still is a
 * file. */
const WRONG = 0.05;
const MOST_TIMES = 5;

/** Seconds without a message, or times as long as one lasts, that are a pause. */
const PAUSE = 0.25;
const PAUSE_MESSAGES = 2 * MOST_TIMES;

export class PaceWatch {
	/** Seconds, arrival clock. */
	#last = -Infinity;
	#begin = 0;
	/** Seconds of media since then. */
	#media = 0;
	/** Seconds of media a second, of the last spans. */
	#paces: number[] = [];

	/** @param arrival seconds, any monotonic clock @param media seconds of it that came, as declared
	 * @returns seconds of media that come in a second, once that cannot be right; else null */
	observe(arrival: number, media: number): number | null {
		const gap = arrival - this.#last;
		this.#last = arrival;
		if (gap > Math.max(PAUSE, PAUSE_MESSAGES * media)) {
			this.#begin = arrival;
			this.#media = 0;
			this.#paces = [];
			return null;
		}
		this.#media += media;
		const span = arrival - this.#begin;
		if (span < SPAN) {
			return null;
		}
		this.#paces.push(this.#media / span);
		this.#begin = arrival;
		this.#media = 0;
		return this.#verdict();
	}

	#verdict(): number | null {
		const paces = this.#paces;
		if (paces.length < SPANS) {
			return null;
		}
		const mean = paces.reduce((sum, pace) => sum + pace, 0) / SPANS;
		const isSteady = paces.every((pace) => Math.abs(pace - mean) < UNSTEADY * mean);
		const isWrong = Math.abs(mean - 1) > WRONG && mean < MOST_TIMES && mean > 1 / MOST_TIMES;
		paces.shift();
		return isSteady && isWrong ? mean : null;
	}
}
