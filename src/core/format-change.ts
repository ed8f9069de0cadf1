// Whether a framed stream has changed its format, or one header lies: bytes played as what they are not would be noise.
// The first frame of another format waits for the next one to say the same.
import { isSameFormat, type StreamFormat } from './stream-format.js';

type Give<F> = (frame: F, isSplice: boolean) => void;

export class FormatChange<F extends { readonly format: StreamFormat }> {
	readonly #give: Give<F>;
	readonly #reject: () => void;
	/** null: whatever comes first is believed. */
	#format: StreamFormat | null = null;
	/** What the server said comes next; null: nothing, or it came. */
	#announced: StreamFormat | null = null;
	#doubted: Parameters<Give<F>> | null = null;
	#rejected = 0;

	/** @param give what is believed, in order @param reject called for each that is not */
	constructor(give: Give<F>, reject: () => void) {
		this.#give = give;
		this.#reject = reject;
	}

	/** Frames whose header was a lie. */
	get rejected(): number {
		return this.#rejected;
	}

	/** Another stream, or none. @param format of its frames, where that is known */
	restart(format: StreamFormat | null = null): void {
		this.#drop(this.#doubted);
		this.#format = format;
		this.#doubted = null;
	}

	/** The server's own word: a frame of `format` is no lie. */
	announce(format: StreamFormat): void {
		this.#announced = format;
	}

	/** The next frame in order. */
	offer(frame: F, isSplice: boolean): void {
		const doubted = this.#doubted;
		this.#doubted = null;
		const { format } = frame;
		if (
			this.#format === null ||
			isSameFormat(this.#format, format) ||
			(this.#announced !== null && isSameFormat(this.#announced, format))
		) {
			this.#announced = null;
			this.#drop(doubted);
			this.#format = format;
			this.#give(frame, isSplice || doubted !== null);
		} else if (doubted !== null && isSameFormat(doubted[0].format, format)) {
			this.#format = format;
			this.#give(...doubted);
			this.#give(frame, isSplice);
		} else {
			this.#drop(doubted);
			this.#doubted = [frame, isSplice || doubted !== null];
		}
	}

	#drop(doubted: Parameters<Give<F>> | null): void {
		if (doubted !== null) {
			this.#rejected++;
			this.#reject();
		}
	}
}
