// Faults of what a server sends: messages that are no frames, frames that are wrong, come twice, or out of turn.
import { setTimeout as wait } from 'node:timers/promises';
import { between, GAP, healed, MISSED, STARVED, type Fault } from './fault.js';
import {
	appText,
	brokenText,
	falseFormat,
	falsePlace,
	moved,
	noFrame,
	truncated,
} from './garbage.js';
import type { Mangle } from './hurt-frames.js';

/** Sends every second frame before the one that it follows. */
function swapped(): Mangle {
	let first: Uint8Array | null = null;
	return (message) => {
		if (first === null) {
			first = message;
			return [];
		}
		const pair = [message, first];
		first = null;
		return pair;
	};
}

/** Sends the first of `count` frames after the last. */
function belated(count: number): Mangle {
	const kept: Uint8Array[] = [];
	return (message) => {
		kept.push(message);
		if (kept.length === 1) {
			return [];
		}
		return kept.length === count ? [message, kept[0]!] : [message];
	};
}

/** `count` frames one by one, spread over seconds, each in place of the one that was to be sent. */
function spread(
	name: string,
	count: number,
	rest: Omit<Fault, 'name' | 'inflict'>,
	mangle: (message: Uint8Array, uniform: () => number) => Uint8Array,
	counts: Readonly<Record<string, number>> = {},
): Fault {
	return {
		name,
		...rest,
		async inflict({ server, uniform }) {
			for (let i = 0; i < count; i++) {
				await server.frames.mangleNext(1, (message) => [mangle(message, uniform)]);
				await wait(between(uniform, 40, 240));
			}
			return healed({ counts });
		},
	};
}

/** @param counts of all */
function inARow(
	name: string,
	count: number,
	rest: Omit<Fault, 'name' | 'inflict'>,
	mangle: (uniform: () => number) => Mangle,
	counts: Readonly<Record<string, number>> = {},
): Fault {
	return {
		name,
		...rest,
		async inflict({ server, uniform }) {
			await server.frames.mangleNext(count, mangle(uniform));
			return healed({ counts });
		},
	};
}

const unheard = { backWithinMs: 0, rounds: [], mayCount: [] };
const brief = { backWithinMs: 500, rounds: [STARVED], mayCount: GAP };

const nonsense: Fault = {
	name: 'garbage between frames',
	...unheard,
	mayReport: ['malformed'],
	async inflict({ server, uniform }) {
		const { frames } = server;
		let malformedMessages = 0;
		let message = 0;
		for (let i = 0; i < 60; i++) {
			if (uniform() < 0.3) {
				frames.insert(appText(uniform));
				message++;
			} else {
				frames.insert(uniform() < 0.2 ? brokenText(uniform) : noFrame(uniform));
				malformedMessages++;
			}
			await wait(between(uniform, 0, 60));
		}
		return healed({ counts: { malformedMessages }, events: { message } });
	},
};

const CUT_SHORT = 8;
const DUPLICATED = 50;
const SWAPPED = 25;
const BELATED = 5;
const BELATED_BY = 10;

const WRONG = {
	...brief,
	mayCount: [...MISSED, 'framesDuplicated', 'framesLate', 'malformedMessages'],
	mayReport: ['malformed'],
};

export const FRAME_FAULTS: readonly Fault[] = [
	nonsense,
	spread('frames truncated', CUT_SHORT, { ...brief, mayReport: ['malformed'] }, truncated, {
		malformedMessages: CUT_SHORT,
		framesLost: CUT_SHORT,
	}),
	spread('frames with a false place', 8, WRONG, falsePlace),
	spread('frames with a false format', 8, WRONG, falseFormat),
	inARow('frames duplicated', DUPLICATED, unheard, () => (message) => [message, message], {
		framesDuplicated: DUPLICATED,
	}),
	inARow('frames swapped', 2 * SWAPPED, brief, swapped, { framesRecovered: SWAPPED }),
	{
		name: 'frames late',
		...brief,
		async inflict({ server }) {
			for (let i = 0; i < BELATED; i++) {
				await server.frames.mangleNext(BELATED_BY, belated(BELATED_BY));
			}
			return healed({ counts: { framesLate: BELATED } });
		},
	},
	inARow('pts jumps there and back', 50, brief, (uniform) => {
		const jump = Math.round(between(uniform, 1, 1e9));
		return (message) => [moved(message, jump)];
	}),
];
