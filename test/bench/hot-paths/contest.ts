// Contenders take turns within every round, so that what else the machine does falls on all alike.
import type { Group } from './contender.js';

/** What the contenders of a group took, microseconds per unit, round by round. */
export interface GroupTimes {
	readonly name: string;
	readonly reference: string;
	readonly contenders: readonly { readonly name: string; readonly times: readonly number[] }[];
}

export interface ContestOptions {
	/** The last one first. */
	readonly isReversed: boolean;
	/** For rounds that do not count, while code is being compiled, and for those that do: of each at least one. */
	readonly warmUpSeconds: number;
	readonly seconds: number;
}

/** Told in the group's order, whatever the order of turns. */
export function contest(
	{ name, reference, contenders }: Group,
	{ isReversed, warmUpSeconds, seconds }: ContestOptions,
): GroupTimes {
	const turns = contenders.map(({ round }) => ({ round, times: [] as number[] }));
	const order = isReversed ? turns.toReversed() : turns;
	playRounds(warmUpSeconds, () => order.forEach(({ round }) => round()));
	playRounds(seconds, () => order.forEach(({ round, times }) => times.push(round())));
	return {
		name,
		reference,
		contenders: contenders.map((contender, i) => ({
			name: contender.name,
			times: turns[i]!.times,
		})),
	};
}

function playRounds(seconds: number, round: () => void): void {
	const end = performance.now() + 1000 * seconds;
	do {
		round();
	} while (performance.now() < end);
}
