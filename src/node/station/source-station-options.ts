// A source station's options, their defaults and all their validation.
import { systemClock, type Clock } from '../clock.js';
import { silentJournal, type Journal } from '../journal.js';
import { inRange } from '../../core/validation.js';

/** When a station opens and closes its source. */
export interface SourceStationOptions {
	/** Length of a frame, of a live source's the longest, ms, 1 to 1000. @default 20 */
	readonly frameMs?: number;
	/** What is kept to be repeated to listeners whose connection broke, ms, 0 to 600 000. @default 10000 */
	readonly historyMs?: number;
	/** How long the source stays open after the last listener has left, ms, 0 to 3 600 000. @default 5000 */
	readonly lingerMs?: number;
	/** After how long a live source that gives nothing has failed, ms, 100 to Infinity. @default 15000 */
	readonly silenceMs?: number;
	/** Open from `start()` on, whether anybody listens or not. @default false */
	readonly keepOpen?: boolean;
	/** The source cannot be opened twice (standard input): it is kept open, and its end is the station's.
	 * @default false */
	readonly once?: boolean;
	/** @default silent */
	readonly journal?: Journal;
	/** @default the process's clock */
	readonly clock?: Clock;
}

/** @internal */
export type ResolvedSourceStationOptions = Required<SourceStationOptions>;

/** @internal
 * @throws TypeError or RangeError for values outside their ranges. */
export function resolveSourceStationOptions(
	options: SourceStationOptions,
): ResolvedSourceStationOptions {
	const { frameMs = 20, historyMs = 10_000, lingerMs = 5000, silenceMs = 15_000 } = options;
	const { keepOpen = false, once = false, journal = silentJournal, clock = systemClock } = options;
	return {
		frameMs: inRange('frameMs', frameMs, 1, 1000),
		historyMs: inRange('historyMs', historyMs, 0, 600_000),
		lingerMs: inRange('lingerMs', lingerMs, 0, 3_600_000),
		silenceMs: inRange('silenceMs', silenceMs, 100, Infinity),
		keepOpen,
		once,
		journal,
		clock,
	};
}
