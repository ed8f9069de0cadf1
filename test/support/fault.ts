// What may befall a player of a framed stream, what must come of it, and what may.
import type { FrailServer } from './frail-server.js';
import type { TcpProxy } from './tcp-proxy.js';
import type { TestPage } from './test-page.js';
import { epochMs } from './trace-server.js';

/** Whom it befalls: a player that hears a server through a proxy. */
export interface FaultPlace {
	readonly server: FrailServer;
	readonly proxy: TcpProxy;
	readonly test: TestPage;
	/** Numbers in [0, 1): of durations, and of what is sent. */
	readonly uniform: () => number;
}

/** What must come of a fault. */
export interface Consequence {
	/** When the way to the player is whole again, milliseconds since 1970. */
	readonly healedAt: number;
	/** How much counters of the player's must grow: by so many, or at least so many. */
	readonly counts?: Readonly<Record<string, number | { readonly atLeast: number }>>;
	/** How many events of a type must come. */
	readonly events?: Readonly<Record<string, number>>;
	/** What of the server is not as expected. */
	readonly serverFailures?: readonly string[];
}

export interface Fault {
	readonly name: string;
	/** Resolves when it is over. */
	inflict(place: FaultPlace): Promise<Consequence>;
	/** Milliseconds from `healedAt` until it is heard again, at most. */
	readonly backWithinMs: number;
	/** Milliseconds more until all figures are right again. @default 1000 */
	readonly settlesWithinMs?: number;
	/** States that may be entered, in this order, each any number of times. */
	readonly rounds: readonly string[];
	/** Counters that may grow beside those that must. */
	readonly mayCount: readonly string[];
	/** Codes of the `error` events that may come, once each. */
	readonly mayReport?: readonly string[];
}

/** Rounds of states: what waited was played, and later there was more; a connection was lost; and was lost when
 * nothing had come for long. */
export const STARVED = 'buffering playing';
export const RECONNECTED = 'connecting buffering playing';
export const GIVEN_UP = 'buffering connecting buffering playing';

/** Counters of a gap in what is heard, and of one in what came: what was sent meanwhile is lost, or repeated. */
export const GAP: readonly string[] = ['concealedSamples', 'discardedSamples'];
export const MISSED: readonly string[] = [...GAP, 'framesLost', 'framesRecovered'];

/** @param uniform in [0, 1) */
export function between(uniform: () => number, least: number, most: number): number {
	return least + uniform() * (most - least);
}

/** Now. */
export function healed(rest: Omit<Consequence, 'healedAt'> = {}): Consequence {
	return { healedAt: epochMs(), ...rest };
}
