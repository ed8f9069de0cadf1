// A named stream that goes on as long as the process: whoever listens hears it, wherever its sound comes from and
// however often that has to be opened again.
import type { StreamFormat } from '../../core/stream-format.js';
import type { Fanout } from '../fanout/fanout.js';

/** `idle`: nobody listens, nothing is open. `waiting`: the source failed or ended and is opened again soon. `over`: for
 * good. */
export type StationState = 'idle' | 'opening' | 'playing' | 'waiting' | 'over';

/** What a gateway serves under one path. */
export interface Station {
	/** Of its path, `/<name>`: letters, digits, `-` and `_`. */
	readonly name: string;
	/** Its listeners. Null while the format is not known yet. */
	readonly fanout: Fanout | null;
	readonly format: StreamFormat | null;
	readonly state: StationState;
	/** Times the source was opened after the first. */
	readonly restarts: number;
	/** Times it failed. */
	readonly failures: number;
	/** Resolves when it is over of its own accord: true when its source failed. Never after `close()`. */
	readonly ended: Promise<boolean>;
	/** Begins what does not wait for listeners. */
	start(): void;
	/** Closes the source and all listeners (code 1001). Idempotent and final. */
	close(): void;
}

/** What a path can hold as it stands. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws RangeError for a name that a path cannot hold */
export function stationName(name: string): string {
	if (!NAME.test(name)) {
		throw new RangeError(
			`Expected a name of 1 to 64 letters, digits, "-" and "_", got "${name.slice(0, 80)}".`,
		);
	}
	return name;
}
