import { FRAMES_CONTENT_TYPE, STREAM_HEADER, SUBPROTOCOL } from '../core/frame.js';
import { ENDED, NO_CONNECTION } from './close-codes.js';
import type { Download, Environment, ResponseHead } from './environment.js';
import type { Line, LineListener, LineOptions } from './line.js';
import { PrefixedMessages } from './prefixed-messages.js';

/** Close code of a response that is complete, though the stream is not. */
const LEAVING = 1001;

/** HTTP statuses as close codes: 4401 for 401, as servers of WebSockets do. */
const STATUS_CODES = 4000;

export class HttpLine implements Line {
	readonly #options: LineOptions;
	readonly #listener: LineListener;
	readonly #download: Download;
	/** null: what comes are bytes of one endless stream. */
	#messages: PrefixedMessages | null = null;

	constructor(environment: Environment, options: LineOptions, listener: LineListener) {
		this.#options = options;
		this.#listener = listener;
		const { url, protocol, token } = options;
		const download = environment.openDownload(url, {
			...(protocol === 'raw' ? {} : { Accept: `${FRAMES_CONTENT_TYPE}, */*` }),
			...(token === null ? {} : { Authorization: `Bearer ${token}` }),
		});
		this.#download = download;
		download.onopen = (response) => this.#opened(response);
		download.onbytes = (bytes) => this.#received(bytes);
		download.onclose = (error) => {
			if (error !== null) {
				this.#lose(NO_CONNECTION, error, false);
			} else {
				// Frames say themselves when there will be no more.
				const hasEnded = this.#messages === null || this.#messages.isEnded;
				this.#lose(hasEnded ? ENDED : LEAVING, 'the response is complete', true);
			}
		};
	}

	send(): void {}

	close(): void {
		this.#download.close();
	}

	#opened({ status, header }: ResponseHead): void {
		if (status < 200 || status >= 300) {
			this.#lose(STATUS_CODES + status, `HTTP status ${status}`, true);
			return;
		}
		const isFramed = header('Content-Type')?.startsWith(FRAMES_CONTENT_TYPE) === true;
		this.#messages = isFramed ? new PrefixedMessages(this.#listener) : null;
		this.#listener.opened({
			url: this.#options.url,
			subprotocol: isFramed ? SUBPROTOCOL : '',
			isFramed,
			stream: header(STREAM_HEADER),
		});
	}

	#received(bytes: Uint8Array): void {
		if (this.#messages === null) {
			this.#listener.received(bytes);
			return;
		}
		this.#listener.heard();
		if (!this.#messages.accept(bytes)) {
			this.#lose(NO_CONNECTION, 'a frame too long to be one', false);
		}
	}

	#lose(code: number, reason: string, wasClean: boolean): void {
		this.close();
		this.#listener.closed({ code, reason, wasClean });
	}
}
