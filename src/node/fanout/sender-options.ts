// A sender's options beside those of the fan-out it sends by.
import type { FanoutOptions } from './fanout-options.js';

/** How a `PacedSender` sends. */
export interface PacedSenderOptions extends FanoutOptions {
	/** Called once when the source has ended, with an error when it failed; not after `close()`. */
	readonly onEnd?: (error?: Error) => void;
}
