// How many listeners one core serves: more come until a tick is too often late, then half as many of those that were
// too many leave again.
import { TURN_SECONDS } from './contest.js';
import { MOST_WAITING } from './core-wait.js';
import { punctuality, type Punctuality } from './load.js';
import { Processes } from './processes.js';
import { ACKING } from './stage.js';

/** Ticks that must be on time. */
export const LEAST_ON_TIME = 0.97;

/** Listeners of the first step, those more of each further one, and the most. */
const FIRST = 1000;
const MORE = 500;
const MOST = 6000;

/** Tries of a step during which the machine was busy otherwise. */
const TRIES = 3;

/** A number of listeners, all of whom acknowledge, in a server of their own. */
export type EdgeStep = Punctuality;

type Take = (listeners: number, seconds: number) => Promise<EdgeStep>;

/** @param seconds of each step @returns all steps, by number of listeners */
export async function edge(seconds: number, take: Take = step): Promise<EdgeStep[]> {
	const steps: EdgeStep[] = [];
	for (let listeners = FIRST; listeners <= MOST; listeners += MORE) {
		const taken = await takeUndisturbed(listeners, seconds, take);
		steps.push(taken);
		if (taken.onTime < LEAST_ON_TIME) {
			steps.push(await takeUndisturbed(listeners - MORE / 2, seconds, take));
			break;
		}
	}
	return steps.sort((a, b) => a.listeners - b.listeners);
}

/** Again where the machine, not the server, was the reason to be late. */
async function takeUndisturbed(listeners: number, seconds: number, take: Take): Promise<EdgeStep> {
	let taken = await take(listeners, seconds);
	for (let tries = 1; tries < TRIES && taken.waited > MOST_WAITING; tries++) {
		taken = await take(listeners, seconds);
	}
	return taken;
}

async function step(listeners: number, seconds: number): Promise<EdgeStep> {
	const processes = new Processes();
	try {
		const manner = { count: listeners, isFramed: true };
		await processes.come('acking', { ...manner, path: ACKING, acknowledges: true });
		const rounds = Math.max(1, Math.round(seconds / TURN_SECONDS) - 1);
		const order = { names: ['fan-out, acks'] as const, rounds };
		return punctuality(listeners, await processes.server.ask('contest', order));
	} finally {
		processes.close();
	}
}
