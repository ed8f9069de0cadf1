// How long this process was ready to run and had no processor core: what the machine took from it, whatever it did itself.
import { readFileSync } from 'node:fs';

/** Part of the time, 0 to 1, above which a measurement tells of the machine more than of the server. */
export const MOST_WAITING = 0.03;

/** Of the main thread since it began, ms; always 0 where the system does not tell (it is Linux that does). */
export function waitedMs(): number {
	try {
		// Nanoseconds on a core, nanoseconds waiting for one, times it got one.
		return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6;
	} catch {
		return 0;
	}
}
