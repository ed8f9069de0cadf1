// What is compared: contenders of a group do the same work, or work worth comparing, and each brings the loop that
// it is timed in, so that none makes another's calls slower to the compiler.

export interface Contender<Result = unknown> {
	readonly name: string;
	/** Does its work some times over. @returns microseconds per unit of it */
	readonly round: () => number;
	/** What the work has left behind, by which a test sees that it was done. */
	readonly result: () => Result;
}

export interface Group<Result = unknown> {
	/** The unit of work. */
	readonly name: string;
	/** Name of the contender whose time the others' are divided by. */
	readonly reference: string;
	readonly contenders: readonly Contender<Result>[];
}

/** Microseconds since `begin`, a `performance.now()`. */
export function microsecondsSince(begin: number): number {
	return (performance.now() - begin) * 1000;
}
