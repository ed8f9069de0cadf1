// Measurements in real time, on a machine that may be held up: one counts when the machine kept up with it. What
// tells so looks at the machine (its timers, its sound device), never at what was measured.

export interface Gate {
	/** Milliseconds by which the machine may be late. */
	readonly mostLateMs: number;
	readonly mostRuns: number;
}

/** Measures until a run counts.
 * @param lateMs by how much the machine was late during a run, milliseconds
 * @throws Error when none did */
export async function steadily<T>(
	{ mostLateMs, mostRuns }: Gate,
	run: () => Promise<T>,
	lateMs: (result: T) => number,
): Promise<T> {
	const late: number[] = [];
	while (late.length < mostRuns) {
		const result = await run();
		const ms = lateMs(result);
		if (ms <= mostLateMs) {
			return result;
		}
		late.push(Math.round(ms));
	}
	throw new Error(`Expected a machine with time, got one late by ${late.join(', ')} ms.`);
}
