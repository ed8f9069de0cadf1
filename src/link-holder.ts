// Holds the player's link: made when something first needs it, opened by play(), given up when its output is lost;
// and has it looked at while it is open.
import type { ReceiverEvent } from './core/receiver-messages.js';
import { ContextWatch, type ContextListener } from './context-watch.js';
import type { PcmError } from './errors.js';
import { Link } from './link.js';
import type { ResolvedOptions } from './options.js';

/** Milliseconds between two looks at the reports. */
const POLL_INTERVAL = 25;

export interface LinkListener extends ContextListener {
	/** Time to look at the reports. */
	look(link: Link): void;
	/** The receiver told something. */
	obey(event: ReceiverEvent): void;
}

export class LinkHolder {
	readonly #urls: readonly string[];
	readonly #options: ResolvedOptions;
	readonly #listener: LinkListener;
	#link: Link | null = null;
	/** The link's output is gone; what it counted stays to be read. */
	#isLost = false;
	#watch: ContextWatch | null = null;
	#poll: ReturnType<typeof setInterval> | undefined;

	constructor(urls: readonly string[], options: ResolvedOptions, listener: LinkListener) {
		this.#urls = urls;
		this.#options = options;
		this.#listener = listener;
	}

	/** null before anything needed it. */
	get link(): Link | null {
		return this.#link;
	}

	/** The same, but for a link whose output was lost. */
	get working(): Link | null {
		return this.#isLost ? null : this.#link;
	}

	/** False: the link, if there is one, keeps what it is told until it is opened. */
	get isOpen(): boolean {
		return this.#poll !== undefined;
	}

	/** A link that works, or may be opened. */
	need(): Link {
		if (this.#link === null || this.#isLost) {
			this.#link = new Link(this.#options);
			this.#isLost = false;
		}
		return this.#link;
	}

	/** @throws PcmError `blocked-by-csp`; nothing is held then */
	async open(link: Link): Promise<void> {
		this.#poll = setInterval(() => {
			this.#listener.look(link);
		}, POLL_INTERVAL);
		this.#watch = new ContextWatch(link.output.context, this.#options, {
			...this.#listener,
			lost: (error) => {
				this.#lose(link, error);
			},
		});
		try {
			await link.open(this.#urls, (event) => {
				this.#listener.obey(event);
			});
		} catch (error) {
			if (link !== this.working) {
				// Its output was lost meanwhile, which was told.
				return;
			}
			this.shut();
			this.#link = null;
			await link.close();
			throw error;
		}
	}

	/** Has the context run as soon as the browser allows. */
	revive(): void {
		this.#watch?.revive();
	}

	/** The context's device cannot be had: another takes its place, or the output is lost. */
	recover(cause: unknown): void {
		this.#watch?.recover(cause);
	}

	/** It need not run for now. */
	rest(): void {
		this.#watch?.rest();
	}

	/** Nothing is looked at any more. */
	shut(): void {
		clearInterval(this.#poll);
		this.#poll = undefined;
		this.#watch?.stop();
		this.#watch = null;
	}

	#lose(link: Link, error: PcmError): void {
		if (link === this.working) {
			this.shut();
			this.#isLost = true;
			void link.close();
			this.#listener.lost(error);
		}
	}
}
